# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Scratch on a running system becomes more and less; what is refused is refused
# as a whole. Returning what came from the command line works, too.
plan=42
mem=1G
append=kho_scratch=64M
needs=kho

scratch() { put "$1" "$KHO/scratch_size"; }

# consistent KIB DESCRIPTION: every view says so much
consistent() {
	_sum=0
	while read -r _len; do _sum=$((_sum + _len / 1024)); done <"$KHO/scratch_len"
	is "$(scratch_size) $_sum $(meminfo CmaTotal) $(cma_kib)" "$1 $1 $1 $1" "$2"
}

# cma_kib: sum of the CMA areas in KiB
cma_kib() {
	cat /sys/kernel/debug/cma/*/count 2>/dev/null | awk '{ n += $1 } END { print n * 4 }'
}

refused() { fails "refused: '$1'" "$2" scratch "$1"; }

boot1() {
	free=$(settled_memfree)
	consistent 65536 "64 MiB from the command line"
	check "to 128 MiB" scratch 128M
	consistent 131072 "128 MiB"
	check "to 120 MiB" scratch 0x7800000
	consistent 122880 "120 MiB"
	check "to 120 MiB again" scratch 122880k
	check "to what is read" scratch "$(cat "$KHO/scratch_size")"
	check "a size is rounded up" scratch 117M
	consistent 122880 "still 120 MiB"
	check "to 48 MiB, in digits that could be a suffix" scratch 0x2e00000
	consistent 49152 "48 MiB"
	check "to 36 MiB" scratch 36M
	consistent 36864 "36 MiB: from the command line is less"

	for size in '' banana -1 64Q 1M,1M low:64M 99999999999999999999 16E; do
		refused "$size" "Invalid argument"
	done
	refused 1T "out of range"
	check "the log says why" logged "more scratch is more than there is memory"
	consistent 36864 "nothing has changed"

	check "to 64 MiB: next to what is left" scratch 64M
	is "$(grep -c . "$KHO/scratch_len")" 1 "one area"
	need "kexec -s -l" kexec_load
	refused 96M busy
	refused 0 busy
	check "the log says why" logged "unload it with kexec -u"
	consistent 65536 "nothing has changed"
	kexec -u
	check "after kexec -u" scratch 96M
	consistent 98304 "96 MiB"

	area=/sys/kernel/debug/cma/$(cma_areas | sed 's/ .*//')
	check "somebody allocates from the area" put 1 "$area/alloc"
	refused 0 busy
	check "the log says why" logged "scratch at 0x.* is in use by others"
	consistent 98304 "nothing has changed"
	check "somebody is done with it" put 1 "$area/free"
	check "return all" scratch 0
	consistent 0 "nothing is left"
	is "$(cma_areas)/$(cma_blocks)/$(meminfo CmaFree)" /0/0 "nor in CMA"
	memfree_is "$free" 512 "MemFree as before"
	find_leaks
}
