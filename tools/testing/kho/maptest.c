// SPDX-License-Identifier: GPL-2.0
/* What must be true of every map; the text is the kernel's. */
#include "env.h"
#include "harness.h"
#include "maptest.h"
#include "sim.h"

void map_verify_owner(const struct kho_map *map)
{
	check_eq(sim_stats.pages, map->nr_leaves);
	check_eq(sim_stats.refs, map->nr_leaves);
}

#include "../../../kernel/kho/tests/map_verify.c"
