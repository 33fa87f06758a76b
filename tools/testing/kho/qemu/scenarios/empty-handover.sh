# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Three kexecs in a row with the registry active and nothing in it: scratch is
# passed on, all of it stays counted as CMA, and no memory gets lost on the way.
plan=15
boots=4
mem=4G
append=kho_scratch=64M
needs=kho

boot1() {
	is "$(meminfo CmaTotal)" 65536 "scratch is CMA"
	need_active
	kexec_into
}

boot2() {
	is "$(get "$KHO/generation")" 1 "generation"
	settled_memfree | save memfree
	in_scratch
	need_active
	kexec_into
}

boot3() {
	is "$(get "$KHO/generation")" 2 "generation"
	in_scratch
	need_active
	kexec_into
}

boot4() {
	is "$(get "$KHO/generation")" 3 "generation"
	in_scratch
	memfree_is "$(saved memfree)" 512 "free memory as in boot 2"
	check "scratch is where it was" test "$(get "$KHO/scratch_len")" = 0x4000000
}

# The kernel was put into scratch, wherever KASLR wanted it.
in_scratch() {
	_start=$(sed -n 's/^ *\([0-9a-f]*\)-.* : Kernel code$/\1/p' /proc/iomem)
	_base=$(get "$KHO/scratch_phys") _len=$(get "$KHO/scratch_len")
	note "kernel at 0x$_start, CmaTotal $(meminfo CmaTotal), MemTotal $(meminfo MemTotal)"
	check "kernel in scratch" test $((0x$_start - _base)) -ge 0 -a $((0x$_start - _base)) -lt $((_len))
}
