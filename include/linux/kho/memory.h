/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_MEMORY_H
#define _LINUX_KHO_MEMORY_H

#include <linux/init.h>
#include <linux/mmzone.h>
#include <linux/types.h>

struct kho_boot;

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
 *   kho_memory_take()      the page allocator is about to start: take what is
 *                          free of scratch
 *   kho_memory_init()      the page allocator works: free what in the blocks is
 *                          neither preserved nor reserved
 *
 * Without a boot block and without ``kho_scratch=`` none of them does anything.
 */

/**
 * kho_memory_was_at_boot - did this kernel have a page at boot?
 * @pfn: a page that is online
 *
 * The next kernel, too, learns too late of memory that was added since: what was
 * preserved there would be overwritten.
 *
 * Context: Any.
 * Return: whether it did.
 */
static inline bool kho_memory_was_at_boot(unsigned long pfn)
{
#ifdef CONFIG_SPARSEMEM
	return early_section(__pfn_to_section(pfn));
#else
	return true;
#endif
}

#ifdef CONFIG_KHO

void kho_boot_parse(const struct kho_boot *boot, size_t size);
bool kho_memblock_setup(void);
void kho_memory_reserve(void);
void kho_memory_reserve_nodes(void);
void kho_memory_take(void);
void kho_memory_init(bool late);
bool kho_scratch_overlaps(u64 base, u64 size);

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

static inline void kho_memory_take(void)
{
}

static inline void kho_memory_init(bool late)
{
}

#endif /* CONFIG_KHO */

#endif /* _LINUX_KHO_MEMORY_H */
