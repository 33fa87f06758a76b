# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A second boot whose kernel has no client for what it is given: it comes up,
# and no memory is missing, compared with a boot that was given nothing.
plan=7
boots=3
mem=4G
append=kho_scratch=64M
second=noclient
needs=kho

boot1() {
	trace_fill
	need_active
	kexec_into
}

boot2() {
	is "$(ls /sys/kernel/debug/kho/in)" ftrace "the claim waits for a client"
	need "release it" put 1 "$KHO/release"
	settled_memfree | save memfree
	kexec_into
}

boot3() {
	memfree_is "$(saved memfree)" 512 "boot 2 had all of its memory"
	check "nothing was handed over" not_handed_over
}
