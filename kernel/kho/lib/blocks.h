/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_BLOCKS_H
#define _KERNEL_KHO_BLOCKS_H

#include <linux/types.h>

#include "merge.h"

/*
 * Computes the blocks of memory that early boot keeps for what is preserved, and what in
 * them is not preserved and freed later.
 *
 * However many runs there are, the blocks are few: of all the gaps between runs
 * only the largest stay out of them. With @thorough, no choice of as many blocks leaves more
 * memory, or larger pieces of it, to early boot.
 *
 * Pure: memory comes from struct kho_windows, runs from merge.h, and room for
 * the gaps from the caller.
 */

/*
 * Upper limit of the number of blocks. They cost memblock some milliseconds; with more of
 * them, more memory between scattered pages can be used by early boot.
 */
#define KHO_MAX_BLOCKS	2048

/**
 * struct kho_range - a piece of memory
 * @pfn: first page
 * @end: behind the last page
 */
struct kho_range {
	u64	pfn;
	u64	end;
};

/**
 * struct kho_windows - walk through the memory that is not in use
 * @next: sets @pfn and @end to the next window; they ascend and do not overlap.
 *	Returns whether there is one
 * @it: for @next, which finds 0 at first
 * @pfn: first page of the window
 * @end: behind its last page; 0 before the first window
 */
struct kho_windows {
	bool (*next)(struct kho_windows *w);
	u64	it;
	u64	pfn;
	u64	end;
};

/**
 * struct kho_owners - the owners of the spans of a walk
 * @is_refused: whether this owner was refused; its spans are ignored then
 * @refuse: an owner can't have the page @pfn for the reason @why; an error ends
 *	the walk
 * @root: the owner that is not refused when another one has the same page
 */
struct kho_owners {
	bool (*is_refused)(u32 owner);
	int (*refuse)(u32 owner, u64 pfn, const char *why);
	u32	root;
};

/**
 * struct kho_blocks - blocks that cover all spans
 * @gap: the largest gaps between spans; room for @max_gaps
 * @nr_gaps: their number
 * @max_gaps: number of gaps that stay out of the blocks, at most
 * @thorough: look at each gap; else most of those in one word of a bitmap are
 *	passed over, and go to the blocks
 * @first: first page of the first span
 * @end: behind the last page of the last span
 */
struct kho_blocks {
	struct kho_range	*gap;
	unsigned long		nr_gaps;
	unsigned long		max_gaps;
	bool			thorough;
	u64			first;
	u64			end;
};

/* Called for each piece of a block in which nothing is kept. */
typedef void (*kho_unpreserved_fn)(const struct kho_range *block, u64 pfn, u64 end);

int kho_blocks_layout(struct kho_blocks *b, struct kho_merge *m,
		      struct kho_windows *w, const struct kho_owners *owners);
long kho_blocks_collect(struct kho_blocks *b, struct kho_windows *w,
			struct kho_range *blocks, unsigned long max);
unsigned long kho_blocks_large_first(struct kho_blocks *b, u64 large);
void kho_blocks_walk_unpreserved(const struct kho_range *blocks, unsigned long nr,
				 struct kho_merge *m, kho_unpreserved_fn fn);

#endif /* _KERNEL_KHO_BLOCKS_H */
