// SPDX-License-Identifier: GPL-2.0
/*
 * The pages of clients for tests over a kexec.
 *
 * They come in three shapes: single pages with gaps between them, folios of
 * orders 0 to 9, and long ranges. With random= there is what is left of a random
 * mixture of these after about half of it was freed, and some of it is forgotten
 * and freed once more after it was preserved. Each page is filled with a pattern of
 * its page frame number and its order, so in the new kernel every page shows
 * whether it came back whole, in the right place, and as what it was; a sum over
 * all of them shows that none is missing.
 */
#define pr_fmt(fmt) "kho_test: " fmt

#include <linux/kho/pageset.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#include "kho_test_pages.h"

#define MAX_ORDER	9
#define RANGE_PAGES	768	/* no power of two, and more than a pageblock */

static unsigned int scattered;
module_param(scattered, uint, 0444);
MODULE_PARM_DESC(scattered, "single pages with gaps, for each client");

static unsigned int folios;
module_param(folios, uint, 0444);
MODULE_PARM_DESC(folios, "folios of each order, for each client");

static unsigned int ranges;
module_param(ranges, uint, 0444);
MODULE_PARM_DESC(ranges, "long ranges, for each client");

static bool low[MAX_CLIENTS];
module_param_array(low, bool, NULL, 0444);
MODULE_PARM_DESC(low, "which of them have pages below 4 GiB only");

static unsigned int at[MAX_CLIENTS];
static unsigned int nr_at;
module_param_array(at, uint, &nr_at, 0444);
MODULE_PARM_DESC(at, "MiB from the first page on where, or not far behind, a range is, for one client after the other");

static unsigned int random;
module_param(random, uint, 0444);
MODULE_PARM_DESC(random, "folios and ranges of any size, for each client");

static unsigned int every;
module_param(every, uint, 0444);
MODULE_PARM_DESC(every, "one page in so many, of all memory that is free");

static unsigned int below = UINT_MAX;
module_param(below, uint, 0444);
MODULE_PARM_DESC(below, "of these, only those in so many MiB from the first page on");

/**
 * kho_test_pattern - what a word of a page holds
 * @pfn: the page
 * @order: of the folio that it is in
 * @i: the word
 */
u64 kho_test_pattern(unsigned long pfn, unsigned int order, unsigned int i)
{
	u64 x = ((u64)pfn << 24 | order << 16 | i) * 0x9e3779b97f4a7c15ULL;

	return x ^ (x >> 29);
}

/**
 * kho_test_fill - fill pages with the pattern
 * @pfn: the first one
 * @nr: how many
 * @order: of the folios that they are in
 */
void kho_test_fill(unsigned long pfn, unsigned long nr, unsigned int order)
{
	unsigned int i;

	for (; nr--; pfn++) {
		u64 *words = pfn_to_kaddr(pfn);

		for (i = 0; i < WORDS; i++)
			words[i] = kho_test_pattern(pfn, order, i);
		cond_resched();
	}
}

/**
 * kho_test_intact - compare a restored run with the pattern
 * @where: to be named in the log
 * @run: the run
 * @sum: the first word of each page is added to it
 */
bool kho_test_intact(const char *where, const struct kho_run *run, u64 *sum)
{
	unsigned long pfn;
	unsigned int i;

	for (pfn = run->pfn; pfn < run->pfn + run->nr; pfn++) {
		const u64 *words = pfn_to_kaddr(pfn);

		/* Kept from the page allocator, and by nobody else's doing. */
		if (!PageReserved(pfn_to_page(pfn)) ||
		    page_count(pfn_to_page(pfn)) != 1) {
			pr_err("%s: page %#lx is not kept\n", where, pfn);
			return false;
		}
		for (i = 0; i < WORDS; i++) {
			if (words[i] == kho_test_pattern(pfn, run->order, i))
				continue;
			pr_err("%s: page %#lx, order %u, word %u: %#llx instead of %#llx\n",
			       where, pfn, run->order, i, words[i],
			       kho_test_pattern(pfn, run->order, i));
			return false;
		}
		*sum += words[0];
		cond_resched();
	}
	return true;
}

/**
 * kho_test_own - take note of a folio
 * @t: whose it is
 * @shape: the list that it goes to
 * @folio: with a reference
 */
void kho_test_own(struct test_pages *t, enum shape shape, struct folio *folio)
{
	list_add_tail(&folio->lru, &t->owned[shape]);
	t->kept += folio_nr_pages(folio);
}

static void disown(struct test_pages *t, struct folio *folio)
{
	t->kept -= folio_nr_pages(folio);
	list_del(&folio->lru);
	folio_put(folio);
}

/**
 * kho_test_disown_all - let go of all
 * @t: whose they are
 */
void kho_test_disown_all(struct test_pages *t)
{
	struct folio *folio, *next;
	int shape;

	for (shape = 0; shape < NR_SHAPES; shape++) {
		list_for_each_entry_safe(folio, next, &t->owned[shape], lru) {
			disown(t, folio);
			cond_resched();
		}
	}
}

static gfp_t gfp(const struct test_pages *t)
{
	return GFP_KERNEL | (low[t->nr] ? GFP_DMA32 : 0);
}

/* Of many single pages only those with an odd pfn: no two are neighbours. */
static int alloc_scattered(struct test_pages *t)
{
	LIST_HEAD(even);
	struct folio *folio, *next;
	unsigned int nr = 0;

	while (nr < scattered) {
		folio = folio_alloc(gfp(t), 0);
		if (!folio)
			break;
		if (folio_pfn(folio) & 1) {
			kho_test_own(t, SCATTERED, folio);
			nr++;
		} else {
			list_add(&folio->lru, &even);
		}
	}
	list_for_each_entry_safe(folio, next, &even, lru) {
		list_del(&folio->lru);
		folio_put(folio);
	}
	return nr < scattered ? -ENOMEM : 0;
}

/*
 * All there is, without reclaim, also what is kept back after memory was
 * fragmented; then give back all but some.
 */
static int alloc_everywhere(struct test_pages *t)
{
	LIST_HEAD(others);
	struct folio *folio, *next;
	u64 end;

	if (!every)
		return 0;
	end = node_start_pfn(first_online_node) + PHYS_PFN((u64)below << 20);
	while ((folio = folio_alloc(GFP_ATOMIC | __GFP_NOWARN, 0))) {
		if (folio_pfn(folio) % every || folio_pfn(folio) >= end)
			list_add(&folio->lru, &others);
		else
			kho_test_own(t, SCATTERED, folio);
		cond_resched();
	}
	list_for_each_entry_safe(folio, next, &others, lru) {
		list_del(&folio->lru);
		folio_put(folio);
		cond_resched();
	}
	return 0;
}

static int alloc_folios(struct test_pages *t)
{
	struct folio *folio;
	unsigned int i, order;

	for (i = 0; i < folios; i++) {
		for (order = 0; order <= MAX_ORDER; order++) {
			folio = folio_alloc(gfp(t) | __GFP_COMP, order);
			if (!folio)
				return -ENOMEM;
			kho_test_own(t, FOLIOS, folio);
		}
	}
	return 0;
}

static int alloc_range(struct test_pages *t, unsigned int pages)
{
	void *p = alloc_pages_exact(pages * PAGE_SIZE, gfp(t));
	unsigned int i;

	if (!p)
		return -ENOMEM;
	for (i = 0; i < pages; i++)
		kho_test_own(t, RANGES, virt_to_folio(p + i * PAGE_SIZE));
	return 0;
}

static int alloc_ranges(struct test_pages *t)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < ranges; i++)
		err = alloc_range(t, RANGE_PAGES);
	return err;
}

/* One range, in two halves: there may be a border between zones in its middle. */
static int alloc_range_around(struct test_pages *t, unsigned long mid)
{
	unsigned long pfn, half = RANGE_PAGES / 2;
	int err;

	if (!pfn_to_online_page(mid - half) || !pfn_to_online_page(mid + half - 1))
		return -ENXIO;
	err = alloc_contig_range(mid - half, mid, MIGRATE_MOVABLE, GFP_KERNEL);
	if (err)
		return err;
	err = alloc_contig_range(mid, mid + half, MIGRATE_MOVABLE, GFP_KERNEL);
	if (err) {
		free_contig_range(mid - half, half);
		return err;
	}
	for (pfn = mid - half; pfn < mid + half; pfn++)
		kho_test_own(t, RANGES, pfn_folio(pfn));
	return 0;
}

/* What is in use there may be unmovable: then not far behind it. */
static int alloc_range_at(struct test_pages *t, unsigned int mib)
{
	u64 first = ALIGN_DOWN(node_start_pfn(first_online_node),
			       MAX_ORDER_NR_PAGES);
	unsigned int pos;
	int err = 0;

	for (pos = mib; pos < mib + 64; pos += 4) {
		err = alloc_range_around(t, first + PHYS_PFN((u64)pos << 20));
		if (err != -EBUSY)
			break;
	}
	pr_info("kho_test.%d: range at %u MiB: %d\n", t->nr, pos, err);
	return err;
}

static int alloc_at(struct test_pages *t, unsigned int clients)
{
	unsigned int i;
	int err = 0;

	for (i = t->nr; !err && i < nr_at; i += clients)
		err = alloc_range_at(t, at[i]);
	return err;
}

static unsigned int any_below(struct test_pages *t, unsigned int limit)
{
	return prandom_u32_state(&t->rnd) % limit;
}

/* Let go of one folio in @nth, from the page set that it is in if there is one. */
static int disown_some(struct test_pages *t, enum shape shape,
		       struct kho_pageset *set, unsigned int nth)
{
	struct folio *folio, *next;
	int err = 0;

	list_for_each_entry_safe(folio, next, &t->owned[shape], lru) {
		if (any_below(t, nth))
			continue;
		if (set && shape == RANGES)
			err = kho_pageset_remove_range(set, folio_pfn(folio), 1);
		else if (set)
			err = kho_pageset_remove_folio(set, folio);
		if (err)
			break;
		disown(t, folio);
		cond_resched();
	}
	return err;
}

/* Small ones more often than large ones, so that there are many runs. */
static int alloc_random(struct test_pages *t)
{
	struct folio *folio;
	unsigned int i;
	int err = 0;

	if (!random)
		return 0;
	for (i = 0; !err && i < random; i++) {
		unsigned int order = any_below(t, 1 + any_below(t, MAX_ORDER + 1));

		if (!any_below(t, 16)) {
			err = alloc_range(t, 1 + any_below(t, RANGE_PAGES));
			continue;
		}
		folio = folio_alloc(gfp(t) | __GFP_COMP, order);
		if (!folio)
			return -ENOMEM;
		kho_test_own(t, order || any_below(t, 2) ? FOLIOS : SCATTERED,
			     folio);
	}
	err = err ?: disown_some(t, SCATTERED, NULL, 2);
	err = err ?: disown_some(t, FOLIOS, NULL, 2);
	return err ?: disown_some(t, RANGES, NULL, 64);
}

/**
 * kho_test_alloc - allocate what the parameters say
 * @t: what is allocated goes there
 * @clients: number of clients
 *
 * Return: 0 or an error; what was allocated by then is owned.
 */
int kho_test_alloc(struct test_pages *t, unsigned int clients)
{
	return alloc_at(t, clients) ?: alloc_scattered(t) ?: alloc_folios(t) ?:
	       alloc_ranges(t) ?: alloc_random(t) ?: alloc_everywhere(t);
}

/**
 * kho_test_thin_out - with random=, let go of some that are in a page set
 * @t: whose they are
 * @shape: of the page set
 * @set: the page set
 *
 * Return: 0 or the page set's error.
 */
int kho_test_thin_out(struct test_pages *t, enum shape shape,
		      struct kho_pageset *set)
{
	return random ? disown_some(t, shape, set, 8) : 0;
}

/**
 * kho_test_pages_init - begin without any
 * @t: to be initialised
 * @nr: number of the client
 * @seed: of what is random
 */
void kho_test_pages_init(struct test_pages *t, int nr, u32 seed)
{
	int shape;

	t->nr = nr;
	prandom_seed_state(&t->rnd, seed);
	for (shape = 0; shape < NR_SHAPES; shape++)
		INIT_LIST_HEAD(&t->owned[shape]);
}
