// SPDX-License-Identifier: GPL-2.0
/*
 * Memory at fixed addresses, as firmware has its tables in: boot reserves it when it
 * comes to it, whatever the previous kernel preserved around it.
 *
 *   echo "NR SEED" > /sys/module/kho_test_fixed/parameters/make
 *
 * allocates NR ranges of a few pages, at random among pages that are free, and fills
 * them with a pattern. They are for the next kernel,
 *
 *   cat /sys/module/kho_test_fixed/parameters/ranges
 *
 * has them as its command line is to: kho_test_fixed=ADDRESS:PAGES,... That kernel
 * reserves them with memblock, half of them early, half right before the page
 * allocator starts, and some as efi_mem_reserve() does, if they are not reserved yet.
 *
 *   cat /sys/module/kho_test_fixed/parameters/intact
 *
 * is how many of the pages are reserved, and have the pattern.
 */
#define pr_fmt(fmt) "kho_test_fixed: " fmt

#include <linux/init.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/panic.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../boot/early.h"
#include "../boot/scratch.h"

#define MAX_RANGES	48
#define MAX_PAGES	8
/* Candidates for each range that is taken. */
#define CANDIDATES	32
#define WORDS		(PAGE_SIZE / sizeof(u64))

struct fixed {
	u64		base;
	unsigned int	pages;
};

/* What this kernel was told of, and what it made for the next one. */
static struct fixed told[MAX_RANGES] __ro_after_init;
static unsigned int nr_told __ro_after_init;
static struct fixed made[MAX_RANGES];
static unsigned int nr_made;

static u64 pattern(u64 pfn, unsigned int i)
{
	return (pfn << 16 | i) * 0xd1342543de82ef95ULL;
}

static int __init parse_fixed(char *arg)
{
	while (arg && *arg && nr_told < MAX_RANGES) {
		struct fixed *f = &told[nr_told];

		f->base = memparse(arg, &arg);
		if (*arg++ != ':')
			break;
		f->pages = memparse(arg, &arg);
		if (!PAGE_ALIGNED(f->base) || !f->pages || f->pages > MAX_PAGES)
			break;
		nr_told++;
		if (*arg == ',')
			arg++;
	}
	if (arg && *arg)
		pr_err("no list of ranges: %s\n", arg);
	return 0;
}
early_param("kho_test_fixed", parse_fixed);

/**
 * kho_test_fixed_reserve - reserve what firmware would have
 * @late: the page allocator is about to start
 */
void __init kho_test_fixed_reserve(bool late)
{
	unsigned int i;

	for (i = 0; i < nr_told; i++) {
		u64 size = PFN_PHYS((u64)told[i].pages);

		/* Late ones only where boot allocates nothing meanwhile */
		if (((i & 1) && memblock_overlaps_kho_kept(told[i].base, size)) != late)
			continue;
		/* Every other one as efi_mem_reserve() does */
		if ((i & 2) && memblock_is_region_reserved(told[i].base, size))
			continue;
		if (memblock_reserve(told[i].base, size))
			pr_err("%#llx can't be reserved\n", told[i].base);
	}
}

static bool page_is_intact(u64 pfn)
{
	const u64 *words = pfn_to_kaddr(pfn);
	unsigned int i;

	if (!PageReserved(pfn_to_page(pfn))) {
		pr_err("page %#llx is not reserved\n", pfn);
		return false;
	}
	for (i = 0; i < WORDS; i++) {
		if (words[i] == pattern(pfn, i))
			continue;
		pr_err("page %#llx, word %u: %#llx instead of %#llx\n", pfn, i,
		       words[i], pattern(pfn, i));
		return false;
	}
	return true;
}

static int intact_get(char *buffer, const struct kernel_param *kp)
{
	unsigned int i, j, nr = 0;

	for (i = 0; i < nr_told; i++)
		for (j = 0; j < told[i].pages; j++)
			nr += page_is_intact(PHYS_PFN(told[i].base) + j);
	return sysfs_emit(buffer, "%u\n", nr);
}

static int ranges_get(char *buffer, const struct kernel_param *kp)
{
	unsigned int i;
	int len = 0;

	for (i = 0; i < nr_made; i++)
		len += sysfs_emit_at(buffer, len, "%s%#llx:%u", i ? "," : "",
				     made[i].base, made[i].pages);
	return len + sysfs_emit_at(buffer, len, "\n");
}

static void keep(void *p, unsigned int pages)
{
	u64 pfn = PHYS_PFN(virt_to_phys(p));
	unsigned int i, j;

	for (i = 0; i < pages; i++) {
		u64 *words = p + i * PAGE_SIZE;

		for (j = 0; j < WORDS; j++)
			words[j] = pattern(pfn + i, j);
	}
	made[nr_made++] = (struct fixed) { PFN_PHYS(pfn), pages };
}

/* Many candidates, of which few are kept: what is free is found all over memory. */
static int make(unsigned int nr, struct rnd_state *rnd)
{
	unsigned int total = nr * CANDIDATES, i, left = nr;
	struct fixed *all = kvcalloc(total, sizeof(*all), GFP_KERNEL);
	int err = all ? 0 : -ENOMEM;
	void *p;

	for (i = 0; i < total && !err; i++) {
		all[i].pages = 1 + prandom_u32_state(rnd) % MAX_PAGES;
		p = alloc_pages_exact(all[i].pages * PAGE_SIZE, GFP_KERNEL);
		if (p)
			all[i].base = virt_to_phys(p);
		else
			err = -ENOMEM;
	}
	for (i = 0; all && i < total; i++) {
		if (!all[i].base)
			break;
		p = phys_to_virt(all[i].base);
		if (!err && prandom_u32_state(rnd) % (total - i) < left) {
			keep(p, all[i].pages);
			left--;
		} else {
			free_pages_exact(p, all[i].pages * PAGE_SIZE);
		}
	}
	kvfree(all);
	return err;
}

static int make_set(const char *val, const struct kernel_param *kp)
{
	struct rnd_state rnd;
	unsigned int nr, seed;

	if (sscanf(val, "%u %u", &nr, &seed) != 2 || nr > MAX_RANGES - nr_made)
		return -EINVAL;
	add_taint(TAINT_TEST, LOCKDEP_STILL_OK);
	prandom_seed_state(&rnd, seed);
	return make(nr, &rnd);
}

static const struct kernel_param_ops make_ops = { .set = make_set };
module_param_cb(make, &make_ops, NULL, 0200);
MODULE_PARM_DESC(make, "number of ranges to allocate, and a seed");

static const struct kernel_param_ops ranges_ops = { .get = ranges_get };
module_param_cb(ranges, &ranges_ops, NULL, 0400);
MODULE_PARM_DESC(ranges, "what was allocated, for the next kernel's command line");

static const struct kernel_param_ops intact_ops = { .get = intact_get };
module_param_cb(intact, &intact_ops, NULL, 0400);
MODULE_PARM_DESC(intact, "number of pages that the command line names, and that are as they were");
