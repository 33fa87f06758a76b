# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Three handovers in a row, each with its own words; the memory stays flat.
plan=17
boots=4
mem=4G
append=kho_scratch=64M
second=same
needs=kho

boot1() { hand_over; }
boot2() { recover; settled_memfree | save memfree; hand_over; }
boot3() { recover; flat; hand_over; }
boot4() { recover; flat; find_leaks; }

hand_over() {
	trace_fill
	need_active
	need "kexec -s -l" kexec_load
	marker "last words of boot $BOOT"
	kexec_jump
}

recover() {
	check "something was handed over" handed_over
	check "last words of boot $((BOOT - 1))" sees_marker "last words of boot $((BOOT - 1))"
	echo >"$TRACE/trace"
	is "$(records | wc -l)" 0 "the trace can be emptied"
}

flat() {
	memfree_is "$(saved memfree)" 1024 "MemFree as in boot 2"
}
