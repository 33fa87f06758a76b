/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_MAP_H
#define _KERNEL_KHO_MAP_H

#include <linux/kho/run.h>
#include <linux/rbtree.h>

#include "leaf.h"

/*
 * The map of a page set: runs and bits in leaves, kept in the form that crosses
 * the kexec (see kho/abi/map.h), with an index over the leaves that stays
 * behind.
 *
 * This is a pure data structure: it knows neither pages nor locks. The caller
 * serialises all calls on one map, except that lookups may run at the same time.
 */

/**
 * struct kho_map - a map
 * @index: the leaves by their first pfn, &struct kho_leaf_ref
 * @hint: the leaf that was used last, or NULL. Any leaf will do, so lookups
 *	that run at the same time may all write it
 * @nr_leaves: number of leaves
 * @nr_runs: number of runs
 * @nr_pages: number of pages in all runs
 */
struct kho_map {
	struct rb_root		index;
	struct kho_leaf_ref	*hint;
	unsigned long		nr_leaves;
	unsigned long		nr_runs;
	unsigned long		nr_pages;
};

/**
 * struct kho_leaf_ref - index entry of a leaf
 * @rb: node in &kho_map.index
 * @prev: the leaf before this one, or NULL
 * @next: the leaf behind this one, or NULL
 * @leaf: the leaf
 * @first: its first page, so that a search need not look into leaves
 */
struct kho_leaf_ref {
	struct rb_node		rb;
	struct kho_leaf_ref	*prev;
	struct kho_leaf_ref	*next;
	struct kho_leaf		*leaf;
	u64			first;
};

void kho_map_init(struct kho_map *map);
void kho_map_destroy(struct kho_map *map);
int kho_map_load(struct kho_map *map, u64 head);
u64 kho_map_head(const struct kho_map *map);
bool kho_map_next(struct kho_map *map, u64 pfn, struct kho_run *run);
int kho_map_add(struct kho_map *map, const struct kho_run *run);
int kho_map_remove(struct kho_map *map, u64 pfn, u64 nr);

/**
 * struct kho_bulk - single pages that go into one leaf, one after the other
 * @first: in a bitmap, first page that can be added; that of bit 0 of a word
 * @nr: in a bitmap, number of pages from there on; 0 if it is no bitmap
 * @words: a bitmap's words from that of @first on; in a leaf of runs the word
 *	behind the last
 * @last: behind the last run of a leaf of runs
 * @low: in a leaf of runs, pages in [@low, @limit) can be appended
 * @limit: see @low; 0 if it is no leaf of runs
 * @room: number of runs that fit
 * @ref: the leaf
 * @added: number of pages that were added and that the map does not count yet
 * @joined: how often one of them touched a run, and added none of its own
 */
struct kho_bulk {
	u64			first;
	u64			nr;
	u64			*words;
	u64			last;
	u64			low;
	u64			limit;
	unsigned int		room;
	struct kho_leaf_ref	*ref;
	unsigned long		added;
	unsigned long		joined;
};

void kho_bulk_begin(struct kho_bulk *f, struct kho_map *map, u64 pfn, u64 lo,
		    u64 hi);
bool __kho_bulk_set(struct kho_bulk *f, u64 bit);
bool kho_bulk_append(struct kho_bulk *f, u64 pfn);
u64 kho_bulk_end(struct kho_bulk *f, struct kho_map *map);

/**
 * kho_bulk_set - add a single page to a bitmap in a few instructions
 * @f: begun; nothing else may be done to the map until kho_bulk_end()
 * @bit: the page, counted from &kho_bulk.first on
 *
 * Return: whether it was added; if not, try kho_bulk_append(), then kho_map_add().
 */
static inline bool kho_bulk_set(struct kho_bulk *f, u64 bit)
{
	u64 below = bit % 64 - 1, word;

	if (bit >= f->nr)
		return false;
	/* Most often it has no neighbours, and they would be in the same word. */
	if (below >= 62)
		return __kho_bulk_set(f, bit);
	word = f->words[bit / 64];
	if (word >> below & 7)
		return __kho_bulk_set(f, bit);
	f->words[bit / 64] = word | 1ULL << bit % 64;
	f->added++;
	return true;
}

#endif /* _KERNEL_KHO_MAP_H */
