# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2153,SC2154
# A client that takes long to prepare: who loads or starts an image, or resizes scratch,
# waits for it, can be killed while it waits, and goes on after it. A crash while a client
# takes long to freeze starts the crash kernel.
plan=21
boots=3
mem=4G
append='kho_scratch=64M crashkernel=192M'
second=same
limit=120
allow='Kernel panic - not syncing: sysrq triggered crash|Call [tT]race:'
needs=kho

case $arch in
arm64) reboot=142 load=294 write=64 ;;
*) reboot=169 load=320 write=1 ;;
esac

# comes COMMAND...: it succeeds, within a minute
comes() {
	for _ in $(seq 600); do
		"$@" && return
		sleep 0.1
	done
	return 1
}

# sleeps_in CALL: does the last background job sleep in that system call?
sleeps_in() { grep -q "^$1 " "/proc/$!/syscall"; }
gone() { ! grep -q '^State:.[^Z]' "/proc/$!/status" 2>/dev/null; }

# hold_prepare: the registry is being activated, until released
hold_prepare() {
	need "the client holds" test_param hold_prepare 0
	activate 2>/tmp/activated &
	need "activation is under way" comes logged 'event: prepare 0'
}

# killed CALL DESCRIPTION: the last background job sleeps in it and can be killed there
killed() {
	need "$2: waits" comes sleeps_in "$1"
	kill -9 "$!"
	check "$2: can be killed" comes gone
}

crash_load() {
	pack_root && kexec -s -p "/boot/$CFG/kernel" --initrd=/tmp/initrd \
		--command-line="$(next_cmdline "$CFG" | sed 's/crashkernel=[^ ]*//')"
}

boot1() {
	need "the test client" module kho_test_client scattered=100
	need "kexec -s -l" kexec_load
	pack_root
	hold_prepare
	kexec -e &
	killed $reboot "kexec -e"
	kexec -s -l "/boot/$SECOND/kernel" --initrd=/tmp/initrd --reuse-cmdline &
	killed $load "a load"
	put 96M "$KHO/scratch_size" &
	killed $write "a resize"
	is "$(cat /sys/kernel/kexec_loaded)" 1 "the image is loaded still"
	note "end of boot $BOOT"
	kexec -e &
	need "kexec -e waits" comes sleeps_in $reboot
	note "kexec -e"
	test_param hold_prepare -1
	wait
	not_ok "kexec -e came back"
}

boot2() {
	need "the test client" module kho_test_client
	is "$(intact)" 100 "every page intact"
	need "kexec -s -p" crash_load
	need "kexec -s -l" kexec_load
	need "the client holds" test_param hold_freeze 0
	need "activated" activate
	kexec -e &
	need "freeze is under way" comes logged 'event: freeze 0'
	note "end of boot $BOOT"
	echo c >/proc/sysrq-trigger
}

boot3() {
	check "there is a dump of the second kernel" test -s /proc/vmcore
	check "nothing was handed over" not_handed_over
}
