// SPDX-License-Identifier: GPL-2.0
/* Page sets of the previous kernel: restoring pages. */
#include <linux/kho/pageset.h>
#include <linux/kho_mm.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sizes.h>

#include "kho_internal.h"

/**
 * kho_pageset_restore_folio - restore a folio
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
	struct kho_restored adopted = { };
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
	folio = kho_pages_restore_folio(&adopted, pfn, run.order);
	kho_pages_count(&adopted);
	return folio;
}
EXPORT_SYMBOL_GPL(kho_pageset_restore_folio);

/**
 * kho_pageset_restore_range - restore single pages one after the other
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
	struct kho_restored adopted = { };
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
	kho_pages_restore(&adopted, pfn, end, 0);
	kho_pages_count(&adopted);
	return 0;
}
EXPORT_SYMBOL_GPL(kho_pageset_restore_range);

/**
 * kho_pageset_restore_all - restore all that is in a page set
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
	struct kho_restored adopted = { };
	unsigned long runs = 0;
	struct kho_cursor c;

	if (WARN_ON(!set->claim->incoming))
		return -EINVAL;
	guard(mutex)(&set->lock);
	if (set->restored)
		return -EALREADY;
	set->restored = true;
	kho_cursor_for_each(&c, kho_map_head(&set->map)) {
		kho_pages_restore(&adopted, c.pfn, c.end, kho_cursor_order(&c));
		if (!(++runs % SZ_1K))
			cond_resched();
	}
	kho_pages_count(&adopted);
	return set->map.nr_pages;
}
EXPORT_SYMBOL_GPL(kho_pageset_restore_all);
