/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_MAP_VERIFY_H
#define _KHO_MAP_VERIFY_H

#include "../lib/map.h"

/* What must be true of every map at all times; ends the test otherwise. */
void map_verify(const struct kho_map *map);

/*
 * What must be true too if no allocation has failed: no more than 16 bytes a
 * run and a page, and no more than one leaf a cell if all is of one order.
 */
void map_verify_bounds(const struct kho_map *map);

/*
 * Add single pages from an array, in the fast way those in [lo, hi); the number
 * of those that were added before one could not be.
 */
unsigned int map_add_array(struct kho_map *map, const u64 *pfns,
			   unsigned int nr, u64 lo, u64 hi);

/* The map owns all leaves and index entries that there are. */
void map_verify_owner(const struct kho_map *map);

/* Free a map and see that nothing of it is left. */
void map_finish(struct kho_map *map);

/* There is no run at @pfn or behind. */
void map_check_none(struct kho_map *map, u64 pfn);

/* Cells of its order that a map of one order has pages in. */
u64 map_cells(const struct kho_map *map);

/* Number of bitmaps among the leaves. */
unsigned long map_bitmaps(const struct kho_map *map);

/* Bytes of leaves for each run, in hundredths. */
u64 map_centibytes_a_run(const struct kho_map *map);

/* kho_map_add() in one line. */
int map_add(struct kho_map *map, u64 pfn, u64 nr, unsigned int order);

/* Free the index of a map and leave its leaves alone. */
void map_forget(struct kho_map *map);

#endif /* _KHO_MAP_VERIFY_H */
