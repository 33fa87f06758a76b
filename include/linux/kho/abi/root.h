/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_ABI_ROOT_H
#define _LINUX_KHO_ABI_ROOT_H

#include <linux/build_bug.h>
#include <linux/types.h>

/**
 * DOC: root and tables, KHO root ABI version 1
 *
 * The root page says who wrote it, and leads to one record for each claim; a
 * claim's record leads to its subtree and to one record for each page set::
 *
 *   struct kho_root --claims--> struct kho_table --next--> struct kho_table
 *                                 struct kho_claim_rec       ...
 *                                   |     |
 *                        subtree <--+     +--sets--> struct kho_table --next-->
 *                        (FDT blob)                    struct kho_set_rec
 *                                                        |
 *                                                        +--map--> kho/abi/map.h
 *
 * Root and tables are single pages. A table page holds as many records of one
 * kind as fit and chains to the next, so nothing limits their number. A
 * subtree is a flattened device tree in physically contiguous whole pages.
 *
 * The old kernel writes root and tables in one go when it freezes, and the
 * root last. A root whose %KHO_ROOT_SEALED is not set preserves nothing; the
 * next kernel inherits scratch and boots as from cold.
 *
 * All fields are in native byte order; @endian lets a reader find out. All
 * addresses are physical; 0 stands for "none". Checksums are crc32c with seed
 * ~0 and no final inversion, over the object with its crc field taken as 0.
 */

#define KHO_ROOT_MAGIC		0x746f6f724f484bULL	/* "KHOroot" */
#define KHO_ROOT_VERSION	1
#define KHO_ROOT_ENDIAN		0x01020304U

#define KHO_TABLE_MAGIC		0x656c6261744f484bULL	/* "KHOtable" */

/* Bytes of a name with its terminating NUL, padded with NULs. */
#define KHO_NAME_SIZE		32

/* kho_root.flags */
#define KHO_ROOT_SEALED		0x1U

/* kho_root.arch */
#define KHO_ARCH_X86_64		1
#define KHO_ARCH_ARM64		2

/**
 * struct kho_root - the root page
 * @magic: %KHO_ROOT_MAGIC
 * @version: %KHO_ROOT_VERSION
 * @endian: %KHO_ROOT_ENDIAN as written
 * @size: bytes of this struct
 * @crc: crc32c over the first @size bytes
 * @flags: KHO_ROOT_*
 * @arch: KHO_ARCH_*
 * @page_shift: of the kernel that wrote this; a page frame number means this
 * @nr_claims: number of claim records in the table at @claims
 * @generation: number of handovers that led to the reader, 1 for the first
 * @claims: first &struct kho_table of &struct kho_claim_rec, or 0
 * @meta_pages: pages that root, tables, subtrees and map leaves take together
 * @release: the writer's release as in utsname
 * @build_id: the writer's build id, zeroes if it has none
 */
struct kho_root {
	__u64	magic;
	__u32	version;
	__u32	endian;
	__u32	size;
	__u32	crc;
	__u32	flags;
	__u16	arch;
	__u16	page_shift;
	__u64	generation;
	__u64	claims;
	__u64	meta_pages;
	__u32	nr_claims;
	__u8	release[68];
	__u8	build_id[32];
};

/**
 * struct kho_table - head of a table page
 * @magic: %KHO_TABLE_MAGIC
 * @next: next page of this table, or 0
 * @crc: crc32c over the page
 * @rec_size: bytes of a record, which follow this head
 * @nr: records in this page, at least 1
 * @reserved: 0
 */
struct kho_table {
	__u64	magic;
	__u64	next;
	__u32	crc;
	__u32	rec_size;
	__u32	nr;
	__u32	reserved;
};

/**
 * struct kho_claim_rec - a claim
 * @name: the client
 * @format: name of the format of the subtree and the page sets
 * @version: of the format
 * @nr_sets: number of page set records in the table at @sets
 * @fingerprint: of the format's layout, see kho/format.h
 * @subtree: FDT blob, or 0
 * @subtree_size: bytes of the blob, a multiple of the page size
 * @sets: first &struct kho_table of &struct kho_set_rec, or 0
 * @subtree_crc: crc32c of the blob
 * @refused: 0; the reader notes here that it will not take the claim
 */
struct kho_claim_rec {
	__u8	name[KHO_NAME_SIZE];
	__u8	format[KHO_NAME_SIZE];
	__u32	version;
	__u32	nr_sets;
	__u64	fingerprint;
	__u64	subtree;
	__u64	subtree_size;
	__u64	sets;
	__u32	subtree_crc;
	__u32	refused;
};

/**
 * struct kho_set_rec - a page set
 * @name: name of the page set
 * @map: first &struct kho_leaf, or 0 if the set is empty
 * @leaves: number of leaves
 * @runs: number of runs in all leaves
 * @pages: number of pages in all runs
 */
struct kho_set_rec {
	__u8	name[KHO_NAME_SIZE];
	__u64	map;
	__u64	leaves;
	__u64	runs;
	__u64	pages;
};

static_assert(sizeof(struct kho_root) == 160);
static_assert(sizeof(struct kho_table) == 32);
static_assert(sizeof(struct kho_claim_rec) == 112);
static_assert(sizeof(struct kho_set_rec) == 64);

#endif /* _LINUX_KHO_ABI_ROOT_H */
