// SPDX-License-Identifier: GPL-2.0
/* Page sets: the pages of a claim. */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/srcu.h>

#include "boot/reserve.h"
#include "kho_internal.h"
#include "lib/validate.h"

/* All outgoing page sets; written with kho_data_lock held. */
LIST_HEAD(kho_sets_out);
DEFINE_SRCU(kho_sets_srcu);
/* Counts before and after a set leaves the list. */
atomic_long_t kho_sets_gone;

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
		list_add_tail_rcu(&set->out, &kho_sets_out);
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

/* The set can't be found any more; readers that found it before may still use it. */
static void pageset_unlink(struct kho_pageset *set)
{
	lockdep_assert_held(&kho_data_lock);
	list_del(&set->list);
	if (set->claim->incoming)
		return;
	atomic_long_inc_return(&kho_sets_gone);
	list_del_rcu(&set->out);
	atomic_long_inc_return(&kho_sets_gone);
}

/* Free incoming pages that were not restored; outgoing ones stay the client's. */
static unsigned long pageset_free(struct kho_pageset *set)
{
	unsigned long pages = 0, runs = 0;
	struct kho_cursor c;

	if (set->claim->incoming && !set->restored) {
		pages = set->map.nr_pages;
		kho_cursor_for_each(&c, kho_map_head(&set->map)) {
			kho_pages_free_reserved(PFN_PHYS(c.pfn),
						PFN_PHYS(c.end - c.pfn));
			if (!(++runs % SZ_1K))
				cond_resched();
		}
	}
	kho_map_destroy(&set->map);
	mutex_destroy(&set->lock);
	kfree(set);
	return pages;
}

/**
 * kho_pagesets_free - free all page sets of a claim
 * @claim: the claim, which can't be found any more
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
		synchronize_srcu(&kho_sets_srcu);
	list_for_each_entry_safe(set, tmp, &sets, list)
		pages += pageset_free(set);
	return pages;
}

/**
 * kho_pageset_unpreserve - destroy an outgoing page set, unless the registry is frozen
 * @set: the page set; ERR_PTR() and NULL are ignored
 *
 * Context: Process context; may sleep.
 * Return: whether it is gone.
 */
bool kho_pageset_unpreserve(struct kho_pageset *set)
{
	if (IS_ERR_OR_NULL(set))
		return true;
	if (WARN_ON(set->claim->incoming))
		return false;
	scoped_guard(mutex, &kho_data_lock) {
		if (kho_frozen)
			return false;
		pageset_unlink(set);
	}
	synchronize_srcu(&kho_sets_srcu);
	pageset_free(set);
	return true;
}

/**
 * kho_pageset_destroy - destroy an outgoing page set
 * @set: the page set; its pages stay the client's. ERR_PTR() and NULL are
 *	ignored, and so is the call when the registry is frozen
 *
 * Context: Process context; may sleep.
 */
void kho_pageset_destroy(struct kho_pageset *set)
{
	kho_pageset_unpreserve(set);
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
