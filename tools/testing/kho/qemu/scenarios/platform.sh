# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The main job on a platform: it is the one that its file says, before and after a
# handover; every record of the trace comes back line for line, every page that was
# preserved is intact, and no page is missing.
plan=15
boots=2
mem=2G
append=kho_scratch=64M
needs=kho

boot1() {
	check "this is $PLATFORM" platform_is
	check "each page once" census
	need "the test clients" module kho_test_client clients=2 scattered=2000 folios=2 ranges=2
	trace_fill
	records | save trace
	need_active
	need "kexec -s -l" kexec_load
	marker "last words before the jump"
	kexec_jump
}

boot2() {
	check "this is still $PLATFORM" platform_is
	like "$(records | wc -l)" '[1-9][0-9][0-9]*' "there are records"
	begins_with_records trace "every record, line for line"
	check "and the last words" sees_marker "last words before the jump"
	is "$(records | wc -l)" "$(($(saved trace | wc -l) + 1))" "no record more than expected"
	all_intact 2 $((2 * (2000 + 2 * 1023 + 2 * 768)))
	rmmod kho_test_client
	check "each page once, with all given back" census
	marker "boot 2 traces, too"
	check "and its records can be read" sees_marker "boot 2 traces, too"
}
