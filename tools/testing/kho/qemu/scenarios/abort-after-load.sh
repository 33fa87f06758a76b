# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# An image loaded for a handover that was aborted hands nothing over, and the
# next one does.
plan=9
boots=3
mem=4G
append=kho_scratch=64M
second=same
needs=kho

boot1() {
	trace_fill
	need_active
	need "kexec -s -l" kexec_load
	need "abort" deactivate
	marker "words that nobody hears"
	need "kexec -s -l again" kexec_load
	kexec_jump
}

boot2() {
	check "nothing was handed over" not_handed_over
	need_active
	marker "words of boot 2"
	kexec_into
}

boot3() {
	check "something was handed over" handed_over
	check "the words" sees_marker "words of boot 2"
}
