# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A kernel booted without kho_scratch= gets scratch while it runs, and then the
# main job works; the next kernel takes scratch over and can return it.
plan=32
boots=2
mem=1G
needs=kho

boot1() {
	is "$(scratch_size)" 0 "no scratch"
	is "$(meminfo CmaTotal)" 0 "nothing in CMA"
	fails "activate" "Cannot allocate memory" activate
	trace_fill
	records | save trace
	need "set up scratch" put 64M "$KHO/scratch_size"
	is "$(scratch_size)" 65536 "scratch is there"
	is "$(meminfo CmaTotal)" 65536 "counted as CMA"
	is "$(cma_areas)" kho_scratch "a named CMA area"
	like "$(cma_blocks)" '[1-9]*' "pageblocks are CMA"
	need_active
	fails "resize while active" "busy" put 128M "$KHO/scratch_size"
	fails "return while active" "busy" put 0 "$KHO/scratch_size"
	check "the log says why" logged "scratch can't change while the handover is active"
	need "kexec -s -l" kexec_load
	marker "last words before the jump"
	kexec_jump
}

boot2() {
	need "something was handed over" handed_over
	begins_with_records trace "every record, line for line"
	check "the last words" sees_marker "last words before the jump"
	echo >"$TRACE/trace"
	is "$(scratch_size)" 65536 "scratch was taken over"
	free=$(settled_memfree)
	need "return it" put 0 "$KHO/scratch_size"
	is "$(scratch_size)" 0 "no scratch"
	is "$(get "$KHO/scratch_phys")$(get "$KHO/scratch_len")" "" "no areas"
	is "$(meminfo CmaTotal)" 0 "nothing in CMA"
	is "$(meminfo CmaFree)" 0 "nothing free in CMA"
	is "$(cma_areas)" "" "no CMA area"
	is "$(cma_blocks)" 0 "no pageblock is CMA"
	memfree_is "$free" 512 "MemFree as before"
	check "each page once" census
	fails "activate" "Cannot allocate memory" activate
	need "a client that registers meanwhile" module kho_test_client folios=1
	is "$(claims out)" "" "has no claim yet"
	check "set up again" put 64M "$KHO/scratch_size"
	is "$(claims out)" kho_test.0 "has its claim now"
	check "activate" activate
	find_leaks
}
