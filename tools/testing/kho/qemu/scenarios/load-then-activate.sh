# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Load first, activate later.
plan=4
boots=2
mem=4G
append=kho_scratch=64M
needs=kho

boot1() {
	trace_fill
	need "kexec -s -l" kexec_load
	need_active
	marker "last words before the jump"
	kexec_jump
}

boot2() {
	check "something was handed over" handed_over
	check "the last words" sees_marker "last words before the jump"
}
