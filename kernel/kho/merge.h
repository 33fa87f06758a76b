/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_MERGE_H
#define _KERNEL_KHO_MERGE_H

#include <linux/kho/abi/map.h>
#include <linux/types.h>

/*
 * Walk through all runs of many maps, and through the metadata beside them, in
 * ascending order: O(log sets) a run, no memory but one cursor a page set.
 */

/**
 * struct kho_span - what the walk yields
 * @pfn: first page
 * @end: behind the last page
 * @owner: whose it is, as the cursor or the metadata said
 * @meta: metadata, not pages of a page set
 */
struct kho_span {
	u64	pfn;
	u64	end;
	u32	owner;
	bool	meta;
};

/**
 * struct kho_cursor - position in one map
 * @leaf: the leaf
 * @i: the run in it
 * @owner: whose map it is
 */
struct kho_cursor {
	const struct kho_leaf	*leaf;
	u32			i;
	u32			owner;
};

/**
 * struct kho_meta - a piece of metadata
 * @pfn: first page
 * @nr: number of pages
 * @owner: whose it is
 */
struct kho_meta {
	u64	pfn;
	u32	nr;
	u32	owner;
};

/**
 * struct kho_merge - a walk
 * @heap: cursors, a binary heap with the lowest pfn on top
 * @nr: number of cursors in it
 * @meta: pieces of metadata, ascending
 * @nr_meta: number of pieces
 * @at: next piece
 */
struct kho_merge {
	struct kho_cursor	*heap;
	unsigned long		nr;
	const struct kho_meta	*meta;
	unsigned long		nr_meta;
	unsigned long		at;
};

void kho_merge_push(struct kho_merge *m, u64 map, u32 owner);
bool kho_merge_next(struct kho_merge *m, struct kho_span *span);

#endif /* _KERNEL_KHO_MERGE_H */
