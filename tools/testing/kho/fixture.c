// SPDX-License-Identifier: GPL-2.0
/* The map that a test is about, from its start to its end. */
#include "fixture.h"
#include "maptest.h"
#include "sim.h"

struct kho_map map;
bool any_failed;

void start(void)
{
	sim_reset();
	kho_map_init(&map);
	any_failed = false;
}

void verify(void)
{
	any_failed |= sim_failed();
	map_verify(&map);
	if (!any_failed)
		map_verify_bounds(&map);
	map_verify_owner(&map);
}

void finish(void)
{
	verify();
	map_finish(&map);
}
