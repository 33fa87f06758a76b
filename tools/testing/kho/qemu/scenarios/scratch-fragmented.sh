# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Memory with an unmovable page in each 64 MiB: twice that can't be had in one
# piece. The log says what can be had, and that is true.
plan=12
mem=2G
needs=kho

scratch() { put "$1" "$KHO/scratch_size"; }
largest() { dmesg | sed -n 's/.*contiguous memory for scratch, at most \([0-9]*\) MiB$/\1/p' | tail -n 1; }

boot1() {
	need "unmovable pages" scratch_test clutter 64
	free=$(settled_memfree)
	fails "256 MiB in one piece" "Cannot allocate memory" scratch 256M
	most=$(largest)
	like "$most" '[1-9]*' "the log says how much"
	check "that is less than 128 MiB" test "$most" -lt 128
	is "$(scratch_size)/$(meminfo CmaTotal)/$(cma_blocks)" 0/0/0 "nothing has changed"
	memfree_is "$free" 512 "MemFree as before"
	fails "a little more than the log says" "Cannot allocate memory" scratch $((most + 4))M
	check "as much as the log says" scratch "${most}M"
	is "$(scratch_size)" $((most * 1024)) "is there"
	check "return it" scratch 0
	scratch_test clutter 0
	check "without the unmovable pages 128 MiB can be had" scratch 128M
	is "$(scratch_size)" 131072 "is there"
}
