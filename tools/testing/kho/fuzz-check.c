// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer on the validator. The input is damage to a good small handover:
 * records of a 16 bit page, a 16 bit offset and a 64 bit value to put there.
 * Checksums are made right afterwards, if the first byte is odd.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/compiler.h>

#include "harness.h"
#include "image.h"
#include "sim.h"

struct damage {
	u16	page;
	u16	offset;
	u64	value;
} __packed;

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct image img;
	static struct verdict v;
	struct damage d;
	u64 pages;
	u8 head;

	if (!size)
		return 0;
	limit_cpu(FUZZ_SECONDS);
	rnd_seed(0);
	head = *data++;
	size--;
	image_build_small(&img);
	pages = (sim_end() - SIM_BASE) / PAGE_SIZE;
	for (; size >= sizeof(d); size -= sizeof(d), data += sizeof(d)) {
		memcpy(&d, data, sizeof(d));
		memcpy((u8 *)sim_virt(SIM_BASE + d.page % pages * PAGE_SIZE) +
		       d.offset % (PAGE_SIZE - 8), &d.value, 8);
	}
	if (head & 1)
		image_seal(&img);
	image_check(img.root, &v);
	limit_cpu(0);
	return 0;
}
