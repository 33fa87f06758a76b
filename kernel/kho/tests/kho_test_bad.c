// SPDX-License-Identifier: GPL-2.0
/*
 * Bad input to the registry, tried when this module is loaded: each case must
 * return the errno that is documented for it, and leave a client, its tree and
 * its page sets, which are there before, as they are.
 */
#define pr_fmt(fmt) "kho_test: " fmt

#include <linux/kho/claim.h>
#include <linux/kho/client.h>
#include <linux/kho/pageset.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#ifdef CONFIG_ARM64_MTE
#include <asm/mte.h>
#endif

#define RUN_PAGES	8
#define RUN_ORDER	3

#define NEAR_PAGES	512	/* below memory that can't be preserved */

static unsigned long long scratch;
module_param(scratch, ullong, 0444);
MODULE_PARM_DESC(scratch, "physical address of scratch memory");

static unsigned long long cma;
module_param(cma, ullong, 0444);
MODULE_PARM_DESC(cma, "physical address of an area of CMA that can't be preserved");

static unsigned int nr_ok, nr_bad;

static const struct kho_format formats[] = { KHO_FORMAT_FDT("bad", 1), { } };
static const struct kho_format no_format[] = { { } };
static const struct kho_format bad_format[] = { KHO_FORMAT_FDT("a/b", 1), { } };

/* What is there all the time: a client with a tree and a page set. */
static struct kho_client good = { .name = "kho_test.good", .formats = formats,
				  .owner = THIS_MODULE };
static struct kho_client other = { .name = "kho_test.other", .formats = formats,
				   .owner = THIS_MODULE };
static struct kho_claim *claim;
static struct kho_pageset *set, *other_set;
static struct folio *folio;		/* of order RUN_ORDER, in @set */
static struct page *pages;		/* RUN_PAGES single ones, in @set */
static struct page *spare;		/* RUN_PAGES single ones, in no set */

static bool registry_is_as_it_was(void)
{
	u64 mark;

	return kho_client_claim(&good) == claim &&
	       kho_pageset_find(claim, "pages") == set &&
	       kho_pageset_pages(set) == RUN_PAGES + (1 << RUN_ORDER) &&
	       kho_pageset_runs(set) == 2 &&
	       !kho_pageset_pages(other_set) && !kho_pageset_runs(other_set) &&
	       !kho_get_u64(claim, "mark", &mark) && mark == 42;
}

static void expect(const char *what, int got, int want)
{
	bool same = registry_is_as_it_was();

	if (got == want && same) {
		nr_ok++;
		pr_info("ok %s\n", what);
		return;
	}
	nr_bad++;
	pr_info("not ok %s: %d instead of %d%s\n", what, got, want,
		same ? "" : ", the registry is changed");
}

static int try_client(const char *name, const struct kho_format *f)
{
	struct kho_client client = { .name = name, .formats = f,
				     .owner = THIS_MODULE };
	int err = kho_register(&client);

	if (!err)
		kho_unregister(&client);
	return err;
}

static void bad_clients(void)
{
	static const char * const bad_names[] = {
		"", "/", "a/b", "a@b", "a b", ".", "..", "-a", ".a", "_a",
		"32-characters-are-one-too-many-.", "tab\t", "line\n",
	};
	int i;

	expect("name is NULL", try_client(NULL, formats), -EINVAL);
	for (i = 0; i < ARRAY_SIZE(bad_names); i++) {
		char what[64];

		snprintf(what, sizeof(what), "name \"%*pE\"",
			 (int)strlen(bad_names[i]), bad_names[i]);
		expect(what, try_client(bad_names[i], formats), -EINVAL);
	}
	expect("name that is not ASCII", try_client("gr\xc3\xbcn", formats),
	       -EINVAL);
	expect("31 characters", try_client("31-characters-are-good-enough--",
					   formats), 0);
	expect("name of another", try_client("kho_test.good", formats), -EEXIST);
	expect("same client twice", kho_register(&good), -EEXIST);
	expect("formats are NULL", try_client("kho_test.x", NULL), -EINVAL);
	expect("no format", try_client("kho_test.x", no_format), -EINVAL);
	expect("name of a format", try_client("kho_test.x", bad_format), -EINVAL);
}

static void bad_trees(void)
{
	static const char * const bad_paths[] = {
		"", "/", "/a", "a/", "a//b", ".", "..", "a/..", "a/../b", "a b",
		"32-characters-are-one-too-many--",
		"a/32-characters-are-one-too-many--/b",
		"1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17",
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(bad_paths); i++) {
		char what[64];

		snprintf(what, sizeof(what), "path \"%s\"", bad_paths[i]);
		expect(what, kho_put_u64(claim, bad_paths[i], 1), -EINVAL);
	}
	expect("delete what is not there", kho_del(claim, "no/such"), -ENOENT);
	expect("property of 16 MiB", kho_put_blob(claim, "big", claim, 16 << 20),
	       -E2BIG);
}

static void bad_sets(void)
{
	expect("page set twice",
	       PTR_ERR_OR_ZERO(kho_pageset_create(claim, "pages")), -EEXIST);
	expect("page set \"\"",
	       PTR_ERR_OR_ZERO(kho_pageset_create(claim, "")), -EINVAL);
	expect("page set \"a/b\"",
	       PTR_ERR_OR_ZERO(kho_pageset_create(claim, "a/b")), -EINVAL);
}

static int try_page(struct page *page)
{
	return kho_pageset_add_range(other_set, page_to_pfn(page), 1);
}

static void pages_of_others(void)
{
	unsigned long pfn = page_to_pfn(pages);

	expect("page of the same set",
	       kho_pageset_add_range(set, pfn, 1), -EEXIST);
	expect("page of another claim",
	       kho_pageset_add_range(other_set, pfn + RUN_PAGES - 1, 1), -EEXIST);
	expect("folio of another claim",
	       kho_pageset_add_folio(other_set, folio), -EEXIST);
	expect("part of a folio as a range",
	       kho_pageset_add_range(other_set, folio_pfn(folio) + 1, 1), -EINVAL);
	expect("remove what is not there",
	       kho_pageset_remove_range(other_set, pfn, 1), -ENOENT);
	expect("remove part of a folio",
	       kho_pageset_remove_range(set, folio_pfn(folio), 1), -EINVAL);
	expect("remove no pages", kho_pageset_remove_range(set, pfn, 0), -EINVAL);
}

/* So many pages of the array are added; they are removed again. */
static void try_array(const char *what, struct page **array, long nr, long want)
{
	long done = kho_pageset_add_pages(other_set, array, nr), i;
	int err = 0;

	for (i = 0; i < done && !err; i++)
		err = kho_pageset_remove_range(other_set, page_to_pfn(array[i]), 1);
	expect(what, err ?: done, want);
}

static void pages_that_cannot(void)
{
	struct page *free = alloc_page(GFP_KERNEL);
	void *slab = kmalloc(256, GFP_KERNEL);

	if (slab)
		expect("slab page", try_page(virt_to_page(slab)), -EINVAL);
	kfree(slab);
	if (free) {
		__free_page(free);	/* now on this CPU's list */
		expect("free page", try_page(free), -EINVAL);
	}
	expect("reserved page", try_page(ZERO_PAGE(0)), -EINVAL);
	if (scratch) {
		expect("page in scratch",
		       kho_pageset_add_range(other_set, PHYS_PFN(scratch), 1),
		       -EINVAL);
		expect("range that ends in scratch",
		       kho_pageset_add_range(other_set, PHYS_PFN(scratch) - 4, 5),
		       -EINVAL);
	}
}

#ifdef CONFIG_ARM64_MTE
#define LONG_PAGES	1000	/* more than are looked at one by one */

/* Only one page in the middle has tags. */
static void range_with_tags(unsigned long nr)
{
	void *p = alloc_pages_exact(nr * PAGE_SIZE, GFP_KERNEL);
	unsigned long pfn = p ? page_to_pfn(virt_to_page(p)) : 0;

	expect("pages for a range", !p, 0);
	if (!p)
		return;
	set_page_mte_tagged(pfn_to_page(pfn + nr / 2));
	expect("range with tags", kho_pageset_add_range(other_set, pfn, nr),
	       -EINVAL);
	free_pages_exact(p, nr * PAGE_SIZE);
}

static void folio_with_tags(void)
{
	struct folio *f = folio_alloc(GFP_KERNEL, RUN_ORDER);

	expect("a folio", !f, 0);
	if (!f)
		return;
	set_page_mte_tagged(folio_page(f, 5));
	expect("folio with tags", kho_pageset_add_folio(other_set, f), -EINVAL);
	folio_put(f);
}

/* As for a mapping with PROT_MTE; in an array it comes behind others. */
static void page_with_tags(void)
{
	struct page *tagged = alloc_page(GFP_KERNEL | __GFP_ZERO | __GFP_ZEROTAGS);
	struct page *array[] = { spare, spare + 1, tagged, spare + 2 };

	expect("a page with tags", !tagged || !page_mte_tagged(tagged), 0);
	if (!tagged)
		return;
	expect("page with tags", try_page(tagged), -EINVAL);
	expect("array of one with tags",
	       kho_pageset_add_pages(other_set, &tagged, 1), -EINVAL);
	try_array("array with one with tags", array, ARRAY_SIZE(array), 2);
	__free_page(tagged);
}

static void pages_with_tags(void)
{
	if (!system_supports_mte())
		return;
	page_with_tags();
	folio_with_tags();
	range_with_tags(RUN_PAGES);
	range_with_tags(LONG_PAGES);
}
#else
static void pages_with_tags(void)
{
}
#endif

/* Allocate pages from @pfn on, or from a little above or below; 0 if there are none. */
static unsigned long alloc_near(unsigned long pfn, unsigned long nr, long step,
				int type)
{
	int i;

	for (i = 0; i < 24; i++, pfn += step)
		if (!alloc_contig_range(pfn, pfn + nr, type, GFP_KERNEL))
			return pfn;
	return 0;
}

/* Every other page of those below an area, and those in it. */
static void try_both(struct page **array, unsigned long below, unsigned long in)
{
	long nr = 0, i;

	for (i = 0; i < NEAR_PAGES; i += 2)
		array[nr++] = pfn_to_page(below + i);
	for (i = 0; i < RUN_PAGES; i++)
		array[nr++] = pfn_to_page(in + i);
	try_array("an array with both", array, nr, NEAR_PAGES / 2);
}

/* An array is added quickly where a place is known already. */
static void array_around_cma(void)
{
	struct page **array = kvcalloc(NEAR_PAGES, sizeof(*array), GFP_KERNEL);
	unsigned long pfn = PHYS_PFN(cma), below, in;

	below = alloc_near(pfn - NEAR_PAGES, NEAR_PAGES, -NEAR_PAGES,
			   MIGRATE_MOVABLE);
	in = alloc_near(pfn, RUN_PAGES, pageblock_nr_pages / 4, MIGRATE_CMA);
	expect("pages below an area of CMA, and in it", !(below && in && array), 0);
	if (below && in && array)
		try_both(array, below, in);
	if (below)
		free_contig_range(below, NEAR_PAGES);
	if (in)
		free_contig_range(in, RUN_PAGES);
	kvfree(array);
}

static void bad_ranges(void)
{
	unsigned long pfn = page_to_pfn(spare);

	expect("no pages", kho_pageset_add_range(other_set, pfn, 0), -EINVAL);
	expect("page 0", kho_pageset_add_range(other_set, 0, 1), -EINVAL);
	expect("beyond RAM", kho_pageset_add_range(other_set, 1UL << 36, 1),
	       -EINVAL);
	expect("beyond what a run can say",
	       kho_pageset_add_range(other_set, 1UL << 40, 1), -EINVAL);
	expect("last page frame of all",
	       kho_pageset_add_range(other_set, ULONG_MAX, 1), -EINVAL);
	expect("range that wraps",
	       kho_pageset_add_range(other_set, ULONG_MAX, 2), -EINVAL);
	expect("range that wraps to itself",
	       kho_pageset_add_range(other_set, pfn, ULONG_MAX), -EINVAL);
	expect("range that leaves RAM",
	       kho_pageset_add_range(other_set, pfn, 1UL << 36), -EINVAL);
}

static struct page *alloc_run(void)
{
	void *p = alloc_pages_exact(RUN_PAGES * PAGE_SIZE, GFP_KERNEL);

	return p ? virt_to_page(p) : NULL;
}

static int setup(void)
{
	struct kho_claim *other_claim;
	int err;

	folio = folio_alloc(GFP_KERNEL | __GFP_COMP, RUN_ORDER);
	pages = alloc_run();
	spare = alloc_run();
	if (!folio || !pages || !spare)
		return -ENOMEM;
	claim = kho_client_claim(&good);
	other_claim = kho_client_claim(&other);
	if (!claim || !other_claim)
		return -ENODEV;
	set = kho_pageset_create(claim, "pages");
	other_set = kho_pageset_create(other_claim, "pages");
	if (IS_ERR(set) || IS_ERR(other_set))
		return -ENOMEM;
	err = kho_put_u64(claim, "mark", 42);
	err = err ?: kho_pageset_add_folio(set, folio);
	return err ?: kho_pageset_add_range(set, page_to_pfn(pages), RUN_PAGES);
}

static void free_all(void)
{
	int i;

	for (i = 0; i < RUN_PAGES; i++) {
		if (pages)
			__free_page(pages + i);
		if (spare)
			__free_page(spare + i);
	}
	if (folio)
		folio_put(folio);
}

static int __init kho_test_bad_init(void)
{
	int err = kho_register(&good);

	if (err)
		return err;
	err = kho_register(&other);
	if (err) {
		kho_unregister(&good);
		return err;
	}
	err = setup();
	if (!err) {
		bad_clients();
		bad_trees();
		bad_sets();
		pages_of_others();
		pages_that_cannot();
		pages_with_tags();
		if (cma)
			array_around_cma();
		bad_ranges();
		pr_info("bad input: %u cases, %u failed\n", nr_ok + nr_bad,
			nr_bad);
	}
	kho_unregister(&other);
	kho_unregister(&good);
	free_all();
	return err ?: nr_bad ? -EINVAL : 0;
}
module_init(kho_test_bad_init);

static void __exit kho_test_bad_exit(void)
{
}
module_exit(kho_test_bad_exit);

MODULE_DESCRIPTION("Bad input for Kexec HandOver");
MODULE_LICENSE("GPL");
