/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_SCRATCH_H
#define _KERNEL_KHO_SCRATCH_H

#include <linux/kho/abi/boot.h>
#include <linux/kho_mm.h>
#include <linux/seqlock.h>
#include <linux/types.h>

/*
 * Scratch: memory that never holds anything preserved, where the next kernel
 * is loaded and starts.
 *
 * On a running system the table of areas changes with kho_lock and
 * kho_scratch_lock held; so either will do to read it.
 */

extern seqlock_t kho_scratch_lock;
extern struct kho_area kho_scratch[KHO_BOOT_MAX_AREAS];
extern unsigned int kho_scratch_nr;

/* Of its areas of CMA, with a number behind it if there are more. */
#define KHO_SCRATCH_NAME	"kho_scratch"

/* Switched off on the command line. */
extern bool kho_off;

bool kho_scratch_gap(u64 pfn, u64 *lo, u64 *hi);
u64 kho_scratch_total(void);
bool kho_scratch_parse_size(const char *arg, u64 *size);
void kho_scratch_insert(struct kho_area *areas, unsigned int *nr,
			struct kho_area area);

#endif /* _KERNEL_KHO_SCRATCH_H */
