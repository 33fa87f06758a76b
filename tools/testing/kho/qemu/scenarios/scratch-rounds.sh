# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Fifty rounds of set-up, more, less and return on a system that is at rest leave
# memory as it was; so do twenty on one that is busy with the page cache.
plan=10
mem=1G
limit=180
needs=kho

round() {
	for size in 64M 128M 32M 0; do
		put "$size" "$KHO/scratch_size" || return 1
	done
}

rounds() {
	for i in $(seq "$1"); do
		round || { echo "round $i"; return 1; }
	done
}

write_files() {
	while [ -e /tmp/busy ]; do
		dd if=/dev/zero of="/tmp/file$1" bs=1M count=24 2>/dev/null
		rm "/tmp/file$1"
	done
}

boot1() {
	check "once" rounds 1
	free=$(settled_memfree)
	available=$(meminfo MemAvailable)
	check "fifty rounds" rounds 50
	memfree_is "$free" 512 "MemFree as before"
	# It counts no slabs, and a debug kernel's go on growing, see free_now()
	[ -e /sys/kernel/debug/kmemleak ] && _slack=8192 || _slack=2048
	near "$(meminfo MemAvailable)" "$available" "$_slack" "MemAvailable as before"
	is "$(meminfo CmaTotal)" 0 "CmaTotal as before"
	is "$(meminfo CmaFree)" 0 "CmaFree as before"
	is "$(cma_blocks)" 0 "no pageblock is CMA"

	: >/tmp/busy
	write_files 1 & write_files 2 &
	check "twenty rounds beside writers of files" rounds 20
	rm /tmp/busy
	wait
	memfree_is "$free" 512 "MemFree as before"
	is "$(meminfo CmaTotal)/$(meminfo CmaFree)/$(cma_blocks)" 0/0/0 "nothing in CMA"
	find_leaks
}
