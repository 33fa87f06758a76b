/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_ABI_BOOT_H
#define _LINUX_KHO_ABI_BOOT_H

#include <linux/build_bug.h>
#include <linux/types.h>

/**
 * DOC: boot block, KHO boot ABI version 1
 *
 * The boot block is the one thing that the next kernel must find before it
 * knows anything about memory. The kernel that loads an image writes it into
 * the image; the platform says where::
 *
 *   x86     data of a struct setup_data of type %SETUP_KHO
 *   arm64   property "linux,kho-boot" of /chosen in the device tree
 *
 *   +--------------------------+
 *   | magic  version  nr_areas |   16 bytes
 *   | root  ----------------------> struct kho_root, one page
 *   +--------------------------+
 *   | base  size               |   nr_areas times, ascending, disjoint
 *   +--------------------------+
 *
 * It holds only what stays true from the moment an image is loaded until the
 * jump: where scratch is, and where the root page is. Whether anything was
 * preserved at all is written in the root page, which the old kernel seals
 * last. So an image may be loaded before or after activation.
 *
 * All fields are in native byte order and all addresses are physical.
 */

#define KHO_BOOT_MAGIC		0x746f6f624f484bULL	/* "KHOboot" */
#define KHO_BOOT_VERSION	1

/* Upper bound of kho_boot.nr_areas; what has more is refused. */
#define KHO_BOOT_MAX_AREAS	64

/**
 * struct kho_area - an area of physical memory
 * @base: first byte
 * @size: bytes
 */
struct kho_area {
	__u64	base;
	__u64	size;
};

/**
 * struct kho_boot - the boot block
 * @magic: %KHO_BOOT_MAGIC
 * @version: %KHO_BOOT_VERSION
 * @nr_areas: number of entries of @scratch, 1 to %KHO_BOOT_MAX_AREAS
 * @root: physical address of the root page, &struct kho_root
 * @scratch: scratch memory, whole pageblocks
 */
struct kho_boot {
	__u64		magic;
	__u32		version;
	__u32		nr_areas;
	__u64		root;
	struct kho_area	scratch[];
};

static_assert(sizeof(struct kho_area) == 16);
static_assert(sizeof(struct kho_boot) == 24);

/**
 * kho_boot_size - bytes of a boot block
 * @nr_areas: number of scratch areas in it
 *
 * Return: its size in bytes.
 */
static inline unsigned int kho_boot_size(unsigned int nr_areas)
{
	return sizeof(struct kho_boot) + nr_areas * sizeof(struct kho_area);
}

#endif /* _LINUX_KHO_ABI_BOOT_H */
