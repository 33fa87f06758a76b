// SPDX-License-Identifier: GPL-2.0
/*
 * Benchmark of a handover: the workload.
 *
 * Writing "preserve" to the parameter "do" allocates pieces of memory, marks
 * them and has them preserved; writing "restore" in the next kernel looks at
 * the marks and takes them over. What each took is in the log, in cycles of
 * get_cycles(), and so are the moments when one kernel is left and when the
 * other gets to its first initcall.
 *
 * Nothing here knows what hands the memory over, see kho_bench.h.
 */
#define pr_fmt(fmt) "bench: " fmt

#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/timex.h>
#include <linux/vmalloc.h>
#include <linux/vmstat.h>

#include "kho_bench.h"

#define RANGES_A_STRETCH	16

static unsigned long pieces;
module_param(pieces, ulong, 0644);
MODULE_PARM_DESC(pieces, "number of pieces");

static unsigned int order;
module_param(order, uint, 0644);
MODULE_PARM_DESC(order, "a piece has 2^order pages");

static bool scattered = true;
module_param(scattered, bool, 0644);
MODULE_PARM_DESC(scattered, "no two pieces are neighbours");

static u64 *piece_mark(unsigned long pfn, bool last)
{
	return pfn_to_kaddr(last ? pfn + (1UL << order) - 1 : pfn);
}

static u64 mark_of(unsigned long pfn)
{
	return (u64)pfn * 0x9e3779b97f4a7c15ULL;
}

/* The first word of the first and of the last page of each piece. */
static void mark_all(const struct kho_bench *b)
{
	unsigned long i;

	for (i = 0; i < b->nr; i++) {
		*piece_mark(b->pfns[i], true) = ~mark_of(b->pfns[i]);
		*piece_mark(b->pfns[i], false) = mark_of(b->pfns[i]);
		cond_resched();
	}
}

static unsigned long count_damaged(const struct kho_bench *b)
{
	unsigned long i, nr = 0;

	for (i = 0; i < b->nr; i++) {
		u64 mark = mark_of(b->pfns[i]);

		if (*piece_mark(b->pfns[i], false) != mark ||
		    (b->order && *piece_mark(b->pfns[i], true) != ~mark))
			nr++;
		cond_resched();
	}
	return nr;
}

/* Of many pieces each other one, if they are to be scattered. */
static int alloc_folios(struct kho_bench *b)
{
	struct folio *folio, *next;
	LIST_HEAD(unused);

	while (b->nr < pieces) {
		folio = folio_alloc(GFP_KERNEL | __GFP_RETRY_MAYFAIL, order);
		if (!folio)
			break;
		if (scattered && !(folio_pfn(folio) >> order & 1))
			list_add(&folio->lru, &unused);
		else
			b->pfns[b->nr++] = folio_pfn(folio);
		cond_resched();
	}
	list_for_each_entry_safe(folio, next, &unused, lru) {
		list_del(&folio->lru);
		folio_put(folio);
		cond_resched();
	}
	return b->nr < pieces ? -ENOMEM : 0;
}

/*
 * In stretches of up to @most pieces. Each is looked for from the start of the
 * zone on, so there should be few.
 */
static int alloc_stretches(struct kho_bench *b, unsigned long most)
{
	unsigned long nr, pfn;
	struct page *page;

	while (b->nr < pieces) {
		nr = rounddown_pow_of_two(min(pieces - b->nr, most));
		page = alloc_contig_pages(nr << order, GFP_KERNEL,
					  numa_node_id(), NULL);
		if (!page)
			return -ENOMEM;
		pfn = page_to_pfn(page);
		for (; nr; nr--, pfn += 1UL << order)
			b->pfns[b->nr++] = pfn;
		cond_resched();
	}
	return 0;
}

static int alloc_all(struct kho_bench *b)
{
	b->order = order;
	b->nr = 0;
	b->pfns = vmalloc(max(pieces, 1UL) * sizeof(*b->pfns));
	if (!b->pfns)
		return -ENOMEM;
	if (kho_bench_is_range(b))
		return alloc_stretches(b, RANGES_A_STRETCH);
	if (order || scattered)
		return alloc_folios(b);
	return alloc_stretches(b, pieces);
}

static int list_pages(struct kho_bench *b)
{
	unsigned long i;

	b->pages = vmalloc(max(b->nr, 1UL) * sizeof(*b->pages));
	if (!b->pages)
		return -ENOMEM;
	for (i = 0; i < b->nr; i++)
		b->pages[i] = pfn_to_page(b->pfns[i]);
	return 0;
}

static void free_all(const struct kho_bench *b)
{
	unsigned long i;

	for (i = 0; i < b->nr; i++) {
		if (kho_bench_is_range(b))
			free_contig_range(b->pfns[i], 1UL << b->order);
		else
			folio_put(pfn_folio(b->pfns[i]));
		cond_resched();
	}
	vfree(b->pfns);
}

/* Is each piece in use once, and a folio of its order? */
static unsigned long count_odd(const struct kho_bench *b)
{
	unsigned int want = kho_bench_is_range(b) ? 0 : b->order;
	unsigned long i, nr = 0;

	for (i = 0; i < b->nr; i++) {
		struct folio *folio = pfn_folio(b->pfns[i]);

		if (folio_ref_count(folio) != 1 || folio_order(folio) != want)
			nr++;
		cond_resched();
	}
	return nr;
}

static unsigned long nr_free(void)
{
	struct zone *zone;
	unsigned long nr = 0;
	int cpu;

	rcu_barrier();	/* may free some */
	for_each_populated_zone(zone) {
		nr += zone_page_state_snapshot(zone, NR_FREE_PAGES);
		for_each_online_cpu(cpu)
			nr += per_cpu_ptr(zone->per_cpu_pageset, cpu)->count;
	}
	return nr;
}

static void report(const char *op, const struct kho_bench *b, u64 cycles,
		   long used)
{
	pr_info("op=%s pieces=%lu order=%u cycles=%llu used=%ld\n", op, b->nr,
		b->order, cycles, used);
}

static int preserve(void)
{
	struct kho_bench b;
	unsigned long before;
	u64 start, cycles;
	int err;

	err = alloc_all(&b) ?: list_pages(&b);
	if (err)
		return err;
	mark_all(&b);

	before = nr_free();
	start = get_cycles();
	err = kho_bench_add(&b);
	cycles = get_cycles() - start;
	if (err)
		return err;
	report("add", &b, cycles, before - nr_free());

	before = nr_free();
	err = kho_bench_save(&b);
	if (err)
		return err;
	report("save", &b, 0, before - nr_free());
	return 0;
}

static int restore(void)
{
	struct kho_bench b;
	unsigned long bad;
	u64 start, cycles;
	int err;

	err = kho_bench_find(&b);
	if (err)
		return err;
	order = b.order;
	bad = count_damaged(&b);

	start = get_cycles();
	err = kho_bench_restore(&b);
	cycles = get_cycles() - start;
	if (err)
		return err;
	report("restore", &b, cycles, 0);

	bad += count_odd(&b);
	pr_info("op=verify pieces=%lu bad=%lu\n", b.nr, bad);
	free_all(&b);
	return bad ? -EILSEQ : 0;
}

static int do_set(const char *val, const struct kernel_param *kp)
{
	if (sysfs_streq(val, "preserve"))
		return preserve();
	if (sysfs_streq(val, "restore"))
		return restore();
	return -EINVAL;
}

static const struct kernel_param_ops do_ops = { .set = do_set };
module_param_cb(do, &do_ops, NULL, 0200);
MODULE_PARM_DESC(do, "preserve or restore");

static int bench_leave(struct notifier_block *nb, unsigned long event, void *data)
{
	pr_info("op=leave at=%llu\n", (u64)get_cycles());
	return NOTIFY_DONE;
}

static struct notifier_block leave_nb = {
	.notifier_call	= bench_leave,
	.priority	= INT_MIN,
};

static int __init bench_enter(void)
{
	pr_info("op=enter at=%llu\n", (u64)get_cycles());
	return register_reboot_notifier(&leave_nb);
}
early_initcall(bench_enter);
