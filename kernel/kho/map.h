/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_MAP_H
#define _KERNEL_KHO_MAP_H

#include <linux/kho/abi/map.h>
#include <linux/kho/pageset.h>
#include <linux/rbtree.h>

/*
 * The map of a page set: runs in leaves, kept in the form that crosses the
 * kexec (see kho/abi/map.h), with an index over the leaves that stays behind.
 *
 * This is a pure data structure: it knows neither pages nor locks. Whoever
 * compiles it brings kho_leaf_alloc() and friends, and serialises all calls on
 * one map, except that lookups may run beside each other.
 */

/**
 * struct kho_map - a map
 * @index: the leaves by their first pfn, &struct kho_leaf_ref
 * @nr_leaves: number of leaves
 * @nr_runs: number of runs
 * @nr_pages: number of pages in all runs
 */
struct kho_map {
	struct rb_root	index;
	unsigned long	nr_leaves;
	unsigned long	nr_runs;
	unsigned long	nr_pages;
};

/**
 * struct kho_leaf_ref - index entry of a leaf
 * @rb: node in &kho_map.index
 * @leaf: the leaf
 */
struct kho_leaf_ref {
	struct rb_node	rb;
	struct kho_leaf	*leaf;
};

/* Runs that fit into a leaf. */
#define KHO_LEAF_CAPACITY \
	((unsigned int)((PAGE_SIZE - sizeof(struct kho_leaf)) / sizeof(u64)))

static inline u64 kho_word(u64 pfn, unsigned int order, u64 count)
{
	return ((count - 1) << (KHO_RUN_PFN_BITS + KHO_RUN_ORDER_BITS)) |
	       ((u64)order << KHO_RUN_PFN_BITS) | pfn;
}

static inline u64 kho_word_pfn(u64 word)
{
	return word & KHO_RUN_PFN_MAX;
}

static inline unsigned int kho_word_order(u64 word)
{
	return (word >> KHO_RUN_PFN_BITS) & ((1U << KHO_RUN_ORDER_BITS) - 1);
}

static inline u64 kho_word_count(u64 word)
{
	return (word >> (KHO_RUN_PFN_BITS + KHO_RUN_ORDER_BITS)) + 1;
}

static inline u64 kho_word_pages(u64 word)
{
	return kho_word_count(word) << kho_word_order(word);
}

static inline u64 kho_word_end(u64 word)
{
	return kho_word_pfn(word) + kho_word_pages(word);
}

static inline struct kho_run kho_word_run(u64 word)
{
	return (struct kho_run) {
		.pfn	= kho_word_pfn(word),
		.nr	= kho_word_pages(word),
		.order	= kho_word_order(word),
	};
}

bool kho_word_is_valid(u64 word);

void kho_map_init(struct kho_map *map);
void kho_map_destroy(struct kho_map *map);
int kho_map_load(struct kho_map *map, u64 head);
u64 kho_map_head(const struct kho_map *map);
bool kho_map_next(const struct kho_map *map, u64 pfn, struct kho_run *run);
int kho_map_add(struct kho_map *map, const struct kho_run *run);
int kho_map_remove(struct kho_map *map, u64 pfn, u64 nr);

/* Brought by whoever compiles map.c. */
struct kho_leaf *kho_leaf_alloc(void);
void kho_leaf_free(struct kho_leaf *leaf);
struct kho_leaf_ref *kho_leaf_ref_alloc(void);
void kho_leaf_ref_free(struct kho_leaf_ref *ref);
u64 kho_leaf_to_phys(const struct kho_leaf *leaf);
struct kho_leaf *kho_leaf_from_phys(u64 phys);

#endif /* _KERNEL_KHO_MAP_H */
