// SPDX-License-Identifier: GPL-2.0
/*
 * Kexec HandOver on x86: the boot block travels as setup_data, see
 * Documentation/arch/x86/boot.rst.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/init.h>
#include <linux/io.h>
#include <linux/kho/abi/boot.h>
#include <linux/kho_hooks.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include <asm/bootparam.h>
#include <asm/kho.h>
#include <asm/page.h>
#include <asm/setup.h>

/**
 * kho_x86_parse_setup_data - a node of type SETUP_KHO was found
 * @phys: physical address of the node
 * @size: its bytes, with the header
 *
 * It holds for this boot only, and where memory is, is for root to know: nothing is
 * left of it.
 */
void __init kho_x86_parse_setup_data(u64 phys, u32 size)
{
	const u32 head = sizeof(struct setup_data);
	struct setup_data *node;

	if (size < head || size > head + kho_boot_size(KHO_BOOT_MAX_AREAS)) {
		pr_warn("setup_data of %u bytes makes no sense\n", size);
		return;
	}
	node = early_memremap(phys, size);
	if (!node) {
		pr_warn("setup_data can't be mapped\n");
		return;
	}
	kho_boot_parse((const struct kho_boot *)node->data, size - head);
	/* /sys/kernel/boot_params shows it to everybody */
	memset(node->data, 0, size - head);
	early_memunmap(node, size);
}

/**
 * kho_x86_memblock_setup - memblock knows all memory
 *
 * No page set takes pages below 1 MiB, and what boot needs there may come from there.
 * Elsewhere than in a Hyper-V VTL the page allocator has none of it, so no metadata is
 * there either.
 */
void __init kho_x86_memblock_setup(void)
{
	if (kho_memblock_setup())
		memblock_mark_kho_scratch(0, SZ_1M);
}

/**
 * kho_x86_memory_reserve - the linear map stands
 *
 * memblock is still limited to what was mapped before that; it may have to grow
 * its arrays now.
 */
void __init kho_x86_memory_reserve(void)
{
	memblock_set_current_limit(PFN_PHYS(max_pfn_mapped));
	kho_memory_reserve();
}

/**
 * kho_x86_setup_data_size - room for the boot block in the boot parameters
 * @image: an image being loaded
 *
 * Return: bytes of the setup_data node; 0 if the image gets none.
 */
unsigned int kho_x86_setup_data_size(const struct kimage *image)
{
	size_t size = kho_image_boot_size(image);

	return size ? sizeof(struct setup_data) + size : 0;
}

/**
 * kho_x86_add_setup_data - write the boot block into the boot parameters
 * @image: the image being loaded
 * @params: the boot parameters
 * @params_load_addr: physical address where they will be
 * @offset: of the room for the node from @params
 */
void kho_x86_add_setup_data(struct kimage *image, struct boot_params *params,
			    unsigned long params_load_addr, unsigned int offset)
{
	struct setup_data *node = (void *)params + offset;
	size_t size = kho_image_boot_size(image);

	if (!size)
		return;
	node->type = SETUP_KHO;
	node->len = size;
	kho_image_boot_write(image, (struct kho_boot *)node->data);
	node->next = params->hdr.setup_data;
	params->hdr.setup_data = params_load_addr + offset;
}
