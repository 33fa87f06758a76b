// SPDX-License-Identifier: GPL-2.0
/*
 * Kexec HandOver with a device tree: the boot block travels as a property of
 * /chosen, and reserved memory stays where it is.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/cleanup.h>
#include <linux/init.h>
#include <linux/kho/abi/boot.h>
#include <linux/kho_hooks.h>
#include <linux/libfdt.h>
#include <linux/list.h>
#include <linux/memory_hotplug.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/of_fdt.h>
#include <linux/of_reserved_mem.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "of_private.h"

#define PROPERTY	"linux,kho-boot"
#define RESERVED	"/reserved-memory"

/* More than what a node grows by that is given "reg" or "status". */
#define NODE_ROOM	64

/*
 * Memory that the tree reserves and this kernel has set aside, where the kernel chose
 * or CMA may have it. What is in CMA is used for movable pages.
 */
struct region {
	struct list_head	list;
	const char		*name;
	struct kho_area		area;
	bool			in_cma;
};

static LIST_HEAD(regions);

/* In a device tree there is no alignment that would do for it. */
static union {
	struct kho_boot	boot;
	u8		bytes[sizeof(struct kho_boot) +
			      KHO_BOOT_MAX_AREAS * sizeof(struct kho_area)];
} block __initdata;

/**
 * kho_of_parse - take the boot block out of the device tree
 * @fdt: the flattened device tree, writable
 *
 * It holds for this boot only: an image that user space loads with what it finds
 * in the device tree of the running kernel must not get it again.
 *
 * Context: Early boot, on one CPU, before kho_memblock_setup().
 * Return: whether @fdt was changed.
 */
bool __init kho_of_parse(void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen"), len;
	const void *property = fdt_getprop(fdt, chosen, PROPERTY, &len);

	if (!property)
		return false;
	len = min_t(int, len, sizeof(block));
	memcpy(&block, property, len);
	kho_boot_parse(&block.boot, len);
	fdt_nop_property(fdt, chosen, PROPERTY);
	return true;
}

/*
 * Whether it is reserved, or in CMA. Some nodes are given memory, and give all of it back
 * when they are initialised; anything may be there then, so a page of each block will do.
 */
static bool __init is_set_aside(u64 base, u64 size)
{
	unsigned long pfn = PHYS_PFN(base), end = PFN_UP(base + size);

	if (kho_scratch_overlaps(base, size))
		return false;
	for (; pfn < end; pfn = pageblock_end_pfn(pfn)) {
		struct page *page = pfn_to_online_page(pfn);

		if (!page || !(PageReserved(page) || is_migrate_cma_page(page)))
			return false;
	}
	return true;
}

/*
 * While reserved_mem of this kernel is there, which may be until the end of boot,
 * and before anybody but boot allocates from CMA.
 */
static int __init regions_init(void)
{
	const void *fdt = initial_boot_params;
	int parent = fdt ? fdt_path_offset(fdt, RESERVED) : -1, node;

	if (parent < 0)
		return 0;
	fdt_for_each_subnode(node, fdt, parent) {
		const char *name = fdt_get_name(fdt, node, NULL);
		const struct reserved_mem *mem;
		struct region *region;

		if (fdt_getprop(fdt, node, "reg", NULL) &&
		    !fdt_getprop(fdt, node, "reusable", NULL))
			continue;
		mem = of_reserved_mem_find(name);
		if (!mem || !mem->size || !is_set_aside(mem->base, mem->size))
			continue;
		region = kzalloc(sizeof(*region), GFP_KERNEL);
		if (!region)
			return -ENOMEM;
		region->name = name;
		region->area = (struct kho_area) { mem->base, mem->size };
		region->in_cma = is_migrate_cma_page(phys_to_page(mem->base));
		list_add(&region->list, &regions);
	}
	return 0;
}
postcore_initcall(regions_init);

static const struct region *region_find(const char *name)
{
	struct region *region;

	list_for_each_entry(region, &regions, list)
		if (name && !strcmp(region->name, name))
			return region;
	return NULL;
}

/**
 * kho_of_gap - memory around a page that CMA does not have by the device tree
 * @pfn: the page
 * @lo: first page of that memory, if it is above what is there
 * @hi: first page behind it, if it is below what is there
 *
 * What CMA has by the device tree of this kernel, it has in the next one before
 * that knows what was preserved.
 *
 * Context: Any. O(number of nodes of /reserved-memory).
 * Return: whether the page is not in such memory; if it is, @lo and @hi mean
 * nothing.
 */
bool kho_of_gap(u64 pfn, u64 *lo, u64 *hi)
{
	struct region *region;

	list_for_each_entry(region, &regions, list) {
		u64 first = PFN_DOWN(region->area.base);
		u64 end = PFN_UP(region->area.base + region->area.size);

		if (!region->in_cma)
			continue;
		if (first <= pfn && pfn < end)
			return false;
		if (end <= pfn)
			*lo = max(*lo, end);
		else
			*hi = min(*hi, first);
	}
	return true;
}

/**
 * kho_of_bytes - room that kho_of_add() needs in the device tree
 * @image: an image being loaded
 *
 * Return: bytes; 0 if the image gets no boot block.
 */
size_t kho_of_bytes(const struct kimage *image)
{
	const void *fdt = initial_boot_params;
	size_t size = kho_image_boot_size(image);
	int node;

	if (!size)
		return 0;
	size = ALIGN(size, FDT_TAGSIZE) + sizeof(struct fdt_property) +
	       sizeof(PROPERTY);
	fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, RESERVED))
		size += NODE_ROOM;
	return size;
}

/*
 * Memory that the tree reserves without saying where: the next kernel gets it
 * where this one has it, or not at all. It must not choose a place by itself:
 * when it does, it knows of no free memory but scratch.
 */
static int complete_node(void *fdt, int parent, int node)
{
	const char *name = fdt_get_name(fdt, node, NULL);
	const struct region *region = region_find(name);

	if (!fdt_getprop(fdt, node, "size", NULL) ||
	    fdt_getprop(fdt, node, "reg", NULL) ||
	    !of_fdt_device_is_available(fdt, node))
		return 0;
	if (region)
		return fdt_appendprop_addrrange(fdt, parent, node, "reg",
						region->area.base,
						region->area.size);
	pr_info("reserved memory %s: there is none, nor will there be in the next kernel\n",
		name);
	return fdt_setprop_string(fdt, node, "status", "disabled");
}

static int complete_reserved(void *fdt)
{
	int parent = fdt_path_offset(fdt, RESERVED), node, err = 0;

	fdt_for_each_subnode(node, fdt, parent) {
		err = complete_node(fdt, parent, node);
		if (err)
			break;
	}
	return err;
}

/**
 * kho_of_add - put the boot block into the device tree
 * @image: the image being loaded
 * @fdt: its device tree, with /chosen and room for kho_of_bytes() bytes more
 *
 * Reserved memory without an address gets the one that it has in this kernel.
 *
 * Context: Process context; may sleep. The kexec lock is held.
 * Return: 0; -ENOMEM; -EINVAL if @fdt does not take it.
 */
int kho_of_add(struct kimage *image, void *fdt)
{
	size_t size = kho_image_boot_size(image);
	struct kho_boot *boot __free(kfree) = NULL;
	int err;

	if (!size)
		return 0;
	boot = kzalloc(size, GFP_KERNEL);
	if (!boot)
		return -ENOMEM;
	kho_image_boot_write(image, boot);
	err = fdt_setprop(fdt, fdt_path_offset(fdt, "/chosen"), PROPERTY, boot,
			  size);
	if (!err)
		err = complete_reserved(fdt);
	if (!err)
		return 0;
	pr_err("device tree: %s\n", fdt_strerror(err));
	return -EINVAL;
}
