// SPDX-License-Identifier: GPL-2.0
/* Ordered walk over the runs of many checked maps. */
#include <linux/minmax.h>

#include "check.h"
#include "map.h"
#include "merge.h"

static u64 cursor_pfn(const struct kho_cursor *c)
{
	return kho_word_pfn(c->leaf->runs[c->i]);
}

static void sift_down(struct kho_merge *m, unsigned long i)
{
	for (;;) {
		unsigned long low = i, kid = 2 * i + 1;

		if (kid < m->nr &&
		    cursor_pfn(&m->heap[kid]) < cursor_pfn(&m->heap[low]))
			low = kid;
		kid++;
		if (kid < m->nr &&
		    cursor_pfn(&m->heap[kid]) < cursor_pfn(&m->heap[low]))
			low = kid;
		if (low == i)
			return;
		swap(m->heap[i], m->heap[low]);
		i = low;
	}
}

/**
 * kho_merge_push - put a map into a walk
 * @m: the walk, with room for one more cursor
 * @map: physical address of the map's first leaf; 0 for an empty map
 * @owner: whose it is
 */
void kho_merge_push(struct kho_merge *m, u64 map, u32 owner)
{
	unsigned long i = m->nr;

	if (!map)
		return;
	m->heap[m->nr++] = (struct kho_cursor) {
		.leaf = kho_phys_to_virt(map), .owner = owner,
	};
	while (i && cursor_pfn(&m->heap[i]) <
		    cursor_pfn(&m->heap[(i - 1) / 2])) {
		swap(m->heap[i], m->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void take_run(struct kho_merge *m, struct kho_span *span)
{
	struct kho_cursor *c = m->heap;
	u64 word = c->leaf->runs[c->i];

	*span = (struct kho_span) {
		.pfn	= kho_word_pfn(word),
		.end	= kho_word_end(word),
		.owner	= c->owner,
	};
	if (++c->i == c->leaf->nr) {
		c->i = 0;
		c->leaf = c->leaf->next ? kho_phys_to_virt(c->leaf->next) : NULL;
		if (!c->leaf)
			*c = m->heap[--m->nr];
	}
	sift_down(m, 0);
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
bool kho_merge_next(struct kho_merge *m, struct kho_span *span)
{
	const struct kho_meta *meta = m->meta + m->at;

	if (m->at == m->nr_meta) {
		if (!m->nr)
			return false;
		take_run(m, span);
		return true;
	}
	if (m->nr && cursor_pfn(m->heap) <= meta->pfn) {
		take_run(m, span);
		return true;
	}
	m->at++;
	*span = (struct kho_span) {
		.pfn	= meta->pfn,
		.end	= meta->pfn + meta->nr,
		.owner	= meta->owner,
		.meta	= true,
	};
	return true;
}
