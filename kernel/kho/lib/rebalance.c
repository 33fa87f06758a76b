// SPDX-License-Identifier: GPL-2.0
/*
 * The leaves of a map, the index over them, and what holds between them.
 *
 * Two things hold between two leaves next to each other, and bound the memory
 * that a map takes (see kho/abi/map.h): they would not fit into one leaf of
 * runs, and no cell goes on from the one to the other. A change of a leaf restores
 * that with its neighbours: it moves runs between them, and makes a
 * bitmap of what two leaves have of one cell. That looks at a bounded number of
 * leaves, as neither breaks what holds further away.
 */
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "env.h"
#include "rebalance.h"

/**
 * kho_map_link - put a leaf into the index
 * @map: the map
 * @prev: the leaf before it; NULL if it becomes the first
 * @ref: the leaf's entry
 */
void kho_map_link(struct kho_map *map, struct kho_leaf_ref *prev,
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

	ref->prev = prev;
	if (prev)
		ref->next = prev->next;
	else	/* What was first is found where the search ended. */
		ref->next = parent ? kho_ref_of(parent) : NULL;
	if (prev)
		prev->next = ref;
	if (ref->next)
		ref->next->prev = ref;
	map->nr_leaves++;
}

/* Let the leaf of @ref be @leaf, for the leaf before it too. */
static void map_set_leaf(struct kho_leaf_ref *ref, struct kho_leaf *leaf)
{
	ref->leaf = leaf;
	leaf->next = ref->next ? kho_virt_to_phys(ref->next->leaf) : 0;
	if (ref->prev)
		ref->prev->leaf->next = kho_virt_to_phys(leaf);
}

/**
 * kho_map_alloc_leaf - add an empty leaf of runs
 * @map: the map
 * @prev: the leaf before it; NULL if it becomes the first
 *
 * The caller fills it and says what its first page is.
 *
 * Return: the leaf's entry, NULL if there is no memory.
 */
struct kho_leaf_ref *kho_map_alloc_leaf(struct kho_map *map,
					struct kho_leaf_ref *prev)
{
	struct kho_leaf_ref *ref;
	struct kho_leaf *leaf;

	ref = kho_leaf_ref_alloc();
	if (!ref)
		return NULL;
	leaf = kho_page_alloc();
	if (!leaf) {
		kho_leaf_ref_free(ref);
		return NULL;
	}
	kho_leaf_init_runs(leaf);
	kho_map_link(map, prev, ref);
	map_set_leaf(ref, leaf);
	return ref;
}

/**
 * kho_map_free_leaf - free a leaf
 * @map: the map
 * @ref: the leaf's entry
 */
void kho_map_free_leaf(struct kho_map *map, struct kho_leaf_ref *ref)
{
	if (ref->prev) {
		ref->prev->next = ref->next;
		ref->prev->leaf->next = ref->leaf->next;
	}
	if (ref->next)
		ref->next->prev = ref->prev;
	if (map->hint == ref)
		map->hint = ref->prev;
	rb_erase(&ref->rb, &map->index);
	map->nr_leaves--;
	kho_page_free(ref->leaf);
	kho_leaf_ref_free(ref);
}

/**
 * kho_map_search - find the leaf where a page is or belongs
 * @map: the map
 * @pfn: the page
 *
 * Return: the last leaf that starts at or before it, else the first leaf; NULL
 * if there are none.
 */
struct kho_leaf_ref *kho_map_search(struct kho_map *map, u64 pfn)
{
	struct rb_node *rb = map->index.rb_node;
	struct kho_leaf_ref *found = NULL, *ref = NULL;

	while (rb) {
		ref = kho_ref_of(rb);
		if (ref->first <= pfn) {
			found = ref;
			rb = rb->rb_right;
		} else {
			rb = rb->rb_left;
		}
	}
	/* If all start behind @pfn, the search ended at the first. */
	if (!found)
		found = ref;
	WRITE_ONCE(map->hint, found);
	return found;
}

/* The words that a leaf takes as runs, or one more. */
static unsigned int leaf_weight(const struct kho_leaf *leaf)
{
	/* A run of a bitmap may be too long for one word. */
	if (kho_leaf_is_bitmap(leaf))
		return leaf->nr + (KHO_LEAF_BITS - 1) / KHO_RUN_COUNT_MAX;
	return leaf->nr;
}

/**
 * kho_map_set_bits - add a word to a bitmap
 * @map: the map
 * @ref: the bitmap
 * @word: a word in its cell, whose bits are clear
 */
void kho_map_set_bits(struct kho_map *map, struct kho_leaf_ref *ref, u64 word)
{
	struct kho_leaf *leaf = ref->leaf;
	u64 pfn = kho_word_pfn(word);

	if (!leaf->nr || pfn < ref->first)
		ref->first = pfn;
	map->nr_runs -= leaf->nr;
	kho_leaf_set(leaf, kho_leaf_bit(leaf, pfn), kho_word_count(word));
	map->nr_runs += leaf->nr;
}

/* Make a bitmap a leaf of runs, if it has no more than fit. */
static bool map_convert_to_runs(struct kho_map *map, struct kho_leaf_ref *ref)
{
	struct kho_leaf *leaf = kho_page_alloc(), *old = ref->leaf;

	if (!leaf)
		return false;
	kho_leaf_init_runs(leaf);
	leaf->nr = kho_leaf_decode(old, leaf->words);
	map->nr_runs -= old->nr;
	map->nr_runs += leaf->nr;
	map_set_leaf(ref, leaf);
	kho_page_free(old);
	return true;
}

/*
 * Make @ref and the leaf behind it one leaf of runs if they fit into one. @ref
 * stays. Without memory to flatten a bitmap, all stays as it is.
 */
static void map_join(struct kho_map *map, struct kho_leaf_ref *ref)
{
	struct kho_leaf_ref *next = ref ? ref->next : NULL;
	unsigned int nr;
	u64 *words, seam;

	if (!next ||
	    leaf_weight(ref->leaf) + leaf_weight(next->leaf) > KHO_LEAF_CAPACITY)
		return;
	if (kho_leaf_is_bitmap(ref->leaf) && !map_convert_to_runs(map, ref))
		return;
	words = ref->leaf->words + ref->leaf->nr;
	nr = kho_leaf_decode(next->leaf, words);
	map->nr_runs -= next->leaf->nr;
	map->nr_runs += nr;
	ref->leaf->nr += nr;
	/* Runs that touch were kept apart by the border of the leaves. */
	seam = kho_word_merge(words[-1], words[0]);
	if (seam) {
		words[-1] = seam;
		kho_leaf_erase(ref->leaf, words - ref->leaf->words, 1);
		map->nr_runs--;
	}
	kho_map_free_leaf(map, next);
}

/* Move into the bitmap of @to all that its neighbour, a bitmap, has of its cell. */
static void map_move_bits(struct kho_map *map, struct kho_leaf_ref *to,
			  struct kho_leaf_ref *from)
{
	map->nr_runs -= to->leaf->nr;
	map->nr_runs -= from->leaf->nr;
	kho_leaf_merge(to->leaf, from->leaf);
	map->nr_runs += to->leaf->nr;
	to->first = min(to->first, from->first);
	from->leaf->nr = 0;
}

/* The same for some runs of a neighbour, all in its cell. */
static void map_move_words(struct kho_map *map, struct kho_leaf_ref *to,
			   struct kho_leaf_ref *from, unsigned int idx,
			   unsigned int nr)
{
	const u64 *words = from->leaf->words + idx;

	if (!nr)
		return;
	if (!to->leaf->nr || kho_word_pfn(*words) < to->first)
		to->first = kho_word_pfn(*words);
	map->nr_runs -= to->leaf->nr + nr;
	kho_leaf_set_words(to->leaf, words, nr);
	map->nr_runs += to->leaf->nr;
	kho_leaf_erase(from->leaf, idx, nr);
}

/* And for all that a leaf of runs before it has. */
static void map_move_from_prev(struct kho_map *map, struct kho_leaf_ref *to)
{
	struct kho_leaf_ref *from = to->prev;
	u64 base = to->leaf->base, *words = from->leaf->words;
	unsigned int nr = from->leaf->nr, i = nr;

	while (i && kho_word_order(words[i - 1]) == to->leaf->order &&
	       kho_word_pfn(words[i - 1]) >= base)
		i--;
	map_move_words(map, to, from, i, nr - i);
	if (i && kho_word_order(words[i - 1]) == to->leaf->order &&
	    kho_word_end(words[i - 1]) > base) {
		kho_map_set_bits(map, to, kho_word_above(words[i - 1], base));
		words[i - 1] = kho_word_below(words[i - 1], base);
	}
}

/* And for one behind it. */
static void map_move_from_next(struct kho_map *map, struct kho_leaf_ref *to)
{
	struct kho_leaf_ref *from = to->next;
	u64 end = kho_leaf_bit_pfn(to->leaf, KHO_LEAF_BITS);
	u64 *words = from->leaf->words;
	unsigned int nr = from->leaf->nr, i = 0;

	while (i < nr && kho_word_order(words[i]) == to->leaf->order &&
	       kho_word_end(words[i]) <= end)
		i++;
	map_move_words(map, to, from, 0, i);
	if (i < nr && kho_word_order(*words) == to->leaf->order &&
	    kho_word_pfn(*words) < end) {
		kho_map_set_bits(map, to, kho_word_below(*words, end));
		*words = kho_word_above(*words, end);
	}
}

/*
 * Move into the bitmap of @to what @from, its neighbour, has of its cell; if
 * that is all, @from is gone.
 */
static void map_move_cell(struct kho_map *map, struct kho_leaf_ref *to,
			  struct kho_leaf_ref *from)
{
	if (kho_leaf_is_bitmap(from->leaf))
		map_move_bits(map, to, from);
	else if (from == to->prev)
		map_move_from_prev(map, to);
	else
		map_move_from_next(map, to);
	if (from->leaf->nr)
		from->first = kho_leaf_first(from->leaf);
	else
		kho_map_free_leaf(map, from);
}

/* A cell goes on from @ref to the leaf behind it: make a bitmap in between. */
static struct kho_leaf_ref *map_collect_cell(struct kho_map *map,
					     struct kho_leaf_ref *ref)
{
	struct kho_leaf_ref *to, *next = ref->next;

	to = kho_map_alloc_leaf(map, ref);
	if (!to)
		return NULL;
	kho_leaf_init_bitmap(to->leaf, kho_leaf_first_word(next->leaf));
	map_move_cell(map, to, ref);
	map_move_cell(map, to, next);
	return to;
}

/*
 * The first run behind @ref goes on into the next cell: let it end, and the
 * leaf behind @ref begin, where the cells touch.
 */
static void map_cut_at_cell(struct kho_map *map, struct kho_leaf_ref *ref)
{
	struct kho_leaf_ref *next = ref->next;
	u64 *word = next->leaf->words;
	unsigned int order = kho_word_order(*word);
	u64 border = kho_cell_end(kho_word_pfn(*word), order);

	kho_leaf_insert(ref->leaf, ref->leaf->nr, kho_word_below(*word, border));
	*word = kho_word_above(*word, border);
	next->first = border;
	map->nr_runs++;
}

/*
 * Let no cell go on from @ref to the leaf behind it. Returns the leaf that took
 * from its neighbours, NULL if none did.
 */
static struct kho_leaf_ref *map_separate(struct kho_map *map,
					 struct kho_leaf_ref *ref)
{
	struct kho_leaf_ref *next = ref->next;

	if (!kho_words_meet(kho_leaf_last_word(ref->leaf),
			    kho_leaf_first_word(next->leaf)))
		return NULL;
	if (kho_leaf_is_bitmap(ref->leaf)) {
		map_move_cell(map, ref, next);
		return ref;
	}
	if (kho_leaf_is_bitmap(next->leaf)) {
		map_move_cell(map, next, ref);
		return next;
	}
	if (kho_word_crosses(next->leaf->words[0]) &&
	    ref->leaf->nr < KHO_LEAF_CAPACITY) {
		map_cut_at_cell(map, ref);
		return NULL;
	}
	return map_collect_cell(map, ref);
}

/**
 * kho_map_rebalance_next - rebalance a leaf with the one behind it
 * @map: the map
 * @ref: the leaf
 *
 * Does what memory allows. @ref and the leaf behind it may be gone afterwards,
 * those before @ref are not.
 */
void kho_map_rebalance_next(struct kho_map *map, struct kho_leaf_ref *ref)
{
	struct kho_leaf_ref *before = ref->prev, *to;

	map_join(map, ref);
	to = ref->next ? map_separate(map, ref) : NULL;
	if (!to)
		return;
	/* Its neighbours have less now. */
	map_join(map, to->next);
	map_join(map, to);
	if (to->prev != before)
		map_join(map, to->prev);
	map_join(map, before);
}

/**
 * kho_map_rebalance - rebalance a leaf with both its neighbours
 * @map: the map
 * @ref: the leaf; may be gone afterwards
 */
void kho_map_rebalance(struct kho_map *map, struct kho_leaf_ref *ref)
{
	struct kho_leaf_ref *before = ref->prev;

	kho_map_rebalance_next(map, ref);
	if (before)
		kho_map_rebalance_next(map, before);
}
