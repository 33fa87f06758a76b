// SPDX-License-Identifier: GPL-2.0
/* Page sets: the pages of a claim. */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/ratelimit.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "../../mm/internal.h"
#include "check.h"
#include "kho_internal.h"
#include "scratch.h"

/*
 * Of a folio the first and the last page are looked at. Up to this many pages
 * of a range are looked at one by one, in longer ranges one a pageblock: adding
 * must not cost anything per page of a long run.
 */
#define FULL_CHECK_PAGES	512

/* What map.c needs. Never slab: leaves cross the kexec as whole pages. */
struct kho_leaf *kho_leaf_alloc(void)
{
	return (struct kho_leaf *)get_zeroed_page(GFP_KERNEL);
}

static bool leaf_is_incoming(const struct kho_leaf *leaf)
{
	return PageReserved(virt_to_page(leaf));
}

void kho_leaf_free(struct kho_leaf *leaf)
{
	if (leaf_is_incoming(leaf))
		free_reserved_page(virt_to_page(leaf));
	else
		free_page((unsigned long)leaf);
}

struct kho_leaf_ref *kho_leaf_ref_alloc(void)
{
	return kmalloc(sizeof(struct kho_leaf_ref), GFP_KERNEL);
}

void kho_leaf_ref_free(struct kho_leaf_ref *ref)
{
	kfree(ref);
}

u64 kho_leaf_to_phys(const struct kho_leaf *leaf)
{
	return __pa(leaf);
}

struct kho_leaf *kho_leaf_from_phys(u64 phys)
{
	return phys_to_virt(phys);
}

/* Give pages that were kept since boot to the page allocator. */
void kho_pages_free_reserved(u64 phys, u64 size)
{
	unsigned long pfn = PHYS_PFN(phys), end = PHYS_PFN(phys + size);

	for (; pfn < end; pfn++) {
		free_reserved_page(pfn_to_page(pfn));
		if (IS_ALIGNED(pfn, SZ_1K))
			cond_resched();
	}
}

static struct kho_pageset *pageset_find(const struct kho_claim *claim,
					const char *name)
{
	struct kho_pageset *set;

	lockdep_assert_held(&kho_data_lock);
	list_for_each_entry(set, &claim->sets, list)
		if (!strcmp(set->name, name))
			return set;
	return NULL;
}

struct kho_pageset *kho_pageset_create_locked(struct kho_claim *claim,
					      const char *name)
{
	struct kho_pageset *set;

	lockdep_assert_held(&kho_data_lock);
	if (pageset_find(claim, name))
		return ERR_PTR(-EEXIST);
	set = kzalloc(sizeof(*set), GFP_KERNEL);
	if (!set)
		return ERR_PTR(-ENOMEM);
	strscpy(set->name, name);
	set->claim = claim;
	kho_map_init(&set->map);
	list_add_tail(&set->list, &claim->sets);
	return set;
}

/**
 * kho_pageset_create - create an empty page set
 * @claim: an outgoing claim
 * @name: name of the page set, unique in the claim; at most 31 characters of
 *	[A-Za-z0-9._-], starting with a letter or a digit
 *
 * Context: Process context; may sleep.
 * Return: the page set; ERR_PTR() of -ENODEV without a claim, as the registry is
 * not enabled, -EINVAL for a bad name or an incoming
 * claim, -EEXIST, -EBUSY if the registry is frozen, -ENOMEM.
 */
struct kho_pageset *kho_pageset_create(struct kho_claim *claim,
				       const char *name)
{
	if (!claim)
		return ERR_PTR(-ENODEV);
	if (claim->incoming || !kho_check_name(name, KHO_NAME_SIZE)) {
		pr_err("%s: page set \"%s\" can't be created\n", claim->name,
		       name);
		return ERR_PTR(-EINVAL);
	}
	guard(mutex)(&kho_data_lock);
	if (kho_frozen)
		return ERR_PTR(-EBUSY);
	return kho_pageset_create_locked(claim, name);
}
EXPORT_SYMBOL_GPL(kho_pageset_create);

/* Free an incoming page set with its pages, or forget an outgoing one. */
unsigned long kho_pageset_free_locked(struct kho_pageset *set)
{
	unsigned long pages = set->map.nr_pages;
	struct kho_run run;
	u64 pfn = 0;

	lockdep_assert_held(&kho_data_lock);
	if (set->claim->incoming) {
		for (; kho_map_next(&set->map, pfn, &run); pfn = run.pfn + run.nr)
			kho_pages_free_reserved(PFN_PHYS((u64)run.pfn),
						PFN_PHYS((u64)run.nr));
	}
	kho_map_destroy(&set->map);
	list_del(&set->list);
	kfree(set);
	return pages;
}

/**
 * kho_pageset_destroy - forget an outgoing page set
 * @set: the page set; its pages stay the client's. ERR_PTR() and NULL are
 *	ignored, and so is the call when the registry is frozen
 *
 * Context: Process context; may sleep.
 */
void kho_pageset_destroy(struct kho_pageset *set)
{
	if (IS_ERR_OR_NULL(set) || WARN_ON(set->claim->incoming))
		return;
	guard(mutex)(&kho_data_lock);
	if (!kho_frozen)
		kho_pageset_free_locked(set);
}
EXPORT_SYMBOL_GPL(kho_pageset_destroy);

/**
 * kho_pageset_find - find a page set by its name
 * @claim: the claim
 * @name: the name
 *
 * Context: Process context; may sleep.
 * Return: the page set, or NULL.
 */
struct kho_pageset *kho_pageset_find(const struct kho_claim *claim,
				     const char *name)
{
	guard(mutex)(&kho_data_lock);
	return pageset_find(claim, name);
}
EXPORT_SYMBOL_GPL(kho_pageset_find);

static const char *page_why_not(unsigned long pfn, unsigned int order)
{
	struct page *page = pfn_to_online_page(pfn);
	struct folio *folio;

	if (!page)
		return "not online memory";
	folio = page_folio(page);
	if (PageReserved(page))
		return "reserved";
	if (PageHWPoison(page))
		return "poisoned";
	if (folio_test_slab(folio))
		return "slab";
	if (!folio_ref_count(folio))
		return "free";
	if (!order && folio_test_large(folio))
		return "part of a folio";
	return NULL;
}

/* Why a run can't be preserved; NULL if it can. */
static const char *run_why_not(const struct kho_run *run, unsigned long *where)
{
	unsigned long end = run->pfn + run->nr, step = 1UL << run->order;
	const char *why;

	if (!run->order && run->nr > FULL_CHECK_PAGES)
		step = pageblock_nr_pages;
	*where = run->pfn;
	if (kho_scratch_overlaps(PFN_PHYS((u64)run->pfn),
				 PFN_PHYS((u64)run->nr)))
		return "in scratch";
	for (; *where < end; *where = ALIGN(*where + 1, step)) {
		why = page_why_not(*where, run->order);
		if (why)
			return why;
	}
	*where = end - 1;
	return page_why_not(*where, run->order);
}

/* Whose are pages of [pfn, pfn + nr)? */
static struct kho_pageset *range_owner(unsigned long pfn, unsigned long nr,
				       unsigned long *where)
{
	struct kho_claim *claim;
	struct kho_pageset *set;
	struct kho_run run;

	list_for_each_entry(claim, &kho_claims_out, list) {
		list_for_each_entry(set, &claim->sets, list) {
			if (!kho_map_next(&set->map, pfn, &run) ||
			    run.pfn >= pfn + nr)
				continue;
			*where = max(run.pfn, pfn);
			return set;
		}
	}
	return NULL;
}

static int pageset_add(struct kho_pageset *set, const struct kho_run *run)
{
	struct kho_pageset *owner;
	unsigned long where;
	const char *why;

	if (!run->nr || run->pfn + run->nr < run->pfn ||
	    run->pfn + run->nr - 1 > KHO_RUN_PFN_MAX)
		return -EINVAL;
	if (WARN_ON(set->claim->incoming))
		return -EINVAL;
	why = run_why_not(run, &where);
	if (why) {
		pr_err_ratelimited("%s/%s: page %#lx can't be preserved: %s\n",
				   set->claim->name, set->name, where, why);
		return -EINVAL;
	}

	guard(mutex)(&kho_data_lock);
	if (kho_frozen)
		return -EBUSY;
	owner = range_owner(run->pfn, run->nr, &where);
	if (owner) {
		pr_err_ratelimited("%s/%s: page %#lx is claimed by %s/%s already\n",
				   set->claim->name, set->name, where,
				   owner->claim->name, owner->name);
		return -EEXIST;
	}
	return kho_map_add(&set->map, run);
}

static int pageset_remove(struct kho_pageset *set, unsigned long pfn,
			  unsigned long nr)
{
	if (WARN_ON(set->claim->incoming))
		return -EINVAL;
	guard(mutex)(&kho_data_lock);
	if (kho_frozen)
		return -EBUSY;
	return kho_map_remove(&set->map, pfn, nr);
}

/**
 * kho_pageset_add_folio - add a folio
 * @set: page set of an outgoing claim
 * @folio: the folio, on which the caller has a reference
 *
 * The folio comes back with its order. O(log runs), plus O(log runs) for each
 * other page set; what kho_pageset_add_range() says of the check holds too.
 *
 * Context: Process context; may sleep.
 * Return: 0; -EINVAL for pages that can't be preserved: in scratch, slab,
 * reserved, poisoned, free or offline; -EEXIST if a page set has a page of it
 * already; -EBUSY if the registry is frozen; -ENOMEM.
 */
int kho_pageset_add_folio(struct kho_pageset *set, struct folio *folio)
{
	struct kho_run run = {
		.pfn	= folio_pfn(folio),
		.nr	= folio_nr_pages(folio),
		.order	= folio_order(folio),
	};

	return pageset_add(set, &run);
}
EXPORT_SYMBOL_GPL(kho_pageset_add_folio);

/**
 * kho_pageset_add_range - add single pages one after the other
 * @set: page set of an outgoing claim
 * @pfn: first page
 * @nr: number of pages
 *
 * The pages come back as pages of order 0. Each must have a reference of its
 * own, which the tail pages of an allocation without __GFP_COMP get from
 * split_page(). O(log runs) plus O(log runs) for each other page set, whatever
 * @nr, and a check of each page; of more than 512 pages, of one a pageblock.
 *
 * Context: Process context; may sleep.
 * Return: as kho_pageset_add_folio(); -EINVAL also for no pages, for a range that
 * wraps, and for parts of folios.
 */
int kho_pageset_add_range(struct kho_pageset *set, unsigned long pfn,
			  unsigned long nr)
{
	struct kho_run run = { .pfn = pfn, .nr = nr };

	return pageset_add(set, &run);
}
EXPORT_SYMBOL_GPL(kho_pageset_add_range);

/**
 * kho_pageset_remove_folio - remove a folio
 * @set: page set of an outgoing claim
 * @folio: a folio that was added to it
 *
 * Context: Process context; may sleep.
 * Return: 0; -ENOENT if it is not there; -EINVAL if it was added as part of a
 * larger one; -EBUSY if the registry is frozen; -ENOMEM.
 */
int kho_pageset_remove_folio(struct kho_pageset *set, struct folio *folio)
{
	return pageset_remove(set, folio_pfn(folio), folio_nr_pages(folio));
}
EXPORT_SYMBOL_GPL(kho_pageset_remove_folio);

/**
 * kho_pageset_remove_range - remove pages
 * @set: page set of an outgoing claim
 * @pfn: first page
 * @nr: number of pages
 *
 * Context: Process context; may sleep.
 * Return: as kho_pageset_remove_folio().
 */
int kho_pageset_remove_range(struct kho_pageset *set, unsigned long pfn,
			     unsigned long nr)
{
	return pageset_remove(set, pfn, nr);
}
EXPORT_SYMBOL_GPL(kho_pageset_remove_range);

/**
 * kho_pageset_next_run - find a run
 * @set: the page set
 * @pfn: where to start
 * @run: set to the run that contains @pfn, or else the next one
 *
 * Context: Process context; may sleep.
 * Return: whether there is one.
 */
bool kho_pageset_next_run(const struct kho_pageset *set, unsigned long pfn,
			  struct kho_run *run)
{
	guard(mutex)(&kho_data_lock);
	return kho_map_next(&set->map, pfn, run);
}
EXPORT_SYMBOL_GPL(kho_pageset_next_run);

/**
 * kho_pageset_pages - number of pages in a page set
 * @set: the page set
 *
 * Context: Any.
 * Return: the number.
 */
unsigned long kho_pageset_pages(const struct kho_pageset *set)
{
	return READ_ONCE(set->map.nr_pages);
}
EXPORT_SYMBOL_GPL(kho_pageset_pages);

/**
 * kho_pageset_runs - number of runs in a page set
 * @set: the page set
 *
 * Context: Any.
 * Return: the number.
 */
unsigned long kho_pageset_runs(const struct kho_pageset *set)
{
	return READ_ONCE(set->map.nr_runs);
}
EXPORT_SYMBOL_GPL(kho_pageset_runs);

/* Make pages that were kept since boot pages like all others, in use once. */
static struct folio *adopt_folio(unsigned long pfn, unsigned int order)
{
	struct page *page = pfn_to_page(pfn);
	unsigned long i, nr = 1UL << order;

	for (i = 0; i < nr; i++) {
		clear_page_tag_ref(page + i);
		__ClearPageReserved(page + i);
		set_page_count(page + i, i ? 0 : 1);
	}
	if (order)
		prep_compound_page(page, order);
	adjust_managed_page_count(page, nr);
	return page_folio(page);
}

/**
 * kho_pageset_restore_folio - take over a folio
 * @set: page set of an incoming claim
 * @pfn: first page of the folio
 *
 * The folio leaves the page set. It has one reference, the order that it was
 * added with, and its contents; folio_put() frees it.
 *
 * Context: Process context; may sleep.
 * Return: the folio; ERR_PTR() of -ENOENT if no folio starts at @pfn, -EINVAL
 * for an outgoing claim, -ENOMEM.
 */
struct folio *kho_pageset_restore_folio(struct kho_pageset *set,
					unsigned long pfn)
{
	struct kho_run run;
	int err;

	if (WARN_ON(!set->claim->incoming))
		return ERR_PTR(-EINVAL);
	guard(mutex)(&kho_data_lock);
	if (!kho_map_next(&set->map, pfn, &run) || run.pfn > pfn ||
	    !IS_ALIGNED(pfn, 1UL << run.order))
		return ERR_PTR(-ENOENT);
	err = kho_map_remove(&set->map, pfn, 1UL << run.order);
	if (err)
		return ERR_PTR(err);
	return adopt_folio(pfn, run.order);
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
 * Return: 0; -ENOENT if not all of them are in the page set; -EINVAL if some are
 * part of folios, or for an outgoing claim; -ENOMEM.
 */
int kho_pageset_restore_range(struct kho_pageset *set, unsigned long pfn,
			      unsigned long nr)
{
	unsigned long pos, end = pfn + nr;
	struct kho_run run;
	int err;

	if (WARN_ON(!set->claim->incoming))
		return -EINVAL;
	guard(mutex)(&kho_data_lock);
	for (pos = pfn; pos < end; pos = run.pfn + run.nr) {
		if (!kho_map_next(&set->map, pos, &run) || run.pfn >= end)
			break;
		if (run.order)
			return -EINVAL;
	}
	err = kho_map_remove(&set->map, pfn, nr);
	if (err)
		return err;
	for (pos = pfn; pos < end; pos++) {
		adopt_folio(pos, 0);
		if (IS_ALIGNED(pos, SZ_1K))
			cond_resched();
	}
	return 0;
}
EXPORT_SYMBOL_GPL(kho_pageset_restore_range);

/**
 * kho_pageset_discard - free what is left in an incoming page set
 * @set: the page set, gone afterwards; ERR_PTR() and NULL are ignored
 *
 * Context: Process context; may sleep.
 * Return: number of pages freed.
 */
unsigned long kho_pageset_discard(struct kho_pageset *set)
{
	if (IS_ERR_OR_NULL(set) || WARN_ON(!set->claim->incoming))
		return 0;
	guard(mutex)(&kho_data_lock);
	return kho_pageset_free_locked(set);
}
EXPORT_SYMBOL_GPL(kho_pageset_discard);
