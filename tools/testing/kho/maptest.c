// SPDX-License-Identifier: GPL-2.0
/* What must be true of every map at all times. */
#include "harness.h"
#include "maptest.h"
#include "sim.h"

static u64 verify_leaf(const struct kho_leaf *leaf, u64 end, u64 *pages)
{
	unsigned int i;

	check_eq(leaf->magic, KHO_LEAF_MAGIC);
	check_eq(leaf->version, KHO_LEAF_VERSION);
	check(leaf->nr >= 1 && leaf->nr <= KHO_LEAF_CAPACITY);
	for (i = 0; i < leaf->nr; i++) {
		check(kho_word_is_valid(leaf->runs[i]));
		check(kho_word_pfn(leaf->runs[i]) >= end);
		end = kho_word_end(leaf->runs[i]);
		*pages += kho_word_pages(leaf->runs[i]);
	}
	return end;
}

void map_verify(const struct kho_map *map)
{
	struct rb_node *rb = rb_first(&map->index);
	unsigned long leaves = 0, runs = 0;
	u64 phys = kho_map_head(map), pages = 0, end = 1;
	const struct kho_leaf *leaf, *prev = NULL;

	/* The chain that crosses the kexec is the order of the index. */
	for (; phys; phys = leaf->next) {
		check(rb);
		leaf = rb_entry(rb, struct kho_leaf_ref, rb)->leaf;
		check_eq(sim_phys(leaf), phys);
		end = verify_leaf(leaf, end, &pages);
		/* Hence 16 bytes a run, and a page. */
		if (prev)
			check(prev->nr + leaf->nr > KHO_LEAF_CAPACITY);
		leaves++;
		runs += leaf->nr;
		prev = leaf;
		rb = rb_next(rb);
	}
	check(!rb);
	check_eq(map->nr_leaves, leaves);
	check_eq(map->nr_runs, runs);
	check_eq(map->nr_pages, pages);
	check(leaves * (KHO_LEAF_CAPACITY + 1) <=
	      2 * runs + KHO_LEAF_CAPACITY + 1);
}

u64 map_centibytes_a_run(const struct kho_map *map)
{
	return map->nr_runs ?
	       100ULL * map->nr_leaves * PAGE_SIZE / map->nr_runs : 0;
}

int map_add(struct kho_map *map, u64 pfn, u64 nr, unsigned int order)
{
	struct kho_run run = { .pfn = pfn, .nr = nr, .order = order };

	return kho_map_add(map, &run);
}
