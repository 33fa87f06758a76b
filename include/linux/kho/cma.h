/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_CMA_H
#define _LINUX_KHO_CMA_H

#include <linux/cma.h>
#include <linux/minmax.h>
#include <linux/mmzone.h>
#include <linux/sizes.h>
#include <linux/types.h>

/**
 * DOC: scratch on a running system
 *
 * CMA knows areas that are reserved at boot and stay. Scratch comes and goes, so
 * KHO adds areas of its own and takes them away. All areas whose name begins
 * with "kho_scratch" are KHO's, and nobody else has a pointer to them.
 */

/*
 * Scratch is made of whole pageblocks of this kernel and, as far as can be
 * foreseen, of the next one, whatever its configuration.
 */
#define KHO_SCRATCH_ALIGN	max_t(u64, SZ_4M, CMA_MIN_ALIGNMENT_BYTES)

/* mm/kho_contig.c */
int kho_contig_alloc(unsigned long nr, unsigned long *pfn,
		     unsigned long *largest);
bool kho_contig_alloc_at(unsigned long pfn, unsigned long nr);

/* mm/kho_cma.c */
int kho_cma_add(unsigned long pfn, unsigned long nr);
int kho_cma_hold(unsigned long pfn, unsigned long nr);
void kho_cma_unhold(unsigned long pfn, unsigned long nr);
void kho_cma_remove(unsigned long pfn, unsigned long nr, unsigned long loose);

#endif /* _LINUX_KHO_CMA_H */
