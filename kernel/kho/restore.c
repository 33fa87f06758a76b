// SPDX-License-Identifier: GPL-2.0
/* Page sets of the previous kernel: taking pages over. */
#include <linux/io.h>
#include <linux/kho/pageset.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/sched.h>
#include <linux/sizes.h>

#include "../../mm/internal.h"
#include "kho_internal.h"

/* Pages of one zone that were taken over and are not counted there yet. */
struct taken {
	struct page	*page;
	unsigned long	nr;
};

static void taken_count(struct taken *t)
{
	if (t->nr)
		adjust_managed_page_count(t->page, t->nr);
	t->nr = 0;
}

static void taken_add(struct taken *t, struct page *page, unsigned long nr)
{
	if (t->nr && page_zone_id(t->page) != page_zone_id(page))
		taken_count(t);
	t->page = page;
	t->nr += nr;
}

/*
 * Make pages that were kept since boot pages like all others, in use once. The
 * boot has initialised them, with one reference each.
 */
static struct folio *adopt_folio(struct taken *t, unsigned long pfn,
				 unsigned int order)
{
	struct page *page = pfn_to_page(pfn), *tail;
	unsigned long nr = 1UL << order;

	__ClearPageReserved(page);
	clear_page_tag_ref(page);
	/* As prep_compound_tail(), but each struct page is looked at once. */
	for (tail = page + 1; tail < page + nr; tail++) {
		__ClearPageReserved(tail);
		clear_page_tag_ref(tail);
		set_page_count(tail, 0);
		tail->mapping = TAIL_MAPPING;
		set_compound_head(tail, page);
	}
	if (order) {
		__SetPageHead(page);
		prep_compound_head(page, order);
	}
	taken_add(t, page, nr);
	return page_folio(page);
}

/* The same for single pages one after the other, all in one zone. */
static void adopt_pages(struct taken *t, unsigned long pfn, unsigned long nr)
{
	struct page *page = pfn_to_page(pfn), *end = page + nr;

	taken_add(t, page, nr);
	for (; page < end; page++) {
		__ClearPageReserved(page);
		clear_page_tag_ref(page);
	}
}

static bool in_one_zone(unsigned long pfn, unsigned long end)
{
	return page_zone_id(pfn_to_page(pfn)) ==
	       page_zone_id(pfn_to_page(end - 1));
}

/* A zone may end anywhere in a long run. */
static void adopt_run(struct taken *t, unsigned long pfn, unsigned long end,
		      unsigned int order)
{
	unsigned long next;

	/* Most often, where pages are scattered. */
	if (end - pfn == 1) {
		adopt_folio(t, pfn, 0);
		return;
	}
	for (; pfn < end; pfn = next, cond_resched()) {
		if (order) {
			next = pfn + (1UL << order);
			adopt_folio(t, pfn, order);
			continue;
		}
		next = min(end, pageblock_end_pfn(pfn));
		if (!in_one_zone(pfn, next))
			next = pfn + 1;
		adopt_pages(t, pfn, next - pfn);
	}
}

/**
 * kho_pageset_restore_folio - take over a folio
 * @set: page set of an incoming claim
 * @pfn: first page of the folio
 *
 * The folio leaves the page set. It has one reference, the order that it was
 * added with, and its contents; folio_put() frees it, up to %MAX_PAGE_ORDER.
 *
 * Context: Process context; may sleep.
 * Return: the folio; ERR_PTR() of -ENOENT if no folio starts at @pfn, -EALREADY
 * after kho_pageset_restore_all(), -EINVAL for an outgoing claim, -ENOMEM.
 */
struct folio *kho_pageset_restore_folio(struct kho_pageset *set,
					unsigned long pfn)
{
	struct taken taken = { };
	struct kho_run run;
	struct folio *folio;
	int err;

	if (WARN_ON(!set->claim->incoming))
		return ERR_PTR(-EINVAL);
	guard(mutex)(&set->lock);
	if (set->restored)
		return ERR_PTR(-EALREADY);
	if (!kho_map_next(&set->map, pfn, &run) || run.pfn > pfn ||
	    !IS_ALIGNED(pfn, 1UL << run.order))
		return ERR_PTR(-ENOENT);
	err = kho_map_remove(&set->map, pfn, 1UL << run.order);
	if (err)
		return ERR_PTR(err);
	folio = adopt_folio(&taken, pfn, run.order);
	taken_count(&taken);
	return folio;
}
EXPORT_SYMBOL_GPL(kho_pageset_restore_folio);

/**
 * kho_pageset_restore_range - take over single pages one after the other
 * @set: page set of an incoming claim
 * @pfn: first page
 * @nr: number of pages
 *
 * The pages leave the page set. Each has one reference.
 *
 * Context: Process context; may sleep.
 * Return: 0; -ENOENT if not all of them are in the page set; -EALREADY after
 * kho_pageset_restore_all(); -EINVAL if some are part of folios, or for an
 * outgoing claim; -ENOMEM.
 */
int kho_pageset_restore_range(struct kho_pageset *set, unsigned long pfn,
			      unsigned long nr)
{
	struct kho_run run;
	unsigned long pos, end = pfn + nr;
	struct taken taken = { };
	int err;

	if (WARN_ON(!set->claim->incoming))
		return -EINVAL;
	guard(mutex)(&set->lock);
	if (set->restored)
		return -EALREADY;
	for (pos = pfn; pos < end; pos = run.pfn + run.nr) {
		if (!kho_map_next(&set->map, pos, &run) || run.pfn >= end)
			break;
		if (run.order)
			return -EINVAL;
	}
	err = kho_map_remove(&set->map, pfn, nr);
	if (err)
		return err;
	adopt_run(&taken, pfn, end, 0);
	taken_count(&taken);
	return 0;
}
EXPORT_SYMBOL_GPL(kho_pageset_restore_range);

/**
 * kho_pageset_restore_all - take over all that is in a page set
 * @set: page set of an incoming claim
 *
 * Folios have their order, and each folio and single page has one reference.
 * The set goes on telling which they are, see kho_pageset_for_each_run(), until
 * it is discarded or its claim finished; that frees none of them any more.
 *
 * Context: Process context; may sleep. Linear in the number of pages.
 * Return: number of pages; -EALREADY if that was done before, -EINVAL for an
 * outgoing claim.
 */
long kho_pageset_restore_all(struct kho_pageset *set)
{
	struct taken taken = { };
	unsigned long runs = 0;
	struct kho_cursor c;

	if (WARN_ON(!set->claim->incoming))
		return -EINVAL;
	guard(mutex)(&set->lock);
	if (set->restored)
		return -EALREADY;
	set->restored = true;
	kho_cursor_for_each(&c, kho_map_head(&set->map)) {
		adopt_run(&taken, c.pfn, c.end, kho_cursor_order(&c));
		if (!(++runs % SZ_1K))
			cond_resched();
	}
	taken_count(&taken);
	return set->map.nr_pages;
}
EXPORT_SYMBOL_GPL(kho_pageset_restore_all);
