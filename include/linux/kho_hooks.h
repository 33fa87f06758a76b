/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_HOOKS_H
#define _LINUX_KHO_HOOKS_H

#include <linux/errno.h>
#include <linux/types.h>

/*
 * What the rest of the kernel calls so that Kexec HandOver works: boot, kexec, and
 * the platforms. For authors of clients there are the headers in linux/kho/.
 */

struct kexec_buf;
struct kho_boot;
struct kimage;
struct resource;

/**
 * DOC: memory during boot
 *
 * What early boot calls, in this order::
 *
 *   kho_boot_parse()       the platform found a boot block
 *   kho_memblock_setup()   memblock knows all memory: from now on allocate in
 *                          scratch only
 *   kho_memory_reserve()   the linear map stands: validate the handover, keep
 *                          coarse blocks around what was preserved, and scratch,
 *                          from memblock, and allocate anywhere else; or set
 *                          scratch up
 *   kho_memory_reserve_nodes()
 *                          the nodes are known: set up scratch on each
 *   kho_memory_reserve_scratch()      the page allocator is about to start: take what is
 *                          free of scratch
 *   kho_memory_init()      the page allocator works: free what in the blocks is
 *                          neither preserved nor reserved
 *
 * Without a boot block and without ``kho_scratch=`` none of them does anything.
 */

/**
 * DOC: images
 *
 * What kexec calls while it loads an image (kho_image_*), and before it takes
 * the system down to start one (kho_freeze()).
 */

#ifdef CONFIG_KHO

void kho_boot_parse(const struct kho_boot *boot, size_t size);
bool kho_memblock_setup(void);
void kho_memory_reserve(void);
void kho_memory_reserve_nodes(void);
void kho_memory_reserve_scratch(void);
void kho_memory_init(bool late);
bool kho_scratch_overlaps(u64 base, u64 size);
void kho_initcalls_done(void);

int kho_image_lock(void);
void kho_image_unlock(void);
bool kho_image_uses_scratch(const struct kimage *image);
int kho_image_check_pages(struct kimage *image, unsigned int page_shift);
int kho_image_walk(struct kexec_buf *kbuf,
		   int (*func)(struct resource *, void *));
size_t kho_image_boot_size(const struct kimage *image);
void kho_image_boot_write(struct kimage *image, struct kho_boot *boot);
int kho_image_check_load(unsigned long flags, unsigned long nr_segments);
int kho_freeze(struct kimage *image);
int kho_kexec_busy(void);

#else

static inline void kho_boot_parse(const struct kho_boot *boot, size_t size)
{
}

static inline bool kho_memblock_setup(void)
{
	return false;
}

static inline void kho_memory_reserve(void)
{
}

static inline void kho_memory_reserve_nodes(void)
{
}

static inline void kho_memory_reserve_scratch(void)
{
}

static inline void kho_memory_init(bool late)
{
}

static inline void kho_initcalls_done(void)
{
}

static inline int kho_image_lock(void)
{
	return 0;
}

static inline void kho_image_unlock(void)
{
}

static inline bool kho_image_uses_scratch(const struct kimage *image)
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

static inline int kho_kexec_busy(void)
{
	return -EBUSY;
}

#endif /* CONFIG_KHO */

/**
 * DOC: device trees
 *
 * Where there is a device tree, the boot block travels in it.
 */

#if defined(CONFIG_KHO) && defined(CONFIG_OF_EARLY_FLATTREE)

bool kho_of_parse(void *fdt);
size_t kho_of_bytes(const struct kimage *image);
int kho_of_add(struct kimage *image, void *fdt);
bool kho_of_gap(u64 pfn, u64 *lo, u64 *hi);

#else

static inline bool kho_of_parse(void *fdt)
{
	return false;
}

static inline size_t kho_of_bytes(const struct kimage *image)
{
	return 0;
}

static inline int kho_of_add(struct kimage *image, void *fdt)
{
	return 0;
}

static inline bool kho_of_gap(u64 pfn, u64 *lo, u64 *hi)
{
	return true;
}

#endif

#endif /* _LINUX_KHO_HOOKS_H */
