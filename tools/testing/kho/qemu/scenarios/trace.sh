# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The main job: every record of a buffer that was at rest comes back line for
# line, and so do the markers written after activation, after the load and right
# before the jump.
plan=10
boots=2
mem=4G
append=kho_scratch=64M
needs=kho

boot1() {
	trace_fill
	records | save trace
	need_active
	marker "after activation"
	need "kexec -s -l" kexec_load
	marker "last words before the jump"
	kexec_jump
}

boot2() {
	need "something was handed over" handed_over
	like "$(records | wc -l)" '[1-9][0-9][0-9]*' "there are records"
	begins_with_records trace "every record, line for line"
	for m in "filled in boot 1" "after activation" "last words before the jump"; do
		check "marker: $m" sees_marker "$m"
	done
	is "$(records | wc -l)" "$(($(saved trace | wc -l) + 2))" "no record more than expected"
	marker "boot 2 traces, too" && check "the trace can be read again" grep -q . "$TRACE/trace"
}
