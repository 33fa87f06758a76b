// SPDX-License-Identifier: GPL-2.0
/*
 * Page sets: the pages of a claim.
 *
 * Each set has a lock of its own, so that CPUs which add to different sets stay
 * out of each other's way. That no page is in two sets is checked against the
 * others one by one, see others_check().
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/ratelimit.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/srcu.h>

#include "check.h"
#include "kho_internal.h"
#include "scratch.h"

/*
 * Of a folio the first and the last page are looked at. Up to this many pages
 * of a range are looked at one by one, in longer ranges one a pageblock: adding
 * must not cost anything per page of a long run.
 */
#define FULL_CHECK_PAGES	512

/* So many entries of an array are added under one lock. */
#define ADD_PAGES_BATCH		512UL

/* All outgoing page sets; written with kho_data_lock held. */
static LIST_HEAD(sets_out);
DEFINE_STATIC_SRCU(sets_srcu);

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
	mutex_init(&set->lock);
	kho_map_init(&set->map);
	set->first = ULONG_MAX;
	list_add_tail(&set->list, &claim->sets);
	if (!claim->incoming)
		list_add_tail_rcu(&set->out, &sets_out);
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

/* Nobody finds the set any more; who found it may still look at it. */
static void pageset_unlink(struct kho_pageset *set)
{
	lockdep_assert_held(&kho_data_lock);
	list_del(&set->list);
	if (!set->claim->incoming)
		list_del_rcu(&set->out);
}

/* Free incoming pages that nobody took, and forget outgoing ones. */
static unsigned long pageset_free(struct kho_pageset *set)
{
	unsigned long pages = 0;
	struct kho_cursor c;

	if (set->claim->incoming && !set->restored) {
		pages = set->map.nr_pages;
		kho_cursor_for_each(&c, kho_map_head(&set->map))
			kho_pages_free_reserved(PFN_PHYS(c.pfn),
						PFN_PHYS(c.end - c.pfn));
	}
	kho_map_destroy(&set->map);
	mutex_destroy(&set->lock);
	kfree(set);
	return pages;
}

/**
 * kho_pagesets_free - free all page sets of a claim
 * @claim: the claim, which nobody finds any more
 *
 * Context: Process context; may sleep.
 * Return: number of incoming pages that became free.
 */
unsigned long kho_pagesets_free(struct kho_claim *claim)
{
	struct kho_pageset *set, *tmp;
	unsigned long pages = 0;
	LIST_HEAD(sets);

	scoped_guard(mutex, &kho_data_lock) {
		list_for_each_entry_safe(set, tmp, &claim->sets, list) {
			pageset_unlink(set);
			list_add_tail(&set->list, &sets);
		}
	}
	if (list_empty(&sets))
		return 0;
	if (!claim->incoming)
		synchronize_srcu(&sets_srcu);
	list_for_each_entry_safe(set, tmp, &sets, list)
		pages += pageset_free(set);
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
	scoped_guard(mutex, &kho_data_lock) {
		if (kho_frozen)
			return;
		pageset_unlink(set);
	}
	synchronize_srcu(&sets_srcu);
	pageset_free(set);
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
	scoped_guard(mutex, &kho_data_lock)
		pageset_unlink(set);
	return pageset_free(set);
}
EXPORT_SYMBOL_GPL(kho_pageset_discard);

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

/* Who has a page of @run, among the sets whose pages lie around there? */
static struct kho_pageset *find_owner(const struct kho_pageset *set,
				      const struct kho_run *run,
				      unsigned long *where)
{
	unsigned long end = run->pfn + run->nr;
	struct kho_pageset *other;
	struct kho_run there;

	list_for_each_entry_srcu(other, &sets_out, out,
				 srcu_read_lock_held(&sets_srcu)) {
		if (other == set || READ_ONCE(other->first) >= end ||
		    READ_ONCE(other->end) <= run->pfn)
			continue;
		guard(mutex)(&other->lock);
		if (kho_map_next(&other->map, run->pfn, &there) &&
		    there.pfn < end) {
			*where = max(there.pfn, run->pfn);
			return other;
		}
	}
	return NULL;
}

/* How often anything was added to other sets. */
static unsigned long others_seq(const struct kho_pageset *set)
{
	struct kho_pageset *other;
	unsigned long seq = 0;

	list_for_each_entry_srcu(other, &sets_out, out,
				 srcu_read_lock_held(&sets_srcu))
		if (other != set) {
			/* Pairs with pageset_insert(): pages come before. */
			seq += smp_load_acquire(&other->seq);
		}
	return seq;
}

static int refuse_page(const struct kho_pageset *set, unsigned long where,
		       const char *why)
{
	pr_err_ratelimited("%s/%s: page %#lx can't be preserved: %s\n",
			   set->claim->name, set->name, where, why);
	return -EINVAL;
}

static int refuse_owned(const struct kho_pageset *set, unsigned long where,
			const struct kho_pageset *owner)
{
	pr_err_ratelimited("%s/%s: page %#lx is claimed by %s/%s already\n",
			   set->claim->name, set->name, where,
			   owner->claim->name, owner->name);
	return -EEXIST;
}

/* The set's lock is held. */
static int pageset_insert(struct kho_pageset *set, const struct kho_run *run)
{
	struct kho_run there;
	int err;

	if (READ_ONCE(kho_frozen))
		return -EBUSY;
	err = kho_map_add(&set->map, run);
	if (err == -EEXIST && kho_map_next(&set->map, run->pfn, &there))
		refuse_owned(set, max(there.pfn, run->pfn), set);
	if (err)
		return err;
	if (run->pfn < set->first)
		WRITE_ONCE(set->first, run->pfn);
	if (run->pfn + run->nr > set->end)
		WRITE_ONCE(set->end, run->pfn + run->nr);
	/* Pairs with others_seq(). */
	smp_store_release(&set->seq, set->seq + 1);
	return 0;
}

/*
 * Add a run that no other set has. No two sets are locked at a time: the others
 * are asked before, and once more after if any of them has changed meanwhile.
 * Of two CPUs that add the same page to different sets at the same moment, one
 * at least sees the other's, and takes its own back.
 */
static int pageset_add_checked(struct kho_pageset *set,
			       const struct kho_run *run)
{
	struct kho_pageset *owner;
	unsigned long seq, where;
	int err;

	if (READ_ONCE(kho_frozen))
		return -EBUSY;
	guard(srcu)(&sets_srcu);
	seq = others_seq(set);
	owner = find_owner(set, run, &where);
	if (owner)
		return refuse_owned(set, where, owner);
	scoped_guard(mutex, &set->lock)
		err = pageset_insert(set, run);
	if (err)
		return err;
	/* What was added is to be seen before the counters are looked at. */
	smp_mb();
	if (seq == others_seq(set))
		return 0;
	owner = find_owner(set, run, &where);
	if (!owner)
		return 0;
	scoped_guard(mutex, &set->lock)
		if (!READ_ONCE(kho_frozen))
			kho_map_remove(&set->map, run->pfn, run->nr);
	return refuse_owned(set, where, owner);
}

static int pageset_add(struct kho_pageset *set, const struct kho_run *run)
{
	unsigned long where;
	const char *why;

	if (!run->nr || run->pfn + run->nr < run->pfn ||
	    run->pfn + run->nr - 1 > KHO_RUN_PFN_MAX)
		return -EINVAL;
	if (WARN_ON(set->claim->incoming))
		return -EINVAL;
	why = run_why_not(run, &where);
	if (why)
		return refuse_page(set, where, why);
	return pageset_add_checked(set, run);
}

static int pageset_remove(struct kho_pageset *set, unsigned long pfn,
			  unsigned long nr)
{
	if (WARN_ON(set->claim->incoming))
		return -EINVAL;
	guard(mutex)(&set->lock);
	if (READ_ONCE(kho_frozen))
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

/* The folio or single page of an entry of an array. */
static struct kho_run page_run(struct page *page)
{
	unsigned int order = compound_order(page);

	return (struct kho_run) {
		.pfn	= page_to_pfn(page),
		.nr	= 1UL << order,
		.order	= order,
	};
}

/* In-use pages of online memory all, or their owner lies. */
static const char *array_page_why_not(struct page *page,
				      const struct kho_run *run)
{
	if (PageTail(page))
		return "part of a folio";
	if (kho_scratch_overlaps(PFN_PHYS((u64)run->pfn),
				 PFN_PHYS((u64)run->nr)))
		return "in scratch";
	if (PageReserved(page) || PageHWPoison(page) || PageSlab(page) ||
	    is_zone_device_page(page) || !page_ref_count(page))
		return page_why_not(run->pfn, run->order) ?: "device memory";
	return NULL;
}

/* How many entries from the first on does no other set have? */
static long count_unowned(struct kho_pageset *set, struct page *const *pages,
			  long nr)
{
	struct kho_pageset *owner;
	unsigned long where;
	struct kho_run run;
	long i;

	for (i = 0; i < nr; i++) {
		run = page_run(pages[i]);
		owner = find_owner(set, &run, &where);
		if (owner)
			return i ?: refuse_owned(set, where, owner);
	}
	return i;
}

static long insert_pages(struct kho_pageset *set, struct page *const *pages,
			 long nr)
{
	struct kho_run run;
	const char *why;
	long i;
	int err;

	guard(mutex)(&set->lock);
	for (i = 0; i < nr; i++) {
		run = page_run(pages[i]);
		why = array_page_why_not(pages[i], &run);
		err = why ? -EINVAL : pageset_insert(set, &run);
		if (err && !i && why)
			refuse_page(set, run.pfn, why);
		if (err)
			return i ?: err;
	}
	return i;
}

static void remove_pages(struct kho_pageset *set, struct page *const *pages,
			 long nr)
{
	struct kho_run run;

	guard(mutex)(&set->lock);
	if (READ_ONCE(kho_frozen))
		return;
	while (nr--) {
		run = page_run(pages[nr]);
		kho_map_remove(&set->map, run.pfn, run.nr);
	}
}

/* As pageset_add_checked(), for an array. */
static long pageset_add_pages(struct kho_pageset *set,
			      struct page *const *pages, long nr)
{
	unsigned long seq;
	long done, good;

	if (READ_ONCE(kho_frozen))
		return -EBUSY;
	guard(srcu)(&sets_srcu);
	seq = others_seq(set);
	if (!list_is_singular(&sets_out))
		nr = count_unowned(set, pages, nr);
	if (nr < 0)
		return nr;
	done = insert_pages(set, pages, nr);
	/* As in pageset_add_checked(). */
	smp_mb();
	if (done <= 0 || seq == others_seq(set))
		return done;
	good = count_unowned(set, pages, done);
	remove_pages(set, pages + max(good, 0), done - max(good, 0));
	return good;
}

/**
 * kho_pageset_add_pages - add the pages of an array
 * @set: page set of an outgoing claim
 * @pages: single pages and first pages of folios, each with a reference that the
 *	caller holds; quickest if they ascend
 * @nr: number of entries
 *
 * Does for each entry what kho_pageset_add_folio() does, for less.
 *
 * Context: Process context; may sleep.
 * Return: number of entries that were added; if that is less than @nr, the next
 * one can't be. If none could, see kho_pageset_add_folio().
 */
long kho_pageset_add_pages(struct kho_pageset *set, struct page *const *pages,
			   unsigned long nr)
{
	unsigned long done = 0, part;
	long ret;

	if (WARN_ON(set->claim->incoming))
		return -EINVAL;
	while (done < nr) {
		part = min(nr - done, ADD_PAGES_BATCH);
		ret = pageset_add_pages(set, pages + done, part);
		if (ret < 0)
			return done ?: ret;
		done += ret;
		if (ret < part)
			break;
		cond_resched();
	}
	return done;
}
EXPORT_SYMBOL_GPL(kho_pageset_add_pages);

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
bool kho_pageset_next_run(struct kho_pageset *set, unsigned long pfn,
			  struct kho_run *run)
{
	guard(mutex)(&set->lock);
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
