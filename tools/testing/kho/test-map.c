// SPDX-License-Identifier: GPL-2.0
/* The map's unit tests; the text is the kernel's. */
#include <errno.h>

#include "fixture.h"
#include "harness.h"
#include "maptest.h"
#include "sim.h"

#define MANY	16384

#include "../../../kernel/kho/tests/map_cases.c"

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
