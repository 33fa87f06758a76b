// SPDX-License-Identifier: GPL-2.0
/*
 * Map of a page set.
 *
 * All operations are O(log leaves) plus the work within one leaf, whatever the
 * length of a run; only a run of more than 2^18 folios takes more than one
 * word, and then one step a word.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "map.h"

static struct kho_leaf_ref *ref_of(struct rb_node *rb)
{
	return rb_entry(rb, struct kho_leaf_ref, rb);
}

static struct kho_leaf_ref *ref_next(struct kho_leaf_ref *ref)
{
	struct rb_node *rb = rb_next(&ref->rb);

	return rb ? ref_of(rb) : NULL;
}

static struct kho_leaf_ref *ref_prev(struct kho_leaf_ref *ref)
{
	struct rb_node *rb = rb_prev(&ref->rb);

	return rb ? ref_of(rb) : NULL;
}

/**
 * kho_word_is_valid - could this be the word of a run?
 * @word: the word
 *
 * Return: whether its order, its alignment and its end make sense.
 */
bool kho_word_is_valid(u64 word)
{
	unsigned int order = kho_word_order(word);

	if (order > KHO_RUN_ORDER_MAX)
		return false;
	if (kho_word_pfn(word) & ((1ULL << order) - 1))
		return false;
	/* count << order can't wrap: 18 + 39 bits */
	return kho_word_end(word) <= KHO_RUN_PFN_MAX + 1;
}

/**
 * kho_map_init - make an empty map
 * @map: the map
 */
void kho_map_init(struct kho_map *map)
{
	*map = (struct kho_map) { .index = RB_ROOT };
}

/**
 * kho_map_destroy - free all leaves of a map
 * @map: the map; it is empty afterwards
 */
void kho_map_destroy(struct kho_map *map)
{
	struct kho_leaf_ref *ref, *tmp;

	rbtree_postorder_for_each_entry_safe(ref, tmp, &map->index, rb) {
		kho_leaf_free(ref->leaf);
		kho_leaf_ref_free(ref);
	}
	kho_map_init(map);
}

/**
 * kho_map_head - first leaf of a map
 * @map: the map
 *
 * Return: its physical address, 0 if the map is empty.
 */
u64 kho_map_head(const struct kho_map *map)
{
	struct rb_node *rb = rb_first(&map->index);

	return rb ? kho_leaf_to_phys(ref_of(rb)->leaf) : 0;
}

/* Put @ref into the index right behind @prev, or first if that is NULL. */
static void ref_insert_behind(struct kho_map *map, struct kho_leaf_ref *prev,
			      struct kho_leaf_ref *ref)
{
	struct rb_node **link = &map->index.rb_node, *parent = NULL;

	if (prev) {
		parent = &prev->rb;
		link = &parent->rb_right;
	}
	while (*link) {
		parent = *link;
		link = &parent->rb_left;
	}
	rb_link_node(&ref->rb, parent, link);
	rb_insert_color(&ref->rb, &map->index);
	map->nr_leaves++;
}

/**
 * kho_map_load - build a map from leaves that stand
 * @map: the map, empty
 * @head: physical address of the first leaf, 0 for none; kho_check_map() has
 *	found the chain to be good
 *
 * The map owns the leaves afterwards. O(runs).
 *
 * Return: 0, or -ENOMEM, and then the map is empty and the leaves as they were.
 */
int kho_map_load(struct kho_map *map, u64 head)
{
	struct kho_leaf_ref *last = NULL, *ref, *tmp;
	struct kho_leaf *leaf;
	unsigned int i;

	for (; head; head = leaf->next) {
		leaf = kho_leaf_from_phys(head);
		ref = kho_leaf_ref_alloc();
		if (!ref)
			goto undo;
		ref->leaf = leaf;
		ref_insert_behind(map, last, ref);
		last = ref;
		map->nr_runs += leaf->nr;
		for (i = 0; i < leaf->nr; i++)
			map->nr_pages += kho_word_pages(leaf->runs[i]);
	}
	return 0;

undo:
	rbtree_postorder_for_each_entry_safe(ref, tmp, &map->index, rb)
		kho_leaf_ref_free(ref);
	kho_map_init(map);
	return -ENOMEM;
}

/* The last leaf that starts at or before @pfn, else the first leaf, else NULL. */
static struct kho_leaf_ref *map_leaf(const struct kho_map *map, u64 pfn)
{
	struct rb_node *rb = map->index.rb_node;
	struct kho_leaf_ref *found = NULL;

	while (rb) {
		struct kho_leaf_ref *ref = ref_of(rb);

		if (kho_word_pfn(ref->leaf->runs[0]) <= pfn) {
			found = ref;
			rb = rb->rb_right;
		} else {
			rb = rb->rb_left;
		}
	}
	if (!found && map->index.rb_node)
		found = ref_of(rb_first(&map->index));
	return found;
}

/* Index of the first run in @leaf that ends behind @pfn; leaf->nr if none. */
static unsigned int leaf_find(const struct kho_leaf *leaf, u64 pfn)
{
	unsigned int lo = 0, hi = leaf->nr;

	while (lo < hi) {
		unsigned int mid = lo + (hi - lo) / 2;

		if (kho_word_end(leaf->runs[mid]) > pfn)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* The word that contains @pfn or is the next behind it. */
static bool map_find(const struct kho_map *map, u64 pfn,
		     struct kho_leaf_ref **pref, unsigned int *pidx)
{
	struct kho_leaf_ref *ref = map_leaf(map, pfn);
	unsigned int idx;

	if (!ref)
		return false;
	idx = leaf_find(ref->leaf, pfn);
	if (idx == ref->leaf->nr) {
		ref = ref_next(ref);
		idx = 0;
	}
	*pref = ref;
	*pidx = idx;
	return ref;
}

/**
 * kho_map_next - find a run
 * @map: the map
 * @pfn: where to start
 * @run: set to the run that contains @pfn, or else the next one
 *
 * Return: whether there is one.
 */
bool kho_map_next(const struct kho_map *map, u64 pfn, struct kho_run *run)
{
	struct kho_leaf_ref *ref;
	unsigned int idx;

	if (!map_find(map, pfn, &ref, &idx))
		return false;
	*run = kho_word_run(ref->leaf->runs[idx]);
	return true;
}

/* The word for @a and @b in one, 0 if they do not go together. */
static u64 word_merge(u64 a, u64 b)
{
	u64 count = kho_word_count(a) + kho_word_count(b);

	if (kho_word_order(a) != kho_word_order(b) ||
	    kho_word_end(a) != kho_word_pfn(b) || count > KHO_RUN_COUNT_MAX)
		return 0;
	return kho_word(kho_word_pfn(a), kho_word_order(a), count);
}

/* A new leaf behind @prev, first if that is NULL. The caller puts a run in. */
static struct kho_leaf_ref *map_grow(struct kho_map *map,
				     struct kho_leaf_ref *prev)
{
	struct kho_leaf_ref *ref, *next;
	struct kho_leaf *leaf;

	ref = kho_leaf_ref_alloc();
	if (!ref)
		return NULL;
	leaf = kho_leaf_alloc();
	if (!leaf) {
		kho_leaf_ref_free(ref);
		return NULL;
	}
	leaf->magic = KHO_LEAF_MAGIC;
	leaf->version = KHO_LEAF_VERSION;
	leaf->nr = 0;
	ref->leaf = leaf;
	ref_insert_behind(map, prev, ref);

	next = ref_next(ref);
	leaf->next = next ? kho_leaf_to_phys(next->leaf) : 0;
	if (prev)
		prev->leaf->next = kho_leaf_to_phys(leaf);
	return ref;
}

static void map_drop_leaf(struct kho_map *map, struct kho_leaf_ref *ref)
{
	struct kho_leaf_ref *prev = ref_prev(ref);

	if (prev)
		prev->leaf->next = ref->leaf->next;
	rb_erase(&ref->rb, &map->index);
	map->nr_leaves--;
	kho_leaf_free(ref->leaf);
	kho_leaf_ref_free(ref);
}

/*
 * Two neighbours always hold more runs together than fit into one leaf: that
 * is what bounds a map to 16 bytes a run and a page. Restore it between @ref
 * and the leaf behind it, by making them one.
 */
static void map_join(struct kho_map *map, struct kho_leaf_ref *ref)
{
	struct kho_leaf_ref *next = ref ? ref_next(ref) : NULL;
	struct kho_leaf *leaf, *upper;
	unsigned int from = 0;
	u64 seam;

	if (!next || ref->leaf->nr + next->leaf->nr > KHO_LEAF_CAPACITY)
		return;
	leaf = ref->leaf;
	upper = next->leaf;
	/* Runs that touch were kept apart by the border of the leaves. */
	seam = word_merge(leaf->runs[leaf->nr - 1], upper->runs[0]);
	if (seam) {
		leaf->runs[leaf->nr - 1] = seam;
		from = 1;
		map->nr_runs--;
	}
	memcpy(leaf->runs + leaf->nr, upper->runs + from,
	       (upper->nr - from) * sizeof(u64));
	leaf->nr += upper->nr - from;
	map_drop_leaf(map, next);
}

/*
 * Make room in a full leaf for a word at *@pidx, and say where that is now.
 * Appending to the last leaf leaves it full and opens a new one, so that
 * ascending adds fill all leaves; else the upper half moves out.
 */
static int map_split(struct kho_map *map, struct kho_leaf_ref **pref,
		     unsigned int *pidx)
{
	struct kho_leaf *leaf = (*pref)->leaf, *upper;
	bool append = *pidx == leaf->nr && !leaf->next;
	unsigned int keep = append ? leaf->nr : leaf->nr / 2;
	struct kho_leaf_ref *ref;

	ref = map_grow(map, *pref);
	if (!ref)
		return -ENOMEM;
	upper = ref->leaf;
	upper->nr = leaf->nr - keep;
	memcpy(upper->runs, leaf->runs + keep, upper->nr * sizeof(u64));
	leaf->nr = keep;
	if (*pidx > keep || append) {
		*pidx -= keep;
		*pref = ref;
	}
	return 0;
}

static int map_insert(struct kho_map *map, struct kho_leaf_ref *ref,
		      unsigned int idx, u64 word)
{
	struct kho_leaf_ref *lower = NULL;
	struct kho_leaf *leaf;

	if (!ref)
		ref = map_grow(map, NULL);
	if (!ref)
		return -ENOMEM;
	if (ref->leaf->nr == KHO_LEAF_CAPACITY) {
		int err;

		lower = ref;
		err = map_split(map, &ref, &idx);
		if (err)
			return err;
	}
	leaf = ref->leaf;
	memmove(leaf->runs + idx + 1, leaf->runs + idx,
		(leaf->nr - idx) * sizeof(u64));
	leaf->runs[idx] = word;
	leaf->nr++;
	map->nr_runs++;
	if (lower) {
		map_join(map, ref_next(lower));
		map_join(map, ref_prev(lower));
	}
	return 0;
}

static void map_erase(struct kho_map *map, struct kho_leaf_ref *ref,
		      unsigned int idx)
{
	struct kho_leaf *leaf = ref->leaf;

	leaf->nr--;
	map->nr_runs--;
	memmove(leaf->runs + idx, leaf->runs + idx + 1,
		(leaf->nr - idx) * sizeof(u64));
	if (leaf->nr) {
		map_join(map, ref);
		map_join(map, ref_prev(ref));
	} else {
		map_drop_leaf(map, ref);
	}
}

/* Add one word, which overlaps nothing. */
static int map_add_word(struct kho_map *map, u64 word)
{
	struct kho_leaf_ref *ref = map_leaf(map, kho_word_pfn(word));
	unsigned int idx = ref ? leaf_find(ref->leaf, kho_word_pfn(word)) : 0;
	u64 prev, next, *runs;
	int err;

	if (ref) {
		runs = ref->leaf->runs;
		prev = idx ? word_merge(runs[idx - 1], word) : 0;
		next = idx < ref->leaf->nr ?
		       word_merge(prev ?: word, runs[idx]) : 0;
		if (next) {
			runs[idx] = next;
			if (prev)
				map_erase(map, ref, idx - 1);
			goto added;
		}
		if (prev) {
			runs[idx - 1] = prev;
			goto added;
		}
	}
	err = map_insert(map, ref, idx, word);
	if (err)
		return err;
added:
	map->nr_pages += kho_word_pages(word);
	return 0;
}

/**
 * kho_map_add - add a run
 * @map: the map
 * @run: the run; its first pfn and its length are multiples of 2^order
 *
 * Return: 0; -EINVAL if @run is no run or starts at page 0; -EEXIST if a page is
 * in the map already; -ENOMEM. On error the map is as it was.
 */
int kho_map_add(struct kho_map *map, const struct kho_run *run)
{
	u64 pfn = run->pfn, left, count;
	struct kho_run there;
	int err;

	/* Page 0 is nobody's, and word 0 stands for "none". */
	if (!run->pfn || !run->nr || run->order > KHO_RUN_ORDER_MAX ||
	    ((run->pfn | run->nr) & ((1ULL << run->order) - 1)) ||
	    run->pfn > KHO_RUN_PFN_MAX ||
	    run->nr > KHO_RUN_PFN_MAX + 1 - run->pfn)
		return -EINVAL;
	if (kho_map_next(map, pfn, &there) && there.pfn < run->pfn + run->nr)
		return -EEXIST;

	for (left = run->nr >> run->order; left;
	     left -= count, pfn += count << run->order) {
		count = min(left, KHO_RUN_COUNT_MAX);
		err = map_add_word(map, kho_word(pfn, run->order, count));
		if (err) {
			/* Takes back what was added; that needs no memory. */
			if (pfn != run->pfn)
				kho_map_remove(map, run->pfn, pfn - run->pfn);
			return err;
		}
	}
	return 0;
}

/* Are all pages there, and is no folio cut? */
static int map_check_remove(const struct kho_map *map, u64 pfn, u64 end)
{
	struct kho_run run;
	u64 mask;

	for (; pfn < end; pfn = (u64)run.pfn + run.nr) {
		if (!kho_map_next(map, pfn, &run) || run.pfn > pfn)
			return -ENOENT;
		mask = (1ULL << run.order) - 1;
		if ((pfn & mask) || (end < (u64)run.pfn + run.nr && (end & mask)))
			return -EINVAL;
	}
	return 0;
}

/* Take [lo, hi) out of the word at @idx, which contains it. */
static int map_cut(struct kho_map *map, struct kho_leaf_ref *ref,
		   unsigned int idx, u64 lo, u64 hi)
{
	u64 word = ref->leaf->runs[idx];
	unsigned int order = kho_word_order(word);
	u64 first = kho_word_pfn(word), end = kho_word_end(word), left, right;
	int err;

	left = first < lo ? kho_word(first, order, (lo - first) >> order) : 0;
	right = hi < end ? kho_word(hi, order, (end - hi) >> order) : 0;

	if (left && right) {
		ref->leaf->runs[idx] = left;
		err = map_insert(map, ref, idx + 1, right);
		if (err) {
			ref->leaf->runs[idx] = word;
			return err;
		}
	} else if (left || right) {
		ref->leaf->runs[idx] = left ?: right;
	} else {
		map_erase(map, ref, idx);
	}
	map->nr_pages -= hi - lo;
	return 0;
}

/**
 * kho_map_remove - remove pages
 * @map: the map
 * @pfn: first page
 * @nr: number of pages
 *
 * Return: 0; -EINVAL for no pages, or if only a part of a folio would be
 * removed; -ENOENT if a page is not in the map; -ENOMEM. On error the map is as
 * it was.
 */
int kho_map_remove(struct kho_map *map, u64 pfn, u64 nr)
{
	struct kho_leaf_ref *ref;
	u64 end = pfn + nr, word;
	unsigned int idx;
	int err;

	if (!nr || end < pfn)
		return -EINVAL;
	err = map_check_remove(map, pfn, end);
	if (err)
		return err;

	while (map_find(map, pfn, &ref, &idx)) {
		word = ref->leaf->runs[idx];
		if (kho_word_pfn(word) >= end)
			break;
		/* Only a single word that loses its middle can fail here. */
		err = map_cut(map, ref, idx, max(kho_word_pfn(word), pfn),
			      min(kho_word_end(word), end));
		if (err)
			return err;
	}
	return 0;
}
