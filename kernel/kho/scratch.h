/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_SCRATCH_H
#define _KERNEL_KHO_SCRATCH_H

#include <linux/cma.h>
#include <linux/kho/abi/boot.h>
#include <linux/sizes.h>
#include <linux/types.h>

/*
 * Scratch: memory that never holds anything preserved, where the next kernel
 * is loaded and starts. Fixed from early boot on, so reading needs no lock.
 */

/*
 * Scratch is made of whole pageblocks of this kernel and, as far as can be
 * foreseen, of the next one, whatever its configuration.
 */
#define KHO_SCRATCH_ALIGN	max_t(u64, SZ_4M, CMA_MIN_ALIGNMENT_BYTES)

extern struct kho_area kho_scratch[KHO_BOOT_MAX_AREAS];
extern unsigned int kho_scratch_nr;

bool kho_scratch_overlaps(u64 base, u64 size);
bool kho_scratch_gap(u64 pfn, u64 *lo, u64 *hi);

/* Early boot, see reserve.c. */
void kho_incoming_reserve(u64 root);
void kho_incoming_free_holes(bool late);

#endif /* _KERNEL_KHO_SCRATCH_H */
