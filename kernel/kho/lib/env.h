/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_ENV_H
#define _KERNEL_KHO_ENV_H

#include <linux/types.h>

struct kho_leaf_ref;

/*
 * All that the files of this folder need and do not bring themselves, but for libfdt,
 * rbtree, sort, crc32c, and operations on bits and strings. In the kernel it is in env.c,
 * in user space in tools/testing/kho/sim.c.
 */

/* Whole pages, for they cross the kexec. */
void *kho_page_alloc(void);
void kho_page_free(void *page);
u64 kho_virt_to_phys(const void *page);
void *kho_phys_to_virt(u64 phys);

/* Entries of the index, which do not cross. */
struct kho_leaf_ref *kho_leaf_ref_alloc(void);
void kho_leaf_ref_free(struct kho_leaf_ref *ref);

#endif /* _KERNEL_KHO_ENV_H */
