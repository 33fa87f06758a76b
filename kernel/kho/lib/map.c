// SPDX-License-Identifier: GPL-2.0
/*
 * Map of a page set.
 *
 * All operations are O(log leaves) plus the work within a leaf, whatever the
 * length of a run; only a run of more than 2^18 folios takes more than one
 * word, and then one step a word. What is next to what was used last is found
 * in O(1).
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "env.h"
#include "rebalance.h"

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
		kho_page_free(ref->leaf);
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

	return rb ? kho_virt_to_phys(kho_ref_of(rb)->leaf) : 0;
}

/**
 * kho_map_load - build a map from leaves that exist already
 * @map: the map, empty
 * @head: physical address of the first leaf, 0 for none; kho_check_claim() has
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

	for (; head; head = leaf->next) {
		leaf = kho_phys_to_virt(head);
		ref = kho_leaf_ref_alloc();
		if (!ref)
			goto undo;
		ref->leaf = leaf;
		ref->first = kho_leaf_first(leaf);
		kho_map_link(map, last, ref);
		last = ref;
		map->nr_runs += leaf->nr;
		map->nr_pages += kho_leaf_pages(leaf);
	}
	return 0;

undo:
	rbtree_postorder_for_each_entry_safe(ref, tmp, &map->index, rb)
		kho_leaf_ref_free(ref);
	kho_map_init(map);
	return -ENOMEM;
}

/**
 * kho_map_next - find a run
 * @map: the map
 * @pfn: where to start
 * @run: set to the run that contains @pfn, or else the next one
 *
 * Return: whether there is one.
 */
bool kho_map_next(struct kho_map *map, u64 pfn, struct kho_run *run)
{
	struct kho_leaf_ref *ref = kho_map_locate(map, pfn);

	if (!ref)
		return false;
	if (kho_leaf_find(ref->leaf, pfn, run))
		return true;
	return ref->next && kho_leaf_find(ref->next->leaf, pfn, run);
}

/*
 * Adding
 */

/* A new leaf of runs behind @prev, first if that is NULL, with one word. */
static int map_add_leaf(struct kho_map *map, struct kho_leaf_ref *prev,
			u64 word)
{
	struct kho_leaf_ref *ref = kho_map_alloc_leaf(map, prev);

	if (!ref)
		return -ENOMEM;
	ref->first = kho_word_pfn(word);
	kho_leaf_insert(ref->leaf, 0, word);
	map->nr_runs++;
	kho_map_rebalance(map, ref);
	return 0;
}

/* Word @i of a leaf of runs, if @word were at @idx. */
static u64 word_with(const struct kho_leaf *leaf, unsigned int idx, u64 word,
		     unsigned int i)
{
	return i == idx ? word : leaf->words[i - (i > idx)];
}

/*
 * Where to split a full leaf that @word goes into at @idx: where cells touch, or
 * else in the middle. Ascending and descending adds leave a leaf as full as that
 * allows.
 */
static unsigned int split_place(const struct kho_leaf_ref *ref,
				unsigned int idx, u64 word)
{
	unsigned int nr = ref->leaf->nr, want = (nr + 1) / 2, best = 0, i;
	unsigned int order = UINT_MAX;
	u64 end = 0, w;

	if (idx == nr && !ref->next)
		want = nr;
	else if (!idx && !ref->prev)
		want = 1;
	/* If all is of one cell, no place is better than another. */
	if (kho_words_meet(word_with(ref->leaf, idx, word, 0),
			   word_with(ref->leaf, idx, word, nr)))
		return want;
	for (i = 0; i <= nr; i++) {
		if (best && i > want && i - want > want - best)
			break;
		w = word_with(ref->leaf, idx, word, i);
		if (kho_word_order(w) == order && kho_word_end(w) <= end)
			continue;
		/* A run that crosses can be cut, if there is room for it. */
		if (i && (kho_word_order(w) != order ||
			  kho_word_pfn(w) >= end || i < nr)) {
			best = i;
			if (i >= want)
				break;
		}
		order = kho_word_order(w);
		end = kho_cell_end(kho_word_end(w) - 1, order);
	}
	return best ?: want;
}

/* Make room in a full leaf and put @word in, which goes there at @idx. */
static int map_insert_full(struct kho_map *map, struct kho_leaf_ref *ref,
			   unsigned int idx, u64 word)
{
	unsigned int place = split_place(ref, idx, word);
	unsigned int keep = idx < place ? place - 1 : place;
	struct kho_leaf_ref *before = ref->prev, *upper = kho_map_alloc_leaf(map, ref);
	struct kho_leaf *leaf = ref->leaf;

	if (!upper)
		return -ENOMEM;
	upper->leaf->nr = leaf->nr - keep;
	memcpy(upper->leaf->words, leaf->words + keep,
	       upper->leaf->nr * sizeof(u64));
	leaf->nr = keep;
	if (idx < place)
		kho_leaf_insert(leaf, idx, word);
	else
		kho_leaf_insert(upper->leaf, idx - place, word);
	ref->first = kho_leaf_first(leaf);
	upper->first = kho_leaf_first(upper->leaf);
	map->nr_runs++;
	kho_map_rebalance_next(map, upper);
	kho_map_rebalance_next(map, ref);
	if (before)
		kho_map_rebalance_next(map, before);
	return 0;
}

/* Put a word into a leaf of runs at @idx; it touches no other there. */
static int map_insert(struct kho_map *map, struct kho_leaf_ref *ref,
		      unsigned int idx, u64 word)
{
	struct kho_leaf *leaf = ref->leaf;

	if (leaf->nr == KHO_LEAF_CAPACITY)
		return map_insert_full(map, ref, idx, word);
	kho_leaf_insert(leaf, idx, word);
	map->nr_runs++;
	if (!idx)
		ref->first = kho_word_pfn(word);
	if (idx + 1 == leaf->nr && ref->next)
		kho_map_rebalance_next(map, ref);
	return 0;
}

/* Add a word, which goes into a leaf of runs at @idx or touches one there. */
static int map_add_run(struct kho_map *map, struct kho_leaf_ref *ref,
		       unsigned int idx, u64 word)
{
	u64 *words = ref->leaf->words, prev = 0, next = 0;

	if (idx == ref->leaf->nr && ref->next &&
	    kho_words_meet(word, kho_leaf_first_word(ref->next->leaf))) {
		ref = ref->next;
		idx = 0;
		if (kho_leaf_is_bitmap(ref->leaf)) {
			kho_map_set_bits(map, ref, word);
			return 0;
		}
		words = ref->leaf->words;
	}
	if (idx)
		prev = kho_word_merge(words[idx - 1], word);
	if (idx < ref->leaf->nr)
		next = kho_word_merge(prev ?: word, words[idx]);

	if (!prev && !next)
		return map_insert(map, ref, idx, word);
	if (!next) {
		words[idx - 1] = prev;
		return 0;
	}
	words[idx] = next;
	if (!idx)
		ref->first = kho_word_pfn(word);
	if (prev) {
		kho_leaf_erase(ref->leaf, idx - 1, 1);
		map->nr_runs--;
		kho_map_rebalance(map, ref);
	}
	return 0;
}

/* Split a bitmap at @bit, to put a word of another order there. */
static int map_split_bitmap(struct kho_map *map, struct kho_leaf_ref *ref,
			    unsigned int bit, u64 word)
{
	struct kho_leaf_ref *before = ref->prev, *upper, *mid;

	upper = kho_map_alloc_leaf(map, ref);
	if (!upper)
		return -ENOMEM;
	mid = kho_map_alloc_leaf(map, ref);
	if (!mid) {
		kho_map_free_leaf(map, upper);
		return -ENOMEM;
	}
	kho_leaf_init_bitmap(upper->leaf, kho_leaf_first_word(ref->leaf));
	kho_leaf_split(ref->leaf, upper->leaf, bit);
	upper->first = kho_leaf_bit_pfn(upper->leaf, bit);
	kho_leaf_insert(mid->leaf, 0, word);
	mid->first = kho_word_pfn(word);
	map->nr_runs++;
	kho_map_rebalance_next(map, upper);
	kho_map_rebalance_next(map, mid);
	kho_map_rebalance_next(map, ref);
	if (before)
		kho_map_rebalance_next(map, before);
	return 0;
}

/* Add a word at a bitmap that does not take it. */
static int map_add_next_to(struct kho_map *map, struct kho_leaf_ref *ref,
			   u64 word)
{
	struct kho_leaf_ref *next = ref->next;
	struct kho_leaf *leaf = ref->leaf;
	u64 pfn = kho_word_pfn(word);
	unsigned int bit;

	/* The first bit that is set at or behind the word's first page. */
	bit = kho_leaf_next_bit(leaf, pfn > leaf->base ?
				kho_leaf_bit(leaf, pfn) : 0);
	if (bit < KHO_LEAF_BITS &&
	    kho_leaf_bit_pfn(leaf, bit) < kho_word_end(word))
		return -EEXIST;

	if (pfn < ref->first)
		return map_add_leaf(map, NULL, word);
	if (bit < KHO_LEAF_BITS)
		return map_split_bitmap(map, ref, bit, word);
	if (next && !kho_leaf_is_bitmap(next->leaf))
		return map_add_run(map, next, 0, word);
	if (!next || !kho_leaf_fits(next->leaf, word))
		return map_add_leaf(map, ref, word);
	kho_map_set_bits(map, next, word);
	return 0;
}

/* Add a word where the leaf is a bitmap. */
static int map_add_bits(struct kho_map *map, struct kho_leaf_ref *ref, u64 word)
{
	struct kho_leaf *leaf = ref->leaf;
	unsigned int runs = leaf->nr;

	if (!kho_leaf_fits(leaf, word))
		return map_add_next_to(map, ref, word);
	if (!kho_leaf_is_clear(leaf, kho_leaf_bit(leaf, kho_word_pfn(word)),
			       kho_word_count(word)))
		return -EEXIST;
	kho_map_set_bits(map, ref, word);
	if (leaf->nr < runs)
		kho_map_rebalance(map, ref);
	return 0;
}

static int map_add_word(struct kho_map *map, u64 word)
{
	struct kho_leaf_ref *ref = kho_map_locate(map, kho_word_pfn(word));
	struct kho_leaf *leaf;
	unsigned int idx;
	int err;

	if (!ref) {
		err = map_add_leaf(map, NULL, word);
	} else if (ref->next && ref->next->first < kho_word_end(word)) {
		return -EEXIST;
	} else if (kho_leaf_is_bitmap(ref->leaf)) {
		err = map_add_bits(map, ref, word);
	} else {
		leaf = ref->leaf;
		idx = kho_leaf_index(leaf, kho_word_pfn(word));
		if (idx < leaf->nr &&
		    kho_word_pfn(leaf->words[idx]) < kho_word_end(word))
			return -EEXIST;
		err = map_add_run(map, ref, idx, word);
	}
	if (!err)
		map->nr_pages += kho_word_pages(word);
	return err;
}

/*
 * How many of @nr folios at @pfn can become one word? They end where a cell
 * does if a bitmap has the first of them, and where one begins if the leaf
 * behind them begins in that.
 */
static u64 map_piece(struct kho_map *map, u64 pfn, unsigned int order, u64 nr)
{
	u64 folio = pfn >> order, end = folio + min(nr, KHO_RUN_COUNT_MAX), border;
	struct kho_leaf_ref *ref = kho_map_locate(map, pfn), *next;

	if (!ref)
		return end - folio;
	next = pfn < ref->first ? ref : ref->next;
	if (kho_leaf_is_bitmap(ref->leaf) && ref->leaf->order == order) {
		border = (ref->leaf->base >> order) + KHO_LEAF_BITS;
		if (folio < border)
			end = min(end, border);
	}
	if (next && kho_word_order(kho_leaf_first_word(next->leaf)) == order) {
		border = kho_cell(next->first, order) * KHO_LEAF_BITS;
		if (folio < border)
			end = min(end, border);
	}
	return end - folio;
}

/* Whether a map can have this run. Page 0 is never preserved. */
static inline bool run_is_valid(const struct kho_run *run)
{
	return run->order <= KHO_RUN_ORDER_MAX &&
	       !((run->pfn | run->nr) & ((1ULL << run->order) - 1)) &&
	       run->pfn - 1 < KHO_RUN_PFN_MAX &&
	       run->nr - 1 <= KHO_RUN_PFN_MAX - run->pfn;
}

/* kho_map_add() in full; it is not called for most folios. */
static noinline int __kho_map_add(struct kho_map *map, const struct kho_run *run)
{
	u64 pfn = run->pfn, left, count;
	struct kho_run there;
	int err;

	if (!run_is_valid(run))
		return -EINVAL;
	left = run->nr >> run->order;
	count = left == 1 ? 1 : map_piece(map, pfn, run->order, left);
	if (count == left)
		return map_add_word(map, kho_word(pfn, run->order, count));

	if (kho_map_next(map, pfn, &there) && there.pfn < run->pfn + run->nr)
		return -EEXIST;
	for (; left; left -= count, pfn += count << run->order) {
		count = map_piece(map, pfn, run->order, left);
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

/* Set one bit, if it and its neighbours are in one word and it is clear. */
static inline bool map_add_bit(struct kho_map *map, struct kho_leaf *leaf,
			       u64 bit)
{
	u64 *word = leaf->words + bit / 64, neighbours;

	if (bit >= KHO_LEAF_BITS || bit % 64 - 1 >= 62)
		return false;
	neighbours = *word >> (bit % 64 - 1) & 7;
	/* A new run, or one that grows; but not two that become one. */
	if (neighbours & 2 || neighbours == 5)
		return false;
	*word |= 1ULL << bit % 64;
	leaf->nr += !neighbours;
	map->nr_runs += !neighbours;
	return true;
}

/* Append one folio, if there is room, to the last run or behind it. */
static inline bool map_append(struct kho_map *map, struct kho_leaf *leaf,
			      u64 pfn, unsigned int order)
{
	u64 *last = leaf->words + leaf->nr - 1, end = kho_word_end(*last);
	u64 word = kho_word(pfn, order, 1);
	u64 longer = end == pfn ? kho_word_merge(*last, word) : 0;

	if (end > pfn || (!longer && leaf->nr == KHO_LEAF_CAPACITY))
		return false;
	if (longer) {
		*last = longer;
		return true;
	}
	last[1] = word;
	leaf->nr++;
	map->nr_runs++;
	return true;
}

/* Add one folio, if that is simple and goes to the leaf that was used last. */
static inline bool map_add_folio(struct kho_map *map, u64 pfn,
				 unsigned int order)
{
	struct kho_leaf_ref *ref = READ_ONCE(map->hint);
	struct kho_leaf *leaf;

	if (!ref || pfn < ref->first)
		return false;
	leaf = ref->leaf;
	if (!kho_leaf_is_bitmap(leaf))
		return !ref->next && map_append(map, leaf, pfn, order);
	return leaf->order == order &&
	       (!ref->next || pfn + (1ULL << order) <= ref->next->first) &&
	       map_add_bit(map, leaf, kho_leaf_bit(leaf, pfn));
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
	/* Most often one folio is added next to the one before. */
	if (run->order <= KHO_RUN_ORDER_MAX && run->nr == 1ULL << run->order &&
	    !(run->pfn & (run->nr - 1)) && run->pfn <= KHO_RUN_PFN_MAX &&
	    map_add_folio(map, run->pfn, run->order)) {
		map->nr_pages += run->nr;
		return 0;
	}
	return __kho_map_add(map, run);
}

/*
 * Removing
 */

/* Checks that all pages are there and no folio is cut. */
static int map_check_remove(struct kho_map *map, u64 pfn, u64 end)
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

/* A leaf has less than before. */
static void map_shrunk(struct kho_map *map, struct kho_leaf_ref *ref)
{
	struct kho_leaf_ref *before = ref->prev;

	if (ref->leaf->nr) {
		kho_map_rebalance(map, ref);
	} else {
		kho_map_free_leaf(map, ref);
		if (before)
			kho_map_rebalance_next(map, before);
	}
}

/* Take [lo, hi) out of a bitmap, which has all of it. */
static void map_clear_bits(struct kho_map *map, struct kho_leaf_ref *ref,
			   u64 lo, u64 hi)
{
	struct kho_leaf *leaf = ref->leaf;
	u64 bit = kho_leaf_bit(leaf, lo), end = kho_leaf_bit(leaf, hi);
	unsigned int nr = leaf->nr;

	map->nr_runs -= nr;
	kho_leaf_clear(leaf, bit, end - bit);
	map->nr_runs += leaf->nr;
	if (leaf->nr && lo == ref->first)
		ref->first = kho_leaf_bit_pfn(leaf, kho_leaf_next_bit(leaf, end));
	if (leaf->nr < nr)
		map_shrunk(map, ref);
}

/* Take [lo, hi) out of the word at @idx, which contains it. */
static int map_cut(struct kho_map *map, struct kho_leaf_ref *ref,
		   unsigned int idx, u64 lo, u64 hi)
{
	struct kho_leaf *leaf = ref->leaf;
	u64 word = leaf->words[idx], left, right;
	unsigned int order = kho_word_order(word);
	u64 first = kho_word_pfn(word), end = kho_word_end(word);
	int err;

	left = first < lo ? kho_word(first, order, (lo - first) >> order) : 0;
	right = hi < end ? kho_word(hi, order, (end - hi) >> order) : 0;

	if (left && right) {
		leaf->words[idx] = left;
		err = map_insert(map, ref, idx + 1, right);
		if (err)
			leaf->words[idx] = word;
		else	/* @ref may be gone */
			kho_map_rebalance(map, kho_map_locate(map, first));
		return err;
	}
	if (left || right) {
		leaf->words[idx] = left ?: right;
	} else {
		kho_leaf_erase(leaf, idx, 1);
		map->nr_runs--;
	}
	if (leaf->nr)
		ref->first = kho_leaf_first(leaf);
	map_shrunk(map, ref);
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
	u64 end = pfn + nr, stop;
	struct kho_leaf_ref *ref;
	unsigned int idx;
	int err;

	if (!nr || end < pfn)
		return -EINVAL;
	err = map_check_remove(map, pfn, end);
	if (err)
		return err;

	for (; pfn < end; pfn = stop) {
		ref = kho_map_locate(map, pfn);
		stop = ref->next ? min(end, ref->next->first) : end;
		if (kho_leaf_is_bitmap(ref->leaf)) {
			map_clear_bits(map, ref, pfn, stop);
		} else {
			idx = kho_leaf_index(ref->leaf, pfn);
			stop = min(stop, kho_word_end(ref->leaf->words[idx]));
			/* Only a single word that loses its middle can fail. */
			err = map_cut(map, ref, idx, pfn, stop);
			if (err)
				return err;
		}
		map->nr_pages -= stop - pfn;
	}
	return 0;
}
