// SPDX-License-Identifier: GPL-2.0
/*
 * Contiguous memory on a running system.
 *
 * alloc_contig_range() empties a range whose place is given; to find a place is
 * up to the caller. Each zone is looked through from its end, as memblock does,
 * in chunks of the alignment of scratch. A chunk is promising if it looks as if
 * all pages in it were free or movable. Only where enough promising chunks
 * follow each other, pages are moved.
 */
#include <linux/gfp.h>
#include <linux/hugetlb.h>
#include <linux/kho_mm.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/page-isolation.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/swap.h>

#include "internal.h"

/* Nothing below; as at boot. */
#define CONTIG_MIN_PFN	PHYS_PFN(SZ_16M)

/* One line in the log is written by the caller. */
#define CONTIG_GFP	(GFP_KERNEL | __GFP_NOWARN)

static unsigned long chunk_nr(void)
{
	return PHYS_PFN(KHO_SCRATCH_ALIGN);
}

/*
 * A page that is neither free nor movable; the next page to look at in @pfn.
 * Looks without locks, so it is a guess.
 */
static bool page_is_in_the_way(struct page *page, unsigned long *pfn)
{
	struct page *head;

	++*pfn;
	if (PageReserved(page) || PageHWPoison(page) || PageOffline(page))
		return true;
	if (PageBuddy(page)) {
		unsigned long order = buddy_order_unsafe(page);

		if (order <= MAX_PAGE_ORDER)
			*pfn += (1UL << order) - 1;
		return false;
	}
	head = compound_head(page);
	if (PageHuge(head))
		return true;
	return page_count(head) && !PageLRU(head) && !__PageMovable(head);
}

/* May the chunk at @pfn become scratch? */
static bool chunk_is_promising(struct zone *zone, unsigned long pfn)
{
	unsigned long end = pfn + chunk_nr();
	struct page *page;
	int type;

	while (pfn < end) {
		page = pfn_to_online_page(pfn);
		if (!page || page_zone(page) != zone ||
		    !kho_memory_was_at_boot(pfn))
			return false;
		type = get_pageblock_migratetype(page);
		if (type != MIGRATE_MOVABLE && type != MIGRATE_UNMOVABLE &&
		    type != MIGRATE_RECLAIMABLE)
			return false;
		if (page_is_in_the_way(page, &pfn))
			return false;
	}
	return true;
}

/*
 * Allocate [pfn, end). If that fails, @bad is the highest chunk that could not
 * be had.
 */
static bool window_alloc(unsigned long pfn, unsigned long end,
			 unsigned long *bad)
{
	unsigned long chunk = chunk_nr(), at;

	if (!alloc_contig_range(pfn, end, MIGRATE_MOVABLE, CONTIG_GFP))
		return true;
	for (at = end; at > pfn; at -= chunk) {
		if (alloc_contig_range(at - chunk, at, MIGRATE_MOVABLE,
				       CONTIG_GFP)) {
			if (at < end)
				free_contig_range(at, end - at);
			*bad = at - chunk;
			return false;
		}
		cond_resched();
	}
	return true;
}

/* Find @nr pages in a zone. @largest: the most in a row that was promising. */
static bool zone_alloc(struct zone *zone, unsigned long nr,
		       unsigned long *found, unsigned long *largest)
{
	unsigned long chunk = chunk_nr(), low, pfn, end, bad;

	low = ALIGN(max(zone->zone_start_pfn, CONTIG_MIN_PFN), chunk);
	pfn = ALIGN_DOWN(zone_end_pfn(zone), chunk);
	end = pfn;
	while (pfn > low && !fatal_signal_pending(current)) {
		cond_resched();
		if (chunk_is_promising(zone, pfn - chunk)) {
			pfn -= chunk;
			if (end - pfn < nr)
				continue;
			if (window_alloc(pfn, end, &bad)) {
				*found = pfn;
				return true;
			}
		} else {
			bad = pfn - chunk;
		}
		/* The bad chunk ends what is in a row; go on below it. */
		*largest = max(*largest, end - (bad + chunk));
		pfn = bad;
		end = bad;
	}
	*largest = max(*largest, end - pfn);
	return false;
}

/*
 * How many pages more must be free outside of CMA, so that the page allocator
 * has what it keeps back.
 */
static unsigned long pages_missing(void)
{
	unsigned long free = global_zone_page_state(NR_FREE_PAGES);
	unsigned long cma = global_zone_page_state(NR_FREE_CMA_PAGES);

	free = free > cma ? free - cma : 0;
	return free < totalreserve_pages ? totalreserve_pages - free : 0;
}

/* Allocated pages stay allocated only if the kernel has enough without them. */
static bool can_be_spared(unsigned long pfn, unsigned long nr,
			  unsigned long *largest)
{
	unsigned long missing = ALIGN(pages_missing(), chunk_nr());

	if (!missing)
		return true;
	free_contig_range(pfn, nr);
	*largest = nr > missing ? nr - missing : 0;
	return false;
}

static bool find(unsigned long nr, unsigned long *pfn, unsigned long *largest)
{
	struct zone *zone;
	int zid, nid;

	*largest = 0;
	for (zid = MAX_NR_ZONES - 1; zid >= 0; zid--) {
		for_each_node_state(nid, N_MEMORY) {
			zone = &NODE_DATA(nid)->node_zones[zid];
			if (managed_zone(zone) &&
			    zone_alloc(zone, nr, pfn, largest))
				return can_be_spared(*pfn, nr, largest);
		}
	}
	return false;
}

/**
 * kho_contig_alloc - allocate contiguous pages for scratch
 * @nr: number of pages, a multiple of the alignment of scratch
 * @pfn: set to the first one
 * @largest: on failure set to the largest number of pages that could be had
 *
 * They are whole movable pageblocks of one zone, in memory that was there at
 * boot. Free them with free_contig_range().
 *
 * Context: Process context; may sleep. Time is linear in the size of memory,
 *	and in the number of pages to be moved.
 * Return: 0; -ENOMEM; -EINTR if the task is being killed.
 */
int kho_contig_alloc(unsigned long nr, unsigned long *pfn,
		     unsigned long *largest)
{
	unsigned long next;
	int err = 0;

	/* What waits to be put on the LRU lists would look unmovable. */
	lru_add_drain_all();
	get_online_mems();
	if (!find(nr, pfn, largest)) {
		err = -ENOMEM;
		/* Each promise is smaller than the one that was not kept. */
		while (*largest && !find(*largest, pfn, &next))
			*largest = next;
		if (*largest)
			free_contig_range(*pfn, *largest);
	}
	put_online_mems();
	return fatal_signal_pending(current) && err ? -EINTR : err;
}

/**
 * kho_contig_alloc_at - allocate contiguous pages at a place
 * @pfn: the first one
 * @nr: number of pages; both are multiples of the alignment of scratch
 *
 * Context: Process context; may sleep.
 * Return: whether they could be had, under the conditions of kho_contig_alloc().
 */
bool kho_contig_alloc_at(unsigned long pfn, unsigned long nr)
{
	unsigned long at, unused;
	struct page *page;
	bool done = false;

	lru_add_drain_all();
	get_online_mems();
	page = pfn >= CONTIG_MIN_PFN ? pfn_to_online_page(pfn) : NULL;
	for (at = pfn; page && at < pfn + nr; at += chunk_nr())
		if (!chunk_is_promising(page_zone(page), at))
			page = NULL;
	if (page && window_alloc(pfn, pfn + nr, &at))
		done = can_be_spared(pfn, nr, &unused);
	put_online_mems();
	return done;
}
