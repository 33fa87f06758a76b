/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_KIMAGE_H
#define _LINUX_KHO_KIMAGE_H

#include <linux/types.h>

struct kexec_buf;
struct kho_boot;
struct kimage;
struct resource;

/**
 * DOC: images
 *
 * What kexec calls while it loads an image (kho_image_*), and before it takes
 * the system down to start one (kho_freeze()).
 */

#ifdef CONFIG_KHO

int kho_image_lock(void);
void kho_image_unlock(void);
bool kho_image_wanted(const struct kimage *image);
int kho_image_check_pages(struct kimage *image, unsigned int page_shift);
int kho_image_walk(struct kexec_buf *kbuf,
		   int (*func)(struct resource *, void *));
size_t kho_image_boot_size(const struct kimage *image);
void kho_image_boot_write(struct kimage *image, struct kho_boot *boot);
int kho_image_check_load(unsigned long flags, unsigned long nr_segments);
int kho_freeze(struct kimage *image);

#else

static inline int kho_image_lock(void)
{
	return 0;
}

static inline void kho_image_unlock(void)
{
}

static inline bool kho_image_wanted(const struct kimage *image)
{
	return false;
}

static inline int kho_image_check_pages(struct kimage *image,
					unsigned int page_shift)
{
	return 0;
}

static inline int kho_image_walk(struct kexec_buf *kbuf,
				 int (*func)(struct resource *, void *))
{
	return 0;
}

static inline size_t kho_image_boot_size(const struct kimage *image)
{
	return 0;
}

static inline void kho_image_boot_write(struct kimage *image,
					struct kho_boot *boot)
{
}

static inline int kho_image_check_load(unsigned long flags,
				       unsigned long nr_segments)
{
	return 0;
}

static inline int kho_freeze(struct kimage *image)
{
	return 0;
}

#endif /* CONFIG_KHO */

#endif /* _LINUX_KHO_KIMAGE_H */
