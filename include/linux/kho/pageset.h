/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_PAGESET_H
#define _LINUX_KHO_PAGESET_H

#include <linux/err.h>
#include <linux/kho/run.h>
#include <linux/types.h>

struct folio;
struct kho_claim;
struct kho_pageset;
struct page;

/**
 * DOC: page sets
 *
 * A page set is a named set of preserved pages of one claim. In the old kernel
 * a client adds folios and ranges of pages to it; they stay the client's, who
 * must not free them while they are in the set. In the new kernel the pages of
 * an incoming set are kept from the page allocator, unmovable, and readable
 * through the linear map. The client restores them all at once
 * (kho_pageset_restore_all()) or one by one (kho_pageset_restore_folio(),
 * kho_pageset_restore_range()) and frees the rest with kho_pageset_discard().
 *
 * Each page set has a lock of its own: CPUs that work on different sets do not
 * wait for each other.
 */

#ifdef CONFIG_KHO

struct kho_pageset *kho_pageset_create(struct kho_claim *claim,
				       const char *name);
void kho_pageset_destroy(struct kho_pageset *set);
struct kho_pageset *kho_pageset_find(const struct kho_claim *claim,
				     const char *name);

int kho_pageset_add_folio(struct kho_pageset *set, struct folio *folio);
int kho_pageset_add_range(struct kho_pageset *set, unsigned long pfn,
			  unsigned long nr);
long kho_pageset_add_pages(struct kho_pageset *set, struct page *const *pages,
			   unsigned long nr);
int kho_pageset_remove_folio(struct kho_pageset *set, struct folio *folio);
int kho_pageset_remove_range(struct kho_pageset *set, unsigned long pfn,
			     unsigned long nr);

bool kho_pageset_next_run(struct kho_pageset *set, unsigned long pfn,
			  struct kho_run *run);
unsigned long kho_pageset_pages(const struct kho_pageset *set);
unsigned long kho_pageset_runs(const struct kho_pageset *set);

struct folio *kho_pageset_restore_folio(struct kho_pageset *set,
					unsigned long pfn);
int kho_pageset_restore_range(struct kho_pageset *set, unsigned long pfn,
			      unsigned long nr);
long kho_pageset_restore_all(struct kho_pageset *set);
unsigned long kho_pageset_discard(struct kho_pageset *set);

#else

static inline struct kho_pageset *kho_pageset_create(struct kho_claim *claim,
						     const char *name)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static inline void kho_pageset_destroy(struct kho_pageset *set)
{
}

static inline struct kho_pageset *kho_pageset_find(const struct kho_claim *claim,
						   const char *name)
{
	return NULL;
}

static inline int kho_pageset_add_folio(struct kho_pageset *set,
					struct folio *folio)
{
	return -EOPNOTSUPP;
}

static inline int kho_pageset_add_range(struct kho_pageset *set,
					unsigned long pfn, unsigned long nr)
{
	return -EOPNOTSUPP;
}

static inline long kho_pageset_add_pages(struct kho_pageset *set,
					 struct page *const *pages,
					 unsigned long nr)
{
	return -EOPNOTSUPP;
}

static inline int kho_pageset_remove_folio(struct kho_pageset *set,
					   struct folio *folio)
{
	return -EOPNOTSUPP;
}

static inline int kho_pageset_remove_range(struct kho_pageset *set,
					   unsigned long pfn, unsigned long nr)
{
	return -EOPNOTSUPP;
}

static inline bool kho_pageset_next_run(struct kho_pageset *set,
					unsigned long pfn, struct kho_run *run)
{
	return false;
}

static inline unsigned long kho_pageset_pages(const struct kho_pageset *set)
{
	return 0;
}

static inline unsigned long kho_pageset_runs(const struct kho_pageset *set)
{
	return 0;
}

static inline struct folio *kho_pageset_restore_folio(struct kho_pageset *set,
						      unsigned long pfn)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static inline int kho_pageset_restore_range(struct kho_pageset *set,
					    unsigned long pfn, unsigned long nr)
{
	return -EOPNOTSUPP;
}

static inline long kho_pageset_restore_all(struct kho_pageset *set)
{
	return -EOPNOTSUPP;
}

static inline unsigned long kho_pageset_discard(struct kho_pageset *set)
{
	return 0;
}

#endif /* CONFIG_KHO */

/**
 * kho_pageset_for_each_run - walk the runs of a page set in ascending order
 * @set: the page set
 * @run: &struct kho_run to walk with
 *
 * The walk is by page frame number: runs may be added, removed and restored
 * meanwhile. Each step is O(1), or O(log leaves) after the page set was used
 * elsewhere.
 */
#define kho_pageset_for_each_run(set, run)				\
	for (bool __more = kho_pageset_next_run((set), 0, (run)); __more; \
	     __more = kho_pageset_next_run((set), (run)->pfn + (run)->nr, (run)))

#endif /* _LINUX_KHO_PAGESET_H */
