/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_REBALANCE_H
#define _KERNEL_KHO_REBALANCE_H

#include <linux/compiler.h>

#include "map.h"

/* The leaves of a map and the index over them, for map.c and bulk.c only. */

static inline struct kho_leaf_ref *kho_ref_of(struct rb_node *rb)
{
	return rb_entry(rb, struct kho_leaf_ref, rb);
}

void kho_map_link(struct kho_map *map, struct kho_leaf_ref *prev,
		  struct kho_leaf_ref *ref);
struct kho_leaf_ref *kho_map_alloc_leaf(struct kho_map *map,
					struct kho_leaf_ref *prev);
void kho_map_free_leaf(struct kho_map *map, struct kho_leaf_ref *ref);
struct kho_leaf_ref *kho_map_search(struct kho_map *map, u64 pfn);
void kho_map_set_bits(struct kho_map *map, struct kho_leaf_ref *ref, u64 word);
void kho_map_rebalance_next(struct kho_map *map, struct kho_leaf_ref *ref);
void kho_map_rebalance(struct kho_map *map, struct kho_leaf_ref *ref);

/* kho_map_search(), but at once if it is the leaf that was used last. */
static inline struct kho_leaf_ref *kho_map_locate(struct kho_map *map, u64 pfn)
{
	struct kho_leaf_ref *ref = READ_ONCE(map->hint);

	if (ref && (ref->first <= pfn || !ref->prev) &&
	    (!ref->next || pfn < ref->next->first))
		return ref;
	return kho_map_search(map, pfn);
}

#endif /* _KERNEL_KHO_REBALANCE_H */
