// SPDX-License-Identifier: GPL-2.0
/*
 * Counts all pages.
 *
 * A page was given to the page allocator exactly once if it is not reserved and
 * its zone counts it as managed once. So the pages that are not reserved are as
 * many as those that are managed, in each zone, or pages were lost, or freed
 * twice.
 */
#define pr_fmt(fmt) "kho_test: census: " fmt

#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/nodemask.h>
#include <linux/sched.h>

struct count {
	unsigned long	reserved;
	unsigned long	others;
};

static struct count count_zone(const struct zone *zone)
{
	unsigned long pfn = zone->zone_start_pfn;
	struct count n = { };

	for (; pfn < zone_end_pfn(zone); pfn++) {
		struct page *page = pfn_to_online_page(pfn);

		if (page && page_zone(page) == zone) {
			if (PageReserved(page))
				n.reserved++;
			else
				n.others++;
		}
		cond_resched();
	}
	return n;
}

static int __init census_init(void)
{
	unsigned long reserved = 0, managed = 0;
	int nid, i, err = 0;

	for_each_online_node(nid) {
		for (i = 0; i < MAX_NR_ZONES; i++) {
			struct zone *zone = &NODE_DATA(nid)->node_zones[i];
			struct count n = count_zone(zone);

			if (!zone->spanned_pages)
				continue;
			pr_info("node %d zone %s: %lu present, %lu managed, %lu reserved, %lu not\n",
				nid, zone->name, zone->present_pages,
				zone_managed_pages(zone), n.reserved, n.others);
			if (n.others != zone_managed_pages(zone))
				err = -ERANGE;
			reserved += n.reserved;
			managed += zone_managed_pages(zone);
		}
	}
	pr_info("%lu managed, %lu reserved, each page once: %s\n", managed,
		reserved, err ? "no" : "yes");
	return err;
}
module_init(census_init);

static void __exit census_exit(void)
{
}
module_exit(census_exit);

MODULE_DESCRIPTION("Test of Kexec HandOver: count of all pages");
MODULE_LICENSE("GPL");
