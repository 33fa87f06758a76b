# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Page sets of all shapes, of several clients: every page comes back where it
# was, as what it was; an area of vmalloc() in the right order. What is taken over and
# what is discarded becomes free.
plan=13
boots=3
mem=4G
append=kho_scratch=64M
second=same
needs=kho

# 3 clients: single pages with gaps, folios of orders 0 to 9, ranges of 3 MiB
pages=$((3 * (4000 + 6 * 1023 + 5 * 768)))

# unmovable: number of pageblocks of that type; what is kept here takes more than 80
unmovable() { awk '/^Number of blocks type/ { seen = 1; next } seen { n += $5 } END { print n }' /proc/pagetypeinfo; }

boot1() {
	unmovable | save unmovable
	need "the test clients" module kho_test_client clients=3 scattered=4000 folios=6 ranges=5 area=1500
	need_active
	kexec_into
}

boot2() {
	near "$(unmovable)" "$(saved unmovable)" 32 "what lies between is movable"
	is "$(claims in)" "kho_test.0 kho_test.1 kho_test.2" "the claims are there"
	before=$(settled_memfree)
	need "the test clients" module kho_test_client clients=3
	is "$(intact)" "$pages" "every page intact"
	is "$(areas_intact 1500)" 3 "every area intact"
	is "$(claims in)" "" "no claim is left"
	check "the test clients go" rmmod kho_test_client
	# Areas have lists of their pages: eight bytes each, and a head of 24
	lists=$(((1500 * 8 - 1) / ($(page_kib) * 1024 - 24) + 1))
	memfree_is $((before + $(in_kib $((pages + 3 * (1500 + lists)))))) 4096 "all pages are free"
	settled_memfree | save memfree
	find_leaks
	kexec_into
}

boot3() {
	# The boot before had modules loaded and a hundred MiB come and go.
	memfree_is "$(saved memfree)" 2048 "MemFree as in a boot that was given nothing"
}
