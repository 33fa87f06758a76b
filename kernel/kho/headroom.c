// SPDX-License-Identifier: GPL-2.0
/*
 * Checks whether what is preserved leaves enough memory for the next kernel to boot.
 *
 * Early boot must know all of the memory that metadata may be in. It keeps out of
 * the blocks around preserved pages, and gets only the largest of the gaps between
 * these (see reserve.c). The maps tell already which gaps those will be,
 * so a handover that would be given up after the jump is refused before.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/cleanup.h>
#include <linux/ioport.h>
#include <linux/kho_hooks.h>
#include <linux/kho_mm.h>
#include <linux/math64.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "boot/reserve.h"
#include "boot/scratch.h"
#include "kho_internal.h"
#include "lib/blocks.h"

/* Pages of all memory, without what was added since. */
static unsigned long pages_at_boot __ro_after_init;

static int __init room_init(void)
{
	pages_at_boot = get_num_physpages();
	return 0;
}
core_initcall(room_init);

/* What there is to go out, and how far it spreads. */
struct extent {
	u64	sets;
	u64	meta;		/* pages of metadata */
	u64	runs;
	u64	pages;
	u64	spanned;	/* pages between the ends of each set */
};

/* Call a function for each page set that is to go out. */
static void for_sets_out(void (*fn)(struct kho_pageset *set, void *arg),
			 void *arg)
{
	struct kho_claim *claim;
	struct kho_pageset *set;

	list_for_each_entry(claim, &kho_claims_out, list) {
		if (!kho_claim_goes_out(claim))
			continue;
		list_for_each_entry(set, &claim->sets, list)
			fn(set, arg);
	}
}

static void add_extent(struct kho_pageset *set, void *arg)
{
	struct extent *e = arg;

	e->sets++;
	e->meta += READ_ONCE(set->map.nr_leaves);
	e->runs += READ_ONCE(set->map.nr_runs);
	e->pages += READ_ONCE(set->map.nr_pages);
	if (READ_ONCE(set->first) < READ_ONCE(set->end))
		e->spanned += READ_ONCE(set->end) - READ_ONCE(set->first);
}

/* What the largest gaps have of @pages at least, if they are in so many pieces. */
static u64 largest_of(s64 pages, u64 pieces)
{
	if (pages <= 0)
		return 0;
	if (pieces < KHO_MAX_BLOCKS)
		return pages;
	return mul_u64_u64_div_u64(pages, KHO_MAX_BLOCKS, pieces + 1);
}

static bool memory_next(struct kho_windows *w)
{
	w->pfn = w->end;
	w->end = max_pfn;
	return w->pfn < w->end;
}

static bool never_refused(u32 owner)
{
	return false;
}

static int refuse_none(u32 owner, u64 pfn, const char *why)
{
	return -EUCLEAN;
}

static int add_ram(unsigned long pfn, unsigned long nr, void *sum)
{
	*(u64 *)sum += nr;
	return 0;
}

/* Pages of memory in a block that are not scratch. */
static u64 block_pages(const struct kho_range *b)
{
	u64 sum = 0, start, end;
	unsigned int i;

	walk_system_ram_range(b->pfn, b->end - b->pfn, &sum, add_ram);
	for (i = 0; i < kho_scratch_nr; i++) {
		start = max(b->pfn, PHYS_PFN(kho_scratch[i].base));
		end = min(b->end, PHYS_PFN(kho_scratch[i].base +
					   kho_scratch[i].size));
		if (start < end)
			sum -= min(sum, end - start);
	}
	return sum;
}

/* A page set is changed under its lock only. */
static void lock_and_push(struct kho_pageset *set, void *arg)
{
	mutex_lock_nest_lock(&set->lock, &kho_data_lock);
	kho_merge_push(arg, kho_map_head(&set->map), 0);
}

static void unlock(struct kho_pageset *set, void *arg)
{
	mutex_unlock(&set->lock);
}

/* Lay the blocks out as the next kernel will. Sets @pages to those in them. */
static int pages_in_blocks(const struct extent *e, u64 *pages)
{
	static const struct kho_owners owners = {
		.is_refused = never_refused, .refuse = refuse_none,
	};
	struct kho_merge_source *sources __free(kvfree) =
		kvcalloc(max(e->sets, 1), sizeof(*sources), GFP_KERNEL);
	struct kho_range *gaps __free(kvfree) =
		kvcalloc(KHO_MAX_BLOCKS - 1, sizeof(*gaps), GFP_KERNEL);
	struct kho_range *blocks __free(kvfree) =
		kvcalloc(KHO_MAX_BLOCKS, sizeof(*blocks), GFP_KERNEL);
	struct kho_blocks layout = {
		.gap = gaps, .max_gaps = KHO_MAX_BLOCKS - 1, .thorough = true,
	};
	struct kho_windows w = { .next = memory_next };
	struct kho_merge m = { .sources = sources };
	long i, nr;

	if (!sources || !gaps || !blocks)
		return -ENOMEM;
	for_sets_out(lock_and_push, &m);
	nr = kho_blocks_layout(&layout, &m, &w, &owners);
	for_sets_out(unlock, NULL);
	if (nr < 0)
		return nr;
	w = (struct kho_windows) { .next = memory_next };
	nr = kho_blocks_collect(&layout, &w, blocks, KHO_MAX_BLOCKS);
	for (i = 0, *pages = 0; i < nr; i++)
		*pages += block_pages(&blocks[i]);
	return nr < 0 ? nr : 0;
}

/* Finds memory that was added after boot and may hold any allocation. */
static int find_added(struct resource *res, void *arg)
{
	unsigned long pfn = PFN_UP(res->start), end = PFN_DOWN(res->end + 1);

	/* What is added has a resource of its own. */
	if (pfn >= end || kho_memory_was_at_boot(pfn))
		return 0;
	for (; pfn < end; pfn += PAGES_PER_SECTION) {
		struct page *page = pfn_to_online_page(pfn);

		if (page && !is_zone_movable_page(page)) {
			*(u64 *)arg = PFN_PHYS((u64)pfn);
			return 1;
		}
	}
	return 0;
}

/**
 * kho_check_hotadded - does the next kernel know all memory in time?
 *
 * Page sets don't take pages that came after boot. But subtrees, maps and tables
 * may be in any memory that isn't movable.
 *
 * Context: Process context; may sleep. Time is linear in the resources of memory
 *	and in what of it was added.
 * Return: 0; -EBUSY, with a message.
 */
int kho_check_hotadded(void)
{
	u64 where;
	int found;

	get_online_mems();
	found = walk_system_ram_res(0, ULONG_MAX, &where, find_added);
	put_online_mems();
	if (found != 1)
		return 0;
	pr_err("memory at %#llx was added after boot, and the next kernel would learn of it too late: take it offline, or online it as movable\n",
	       where);
	return -EBUSY;
}

/**
 * kho_check_headroom - will boot have enough memory beside what is preserved?
 *
 * The next kernel is taken to have as much memory as this one had at boot, and a
 * struct page as large; an eighth is added to what it needs. What firmware or a
 * device tree reserves of that memory is not known here, and taken for free.
 *
 * Context: Process context; may sleep. Time is linear in the number of page sets;
 *	only if little memory is left, or most of it in small gaps, also in the
 *	number of runs, and then page sets can't be added to meanwhile.
 * Return: 0; -ENOSPC, with a message; -ENOMEM.
 */
int kho_check_headroom(void)
{
	u64 total = pages_at_boot;
	u64 others = total - PHYS_PFN(kho_scratch_total());
	u64 need = kho_pages_for_boot(total), in_blocks, left;
	struct extent e = { };
	int err;

	guard(mutex)(&kho_data_lock);
	need += need / 8;
	for_sets_out(add_extent, &e);
	if (largest_of(others - e.meta - e.spanned, e.sets + e.meta) >= need ||
	    largest_of(others - e.meta - e.pages, e.runs + e.meta) >= need)
		return 0;
	err = pages_in_blocks(&e, &in_blocks);
	if (err)
		return err;
	left = others - min(others, in_blocks + e.meta);
	if (left >= need)
		return 0;
	pr_err("too few pages would be left for boot between those preserved: %llu MiB, need %llu MiB\n",
	       PFN_PHYS(left) / SZ_1M, DIV_ROUND_UP_ULL(PFN_PHYS(need), SZ_1M));
	return -ENOSPC;
}
