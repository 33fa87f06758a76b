# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Thirty handovers in a row: memory, scratch and blocks of 2 MiB stay what they were, and
# what is handed over does not grow.
plan=324
boots=31
mem=2G
append='kho_scratch=64M nokaslr'
second=same
needs=kho
limit=500

# large_blocks: free memory in blocks of orders 9 and 10, in blocks of order 9
large_blocks() { awk '{ n += $14 + 2 * $15 } END { print n }' /proc/buddyinfo; }

boot1() { hand_over; }

boot2() {
	recover
	census
	reserved | save reserved
	settled_memfree | save memfree
	large_blocks | save blocks
	meminfo CmaFree | save cmafree
	wc -c </sys/firmware/kho/dt | save size
	hand_over
}

boot31() { recover; flat; }

for _boot in $(seq 3 30); do
	eval "boot$_boot() { recover; flat; hand_over; }"
done

hand_over() {
	need "the test client" module kho_test_client clients=2 scattered=2000 folios=1
	need_active
	kexec_into
}

recover() {
	need "the test clients" module kho_test_client clients=2
	is "$(intact)" "$((2 * 3023))" "every page intact"
	rmmod kho_test_client
}

flat() {
	check "each page once" census
	near "$(reserved)" "$(saved reserved)" "$(tree_growth)" "as much memory is reserved as in boot 2"
	memfree_is "$(saved memfree)" 1024 "MemFree as in boot 2"
	# Files may lie there, more or less of them
	near "$(meminfo CmaFree)" "$(saved cmafree)" 16384 "CmaFree as in boot 2"
	# They come and go by a dozen; one that is lost in each boot would show
	near "$(large_blocks)" "$(saved blocks)" 24 "free blocks of 2 MiB as in boot 2"
	is "$(wc -c </sys/firmware/kho/dt)" "$(saved size)" "the tree is of the same size"
}
