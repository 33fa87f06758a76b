# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# One measurement of make bench, which sets what is preserved, memory and time.
# It runs on kernels without KHO, too, and on upstream's.
plan=4
boots=2
limit=1800

BENCH=/sys/module/kho_bench/parameters

# The next initrd is small, and the same whatever is measured.
pack_root() {
	(cd / && find . -xdev | grep -v -e '^./boot/' -e '^./lib/modules/' -e '^./tmp/' |
		sort | cpio -o -H newc 2>/dev/null >/tmp/initrd)
}

handing_over() { grep -q kho_scratch= /proc/cmdline; }
bench() { ! handing_over || put "$1" "$BENCH/do"; }
do_activate() {
	if [ -e "$KHO/active" ] && handing_over; then
		note "op=activate cycles=$(/kho/cycles "$KHO/active" 1)"
	fi
}

boot1() {
	note "op=memory total=$(meminfo MemTotal) free=$(settled_memfree)"
	need "preserve" bench preserve
	need "activate" do_activate
	need "kexec -s -l" kexec_load "$CFG"
	note "op=jump at=$(/kho/cycles)"
	kexec_jump
}

boot2() {
	_now=$(/kho/cycles)
	note "op=init at=$_now"
	check "restore" bench restore
}
