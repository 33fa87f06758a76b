# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Random mixtures of folios, single pages and ranges of several clients, some of
# it freed before and some after it was preserved; on and on, with another seed
# each time. Each page comes back with its contents and its order, and every
# other page is in the page allocator's care exactly once. Boot would size its hash
# tables by what is free then. Seven handovers; on a platform, two.
boots=8
[ -z "${PLATFORM:-}" ] || boots=3
plan=$((9 * (boots - 1)))
mem=2G
append='kho_scratch=64M nokaslr dhash_entries=65536 ihash_entries=32768'
second=same
needs=kho
limit=240

CLIENTS=16

hand_over() {
	seed=$(($(date +%s) % 1000000 * 10 + BOOT))
	note "seed $seed"
	need "the test clients" module kho_test_client clients=$CLIENTS random=120 seed=$seed
	preserved_pages | save pages
	need_active
	kexec_into
}

recover() {
	check "each page once, before" census
	without_claims | save without
	need "the test clients" module kho_test_client clients=$CLIENTS
	is "$(intact)" "$(saved pages)" "every page intact"
	rmmod kho_test_client
	check "each page once, after" census
	is "$(without_claims)" "$(saved without)" "all pages and metadata are given back, to the page"
	[ -e "$STATE/reserved" ] || without_claims | save reserved
	# With other memory between, early boot needs a page table more or less.
	near "$(without_claims)" "$(saved reserved)" 4 "and no more than in other boots are reserved"
}

boot1() { hand_over; }
for _boot in $(seq 2 $((boots - 1))); do
	eval "boot$_boot() { recover; hand_over; }"
done
eval "boot$boots() { recover; }"
