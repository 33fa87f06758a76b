// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer on what becomes of a handover in early boot. The input is what all
 * that is random comes from: memory, claims, their leaves.
 */
#include "harness.h"
#include "layout.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	unsigned int pieces;
	struct claims c;

	limit_cpu(FUZZ_SECONDS);
	rnd_feed(data, size);
	pieces = rnd_below(64);
	c.runs = rnd_below(64);
	c.bad = rnd_below(256);
	c.raw = rnd_below(4);
	layout_random(pieces, &c);
	limit_cpu(0);
	return 0;
}
