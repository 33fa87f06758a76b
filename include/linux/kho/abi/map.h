/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_ABI_MAP_H
#define _LINUX_KHO_ABI_MAP_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/types.h>

/**
 * DOC: map of a page set, KHO map ABI version 2
 *
 * The pages of a page set are described by leaves of one page that chain in
 * ascending order. A leaf holds runs, or bits where runs would take more room::
 *
 *   kho_set_rec.map --> struct kho_leaf --next--> struct kho_leaf --next--> 0
 *                         KHO_LEAF_RUNS             KHO_LEAF_BITMAP
 *                         words[0..nr)              words[0..end of page)
 *
 * Runs ascend strictly and never overlap, within a leaf and from leaf to leaf.
 * This is the very structure that the old kernel keeps up to date while it
 * runs: nothing is converted when the handover happens.
 *
 * In a leaf of runs, a run is one 64 bit word::
 *
 *    63            46 45    40 39                                      0
 *   +----------------+--------+-----------------------------------------+
 *   |   count - 1    | order  |              first pfn                  |
 *   +----------------+--------+-----------------------------------------+
 *
 * It stands for @count folios of 2^order pages each, one after the other;
 * the first pfn is a multiple of 2^order. Pages that are not folios have order
 * 0.
 *
 * A bitmap is for folios of one order. Bit i, which is bit i % 64 of word
 * i / 64, stands for the folio of 2^order pages at @base + (i << order), and a
 * run is bits that are set one after the other. All words up to the end of the
 * page are bits, so that a leaf of 4 KiB has 508 words or 32512 bits. @base is
 * a multiple of the number of bits << order: for each order, memory is cut at
 * fixed places into cells of one bitmap each.
 *
 * A writer promises the following, which readers do not rely on. Two leaves
 * next to each other hold more runs than fit into one, hence a map takes no
 * more than 16 bytes a run and a page. A leaf does not end within a cell whose
 * folios are of one order, hence these take no more than one leaf a cell: 1 bit
 * a page or folio, and the head of the leaf. It breaks them only if there was
 * no memory to do better.
 */

#define KHO_LEAF_MAGIC		0x6661656c4f484bULL	/* "KHOleaf" */
#define KHO_LEAF_VERSION	2

/* kho_leaf.kind */
#define KHO_LEAF_RUNS		1
#define KHO_LEAF_BITMAP		2

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
 * @kind: KHO_LEAF_*
 * @order: of the folios of a bitmap; 0 in a leaf of runs
 * @nr: number of runs, at least 1
 * @base: first page frame number of a bitmap; 0 in a leaf of runs
 * @words: runs or bits, up to the end of the page
 */
struct kho_leaf {
	__u64	magic;
	__u64	next;
	__u16	version;
	__u8	kind;
	__u8	order;
	__u32	nr;
	__u64	base;
	__u64	words[];
};

static_assert(sizeof(struct kho_leaf) == 32);
static_assert(KHO_RUN_PFN_BITS + KHO_RUN_ORDER_BITS + KHO_RUN_COUNT_BITS == 64);

#endif /* _LINUX_KHO_ABI_MAP_H */
