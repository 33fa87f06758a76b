// SPDX-License-Identifier: GPL-2.0
/* The fast path into a map: many single pages, one after the other. */
#include <linux/minmax.h>

#include "rebalance.h"

/**
 * kho_bulk_begin - begin to add single pages
 * @f: kho_bulk_set() and kho_bulk_append() can be called afterwards
 * @map: the map
 * @pfn: the pages lie around this one
 * @lo: first page that may be added
 * @hi: behind the last page that may be added, at most %KHO_RUN_PFN_MAX + 1
 */
void kho_bulk_begin(struct kho_bulk *f, struct kho_map *map, u64 pfn, u64 lo,
		    u64 hi)
{
	struct kho_leaf_ref *ref = kho_map_locate(map, pfn);
	struct kho_leaf *leaf = ref ? ref->leaf : NULL;
	u64 word, end;

	*f = (struct kho_bulk) { .ref = ref };
	if (!leaf)
		return;
	if (!kho_leaf_is_bitmap(leaf)) {
		f->words = leaf->words + leaf->nr;
		f->room = KHO_LEAF_CAPACITY - leaf->nr;
		f->last = kho_word_end(leaf->words[leaf->nr - 1]);
		f->low = max(f->last, lo);
		/* The last leaf can go on and on. */
		f->limit = ref->next ? 0 : hi;
	} else if (!leaf->order) {
		word = (max(ref->first, lo) - leaf->base + 63) / 64;
		end = min(leaf->base + KHO_LEAF_BITS, hi);
		if (ref->next)
			end = min(end, ref->next->first);
		f->first = leaf->base + 64 * word;
		f->nr = end > f->first ? end - f->first : 0;
		f->words = leaf->words + word;
	}
}

/* kho_bulk_set() where the page has neighbours, or they are in another word. */
bool __kho_bulk_set(struct kho_bulk *f, u64 bit)
{
	unsigned int at = bit % 64;
	u64 *word = f->words + bit / 64, left, right;

	if (!bit || bit + 1 == f->nr || *word >> at & 1)
		return false;
	left = at ? *word >> (at - 1) : word[-1] >> 63;
	right = at < 63 ? *word >> (at + 1) : word[1];
	*word |= 1ULL << at;
	f->joined += (left & 1) + (right & 1);
	f->added++;
	return true;
}

/**
 * kho_bulk_append - add a single page to a leaf of runs
 * @f: begun
 * @pfn: the page
 *
 * Return: whether it was added: that it is behind the others.
 */
bool kho_bulk_append(struct kho_bulk *f, u64 pfn)
{
	u64 word = kho_word(pfn, 0, 1), longer;

	if (pfn < f->low || pfn >= f->limit)
		return false;
	longer = pfn == f->last ? kho_word_merge(f->words[-1], word) : 0;
	if (longer) {
		f->words[-1] = longer;
		f->joined++;
	} else if (f->room) {
		*f->words++ = word;
		f->room--;
	} else {
		return false;
	}
	f->added++;
	f->last = pfn + 1;
	f->low = pfn + 1;
	return true;
}

/**
 * kho_bulk_end - end that
 * @f: begun
 * @map: the map; counts what was added
 *
 * Return: a page, not far behind, that all that was added is below.
 */
u64 kho_bulk_end(struct kho_bulk *f, struct kho_map *map)
{
	u64 end = f->nr ? f->first + f->nr : f->last;

	if (!f->added) {
		f->nr = 0;
		f->limit = 0;
		return 0;
	}
	f->ref->leaf->nr += f->added - f->joined;
	map->nr_runs += f->added - f->joined;
	map->nr_pages += f->added;
	/* A bitmap with fewer runs may fit into a leaf of runs. */
	if (f->joined > f->added)
		kho_map_rebalance(map, f->ref);
	*f = (struct kho_bulk) { };
	return end;
}
