# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What a scenario may use in the guest. A scenario is a file of variables (see
# scripts/scenario) and functions boot1, boot2, ...: each runs in its boot, and
# all but the last end with kexec_jump. State passes on the command line, in
# files (save, saved: packed into the next initrd) and through what is preserved.
#
# Everything goes to the console through /dev/kmsg: kernel messages cannot cut
# into the lines, and the order is the true one.

say() { echo "<6>khotest: $*" >/dev/kmsg; }
note() { say "# $*"; }
ok() { say "ok - $BOOT: $*"; }
not_ok() { say "not ok - $BOOT: $*"; }

# arg NAME: value of khotest.NAME on the command line
arg() { sed -n "s/.*\<khotest\.$1=\([^ ]*\).*/\1/p" /proc/cmdline; }

SCENARIO=$(arg scenario)
BOOT=$(arg boot)
CFG=$(arg cfg)
SECOND=$(arg second)
PLATFORM=$(arg platform)
case $(uname -m) in
aarch64) arch=arm64 ;;
*) arch=$(uname -m) ;;
esac
STATE=/kho/state
KHO=/sys/kernel/kho
TRACE=/sys/kernel/tracing
FIRST_ONLY=

# What a file in platforms/ may say otherwise: commands before each boot's part, and
# whether this is the platform
platform_setup() { :; }
platform_is() { :; }

# find_leaks: have kmemleak look, where it is built in. What it finds, the kernel says,
# and that is a fault. It looks at nothing that is younger than five seconds, and takes
# two scans to be sure.
find_leaks() {
	[ -e /sys/kernel/debug/kmemleak ] || return 0
	sleep 5
	echo scan >/sys/kernel/debug/kmemleak
	echo scan >/sys/kernel/debug/kmemleak
	while read -r _line; do note "kmemleak has: $_line"; done </sys/kernel/debug/kmemleak
}

finish() {
	note "end of boot $BOOT"
	poweroff -f
	sleep 1000
}

run_boot() {
	note "boot $BOOT of $SCENARIO on ${PLATFORM:-$CFG}"
	: "$KHO $TRACE $SECOND $arch"
	platform_setup
	"boot$BOOT"
	finish
}

# need DESCRIPTION COMMAND...: like check, but nothing makes sense without it
need() {
	check "$@" || finish
}

# check DESCRIPTION COMMAND...: ok if it succeeds
check() {
	_what=$1
	shift
	if "$@" >/tmp/check.out 2>&1; then
		ok "$_what"
	else
		_rc=$?
		not_ok "$_what"
		note "$* returned $_rc: $(head -n 5 /tmp/check.out | tr '\n' ' ')"
		return 1
	fi
}

# fails DESCRIPTION ERROR COMMAND...: ok if it fails and says ERROR
fails() {
	_what=$1 _error=$2
	shift 2
	if "$@" >/tmp/check.out 2>&1; then
		not_ok "$_what"
		note "$* succeeded"
	elif grep -q "$_error" /tmp/check.out; then
		ok "$_what"
	else
		not_ok "$_what"
		note "wanted '$_error', got: $(head -n 5 /tmp/check.out | tr '\n' ' ')"
		return 1
	fi
}

# is GOT WANTED DESCRIPTION
is() {
	if [ "$1" = "$2" ]; then
		ok "$3"
	else
		not_ok "$3"
		note "got '$1', wanted '$2'"
		return 1
	fi
}

# like GOT PATTERN DESCRIPTION (shell pattern)
like() {
	# shellcheck disable=SC2254
	case $1 in
	$2) ok "$3" ;;
	*)
		not_ok "$3"
		note "got '$1', wanted something like '$2'"
		return 1
		;;
	esac
}

# near GOT WANTED TOLERANCE DESCRIPTION
near() {
	if [ $(($1 - $2)) -le "$3" ] && [ $(($2 - $1)) -le "$3" ]; then
		ok "$4"
	else
		not_ok "$4"
		note "got $1, wanted $2, give or take $3"
		return 1
	fi
}

# put VALUE FILE: write(2) once, the error on stderr (printf would swallow it)
put() { echo "$1" >"$2"; }

# get FILE: its content, or the error text
get() { cat "$1" 2>&1; }

save() { cat >"$STATE/$1"; }
saved() { cat "$STATE/$1"; }

# meminfo NAME: from /proc/meminfo, with what each CPU has yet to add to it
meminfo() {
	cat /proc/sys/vm/stat_refresh
	awk -v k="$1:" '$1 == k { print $2 }' /proc/meminfo
}

# page_kib: the size of a page
page_kib() { awk '$1 == "KernelPageSize:" { print $2; exit }' /proc/self/smaps; }

# in_kib PAGES
in_kib() { echo $(($1 * $(page_kib))); }

# free_now: free KiB with the caches dropped, what waits on the per-CPU lists and
# what tasks and files have included: the shell grows, and kworkers come and go. On a
# debug kernel with what slabs have, too: freed objects wait in KASAN's quarantine, and
# kmemleak, which finds those that are lost, keeps a record of each.
free_now() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	cat /proc/sys/vm/stat_refresh
	_slabs=
	[ ! -e /sys/kernel/debug/kmemleak ] || _slabs='nr_slab_reclaimable nr_slab_unreclaimable'
	awk -v "slabs=$_slabs" '
		BEGIN { split("nr_free_pages count: nr_anon_pages nr_page_table_pages nr_shmem " slabs, names)
			for (i in names) counts[names[i]] = 1 }
		$1 in counts { n += $2 }
		$1 == "nr_kernel_stack" { kib += $2 }
		END { print n * page + kib }' "page=$(page_kib)" /proc/zoneinfo
}

# settled_memfree: the same, when it was the same a while ago: what tasks had is
# freed some time after they are gone
settled_memfree() {
	_free=
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
		_before=$_free
		_free=$(free_now)
		[ "$_free" != "$_before" ] || break
		sleep 0.2
	done
	echo "$_free"
}

# next_cmdline CFG: this boot's command line, for the next boot, without the
# words in FIRST_ONLY, and with the platform's words for later boots
next_cmdline() {
	_first_only=
	for _word in $FIRST_ONLY ${first:-} ${later:-}; do
		_first_only="$_first_only -e s/\<$_word\>//"
	done
	# shellcheck disable=SC2086 # one word each
	sed $_first_only -e "s/khotest\.boot=[0-9]*/khotest.boot=$((BOOT + 1))/" \
		-e "s/khotest\.cfg=[^ ]*/khotest.cfg=$1/" \
		-e 's/BOOT_IMAGE=[^ ]* *//' ${later:+-e "s/\$/ $later/"} /proc/cmdline
}

# pack_root: this root file system as the next one's initrd; not compressed, which
# would take an emulated CPU longer than all else
pack_root() {
	(cd / && find . -xdev | sort | cpio -o -H newc >/tmp/initrd 2>/dev/null)
}

# kexec_file CFG MORE_ARGUMENTS [APPEND]
kexec_file() {
	kexec -s "$2" "/boot/$1/kernel" --initrd=/tmp/initrd --command-line="$(next_cmdline "$1")${3:+ $3}"
}

# kexec_load [CFG [APPEND]]: load the next kernel
kexec_load() {
	pack_root && kexec_file "${1:-$SECOND}" -l "${2:-}"
	_rc=$?
	rm -f /tmp/initrd
	return $_rc
}

# kexec_jump: never returns
kexec_jump() {
	note "end of boot $BOOT"
	note "kexec -e"
	kexec -e >/tmp/kexec.out 2>&1
	not_ok "kexec -e came back: $(tr '\n' ' ' </tmp/kexec.out)"
	finish
}

# kexec_into [CFG [APPEND]]: load and jump
kexec_into() {
	need "kexec -s -l ${1:-$SECOND}" kexec_load "$@"
	kexec_jump
}
