# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Activate first, load later; unload and load once more.
plan=6
boots=2
mem=4G
append=kho_scratch=64M
needs=kho

boot1() {
	trace_fill
	need_active
	need "kexec -s -l" kexec_load
	need "unload" kexec -s -u
	need "kexec -s -l again" kexec_load
	marker "last words before the jump"
	kexec_jump
}

boot2() {
	check "something was handed over" handed_over
	check "the last words" sees_marker "last words before the jump"
}
