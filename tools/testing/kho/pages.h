/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_PAGES_H
#define _KHO_PAGES_H

#include "blocks.h"
#include "harness.h"
#include "sim.h"

/*
 * The model of memory: one byte a page. Simulated memory, which has contents,
 * is in the middle of it; metadata is there only.
 */
#define SIDE		4096UL
#define PAGES		(3 * SIDE)
#define FIRST_PFN	((u64)(SIM_BASE / PAGE_SIZE) - SIDE)
#define PAGES_END	(FIRST_PFN + PAGES)

/* What a page is. */
enum {
	HOLE	= 1,	/* no memory */
	USED	= 2,	/* reserved by others */
	SCRATCH	= 4,
	GIVEN	= 8,	/* to a claim, when that was made */
	META	= 16,	/* of a claim that was not refused, like the next */
	KEPT	= 32,
	BLOCK	= 64,
	FREED	= 128,
};

extern u8 page[PAGES];

static inline bool page_is_in_model(u64 pfn)
{
	return pfn >= FIRST_PFN && pfn < PAGES_END;
}

/* The byte of a page, which has to be one of the model. */
static inline u8 *page_at(u64 pfn)
{
	check(page_is_in_model(pfn));
	return &page[pfn - FIRST_PFN];
}

/* True for memory that is not used; what is not in the model is no memory. */
static inline bool page_is_free(u64 pfn)
{
	return page_is_in_model(pfn) &&
	       !(page[pfn - FIRST_PFN] & (HOLE | USED | SCRATCH));
}

/* Is one of @nr pages in the middle? */
static inline bool pages_are_simulated(u64 pfn, u64 nr)
{
	return pfn + nr > FIRST_PFN + SIDE && pfn < FIRST_PFN + 2 * SIDE;
}

/* All is memory, less @pieces pieces that are not, or are used. */
void pages_make(unsigned int pieces);

/* The &kho_windows.next of this memory. */
bool pages_window_next(struct kho_windows *w);

#endif /* _KHO_PAGES_H */
