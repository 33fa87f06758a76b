// SPDX-License-Identifier: GPL-2.0
/* Blocks that cover what is preserved, and what in them is not preserved. */
#include <linux/errno.h>
#include <linux/min_heap.h>
#include <linux/minmax.h>
#include <linux/sort.h>

#include "blocks.h"

/* What is passed over in one go spans at most so many pages. */
#define SMALL_WORD	256

static u64 size_of(const struct kho_range *b)
{
	return b->end - b->pfn;
}

DEFINE_MIN_HEAP(struct kho_range, gap_heap);

static bool is_smaller(const void *lhs, const void *rhs, void *args)
{
	return size_of(lhs) < size_of(rhs);
}

static void swap_gaps(void *lhs, void *rhs, void *args)
{
	swap(*(struct kho_range *)lhs, *(struct kho_range *)rhs);
}

static const struct min_heap_callbacks by_size = {
	.less	= is_smaller,
	.swp	= swap_gaps,
};

/* Keep a gap if it is one of the largest: O(1) if not. */
static void offer_gap(struct kho_blocks *b, u64 pfn, u64 end)
{
	struct gap_heap heap = {
		.nr = b->nr_gaps, .size = b->max_gaps, .data = b->gap,
	};
	const struct kho_range gap = { pfn, end };

	if (!min_heap_full(&heap))
		min_heap_push(&heap, &gap, &by_size, NULL);
	else if (heap.nr && size_of(&gap) > size_of(heap.data))
		min_heap_pop_push(&heap, &gap, &by_size, NULL);
	b->nr_gaps = heap.nr;
}

static inline void add_span(struct kho_blocks *b, u64 pfn, u64 end)
{
	if (!b->end)
		b->first = pfn;
	else if (b->end < pfn)
		offer_gap(b, b->end, pfn);
	b->end = max(b->end, end);
}

/*
 * Add what follows the last span, as long as it is of the same map, nothing else
 * lies between, and memory goes on: then nothing is left to check. Of a bitmap's
 * word, all but the first run are added in one go, with what is between them.
 *
 * Returns where that ended.
 */
static u64 add_ahead(struct kho_blocks *b, struct kho_merge *m,
		     const struct kho_windows *w, u64 pos)
{
	u64 limit = min(m->limit, w->end), end;
	struct kho_cursor *c = &m->top->cursor;

	while (c->end <= limit) {
		add_span(b, c->pfn, c->end);
		pos = c->end;
		end = b->thorough ? 0 : kho_cursor_rest_of_word(c);
		if (end && end <= limit && end - pos <= SMALL_WORD) {
			b->end = end;
			pos = end;
			kho_cursor_skip_word(c);
		}
		kho_cursor_next(c);
	}
	return pos;
}

/*
 * Whether the span is in memory that is not in use. Spans come in ascending order,
 * so the window only moves forward, to the one with the span's first page.
 */
static bool span_is_usable(struct kho_windows *w, const struct kho_span *span)
{
	struct kho_windows last;

	while (w->end <= span->pfn)
		if (!w->next(w))
			return false;
	if (span->pfn < w->pfn)
		return false;
	for (last = *w; last.end < span->end; ) {
		u64 end = last.end;

		if (!last.next(&last) || last.pfn > end)
			return false;
	}
	return true;
}

/**
 * kho_blocks_layout - look at everything that is to be kept
 * @b: the blocks; @b->gap and @b->max_gaps are set
 * @m: a walk over all of it, at its start
 * @w: the memory, at its start
 * @owners: whose it is
 *
 * An owner who claims a page that another one has, or that is not in a window,
 * is refused on the way; then the blocks cover too much.
 *
 * Return: the number of owners that were refused: if not 0, start over without
 * them; or what @owners->refuse returned.
 */
int kho_blocks_layout(struct kho_blocks *b, struct kho_merge *m,
		      struct kho_windows *w, const struct kho_owners *owners)
{
	struct kho_span span, prev = { .owner = owners->root };
	int refused = 0, err;

	b->nr_gaps = 0;
	b->first = 0;
	b->end = 0;
	while (kho_merge_next(m, &span)) {
		if (owners->is_refused(span.owner))
			continue;
		if (span.pfn < prev.end) {
			bool yields = span.owner != owners->root;

			err = owners->refuse(yields ? span.owner : prev.owner,
					     span.pfn, "pages are preserved twice");
			if (err)
				return err;
			refused++;
			if (owners->is_refused(prev.owner))
				prev.end = 0;
			if (yields)
				continue;
		}
		if (!span_is_usable(w, &span)) {
			err = owners->refuse(span.owner, span.pfn,
					     "pages are not in usable memory");
			if (err)
				return err;
			refused++;
			if (owners->is_refused(prev.owner))
				prev.end = 0;
			continue;
		}
		add_span(b, span.pfn, span.end);
		prev = span;
		if (m->limit)
			prev.end = add_ahead(b, m, w, span.end);
	}
	return refused;
}

static int cmp_block(const void *l, const void *r)
{
	const struct kho_range *a = l, *b = r;

	return a->pfn < b->pfn ? -1 : a->pfn > b->pfn;
}

/**
 * kho_blocks_large_first - move the large gaps to the front
 * @b: the blocks, after a layout that refused no owner
 * @large: gaps of so many pages are large
 *
 * With @b->nr_gaps set to their number, the others go to the blocks.
 *
 * Return: their number.
 */
unsigned long kho_blocks_large_first(struct kho_blocks *b, u64 large)
{
	unsigned long i, nr = 0;

	for (i = 0; i < b->nr_gaps; i++) {
		if (size_of(&b->gap[i]) >= large) {
			swap(b->gap[i], b->gap[nr]);
			nr++;
		}
	}
	return nr;
}

/**
 * kho_blocks_collect - the blocks, as far as they are in windows
 * @b: the blocks, after a layout that refused no owner
 * @w: the memory, at its start
 * @blocks: set to the blocks, ascending
 * @max: room in @blocks; there are at most @b->nr_gaps plus the number of windows
 *
 * Return: their number, or -ENOSPC.
 */
long kho_blocks_collect(struct kho_blocks *b, struct kho_windows *w,
			struct kho_range *blocks, unsigned long max)
{
	unsigned long nr = 0, i = 0;
	bool more = b->end && w->next(w);

	sort(b->gap, b->nr_gaps, sizeof(*b->gap), cmp_block, NULL);
	while (more && i <= b->nr_gaps) {
		u64 pfn = i ? b->gap[i - 1].end : b->first;
		u64 end = i < b->nr_gaps ? b->gap[i].pfn : b->end;

		if (max(pfn, w->pfn) < min(end, w->end)) {
			if (nr == max)
				return -ENOSPC;
			blocks[nr++] = (struct kho_range) {
				max(pfn, w->pfn), min(end, w->end),
			};
		}
		if (end <= w->end)
			i++;
		else
			more = w->next(w);
	}
	return nr;
}

/**
 * kho_blocks_walk_unpreserved - walk through what is not preserved
 * @blocks: the blocks
 * @nr: their number
 * @m: a walk over everything that they cover, at its start
 * @fn: called with each piece of a block in which nothing is kept
 */
void kho_blocks_walk_unpreserved(const struct kho_range *blocks, unsigned long nr,
				 struct kho_merge *m, kho_unpreserved_fn fn)
{
	const struct kho_range *last = blocks + nr;
	struct kho_span span;
	u64 pos = nr ? blocks->pfn : 0;

	while (blocks < last && kho_merge_next(m, &span)) {
		while (span.pfn >= blocks->end) {
			if (pos < blocks->end)
				fn(blocks, pos, blocks->end);
			if (++blocks == last)
				return;
			pos = blocks->pfn;
		}
		if (pos < span.pfn)
			fn(blocks, pos, span.pfn);
		/* A span may go on in the next block, where two windows meet. */
		while (span.end > blocks->end && blocks + 1 < last)
			blocks++;
		pos = span.end;
	}
	for (; blocks < last; pos = blocks->pfn) {
		if (pos < blocks->end)
			fn(blocks, pos, blocks->end);
		if (++blocks == last)
			return;
	}
}
