// SPDX-License-Identifier: GPL-2.0
/* What the other files here need, as the kernel has it. */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "env.h"
#include "map.h"

/**
 * kho_page_alloc - allocate a page of metadata
 *
 * Context: Process context; may sleep.
 * Return: the page, all zeroes; or NULL.
 */
void *kho_page_alloc(void)
{
	return (void *)get_zeroed_page(GFP_KERNEL);
}

/**
 * kho_page_free - free a page of metadata
 * @page: of this kernel, or of the one before
 *
 * Context: Any.
 */
void kho_page_free(void *page)
{
	/* Boot has kept what came from the kernel before. */
	if (PageReserved(virt_to_page(page)))
		free_reserved_page(virt_to_page(page));
	else
		free_page((unsigned long)page);
}

/**
 * kho_virt_to_phys - where a page of metadata is
 * @page: the page
 *
 * Return: its physical address.
 */
u64 kho_virt_to_phys(const void *page)
{
	return virt_to_phys((void *)page);
}

/**
 * kho_phys_to_virt - a page of metadata
 * @phys: its physical address
 *
 * Return: the page.
 */
void *kho_phys_to_virt(u64 phys)
{
	return phys_to_virt(phys);
}

/**
 * kho_leaf_ref_alloc - allocate an entry of a map's index
 *
 * Context: Process context; may sleep.
 * Return: the entry, not initialised; or NULL.
 */
struct kho_leaf_ref *kho_leaf_ref_alloc(void)
{
	return kmalloc(sizeof(struct kho_leaf_ref), GFP_KERNEL);
}

/**
 * kho_leaf_ref_free - free an entry of a map's index
 * @ref: the entry
 */
void kho_leaf_ref_free(struct kho_leaf_ref *ref)
{
	kfree(ref);
}
