// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer on the decoder of maps. The input is the runs of up to three
 * leaves. What the validator accepts must load, and operations on what was
 * loaded must keep everything true that is true of maps.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "image.h"
#include "maptest.h"
#include "sim.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* Fills the page set's map with @size bytes of words. */
static void fill(struct image *img, const u8 *data, size_t size)
{
	struct kho_set_rec *set = image_set(img, 0);
	struct kho_leaf *leaf = sim_virt(set->map);
	size_t words = size / 8, i;
	u64 word;

	set->runs = words;
	set->pages = 0;
	leaf->nr = 0;
	for (i = 0; i < words; i++, data += 8) {
		if (leaf->nr == 1 + i % 7 && set->leaves < 3) {
			leaf->next = sim_alloc(1);
			leaf = sim_virt(leaf->next);
			leaf->magic = KHO_LEAF_MAGIC;
			leaf->version = KHO_LEAF_VERSION;
			set->leaves++;
			image_root(img)->meta_pages++;
		}
		if (leaf->nr == KHO_LEAF_CAPACITY)
			break;
		memcpy(&word, data, 8);
		leaf->runs[leaf->nr++] = word;
		set->pages += kho_word_pages(word);
	}
	set->runs = i;
}

static void use(u64 head)
{
	struct kho_map map;
	struct kho_run run;
	u64 pfn = 0, pages = 0;

	kho_map_init(&map);
	if (kho_map_load(&map, head))
		abort();
	for (; kho_map_next(&map, pfn, &run); pfn = run.pfn + run.nr)
		pages += run.nr;
	if (pages != map.nr_pages)
		abort();
	/* Folios out of the middle, then all the rest. */
	for (pfn = 0; kho_map_next(&map, pfn, &run); pfn = run.pfn + run.nr)
		if (run.nr >> run.order > 2 &&
		    kho_map_remove(&map, run.pfn + (1ULL << run.order),
				   1ULL << run.order))
			abort();
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

	image_build_small(&img);
	fill(&img, data, size);
	image_seal(&img);
	image_check(img.root, &v);
	if (v.root == 1 && !v.claims && !v.refused)
		use(image_set(&img, 0)->map);
	return 0;
}
