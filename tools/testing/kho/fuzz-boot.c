// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer on the validator of boot blocks. The input is the block, in memory
 * that is as large. What is accepted must be what early boot relies on.
 */
#include <stdlib.h>
#include <string.h>

#include "validate.h"
#include "harness.h"

/* Scratch is made of blocks of so many bytes. */
#define BLOCK	(2ULL << 20)

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void use(const struct kho_boot *boot, size_t size)
{
	u64 end = 0;
	u32 i;

	check(boot->nr_areas >= 1 && boot->nr_areas <= KHO_BOOT_MAX_AREAS);
	check(size >= sizeof(*boot) + boot->nr_areas * sizeof(*boot->scratch));
	for (i = 0; i < boot->nr_areas; i++) {
		const struct kho_area *a = &boot->scratch[i];

		check(a->size && a->size <= ~0ULL - a->base);
		check(a->base % BLOCK == 0 && a->size % BLOCK == 0);
		check(a->base >= end);
		end = a->base + a->size;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct kho_boot *boot = malloc(size);

	limit_cpu(FUZZ_SECONDS);
	memcpy(boot, data, size);
	if (!kho_check_boot(boot, size, BLOCK))
		use(boot, size);
	free(boot);
	limit_cpu(0);
	return 0;
}
