/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_MAPTEST_H
#define _KHO_MAPTEST_H

#include "map.h"

/* What must be true of every map at all times; ends the test otherwise. */
void map_verify(const struct kho_map *map);

/* Bytes of leaves for each run, in hundredths. */
u64 map_centibytes_a_run(const struct kho_map *map);

/* kho_map_add() and kho_map_remove() in one line. */
int map_add(struct kho_map *map, u64 pfn, u64 nr, unsigned int order);

#endif /* _KHO_MAPTEST_H */
