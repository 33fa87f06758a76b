# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# crashkernel= in the next kernel: memory for it is found between what is preserved.
plan=13
boots=3
mem=3G
append='kho_scratch=64M nokaslr'
second=same
needs=kho

# On x86 behind the hole, on arm64 there is none
[ "$arch" = arm64 ] && last=2600 || last=4700

boot1() {
	need "the test clients" module kho_test_client clients=2 scattered=20000 folios=4 ranges=3 at=300,1200,1500,"$last"
	need_active
	kexec_into "" crashkernel=256M
}

boot2() {
	is "$(cat /sys/kernel/kexec_crash_size)" $((256 << 20)) "memory for a crash kernel"
	all_intact 2 $((2 * (20000 + 4 * 1023 + 3 * 768) + 4 * 768))
	all_returned
	kexec_into
}

boot3() {
	is "$(cat /sys/kernel/kexec_crash_size)" $((256 << 20)) "memory for a crash kernel"
	nothing_missing
}
