# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Scratch that a border between zones goes through: each zone's part is an area of
# CMA, here and in the next kernel, and all of it can be returned.
plan=15
boots=3
mem=1G
append='kho_scratch=64M movablecore=32M nokaslr'
second=same
needs=kho
FIRST_ONLY=movablecore=32M

zones_with_cma() { awk '$1 == "cma" && $2 > 0' /proc/zoneinfo | grep -c .; }

# only_as_many_reserved: as in boot 2, when no border went through scratch
only_as_many_reserved() {
	check "each page once" census
	near "$(reserved)" "$(saved reserved)" 16 "and no page of scratch is missing"
}

boot1() {
	is "$(meminfo CmaTotal)" 65536 "all of scratch in CMA"
	is "$(cma_areas)" "kho_scratch kho_scratch1" "two areas"
	is "$(zones_with_cma)" 2 "in two zones"
	kexec_into
}

boot2() {
	is "$(scratch_size)" 65536 "scratch was taken over"
	check "each page once" census
	reserved | save reserved
	kexec_into "" movablecore=32M
}

boot3() {
	is "$(scratch_size)" 65536 "scratch was taken over"
	is "$(zones_with_cma)" 2 "in two zones"
	only_as_many_reserved
	check "return it" put 0 "$KHO/scratch_size"
	is "$(meminfo CmaTotal)/$(meminfo CmaFree)/$(cma_blocks)" 0/0/0 "nothing in CMA"
	only_as_many_reserved
}
