// SPDX-License-Identifier: GPL-2.0
/* Ordered walk over the runs of many checked maps. */
#include <linux/minmax.h>

#include "merge.h"

/* The first page in slot @i; ~0 if the heap is not that large. */
static u64 slot_pfn(const struct kho_merge *m, unsigned long i)
{
	return i < m->nr ? m->sources[i].slot.pfn : ~0ULL;
}

/*
 * Let @source sink from the top to where it belongs. Most often that is near the top, and
 * then this takes few comparisons; <linux/min_heap.h> always goes down to a leaf.
 */
static void sift_down(struct kho_merge *m, struct kho_merge_source *source)
{
	const struct kho_merge_slot slot = { source->cursor.pfn, source };
	unsigned long i = 0, kid;

	for (;;) {
		kid = 2 * i + 1;
		if (slot_pfn(m, kid + 1) < slot_pfn(m, kid))
			kid++;
		if (slot_pfn(m, kid) >= slot.pfn)
			break;
		m->sources[i].slot = m->sources[kid].slot;
		i = kid;
	}
	m->sources[i].slot = slot;
}

/**
 * kho_merge_push - put a map into a walk
 * @m: the walk, with room for one more source, which has not started
 * @map: physical address of the map's first leaf; 0 for an empty map
 * @owner: whose it is
 */
void kho_merge_push(struct kho_merge *m, u64 map, u32 owner)
{
	struct kho_merge_source *source = &m->sources[m->nr_sources];
	unsigned long i = m->nr, parent;

	if (!map)
		return;
	kho_cursor_start(&source->cursor, map);
	source->owner = owner;
	m->nr_sources++;
	m->nr++;
	for (; i; i = parent) {
		parent = (i - 1) / 2;
		if (slot_pfn(m, parent) <= source->cursor.pfn)
			break;
		m->sources[i].slot = m->sources[parent].slot;
	}
	m->sources[i].slot = (struct kho_merge_slot) {
		.pfn = source->cursor.pfn, .source = source,
	};
}

/* The source with the next run; NULL if all are at their end. */
static struct kho_merge_source *merge_top(struct kho_merge *m)
{
	struct kho_merge_source *top;

	if (!m->nr)
		return NULL;
	top = m->sources[0].slot.source;
	if (!top->cursor.leaf) {
		if (!--m->nr)
			return NULL;
		top = m->sources[m->nr].slot.source;
	}
	sift_down(m, top);
	return m->sources[0].slot.source;
}

/* kho_merge_next() where the source on top may not be the next. */
bool __kho_merge_next(struct kho_merge *m, struct kho_span *span)
{
	const struct kho_meta *meta = m->at < m->nr_meta ? &m->meta[m->at] : NULL;

	m->top = merge_top(m);
	m->limit = 0;
	if (meta && (!m->top || meta->pfn < m->top->cursor.pfn)) {
		m->at++;
		*span = (struct kho_span) {
			.pfn	= meta->pfn,
			.end	= meta->pfn + meta->nr,
			.owner	= meta->owner,
			.meta	= true,
		};
		return true;
	}
	if (!m->top)
		return false;
	m->limit = min(slot_pfn(m, 1), slot_pfn(m, 2));
	if (meta)
		m->limit = min(m->limit, meta->pfn);
	kho_merge_take(m, span);
	return true;
}
