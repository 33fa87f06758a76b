// SPDX-License-Identifier: GPL-2.0
/*
 * Images: loaded into scratch, and told where the root page is.
 *
 * With scratch memory, each image that kexec_file_load(2) loads for a normal
 * kexec goes to scratch and gets a boot block, whether or not the registry is
 * active by then. Images of kexec_load(2) are placed by user space and get
 * none, so they are refused while the registry is active. Crash kernels are
 * not our business.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/ioport.h>
#include <linux/kexec.h>
#include <linux/kho/kimage.h>

#include "../kexec_internal.h"
#include "kho_internal.h"
#include "scratch.h"

/**
 * kho_image_wanted - does an image go to scratch?
 * @image: an image being loaded
 *
 * Return: whether it is to be placed in scratch and gets a boot block.
 */
bool kho_image_wanted(const struct kimage *image)
{
	return kho_is_enabled() && image->file_mode &&
	       image->type == KEXEC_TYPE_DEFAULT;
}

/**
 * kho_image_walk - offer scratch memory as place for a segment
 * @kbuf: the segment
 * @func: called for each area until it returns non-zero
 *
 * Return: what @func returned last; 0, with a message, if no area has room.
 */
int kho_image_walk(struct kexec_buf *kbuf,
		   int (*func)(struct resource *, void *))
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < kho_scratch_nr && !ret; i++) {
		struct resource res = {
			.start	= kho_scratch[i].base,
			.end	= kho_scratch[i].base + kho_scratch[i].size - 1,
		};

		ret = func(&res, kbuf);
	}
	if (!ret)
		pr_err("no room in scratch for a segment of %lu KiB; a larger kho_scratch= is needed\n",
		       kbuf->memsz >> 10);
	return ret;
}

/**
 * kho_image_boot_size - bytes of the boot block of an image
 * @image: an image being loaded
 *
 * Return: the bytes; 0 if it gets none.
 */
size_t kho_image_boot_size(const struct kimage *image)
{
	return kho_image_wanted(image) ? kho_boot_size(kho_scratch_nr) : 0;
}

/**
 * kho_image_boot_write - write the boot block of an image
 * @image: the image
 * @boot: room for kho_image_boot_size() bytes
 */
void kho_image_boot_write(struct kimage *image, struct kho_boot *boot)
{
	boot->magic = KHO_BOOT_MAGIC;
	boot->version = KHO_BOOT_VERSION;
	boot->nr_areas = kho_scratch_nr;
	boot->root = kho_outgoing_root();
	memcpy(boot->scratch, kho_scratch,
	       kho_scratch_nr * sizeof(*kho_scratch));
	image->kho = 1;
}

/**
 * kho_image_check_load - may kexec_load(2) load this image?
 * @flags: flags of the system call
 * @nr_segments: number of segments, 0 to unload
 *
 * Context: The kexec lock is held.
 * Return: 0, or -EBUSY if what is preserved would be lost.
 */
int kho_image_check_load(unsigned long flags, unsigned long nr_segments)
{
	if (!kho_is_active() || !nr_segments || (flags & KEXEC_ON_CRASH))
		return 0;
	pr_err("kexec_load can't carry what is preserved: load with kexec -s, or deactivate\n");
	return -EBUSY;
}

/*
 * The registry is becoming active: does an image wait that would lose state?
 * Whoever loads one after this sees that the registry is active.
 */
int kho_image_check_active(void)
{
	int err = 0;

	if (!kexec_trylock()) {
		pr_err_ratelimited("an image is being loaded\n");
		return -EBUSY;
	}
	if (kexec_image && !kexec_image->kho) {
		pr_err("the loaded image can't carry state: unload it, or load it with kexec -s\n");
		err = -EBUSY;
	}
	kexec_unlock();
	return err;
}
