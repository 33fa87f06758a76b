// SPDX-License-Identifier: GPL-2.0
/*
 * Kexec HandOver in the decompressor: where the kernel may be put.
 *
 * What the previous kernel preserved lies anywhere outside of scratch memory,
 * and nothing but the boot block is known yet. So a random place for the kernel
 * is looked for in scratch only.
 */
#include "misc.h"

#include <linux/kho/abi/boot.h>

static const struct kho_boot *find_boot_block(void)
{
	const struct setup_data *node;

	for (node = (void *)(unsigned long)boot_params_ptr->hdr.setup_data; node;
	     node = (void *)(unsigned long)node->next) {
		const struct kho_boot *boot = (const void *)node->data;

		if (node->type == SETUP_KHO && node->len >= sizeof(*boot) &&
		    boot->magic == KHO_BOOT_MAGIC &&
		    boot->version == KHO_BOOT_VERSION &&
		    boot->nr_areas <= KHO_BOOT_MAX_AREAS &&
		    node->len >= kho_boot_size(boot->nr_areas))
			return boot;
	}
	return NULL;
}

/*
 * The scratch area number @i, unless there are not so many. Returns whether
 * there is one.
 */
bool kho_scratch_area(unsigned int i, u64 *start, u64 *size)
{
	const struct kho_boot *boot = find_boot_block();

	if (!boot || i >= boot->nr_areas)
		return false;
	*start = boot->scratch[i].base;
	*size = boot->scratch[i].size;
	return true;
}
