/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_ABI_VMALLOC_H
#define _LINUX_KHO_ABI_VMALLOC_H

#include <linux/build_bug.h>
#include <linux/types.h>

/**
 * DOC: area of vmalloc(), version 1
 *
 * The pages of an area are contiguous for the CPU only, so their order is
 * handed over as well. An area "foo" of a claim is::
 *
 *   foo            u64 in the subtree: physical address of the first list
 *   foo            page set: the pages of the area, and those of the lists
 *
 *   foo --> struct kho_vmalloc_list --next--> struct kho_vmalloc_list --next--> 0
 *             pfns[0..nr)                       pfns[0..nr)
 *
 * Each page of the set is in exactly one place: it is a list, or in one list
 * once. Numbers in a list are in the byte order of the machine.
 */

#define KHO_VMALLOC_MAGIC	0x636f6c6c616d766bULL	/* "kvmalloc" */

/**
 * struct kho_vmalloc_list - pages of an area, in order; a page itself
 * @magic: %KHO_VMALLOC_MAGIC
 * @next: physical address of the next list, or 0
 * @nr: number of pages in this one, at least 1
 * @pfns: their page frame numbers, up to the end of the page
 */
struct kho_vmalloc_list {
	__u64	magic;
	__u64	next;
	__u64	nr;
	__u64	pfns[];
};

static_assert(sizeof(struct kho_vmalloc_list) == 24);

#endif /* _LINUX_KHO_ABI_VMALLOC_H */
