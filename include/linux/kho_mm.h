/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_MM_H
#define _LINUX_KHO_MM_H

#include <linux/cma.h>
#include <linux/minmax.h>
#include <linux/mmzone.h>
#include <linux/sizes.h>
#include <linux/types.h>

/**
 * DOC: what mm does for KHO
 *
 * Scratch comes and goes on a running system: kho_contig_*() finds memory for it, and
 * cma_area_add() and its neighbours in linux/cma.h make it CMA's. Preserved pages have
 * struct pages that are still as boot initialised them: kho_pages_*() make them free, or
 * pages in use.
 */

/*
 * Scratch is made of whole pageblocks of this kernel and, as far as can be
 * foreseen, of the next one, whatever its configuration.
 */
#define KHO_SCRATCH_ALIGN	max_t(u64, SZ_4M, CMA_MIN_ALIGNMENT_BYTES)

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

/* mm/kho_contig.c */
int kho_contig_alloc(unsigned long nr, unsigned long *pfn,
		     unsigned long *largest);
bool kho_contig_alloc_at(unsigned long pfn, unsigned long nr);

/**
 * struct kho_restored - pages that were restored and are not counted yet
 * @page: one of them
 * @nr: how many there are, all in the zone of @page
 */
struct kho_restored {
	struct page	*page;
	unsigned long	nr;
};

/* mm/kho_pages.c */
void kho_pages_free_boot(unsigned long pfn, unsigned long end);
struct folio *kho_pages_restore_folio(struct kho_restored *a, unsigned long pfn,
				      unsigned int order);
void kho_pages_restore(struct kho_restored *a, unsigned long pfn, unsigned long end,
		       unsigned int order);
void kho_pages_count(struct kho_restored *a);

#endif /* _LINUX_KHO_MM_H */
