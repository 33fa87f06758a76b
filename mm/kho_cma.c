// SPDX-License-Identifier: GPL-2.0
/*
 * CMA areas that come and go on a running system, for scratch memory of Kexec
 * HandOver.
 *
 * An area is added from pages that the caller has allocated. It is removed
 * whatever is in it: its pageblocks become MIGRATE_MOVABLE, and the pages in use
 * stay where they are. So this needs no free memory, and only fails if someone
 * works on these pageblocks at the same time.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/bitmap.h>
#include <linux/cma.h>
#include <linux/gfp.h>
#include <linux/kho/cma.h>
#include <linux/mm.h>
#include <linux/page-isolation.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "cma.h"

#define AREA_NAME	"kho_scratch"

/* Areas that were removed have no name; their places are taken again. */
static struct cma *slot_find(void)
{
	unsigned int i;

	for (i = 0; i < cma_area_count; i++)
		if (!cma_areas[i].name[0])
			return &cma_areas[i];
	return i < MAX_CMA_AREAS ? &cma_areas[i] : NULL;
}

static bool name_is_used(const char *name)
{
	unsigned int i;

	for (i = 0; i < cma_area_count; i++)
		if (!strcmp(cma_areas[i].name, name))
			return true;
	return false;
}

static void name_find(char *name)
{
	unsigned int i = 0;

	strscpy(name, AREA_NAME, CMA_MAX_NAME);
	while (name_is_used(name))
		snprintf(name, CMA_MAX_NAME, AREA_NAME "%u", ++i);
}

/* Reduce [pfn, end) to what is in an area; false if nothing is. */
static bool area_part(const struct cma *cma, unsigned long *pfn,
		      unsigned long *end)
{
	if (!cma->count)
		return false;
	*pfn = max(*pfn, cma->base_pfn);
	*end = min(*end, cma->base_pfn + cma->count);
	return *pfn < *end;
}

static void count_pages(unsigned long pfn, long nr)
{
	page_zone(pfn_to_page(pfn))->cma_pages += nr;
	totalcma_pages += nr;
}

static int area_init(struct cma *cma, unsigned long pfn, unsigned long nr)
{
	char name[CMA_MAX_NAME];
	int err;

	name_find(name);
	*cma = (struct cma) { .base_pfn = pfn, .count = nr };
	strscpy(cma->name, name);
	spin_lock_init(&cma->lock);
#ifdef CONFIG_CMA_DEBUGFS
	INIT_HLIST_HEAD(&cma->mem_head);
	spin_lock_init(&cma->mem_head_lock);
#endif
	cma->bitmap = bitmap_zalloc(nr, GFP_KERNEL);
	err = cma->bitmap ? cma_sysfs_add(cma) : -ENOMEM;
	if (err) {
		bitmap_free(cma->bitmap);
		*cma = (struct cma) { };
		return err;
	}
	cma_debugfs_add(cma);
	return 0;
}

static void area_exit(struct cma *cma)
{
	cma_sysfs_remove(cma);
	cma_debugfs_remove(cma);
	bitmap_free(cma->bitmap);
	*cma = (struct cma) { };
}

/**
 * kho_cma_add - make an area of pages that are allocated
 * @pfn: the first page, at the start of a pageblock
 * @nr: number of pages, whole pageblocks of one zone
 *
 * On success the pages belong to CMA and are free for movable pages.
 *
 * Context: Process context; may sleep. The caller keeps others of these
 *	functions from running.
 * Return: 0; -ENOSPC, with a message, if there are CONFIG_CMA_AREAS areas
 * already; -ENOMEM. On error nothing has changed.
 */
int kho_cma_add(unsigned long pfn, unsigned long nr)
{
	struct cma *cma = slot_find();
	unsigned long i;
	int err;

	if (!cma) {
		pr_err("no more than %d CMA areas, see CONFIG_CMA_AREAS\n",
		       MAX_CMA_AREAS);
		return -ENOSPC;
	}
	err = area_init(cma, pfn, nr);
	if (err)
		return err;
	if (cma == &cma_areas[cma_area_count])
		cma_area_count++;
	for (i = 0; i < nr; i += pageblock_nr_pages)
		set_pageblock_migratetype(pfn_to_page(pfn + i), MIGRATE_CMA);
	count_pages(pfn, nr);
	free_contig_range(pfn, nr);
	/* Free for all to see, not in the lists of this CPU. */
	drain_all_pages(page_zone(pfn_to_page(pfn)));
	return 0;
}

/* Nobody may allocate the part from CMA any more. */
static int part_hold(struct cma *cma, unsigned long pfn, unsigned long end)
{
	unsigned long first = pfn - cma->base_pfn, last = end - cma->base_pfn;
	bool busy;

	spin_lock_irq(&cma->lock);
	busy = find_next_bit(cma->bitmap, last, first) < last;
	if (!busy)
		bitmap_set(cma->bitmap, first, last - first);
	spin_unlock_irq(&cma->lock);
	return busy ? -EBUSY : 0;
}

/* Undo part_hold() in all areas before @stop. */
static void parts_unhold(unsigned long pfn, unsigned long end,
			 const struct cma *stop)
{
	struct cma *cma;

	for (cma = cma_areas; cma < stop; cma++) {
		unsigned long first = pfn, last = end;

		if (!area_part(cma, &first, &last))
			continue;
		spin_lock_irq(&cma->lock);
		bitmap_clear(cma->bitmap, first - cma->base_pfn, last - first);
		spin_unlock_irq(&cma->lock);
	}
}

/**
 * kho_cma_hold - prepare to take a range away from CMA
 * @pfn: the first page, at the start of a pageblock
 * @nr: number of pages, whole pageblocks
 *
 * Free pages in the range are out of use until kho_cma_remove() or
 * kho_cma_unhold().
 *
 * Context: as kho_cma_add().
 * Return: 0; -EBUSY if someone has allocated from CMA in there, or has an area of
 * CMA there, or works on the pageblocks.
 */
int kho_cma_hold(unsigned long pfn, unsigned long nr)
{
	struct cma *end = cma_areas + cma_area_count, *cma;
	int err = 0;

	for (cma = cma_areas; cma < end; cma++) {
		unsigned long first = pfn, last = pfn + nr;

		if (!area_part(cma, &first, &last))
			continue;
		/* A device tree may have put one of others there. */
		err = str_has_prefix(cma->name, AREA_NAME) ?
		      part_hold(cma, first, last) : -EBUSY;
		if (err)
			break;
	}
	if (!err)
		err = start_isolate_page_range(pfn, pfn + nr, MIGRATE_CMA, 0,
					       GFP_KERNEL);
	if (err)
		parts_unhold(pfn, pfn + nr, cma);
	return err;
}

/**
 * kho_cma_unhold - undo kho_cma_hold()
 * @pfn: as there
 * @nr: as there
 */
void kho_cma_unhold(unsigned long pfn, unsigned long nr)
{
	undo_isolate_page_range(pfn, pfn + nr, MIGRATE_CMA);
	parts_unhold(pfn, pfn + nr, cma_areas + cma_area_count);
}

/**
 * kho_cma_remove - take a range away from CMA
 * @pfn: as in kho_cma_hold(), which succeeded; of each area the range has all or
 *	the end
 * @nr: as there
 * @loose: how many pages in the range are counted as CMA, but in no area
 *
 * The pages become ordinary memory.
 *
 * Context: as kho_cma_add().
 */
void kho_cma_remove(unsigned long pfn, unsigned long nr, unsigned long loose)
{
	struct cma *cma, *end = cma_areas + cma_area_count;

	undo_isolate_page_range(pfn, pfn + nr, MIGRATE_MOVABLE);
	for (cma = cma_areas; cma < end; cma++) {
		unsigned long first = pfn, last = pfn + nr;

		if (!area_part(cma, &first, &last))
			continue;
		count_pages(first, -(last - first));
		scoped_guard(spinlock_irq, &cma->lock)
			cma->count -= last - first;
		if (!cma->count)
			area_exit(cma);
	}
	totalcma_pages -= loose;
}
