// SPDX-License-Identifier: GPL-2.0
/*
 * Outgoing page sets: adding pages and removing them.
 *
 * Each set has a lock of its own, so that CPUs which add to different sets do not
 * wait for each other. That no page is in two sets is checked against the
 * others one by one.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/kho/pageset.h>
#include <linux/kho_hooks.h>
#include <linux/kho_mm.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/ratelimit.h>
#include <linux/sizes.h>
#include <linux/srcu.h>

#ifdef CONFIG_ARM64_MTE
#include <asm/mte.h>
#endif

#include "boot/scratch.h"
#include "kho_internal.h"

/*
 * Up to this many pages of a range are looked at one by one; of longer ranges the
 * first and the last, and the place of all: adding must not cost anything per page
 * of a long run.
 */
#define FULL_CHECK_PAGES	512

/* Boot of the next kernel has all below that to itself, see kho_x86_memblock_setup(). */
#define FIRST_PFN		(IS_ENABLED(CONFIG_X86) ? PHYS_PFN(SZ_1M) : 0)

/* So many entries of an array are added under one lock. */
#define ADD_PAGES_BATCH		1024UL

/*
 * Tags (Arm's Memory Tagging Extension) stay in memory, but the next kernel does not
 * know which pages have some, and clears those of a page that is mapped with tags.
 */
#ifdef CONFIG_ARM64_MTE
#define PAGE_TAGGED		BIT(PG_mte_tagged)
#define may_have_tags()		system_supports_mte()
#else
#define PAGE_TAGGED		0UL
#define may_have_tags()		false
#endif

/*
 * The reason why nothing can be preserved where a page is; NULL if it can, and then all
 * around it, from page @lo to before @hi. Each way to add pages asks this.
 */
static const char *place_refusal(u64 pfn, u64 *lo, u64 *hi)
{
	if (!kho_scratch_gap(pfn, lo, hi))
		return "in scratch";
	if (!kho_of_gap(pfn, lo, hi))
		return "in CMA's memory, which the device tree reserves";
	if (!online_section_nr(pfn_to_section_nr(pfn)))
		return "not online memory";
	if (!kho_memory_was_at_boot(pfn))
		return "added after boot";
	if (pfn < FIRST_PFN)
		return "below 1 MiB";
	*lo = max3(*lo, (u64)SECTION_ALIGN_DOWN(pfn), (u64)FIRST_PFN);
	*hi = min_t(u64, *hi, SECTION_ALIGN_UP(pfn + 1));
	return NULL;
}

static const char *page_refusal(unsigned long pfn, unsigned int order)
{
	struct page *page = pfn_to_online_page(pfn);
	struct folio *folio;

	if (!page)
		return "not online memory";
	folio = page_folio(page);
	if (PageReserved(page))
		return "reserved";
	if (PageHWPoison(page) || folio_contain_hwpoisoned_page(folio))
		return "poisoned";
	if (folio_test_slab(folio))
		return "slab";
	if (!folio_ref_count(folio))
		return "free";
	if (!order && folio_test_large(folio))
		return "part of a folio";
	return NULL;
}

/* Find a page with tags in [*@where, @end). */
static bool find_tags(unsigned long *where, unsigned long end)
{
	for (; *where < end; ++*where) {
		if (pfn_to_page(*where)->flags & PAGE_TAGGED)
			return true;
		if (IS_ALIGNED(*where, SZ_64K))
			cond_resched();
	}
	return false;
}

/* The reason why a run can't be preserved; NULL if it can. */
static const char *run_refusal(const struct kho_run *run, unsigned long *where)
{
	unsigned long end = run->pfn + run->nr, step = 1;
	const char *why;
	u64 lo, hi;

	for (*where = run->pfn; *where < end; *where = hi) {
		why = place_refusal(*where, &lo, &hi);
		if (why)
			return why;
	}
	if (run->order)
		step <<= run->order;
	else if (run->nr > FULL_CHECK_PAGES)
		step = run->nr - 1;
	for (*where = run->pfn; *where < end; *where += step) {
		why = page_refusal(*where, run->order);
		if (why)
			return why;
	}
	*where = run->pfn;
	if (may_have_tags() && find_tags(where, end))
		return "with tags";
	return NULL;
}

/* Find the set that has a page of @run, among those whose pages lie around it. */
static struct kho_pageset *find_owner(const struct kho_pageset *set,
				      const struct kho_run *run,
				      unsigned long *where)
{
	unsigned long end = run->pfn + run->nr;
	struct kho_pageset *other;
	struct kho_run there;

	list_for_each_entry_srcu(other, &kho_sets_out, out,
				 srcu_read_lock_held(&kho_sets_srcu)) {
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

	list_for_each_entry_srcu(other, &kho_sets_out, out,
				 srcu_read_lock_held(&kho_sets_srcu))
		if (other != set) {
			/* Pairs with pageset_grown(): pages come before. */
			seq += smp_load_acquire(&other->seq);
		}
	return seq;
}

/* What has happened to the other sets until now. */
struct others {
	unsigned long	seq;
	long		gone;
};

static struct others others_now(const struct kho_pageset *set)
{
	struct others now;

	/* One that goes takes its counter with it. */
	now.gone = atomic_long_read_acquire(&kho_sets_gone);
	now.seq = others_seq(set);
	return now;
}

static bool others_changed(const struct kho_pageset *set, struct others since)
{
	/* What this CPU added is to be seen before it looks at the others. */
	smp_mb();
	if (others_seq(set) != since.seq)
		return true;
	/* The counter of a set that is gone was looked for before. */
	smp_rmb();
	return atomic_long_read(&kho_sets_gone) != since.gone;
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
	pr_err_ratelimited("%s/%s: page %#lx is preserved by %s/%s already\n",
			   set->claim->name, set->name, where,
			   owner->claim->name, owner->name);
	return -EEXIST;
}

/* The set's lock is held. With @log, a conflict within the set is logged. */
static int pageset_insert(struct kho_pageset *set, const struct kho_run *run,
			  bool log)
{
	int err = kho_map_add(&set->map, run);
	struct kho_run there;

	if (err == -EEXIST && log && kho_map_next(&set->map, run->pfn, &there))
		refuse_owned(set, max(there.pfn, run->pfn), set);
	return err;
}

/* Pages were added to the set; its lock is held. */
static void pageset_grown(struct kho_pageset *set, unsigned long first,
			  unsigned long end)
{
	if (first < set->first)
		WRITE_ONCE(set->first, first);
	if (end > set->end)
		WRITE_ONCE(set->end, end);
	/* Pairs with others_seq(). */
	smp_store_release(&set->seq, set->seq + 1);
}

static int pageset_insert_run(struct kho_pageset *set, const struct kho_run *run)
{
	int err;

	guard(mutex)(&set->lock);
	if (READ_ONCE(kho_frozen))
		return -EBUSY;
	err = pageset_insert(set, run, true);
	if (!err)
		pageset_grown(set, run->pfn, run->pfn + run->nr);
	return err;
}

/* The set's lock is held. */
static void take_back(struct kho_pageset *set, const struct kho_run *run)
{
	/* It may have become the middle of a longer run: that takes memory */
	if (READ_ONCE(kho_frozen) ||
	    kho_map_remove(&set->map, run->pfn, run->nr))
		pr_err("%s/%s: page %#lx stays preserved twice\n",
		       set->claim->name, set->name, run->pfn);
}

/*
 * Add a run that no other set has. No two sets are locked at a time: the others
 * are asked before, and once more after if any of them has changed meanwhile.
 * Of two CPUs that add the same page to different sets at the same moment, one
 * at least sees the other's, and takes its own back. The caller keeps the sets
 * from going away.
 */
static int pageset_add_checked(struct kho_pageset *set,
			       const struct kho_run *run)
{
	struct kho_pageset *owner;
	struct others since = others_now(set);
	unsigned long where;
	int err;

	owner = find_owner(set, run, &where);
	if (owner)
		return refuse_owned(set, where, owner);
	err = pageset_insert_run(set, run);
	if (err || !others_changed(set, since))
		return err;
	owner = find_owner(set, run, &where);
	if (!owner)
		return 0;
	scoped_guard(mutex, &set->lock)
		take_back(set, run);
	return refuse_owned(set, where, owner);
}

static int pageset_add(struct kho_pageset *set, const struct kho_run *run)
{
	unsigned long where;
	const char *why;
	int err, idx;

	if (!run->nr || run->pfn + run->nr < run->pfn ||
	    run->pfn + run->nr - 1 > KHO_RUN_PFN_MAX)
		return -EINVAL;
	if (WARN_ON(set->claim->incoming))
		return -EINVAL;
	why = run_refusal(run, &where);
	if (why)
		return refuse_page(set, where, why);
	if (READ_ONCE(kho_frozen))
		return -EBUSY;
	idx = srcu_read_lock(&kho_sets_srcu);
	err = pageset_add_checked(set, run);
	srcu_read_unlock(&kho_sets_srcu, idx);
	return err;
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
 * Return: 0; -EINVAL for pages that can't be preserved: in scratch or in
 * an area of CMA that the device tree reserves, slab, reserved, poisoned, free,
 * offline, added after boot, on x86 below 1 MiB, or on arm64 with tags; -EEXIST if
 * a page set has a page of it already; -EBUSY if the registry is frozen; -ENOMEM.
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
 * @nr, and a check of each page; of more than 512 pages, of the first and the
 * last one, and whether each memory section (128 MiB on x86) is online. Where pages
 * may have tags, each page is looked at for these.
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

/* A single page that may be preserved, as most are; else it needs a closer look. */
static __always_inline bool page_is_plain(const struct page *page)
{
	const unsigned long odd = BIT(PG_reserved) | BIT(PG_head) |
				  __PG_HWPOISON | PAGE_TAGGED;

	/* Tail pages have no references. */
	return !(page->flags & odd) && page_ref_count(page) &&
	       !folio_test_slab((const struct folio *)page) &&
	       !is_zone_device_page(page);
}

/* Count the entries, from the first on, that no other set has. */
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

/* The set's lock is held. With @log, what is wrong with the page is logged. */
static noinline int insert_page(struct kho_pageset *set, struct page *page,
				bool log)
{
	struct kho_run run = page_run(page);
	unsigned long where = run.pfn;
	const char *why;

	why = PageTail(page) ? "part of a folio" : run_refusal(&run, &where);
	if (why)
		return log ? refuse_page(set, where, why) : -EINVAL;
	return pageset_insert(set, &run, log);
}

/*
 * Begin to add in bulk to the leaf around @pfn, as far as pages can be preserved there.
 * Returns the page that bits are counted from.
 */
static const struct page *bulk_begin(struct kho_bulk *fill,
				     struct kho_pageset *set, u64 pfn)
{
	u64 lo, hi;

	if (place_refusal(pfn, &lo, &hi)) {
		lo = pfn;
		hi = pfn;
	}
	kho_bulk_begin(fill, &set->map, pfn, lo, hi);
	return pfn_to_page(fill->first);
}

static long insert_pages(struct kho_pageset *set, struct page *const *pages,
			 long nr)
{
	unsigned long first = ULONG_MAX, end = 0, pfn;
	const struct page *base;
	struct kho_bulk fill;
	int err = 0;
	long i;

	guard(mutex)(&set->lock);
	if (READ_ONCE(kho_frozen))
		return -EBUSY;
	base = bulk_begin(&fill, set, page_to_pfn(pages[0]));
	for (i = 0; i < nr; i++) {
		bool plain = page_is_plain(pages[i]);

		if (likely(plain && kho_bulk_set(&fill, pages[i] - base)))
			continue;
		pfn = page_to_pfn(pages[i]);
		if (plain && kho_bulk_append(&fill, pfn))
			continue;
		end = max(end, kho_bulk_end(&fill, &set->map));
		err = insert_page(set, pages[i], !i);
		if (err)
			break;
		first = min(first, pfn);
		end = max(end, pfn + compound_nr(pages[i]));
		if (plain)
			base = bulk_begin(&fill, set, pfn);
	}
	end = max(end, kho_bulk_end(&fill, &set->map));
	if (i)
		pageset_grown(set, first, end);
	return i ?: err;
}

static void remove_pages(struct kho_pageset *set, struct page *const *pages,
			 long nr)
{
	struct kho_run run;

	guard(mutex)(&set->lock);
	while (nr--) {
		run = page_run(pages[nr]);
		take_back(set, &run);
	}
}

/* As pageset_add_checked(), for an array. */
static long pageset_add_pages(struct kho_pageset *set,
			      struct page *const *pages, long nr)
{
	struct others since = others_now(set);
	long done, good;

	if (!list_is_singular(&kho_sets_out))
		nr = count_unowned(set, pages, nr);
	if (nr < 0)
		return nr;
	done = insert_pages(set, pages, nr);
	if (done <= 0 || !others_changed(set, since))
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
	int idx;

	if (WARN_ON(set->claim->incoming))
		return -EINVAL;
	if (READ_ONCE(kho_frozen))
		return -EBUSY;
	while (done < nr) {
		part = min(nr - done, ADD_PAGES_BATCH);
		idx = srcu_read_lock(&kho_sets_srcu);
		ret = pageset_add_pages(set, pages + done, part);
		srcu_read_unlock(&kho_sets_srcu, idx);
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
