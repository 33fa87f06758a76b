// SPDX-License-Identifier: GPL-2.0
/*
 * Struct pages of memory that Kexec HandOver kept from the page allocator: made free
 * at boot, or made pages in use like all others. Boot has initialised them as
 * reserved, with one reference each.
 */
#include <linux/bitops.h>
#include <linux/kho_mm.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/sched.h>

#include "internal.h"

/*
 * Deferred initialisation passes over what is kept, so it would not do this: the struct
 * pages of what is kept are good from the start.
 */
static void __init free_piece(unsigned long pfn, unsigned int order)
{
	struct page *page = pfn_to_page(pfn);

	if (!IS_ENABLED(CONFIG_DEFERRED_STRUCT_PAGE_INIT)) {
		memblock_free_pages(page, pfn, order);
		return;
	}
	clear_page_tag_ref(page);
	__free_pages_core(page, order, MEMINIT_EARLY);
}

/* Neither beyond @end nor into another zone. */
static bool __init piece_fits(unsigned long pfn, unsigned long end,
			      unsigned int order)
{
	unsigned long last = pfn + (1UL << order) - 1;

	return last < end &&
	       page_zone(pfn_to_page(pfn)) == page_zone(pfn_to_page(last));
}

/**
 * kho_pages_free_boot - free pages that were kept since boot began
 * @pfn: the first page
 * @end: the page behind the last
 *
 * They are not counted in totalram_pages().
 *
 * Context: Boot, on one CPU, with the page allocator. The struct pages of all that the
 *	pages may be merged with are initialised. Linear in the number of pages.
 */
void __init kho_pages_free_boot(unsigned long pfn, unsigned long end)
{
	unsigned int order;

	/* Most often, where there are many. */
	if (pfn + 1 == end) {
		free_piece(pfn, 0);
		return;
	}
	for (; pfn < end; pfn += 1UL << order) {
		order = min_t(unsigned int, MAX_PAGE_ORDER,
			      __ffs(pfn | MAX_ORDER_NR_PAGES));
		while (!piece_fits(pfn, end, order))
			order--;
		free_piece(pfn, order);
	}
}

/**
 * kho_pages_count - count what was adopted as memory of the system
 * @a: what was adopted; nothing is left in it afterwards
 *
 * Context: Process context.
 */
void kho_pages_count(struct kho_restored *a)
{
	if (a->nr)
		adjust_managed_page_count(a->page, a->nr);
	a->nr = 0;
}

static void adopted(struct kho_restored *a, struct page *page, unsigned long nr)
{
	if (a->nr && page_zone_id(a->page) != page_zone_id(page))
		kho_pages_count(a);
	a->page = page;
	a->nr += nr;
}

/**
 * kho_pages_restore_folio - make a folio of pages that were kept since boot
 * @a: what was adopted and is not counted
 * @pfn: its first page
 * @order: its order
 *
 * It has one reference.
 *
 * Context: Process context. Linear in the number of pages.
 * Return: the folio.
 */
struct folio *kho_pages_restore_folio(struct kho_restored *a, unsigned long pfn,
				      unsigned int order)
{
	struct page *page = pfn_to_page(pfn), *tail;
	unsigned long nr = 1UL << order;

	__ClearPageReserved(page);
	clear_page_tag_ref(page);
	/* As prep_compound_tail(), but each struct page is looked at once. */
	for (tail = page + 1; tail < page + nr; tail++) {
		__ClearPageReserved(tail);
		clear_page_tag_ref(tail);
		set_page_count(tail, 0);
		tail->mapping = TAIL_MAPPING;
		set_compound_head(tail, page);
	}
	if (order) {
		__SetPageHead(page);
		prep_compound_head(page, order);
	}
	adopted(a, page, nr);
	return page_folio(page);
}

/* Single pages one after the other, all in one zone. */
static void restore_single(struct kho_restored *a, unsigned long pfn,
			   unsigned long nr)
{
	struct page *page = pfn_to_page(pfn), *end = page + nr;

	adopted(a, page, nr);
	for (; page < end; page++) {
		__ClearPageReserved(page);
		clear_page_tag_ref(page);
	}
}

static bool in_one_zone(unsigned long pfn, unsigned long end)
{
	return page_zone_id(pfn_to_page(pfn)) ==
	       page_zone_id(pfn_to_page(end - 1));
}

/**
 * kho_pages_restore - make folios of pages that were kept since boot
 * @a: what was adopted and is not counted
 * @pfn: the first page
 * @end: the page behind the last
 * @order: of each folio; 0 for single pages
 *
 * Each has one reference.
 *
 * Context: Process context; may sleep. Linear in the number of pages.
 */
void kho_pages_restore(struct kho_restored *a, unsigned long pfn, unsigned long end,
		       unsigned int order)
{
	unsigned long next;

	/* Most often, where pages are scattered. */
	if (end - pfn == 1) {
		kho_pages_restore_folio(a, pfn, 0);
		return;
	}
	for (; pfn < end; pfn = next, cond_resched()) {
		if (order) {
			next = pfn + (1UL << order);
			kho_pages_restore_folio(a, pfn, order);
			continue;
		}
		/* A zone may end anywhere in a long run. */
		next = min(end, pageblock_end_pfn(pfn));
		if (!in_one_zone(pfn, next))
			next = pfn + 1;
		restore_single(a, pfn, next - pfn);
	}
}
