// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer on the decoder of maps. The input is up to three leaves: a head,
 * which says what kind of leaf it is, then words. What the validator accepts must
 * load, and operations on what was loaded must keep everything true that is
 * true of maps.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "image.h"
#include "maptest.h"
#include "sim.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

struct leaf_head {
	u8	kind;
	u8	order;
	u16	at;	/* of a bitmap, the first word */
	u16	words;
	u16	cell;
} __packed;

/* One leaf; returns what it took of the input. */
static size_t fill_leaf(struct kho_leaf *leaf, const u8 *data, size_t size)
{
	struct leaf_head head;
	size_t at, nr;
	u64 folios;

	memcpy(&head, data, sizeof(head));
	leaf->magic = KHO_LEAF_MAGIC;
	leaf->version = KHO_LEAF_VERSION;
	leaf->kind = head.kind % 4;
	memset(leaf->words, 0, KHO_LEAF_CAPACITY * sizeof(u64));
	at = kho_leaf_is_bitmap(leaf) ? head.at % KHO_LEAF_CAPACITY : 0;
	nr = min((size_t)head.words, (size - sizeof(head)) / sizeof(u64));
	nr = min(nr, KHO_LEAF_CAPACITY - at);
	memcpy(leaf->words + at, data + sizeof(head), nr * sizeof(u64));
	leaf->nr = nr;
	if (kho_leaf_is_bitmap(leaf)) {
		leaf->order = head.order;
		leaf->base = (u64)head.cell * KHO_LEAF_BITS << head.order % 64;
		leaf->nr = kho_leaf_count_bits(leaf, &folios);
	}
	return sizeof(head) + nr * sizeof(u64);
}

/* Fills the page set's map with what @data says. */
static void fill(struct image *img, const u8 *data, size_t size)
{
	struct kho_set_rec *set = image_set(img, 0);
	struct kho_leaf *leaf = sim_virt(set->map);
	size_t took;

	set->runs = 0;
	set->pages = 0;
	for (set->leaves = 0; size >= sizeof(struct leaf_head); size -= took) {
		if (set->leaves == 3)
			break;
		if (set->leaves++) {
			leaf->next = sim_alloc(1);
			leaf = sim_virt(leaf->next);
			image_root(img)->meta_pages++;
		}
		took = fill_leaf(leaf, data, size);
		data += took;
		set->runs += leaf->nr;
		if (leaf->order < 64)
			set->pages += kho_leaf_pages(leaf);
	}
}

static void use(u64 head)
{
	struct kho_map map;
	struct kho_run run;
	struct kho_cursor c;
	u64 pfn = 0, pages = 0, i = 0;

	kho_map_init(&map);
	if (kho_map_load(&map, head))
		abort();
	for (; kho_map_next(&map, pfn, &run); pfn = run.pfn + run.nr)
		pages += run.nr;
	if (pages != map.nr_pages)
		abort();
	kho_cursor_for_each(&c, head)
		pages -= c.end - c.pfn;
	if (pages)
		abort();
	/* Pages into the gaps, folios out of the middle, then all the rest. */
	for (pfn = 0; i < 100 && kho_map_next(&map, pfn, &run); i++) {
		pfn = run.pfn + run.nr;
		map_add(&map, run.pfn + run.nr, 1, 0);
		map_add(&map, run.pfn - 1, 1, 0);
		map_add(&map, run.pfn + run.nr, 1ULL << run.order, run.order);
		map_add(&map, run.pfn + run.nr, run.pfn % 999999, 0);
	}
	map_verify(&map);
	for (pfn = 0; kho_map_next(&map, pfn, &run); pfn = run.pfn + run.nr)
		if (run.nr >> run.order > 2 &&
		    kho_map_remove(&map, run.pfn + (1ULL << run.order),
				   1ULL << run.order))
			abort();
	map_verify(&map);
	while (kho_map_next(&map, 0, &run))
		if (kho_map_remove(&map, run.pfn, run.nr))
			abort();
	if (map.nr_leaves || map.nr_pages || map.nr_runs)
		abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct image img;
	static struct verdict v;

	limit_cpu(FUZZ_SECONDS);
	rnd_seed(0);
	image_build_small(&img);
	fill(&img, data, size);
	image_seal(&img);
	image_check(img.root, &v);
	if (v.root == 1 && !v.claims && !v.refused)
		use(image_set(&img, 0)->map);
	limit_cpu(0);
	return 0;
}
