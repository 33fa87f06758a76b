// SPDX-License-Identifier: GPL-2.0
/*
 * Makes trouble for scratch memory, and shows that scratch makes none:
 *
 *   echo MIB > /sys/module/kho_test_scratch/parameters/clutter
 *
 * puts an unmovable page into every MIB of free memory; 0 frees them.
 *
 *   echo MIB > /sys/module/kho_test_scratch/parameters/pin
 *
 * has the writer map so much memory, pins all of it for long, says in the log
 * how many pages were in CMA before and are then, and unmaps it.
 */
#define pr_fmt(fmt) "kho_test_scratch: " fmt

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/moduleparam.h>
#include <linux/page-isolation.h>
#include <linux/panic.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#define BLOCK_NR	MAX_ORDER_NR_PAGES

static LIST_HEAD(clutter);

static void clutter_free(void)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &clutter, lru) {
		list_del(&page->lru);
		__free_page(page);
	}
}

/* Keep the first page of a block. */
static void block_keep(struct page *block)
{
	unsigned int i;

	split_page(block, MAX_PAGE_ORDER);
	for (i = 1; i < BLOCK_NR; i++)
		__free_page(block + i);
	list_add(&block->lru, &clutter);
}

static void clutter_make(unsigned long step)
{
	struct page *block, *next;
	LIST_HEAD(blocks);

	for (;;) {
		block = alloc_pages(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN,
				    MAX_PAGE_ORDER);
		if (!block)
			break;
		list_add(&block->lru, &blocks);
	}
	list_for_each_entry_safe(block, next, &blocks, lru) {
		list_del(&block->lru);
		if (page_to_pfn(block) & (step - 1))
			__free_pages(block, MAX_PAGE_ORDER);
		else
			block_keep(block);
	}
}

static int clutter_set(const char *val, const struct kernel_param *kp)
{
	unsigned long mib;
	int err = kstrtoul(val, 0, &mib);

	if (err)
		return err;
	if (mib && (!is_power_of_2(mib) || mib * SZ_1M / PAGE_SIZE < BLOCK_NR))
		return -EINVAL;
	add_taint(TAINT_TEST, LOCKDEP_STILL_OK);
	clutter_free();
	if (mib)
		clutter_make(mib * SZ_1M / PAGE_SIZE);
	return 0;
}

static const struct kernel_param_ops clutter_ops = { .set = clutter_set };
module_param_cb(clutter, &clutter_ops, NULL, 0200);
MODULE_PARM_DESC(clutter, "MiB between unmovable pages");

static unsigned long nr_in_cma(struct page **pages, unsigned long nr)
{
	unsigned long i, n = 0;

	for (i = 0; i < nr; i++)
		n += is_migrate_cma_page(pages[i]);
	return n;
}

/* Pin all pages at @addr, count those in CMA, unpin them. */
static long pin_and_count(unsigned long addr, struct page **pages,
			  unsigned long nr, unsigned int flags)
{
	unsigned long done = 0, n;
	long ret = 0;

	while (done < nr) {
		ret = pin_user_pages_fast(addr + done * PAGE_SIZE,
					  min(nr - done, SZ_64K),
					  FOLL_WRITE | flags, pages + done);
		if (ret <= 0)
			break;
		done += ret;
	}
	n = nr_in_cma(pages, done);
	unpin_user_pages(pages, done);
	return ret > 0 ? n : ret;
}

static int pin_set(const char *val, const struct kernel_param *kp)
{
	unsigned long mib, addr, nr;
	struct page **pages;
	long before, after;
	int err = kstrtoul(val, 0, &mib);

	if (err)
		return err;
	nr = mib * SZ_1M / PAGE_SIZE;
	pages = kvmalloc_array(nr, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	addr = vm_mmap(NULL, 0, nr * PAGE_SIZE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, 0);
	if (IS_ERR_VALUE(addr)) {
		kvfree(pages);
		return addr;
	}
	before = pin_and_count(addr, pages, nr, 0);
	after = pin_and_count(addr, pages, nr, FOLL_LONGTERM);
	vm_munmap(addr, nr * PAGE_SIZE);
	kvfree(pages);
	pr_info("pinned %lu pages: %ld in CMA before, %ld then\n", nr, before,
		after);
	return before < 0 ? before : min(after, 0);
}

static const struct kernel_param_ops pin_ops = { .set = pin_set };
module_param_cb(pin, &pin_ops, NULL, 0200);
MODULE_PARM_DESC(pin, "MiB to pin for long");
