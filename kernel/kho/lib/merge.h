/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_MERGE_H
#define _KERNEL_KHO_MERGE_H

#include <linux/types.h>

#include "leaf.h"

/*
 * Walk through all runs of many maps, and through the metadata, in
 * ascending order: O(log sets) a run at most, O(1) as long as the runs are of
 * one map; no memory but one source a page set.
 */

/**
 * struct kho_span - what the walk yields
 * @pfn: first page
 * @end: behind the last page
 * @owner: whose it is, as the source or the metadata said
 * @meta: metadata, not pages of a page set
 */
struct kho_span {
	u64	pfn;
	u64	end;
	u32	owner;
	bool	meta;
};

/**
 * struct kho_merge_slot - an element of the heap
 * @pfn: first page of the run that @source stands on
 * @source: the map
 */
struct kho_merge_slot {
	u64			pfn;
	struct kho_merge_source	*source;
};

/**
 * struct kho_merge_source - a map in a walk
 * @cursor: position in the map
 * @owner: whose map it is
 * @slot: element of the heap with the index of this source; it may be another map's
 */
struct kho_merge_source {
	struct kho_cursor	cursor;
	u32			owner;
	struct kho_merge_slot	slot;
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
 * @sources: room for all maps
 * @nr_sources: number of maps
 * @nr: number of slots of the heap, a binary heap with the lowest pfn on top;
 *	maps that are at their end leave it
 * @top: the source on top
 * @limit: while the first page of @top is below that, it is the next without a look at
 *	the heap
 * @meta: pieces of metadata, ascending
 * @nr_meta: number of pieces
 * @at: next piece
 */
struct kho_merge {
	struct kho_merge_source	*sources;
	unsigned long		nr_sources;
	unsigned long		nr;
	struct kho_merge_source	*top;
	u64			limit;
	const struct kho_meta	*meta;
	unsigned long		nr_meta;
	unsigned long		at;
};

void kho_merge_push(struct kho_merge *m, u64 map, u32 owner);
bool __kho_merge_next(struct kho_merge *m, struct kho_span *span);

/* Yield the run on top. */
static inline void kho_merge_take(struct kho_merge *m, struct kho_span *span)
{
	struct kho_merge_source *top = m->top;

	*span = (struct kho_span) {
		.pfn	= top->cursor.pfn,
		.end	= top->cursor.end,
		.owner	= top->owner,
	};
	kho_cursor_next(&top->cursor);
}

/**
 * kho_merge_next - next span of a walk
 * @m: the walk
 * @span: set to the span with the lowest first pfn
 *
 * Spans of different owners may overlap if the maps do.
 *
 * Return: whether there is one.
 */
static inline bool kho_merge_next(struct kho_merge *m, struct kho_span *span)
{
	if (!m->limit || m->top->cursor.pfn >= m->limit)
		return __kho_merge_next(m, span);
	kho_merge_take(m, span);
	return true;
}

#endif /* _KERNEL_KHO_MERGE_H */
