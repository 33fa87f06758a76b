/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_FIXTURE_H
#define _KHO_FIXTURE_H

#include "map.h"

/* What the tests of the map share: the map that a test is about. */

#define CAP	((u64)KHO_LEAF_CAPACITY)
#define BITS	((u64)KHO_LEAF_BITS)

extern struct kho_map map;

/* Whether an allocation has failed since start(). */
extern bool any_failed;

/* An empty map, and all memory of before is gone. */
void start(void);

/* All that must be true of the map is true. */
void verify(void);

/* verify(), and free the map. */
void finish(void);

#endif /* _KHO_FIXTURE_H */
