/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_ABI_MAP_H
#define _LINUX_KHO_ABI_MAP_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/types.h>

/**
 * DOC: map of a page set, KHO map ABI version 1
 *
 * The pages of a page set are described by runs, in leaves of one page that
 * chain in ascending order::
 *
 *   kho_set_rec.map --> struct kho_leaf --next--> struct kho_leaf --next--> 0
 *                         runs[0..nr)               runs[0..nr)
 *
 * Runs ascend strictly and never overlap, within a leaf and from leaf to leaf.
 * This is the very structure that the old kernel keeps up to date while it
 * runs: nothing is converted when the handover happens.
 *
 * A run is one 64 bit word::
 *
 *    63            46 45    40 39                                      0
 *   +----------------+--------+-----------------------------------------+
 *   |   count - 1    | order  |              first pfn                  |
 *   +----------------+--------+-----------------------------------------+
 *
 * It stands for @count folios of 2^order pages each, one after the other;
 * the first pfn is a multiple of 2^order. Pages that are not folios have order
 * 0. With half full leaves, the worst that splitting leads to, that makes 16
 * bytes a run.
 */

#define KHO_LEAF_MAGIC		0x6661656c4f484bULL	/* "KHOleaf" */
#define KHO_LEAF_VERSION	1

#define KHO_RUN_PFN_BITS	40
#define KHO_RUN_ORDER_BITS	6
#define KHO_RUN_COUNT_BITS	18

#define KHO_RUN_PFN_MAX		((1ULL << KHO_RUN_PFN_BITS) - 1)
#define KHO_RUN_COUNT_MAX	BIT_ULL(KHO_RUN_COUNT_BITS)
/* A folio is at most as large as the physical address space. */
#define KHO_RUN_ORDER_MAX	(KHO_RUN_PFN_BITS - 1)

/**
 * struct kho_leaf - a leaf of a map, one page
 * @magic: %KHO_LEAF_MAGIC
 * @next: physical address of the next leaf, or 0
 * @version: %KHO_LEAF_VERSION
 * @nr: number of entries of @runs, at least 1
 * @runs: the runs, up to the end of the page
 */
struct kho_leaf {
	__u64	magic;
	__u64	next;
	__u32	version;
	__u32	nr;
	__u64	runs[];
};

static_assert(sizeof(struct kho_leaf) == 24);
static_assert(KHO_RUN_PFN_BITS + KHO_RUN_ORDER_BITS + KHO_RUN_COUNT_BITS == 64);

#endif /* _LINUX_KHO_ABI_MAP_H */
