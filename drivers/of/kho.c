// SPDX-License-Identifier: GPL-2.0
/*
 * Kexec HandOver with a device tree: the boot block travels as a property of
 * /chosen.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/cleanup.h>
#include <linux/init.h>
#include <linux/kho/abi/boot.h>
#include <linux/kho/kimage.h>
#include <linux/kho/memory.h>
#include <linux/kho/of.h>
#include <linux/libfdt.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#define PROPERTY	"linux,kho-boot"

/* In a device tree there is no alignment that would do for it. */
static union {
	struct kho_boot	boot;
	u8		bytes[sizeof(struct kho_boot) +
			      KHO_BOOT_MAX_AREAS * sizeof(struct kho_area)];
} block __initdata;

/**
 * kho_of_take - take the boot block out of the device tree
 * @fdt: the flattened device tree, writable
 *
 * It holds for this boot only: an image that user space loads with what it finds
 * in the device tree of the running kernel must not get it again.
 *
 * Context: Early boot, on one CPU, before kho_memblock_setup().
 * Return: whether @fdt was changed.
 */
bool __init kho_of_take(void *fdt)
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

/**
 * kho_of_size - room that the boot block needs in the device tree
 * @image: an image being loaded
 *
 * Return: bytes; 0 if the image gets none.
 */
size_t kho_of_size(const struct kimage *image)
{
	size_t size = kho_image_boot_size(image);

	return size ? sizeof(struct fdt_property) + sizeof(PROPERTY) +
		      ALIGN(size, FDT_TAGSIZE) : 0;
}

/**
 * kho_of_add - put the boot block into the device tree
 * @image: the image being loaded
 * @fdt: its device tree, with /chosen and room for kho_of_size() bytes more
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
		return 0;
	pr_err("device tree: %s\n", fdt_strerror(err));
	return -EINVAL;
}
