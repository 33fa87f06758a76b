# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Memory that is pinned for long leaves scratch, whether scratch comes from the
# command line or was set up later.
plan=13
mem=1G
append=kho_scratch=512M
needs=kho

pins() { dmesg | sed -n 's/.*kho_test_scratch: pinned \(.*\)$/\1/p' | tail -n 1; }

pinned() {
	check "$1: pin 64 MiB" scratch_test pin 64
	like "$(pins)" '16384 pages: [1-9]* in CMA before, 0 then' "$1: all of it left scratch"
}

boot1() {
	pinned "command line"
	check "less" put 256M "$KHO/scratch_size"
	check "more" put 512M "$KHO/scratch_size"
	pinned "partly from the command line"
	check "return all" put 0 "$KHO/scratch_size"
	check "without scratch: pin 64 MiB" scratch_test pin 64
	is "$(pins)" "16384 pages: 0 in CMA before, 0 then" "nothing is in scratch"
	check "set up later" put 512M "$KHO/scratch_size"
	pinned "later"
	check "return all" put 0 "$KHO/scratch_size"
	find_leaks
}
