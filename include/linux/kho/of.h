/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_OF_H
#define _LINUX_KHO_OF_H

#include <linux/types.h>

struct kimage;

#if defined(CONFIG_KHO) && defined(CONFIG_OF_EARLY_FLATTREE)

bool kho_of_take(void *fdt);
size_t kho_of_size(const struct kimage *image);
int kho_of_add(struct kimage *image, void *fdt);
bool kho_of_gap(u64 pfn, u64 *lo, u64 *hi);

#else

static inline bool kho_of_take(void *fdt)
{
	return false;
}

static inline size_t kho_of_size(const struct kimage *image)
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

#endif /* _LINUX_KHO_OF_H */
