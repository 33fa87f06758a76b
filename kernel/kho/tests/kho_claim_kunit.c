// SPDX-License-Identifier: GPL-2.0
/* Unit tests of what clients put into their claims: trees and page sets. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kho/vmalloc.h>
#include <linux/kthread.h>
#include <linux/libfdt.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "../kho_internal.h"

struct claims {
	struct kho_client	client;		/* of both, not registered */
	struct kho_claim	*claim;
	struct kho_claim	*other;
	struct kho_claim	*in;
	struct kho_pageset	*set;		/* of @claim */
	struct kho_pageset	*other_set;
	struct folio		*folio;		/* of order 2 */
	struct page		*pages;		/* four single ones */
};

static const struct kho_format formats[] = { KHO_FORMAT_FDT("kunit", 1), { } };

static struct kho_claim *make_claim(struct claims *c, const char *name, bool in)
{
	struct kho_claim *claim = kho_claim_alloc(name, in);

	if (claim)
		kho_claim_set_client(claim, &c->client);
	return claim;
}

static int claims_init(struct kunit *test)
{
	struct claims *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	test->priv = c;
	c->client.name = "kunit";
	c->client.formats = formats;
	c->claim = make_claim(c, "kunit", false);
	c->other = make_claim(c, "kunit.other", false);
	c->in = make_claim(c, "kunit", true);
	c->folio = folio_alloc(GFP_KERNEL | __GFP_COMP, 2);
	c->pages = alloc_pages(GFP_KERNEL, 2);
	if (!c->claim || !c->other || !c->in || !c->folio || !c->pages)
		return -ENOMEM;
	split_page(c->pages, 2);
	c->set = kho_pageset_create(c->claim, "set");
	c->other_set = kho_pageset_create(c->other, "set");
	if (IS_ERR(c->set) || IS_ERR(c->other_set))
		return -ENOMEM;
	return 0;
}

static void claims_exit(struct kunit *test)
{
	struct claims *c = test->priv;
	int i;

	if (c->claim)
		kho_claim_free(c->claim);
	if (c->other)
		kho_claim_free(c->other);
	if (c->in)
		kho_claim_free(c->in);
	if (c->folio)
		folio_put(c->folio);
	for (i = 0; c->pages && i < 4; i++)
		__free_page(c->pages + i);
}

static void set_frozen(bool frozen)
{
	guard(mutex)(&kho_data_lock);
	kho_frozen = frozen;
}

static void test_numbers(struct kunit *test)
{
	struct claims *c = test->priv;
	u32 small = 7;
	u64 large = 7;
	size_t size;

	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, "a", &small), -ENOENT);
	KUNIT_EXPECT_NULL(test, kho_subtree_fdt(c->claim));
	KUNIT_EXPECT_EQ(test, kho_put_u32(c->claim, "a", 0x12345678), 0);
	KUNIT_EXPECT_EQ(test, kho_put_u64(c->claim, "n/b", 0x123456789abcdefULL), 0);
	KUNIT_EXPECT_EQ(test, kho_get_u64(c->claim, "a", &large), -EINVAL);
	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, "n/b", &small), -EINVAL);
	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, "b", &small), -ENOENT);
	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, "n", &small), -ENOENT);
	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, "n/m/b", &small), -ENOENT);
	KUNIT_EXPECT_EQ(test, small, 7);
	KUNIT_EXPECT_EQ(test, large, 7);
	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, "a", &small), 0);
	KUNIT_EXPECT_EQ(test, kho_get_u64(c->claim, "n/b", &large), 0);
	KUNIT_EXPECT_EQ(test, small, 0x12345678);
	KUNIT_EXPECT_EQ(test, large, 0x123456789abcdefULL);
	/* Where a number of 64 bits may stand in a device tree. */
	KUNIT_EXPECT_EQ(test, (unsigned long)kho_get_blob(c->claim, "n/b", &size) % 8, 4);
	/* another type in the same place */
	KUNIT_EXPECT_EQ(test, kho_put_u64(c->claim, "a", 5), 0);
	KUNIT_EXPECT_EQ(test, kho_get_u64(c->claim, "a", &large), 0);
	KUNIT_EXPECT_EQ(test, large, 5);
}

/* Names with "@" in them are names like others. */
static void test_unit_addresses(struct kunit *test)
{
	static const char * const paths[] = {
		"cpu@1/x", "cpu/x", "cpu@/x", "cpu@1/@2/x", "cpu@1/@/x", "cpu@1@2/x",
	};
	struct claims *c = test->priv;
	u32 value;
	int i;

	for (i = 0; i < ARRAY_SIZE(paths); i++)
		KUNIT_EXPECT_EQ(test, kho_put_u32(c->claim, paths[i], i), 0);
	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, paths[i], &value), 0);
		KUNIT_EXPECT_EQ(test, value, i);
	}
	KUNIT_EXPECT_EQ(test, kho_del(c->claim, "cpu"), 0);
	KUNIT_EXPECT_EQ(test, kho_del(c->claim, "cpu"), -ENOENT);
	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, "cpu/x", &value), -ENOENT);
	for (i = 2; i < ARRAY_SIZE(paths); i++)
		KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, paths[i], &value), 0);
	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, paths[0], &value), 0);
}

static void test_strings(struct kunit *test)
{
	struct claims *c = test->priv;
	size_t size;

	KUNIT_EXPECT_EQ(test, kho_put_string(c->claim, "s", "text"), 0);
	KUNIT_EXPECT_STREQ(test, kho_get_string(c->claim, "s"), "text");
	KUNIT_EXPECT_EQ(test, kho_put_string(c->claim, "s", "a longer text"), 0);
	KUNIT_EXPECT_STREQ(test, kho_get_string(c->claim, "s"), "a longer text");
	KUNIT_EXPECT_EQ(test, kho_put_string(c->claim, "s", ""), 0);
	KUNIT_EXPECT_STREQ(test, kho_get_string(c->claim, "s"), "");

	KUNIT_EXPECT_EQ(test, kho_put_blob(c->claim, "s", "no NUL", 6), 0);
	KUNIT_EXPECT_NULL(test, kho_get_string(c->claim, "s"));
	KUNIT_EXPECT_EQ(test, kho_put_blob(c->claim, "s", "two\0NULs", 9), 0);
	KUNIT_EXPECT_NULL(test, kho_get_string(c->claim, "s"));
	KUNIT_EXPECT_EQ(test, kho_put_blob(c->claim, "s", NULL, 0), 0);
	KUNIT_EXPECT_NULL(test, kho_get_string(c->claim, "s"));
	KUNIT_EXPECT_NOT_NULL(test, kho_get_blob(c->claim, "s", &size));
	KUNIT_EXPECT_EQ(test, size, 0);
	KUNIT_EXPECT_NULL(test, kho_get_string(c->claim, "none"));
}

static void test_delete(struct kunit *test)
{
	struct claims *c = test->priv;
	u32 v;

	KUNIT_EXPECT_EQ(test, kho_del(c->claim, "a"), -ENOENT);
	KUNIT_EXPECT_EQ(test, kho_put_u32(c->claim, "a", 1), 0);
	KUNIT_EXPECT_EQ(test, kho_put_u32(c->claim, "n/b", 2), 0);
	KUNIT_EXPECT_EQ(test, kho_put_u32(c->claim, "n/m/c", 3), 0);
	KUNIT_EXPECT_EQ(test, kho_del(c->claim, "x"), -ENOENT);
	KUNIT_EXPECT_EQ(test, kho_del(c->claim, "x/y"), -ENOENT);
	KUNIT_EXPECT_EQ(test, kho_del(c->claim, ".."), -EINVAL);
	KUNIT_EXPECT_EQ(test, kho_del(c->claim, "n/b"), 0);
	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, "n/b", &v), -ENOENT);
	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, "n/m/c", &v), 0);
	KUNIT_EXPECT_EQ(test, kho_del(c->claim, "n"), 0);
	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, "n/m/c", &v), -ENOENT);
	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, "a", &v), 0);
}

static void test_paths(struct kunit *test)
{
	static const char * const good[] = {
		"a", "A-Z", "#cells", "cpu@0/x", "a.b", "...", "a/..b",
		"a23456789012345678901234567890.",
		"1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16",
	};
	static const char * const bad[] = {
		"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/./b", "a/..",
		"a b", "a\n", "\xc3\xbc",
		"a23456789012345678901234567890..",
		"a23456789012345678901234567890../b",
		"1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17",
	};
	struct claims *c = test->priv;
	u32 v;
	int i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		KUNIT_EXPECT_EQ_MSG(test, kho_put_u32(c->claim, good[i], i), 0,
				    "\"%s\"", good[i]);
		KUNIT_EXPECT_EQ_MSG(test, kho_get_u32(c->claim, good[i], &v), 0,
				    "\"%s\"", good[i]);
		KUNIT_EXPECT_EQ(test, v, i);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		KUNIT_EXPECT_EQ_MSG(test, kho_put_u32(c->claim, bad[i], i),
				    -EINVAL, "\"%s\"", bad[i]);
		KUNIT_EXPECT_EQ_MSG(test, kho_get_u32(c->claim, bad[i], &v),
				    -ENOENT, "\"%s\"", bad[i]);
	}
	KUNIT_EXPECT_EQ(test, kho_put_u32(c->in, "a", 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, kho_del(c->in, "a"), -EINVAL);
}

#define NODES	40
#define PROPS	50

static void test_growth(struct kunit *test)
{
	struct claims *c = test->priv;
	char path[32];
	int i, j;
	u64 v;

	for (i = 0; i < NODES; i++) {
		for (j = 0; j < PROPS; j++) {
			snprintf(path, sizeof(path), "node@%d/prop-%d", i, j);
			KUNIT_ASSERT_EQ(test, kho_put_u64(c->claim, path,
							  i * PROPS + j), 0);
		}
	}
	KUNIT_EXPECT_GT(test, c->claim->fdt_size, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, c->claim->fdt_size % PAGE_SIZE, 0);
	KUNIT_EXPECT_EQ(test, fdt_check_header(kho_subtree_fdt(c->claim)), 0);
	for (i = 0; i < NODES; i++) {
		for (j = 0; j < PROPS; j++) {
			snprintf(path, sizeof(path), "node@%d/prop-%d", i, j);
			KUNIT_ASSERT_EQ(test, kho_get_u64(c->claim, path, &v), 0);
			KUNIT_ASSERT_EQ(test, v, i * PROPS + j);
		}
	}
}

static void test_failed_put(struct kunit *test)
{
	const size_t most = PAGE_SIZE << MAX_PAGE_ORDER;
	struct claims *c = test->priv;
	void *big = kvzalloc(most, GFP_KERNEL);
	u32 v = 0;

	KUNIT_ASSERT_NOT_NULL(test, big);
	KUNIT_EXPECT_EQ(test, kho_put_u32(c->claim, "n/a", 1), 0);
	KUNIT_EXPECT_EQ(test, kho_put_blob(c->claim, "x/y/z", big, most), -E2BIG);
	KUNIT_EXPECT_EQ(test, kho_put_blob(c->claim, "n/a", big, most), -E2BIG);
	KUNIT_EXPECT_EQ(test, kho_put_blob(c->claim, "n/a", big, SIZE_MAX), -E2BIG);
	kvfree(big);
	/* No part of the path is left behind. */
	KUNIT_EXPECT_LT(test, fdt_path_offset(c->claim->fdt, "/x"), 0);
	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, "n/a", &v), 0);
	KUNIT_EXPECT_EQ(test, v, 1);

	set_frozen(true);
	KUNIT_EXPECT_EQ(test, kho_put_u32(c->claim, "n/a", 2), -EBUSY);
	KUNIT_EXPECT_EQ(test, kho_del(c->claim, "n/a"), -EBUSY);
	set_frozen(false);
	KUNIT_EXPECT_EQ(test, kho_get_u32(c->claim, "n/a", &v), 0);
	KUNIT_EXPECT_EQ(test, v, 1);
}

static void test_no_claim(struct kunit *test)
{
	u32 v;

	KUNIT_EXPECT_EQ(test, kho_put_u32(NULL, "a", 1), -ENODEV);
	KUNIT_EXPECT_EQ(test, kho_del(NULL, "a"), -ENODEV);
	KUNIT_EXPECT_EQ(test, kho_get_u32(NULL, "a", &v), -ENOENT);
}

/* What is too long for the room that is left, but fits into a larger tree. */
static void test_large_put(struct kunit *test)
{
	struct claims *c = test->priv;
	const size_t size = 5 * PAGE_SIZE + 1;
	u8 *blob = kunit_kmalloc(test, size, GFP_KERNEL);
	size_t got;

	KUNIT_ASSERT_NOT_NULL(test, blob);
	memset(blob, 0xa5, size);
	KUNIT_EXPECT_EQ(test, kho_put_string(c->claim, "d/s", "stays"), 0);
	KUNIT_EXPECT_EQ(test, kho_put_blob(c->claim, "d/e/b", blob, size), 0);
	KUNIT_EXPECT_STREQ(test, kho_get_string(c->claim, "d/s"), "stays");
	KUNIT_ASSERT_NOT_NULL(test, kho_get_blob(c->claim, "d/e/b", &got));
	KUNIT_EXPECT_EQ(test, got, size);
	KUNIT_EXPECT_MEMEQ(test, kho_get_blob(c->claim, "d/e/b", NULL), blob,
			   size);
}

static struct kunit_case tree_cases[] = {
	KUNIT_CASE(test_numbers),
	KUNIT_CASE(test_unit_addresses),
	KUNIT_CASE(test_strings),
	KUNIT_CASE(test_delete),
	KUNIT_CASE(test_paths),
	KUNIT_CASE(test_growth),
	KUNIT_CASE(test_failed_put),
	KUNIT_CASE(test_no_claim),
	KUNIT_CASE(test_large_put),
	{ }
};

static struct kunit_suite tree_suite = {
	.name		= "kho_tree",
	.init		= claims_init,
	.exit		= claims_exit,
	.test_cases	= tree_cases,
};

static void test_pageset_names(struct kunit *test)
{
	struct claims *c = test->priv;

	KUNIT_EXPECT_PTR_EQ(test, kho_pageset_create(c->claim, "set"),
			    ERR_PTR(-EEXIST));
	KUNIT_EXPECT_PTR_EQ(test, kho_pageset_create(c->claim, ""),
			    ERR_PTR(-EINVAL));
	KUNIT_EXPECT_PTR_EQ(test, kho_pageset_create(c->claim, "a/b"),
			    ERR_PTR(-EINVAL));
	KUNIT_EXPECT_PTR_EQ(test, kho_pageset_create(c->in, "in"),
			    ERR_PTR(-EINVAL));
	set_frozen(true);
	KUNIT_EXPECT_PTR_EQ(test, kho_pageset_create(c->claim, "b"),
			    ERR_PTR(-EBUSY));
	set_frozen(false);
	KUNIT_EXPECT_PTR_EQ(test, kho_pageset_find(c->claim, "set"), c->set);
	KUNIT_EXPECT_NULL(test, kho_pageset_find(c->claim, "b"));
	KUNIT_EXPECT_NULL(test, kho_pageset_find(c->in, "set"));
	kho_pageset_destroy(c->set);
	KUNIT_EXPECT_NULL(test, kho_pageset_find(c->claim, "set"));
	kho_pageset_destroy(NULL);
	kho_pageset_destroy(ERR_PTR(-EEXIST));
}

static void test_pageset_add(struct kunit *test)
{
	struct claims *c = test->priv;
	unsigned long pfn = page_to_pfn(c->pages);
	struct kho_run run;
	int nr = 0;

	KUNIT_EXPECT_EQ(test, kho_pageset_add_folio(c->set, c->folio), 0);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->set, pfn, 2), 0);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->set, pfn + 2, 2), 0);
	KUNIT_EXPECT_EQ(test, kho_pageset_pages(c->set), 8);
	KUNIT_EXPECT_EQ(test, kho_pageset_runs(c->set), 2);
	kho_pageset_for_each_run(c->set, &run) {
		KUNIT_EXPECT_EQ(test, run.nr, 4);
		KUNIT_EXPECT_EQ(test, run.pfn,
				run.order ? folio_pfn(c->folio) : pfn);
		KUNIT_EXPECT_TRUE(test, !run.order || run.order == 2);
		nr++;
	}
	KUNIT_EXPECT_EQ(test, nr, 2);

	KUNIT_EXPECT_EQ(test, kho_pageset_remove_range(c->set, pfn + 1, 2), 0);
	KUNIT_EXPECT_EQ(test, kho_pageset_runs(c->set), 3);
	KUNIT_EXPECT_EQ(test, kho_pageset_remove_folio(c->set, c->folio), 0);
	KUNIT_EXPECT_EQ(test, kho_pageset_pages(c->set), 2);
	KUNIT_EXPECT_EQ(test, kho_pageset_remove_folio(c->set, c->folio), -ENOENT);
}

static void test_pageset_conflict(struct kunit *test)
{
	struct claims *c = test->priv;
	unsigned long pfn = page_to_pfn(c->pages), head = folio_pfn(c->folio);

	KUNIT_EXPECT_EQ(test, kho_pageset_add_folio(c->set, c->folio), 0);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->set, pfn + 1, 1), 0);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_folio(c->set, c->folio), -EEXIST);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_folio(c->other_set, c->folio),
			-EEXIST);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->other_set, pfn, 4),
			-EEXIST);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->other_set, head + 3, 1),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, kho_pageset_pages(c->other_set), 0);
	KUNIT_EXPECT_EQ(test, kho_pageset_remove_range(c->set, head, 2), -EINVAL);
	KUNIT_EXPECT_EQ(test, kho_pageset_remove_range(c->set, pfn, 2), -ENOENT);
	KUNIT_EXPECT_EQ(test, kho_pageset_remove_range(c->other_set, pfn + 1, 1),
			-ENOENT);
	KUNIT_EXPECT_EQ(test, kho_pageset_pages(c->set), 5);
	/* Free again for the other one once it is removed here. */
	KUNIT_EXPECT_EQ(test, kho_pageset_remove_range(c->set, pfn + 1, 1), 0);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->other_set, pfn, 4), 0);

	set_frozen(true);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->set, pfn, 1), -EBUSY);
	KUNIT_EXPECT_EQ(test, kho_pageset_remove_folio(c->set, c->folio), -EBUSY);
	set_frozen(false);
	KUNIT_EXPECT_EQ(test, kho_pageset_pages(c->set), 4);
}

static void test_pageset_bad_pages(struct kunit *test)
{
	struct claims *c = test->priv;
	unsigned long pfn = page_to_pfn(c->pages), slab, zero;
	void *p = kunit_kmalloc(test, 100, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	slab = page_to_pfn(virt_to_page(p));
	zero = page_to_pfn(ZERO_PAGE(0));
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->set, slab, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->set, zero, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->set, pfn, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->set, pfn, ULONG_MAX),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->set, ULONG_MAX, 1),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->set, 1UL << 36, 1),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_range(c->set, 0, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, kho_pageset_runs(c->set), 0);
}

static void test_pageset_arrays(struct kunit *test)
{
	struct claims *c = test->priv;
	struct page *pages[] = {
		c->pages, c->pages + 2, folio_page(c->folio, 0), c->pages + 1,
		folio_page(c->folio, 1), c->pages + 3,
	};

	/* Up to the one that is part of a folio. */
	KUNIT_EXPECT_EQ(test, kho_pageset_add_pages(c->set, pages, 6), 4);
	KUNIT_EXPECT_EQ(test, kho_pageset_pages(c->set), 7);
	KUNIT_EXPECT_EQ(test, kho_pageset_runs(c->set), 2);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_pages(c->set, pages + 4, 2),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_pages(c->set, pages, 1), -EEXIST);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_pages(c->set, pages, 0), 0);
	/* Up to the one that somebody else has. */
	KUNIT_EXPECT_EQ(test, kho_pageset_remove_range(c->set,
						       page_to_pfn(c->pages), 1), 0);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_pages(c->other_set, pages, 2), 1);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_pages(c->other_set, pages + 1, 1),
			-EEXIST);
	set_frozen(true);
	KUNIT_EXPECT_EQ(test, kho_pageset_add_pages(c->set, pages + 5, 1),
			-EBUSY);
	set_frozen(false);
	KUNIT_EXPECT_EQ(test, kho_pageset_pages(c->set), 6);
	KUNIT_EXPECT_EQ(test, kho_pageset_pages(c->other_set), 1);
}

/* Many pages that two CPUs want for two page sets, over and over. */
#define RACE_ORDER	8
#define RACE_PAGES	BIT(RACE_ORDER)
#define RACE_ROUNDS	50

struct racer {
	struct task_struct	*task;
	struct kho_pageset	*set;
	struct page		*pages;
	struct completion	*start;
	struct completion	done;
	bool			arrays;
	bool			got[RACE_PAGES];
};

static int race(void *data)
{
	struct racer *r = data;
	struct page *page;
	int i;

	wait_for_completion(r->start);
	for (i = 0; i < RACE_PAGES; i++) {
		page = r->pages + i;
		if (r->arrays)
			r->got[i] = kho_pageset_add_pages(r->set, &page, 1) == 1;
		else
			r->got[i] = !kho_pageset_add_range(r->set,
							   page_to_pfn(page), 1);
		/* The other one may have every third of them afterwards. */
		if (r->got[i] && i % 3 == 0)
			r->got[i] = kho_pageset_remove_range(r->set,
							     page_to_pfn(page), 1);
	}
	complete(&r->done);
	return 0;
}

/* A set that had something added, and one of an area of vmalloc(), come and go. */
static void come_and_go(struct kunit *test, struct claims *c, const void *area)
{
	struct kho_pageset *set = kho_pageset_create(c->claim, "bystander");
	struct kho_vmalloc *preserved;

	KUNIT_ASSERT_FALSE(test, IS_ERR(set));
	KUNIT_EXPECT_EQ(test, kho_pageset_add_folio(set, c->folio), 0);
	preserved = kho_vmalloc_preserve(c->claim, "area", area);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(preserved), 0);
	kho_pageset_destroy(set);
	kho_vmalloc_unpreserve(preserved);
}

/*
 * Of each page exactly one set says that it has it, and that one has it; neither, if
 * who gets it gives it back. Whatever sets come and go meanwhile.
 */
static void race_once(struct kunit *test, struct racer *r, const void *area)
{
	unsigned long first = page_to_pfn(r[0].pages);
	DECLARE_COMPLETION_ONSTACK(start);
	int i, j;

	for (j = 0; j < 2; j++) {
		init_completion(&r[j].done);
		r[j].start = &start;
		r[j].task = kthread_run(race, &r[j], "kho_race/%d", j);
		KUNIT_ASSERT_FALSE(test, IS_ERR(r[j].task));
	}
	complete_all(&start);
	while (!completion_done(&r[0].done) || !completion_done(&r[1].done))
		come_and_go(test, test->priv, area);
	for (j = 0; j < 2; j++)
		wait_for_completion(&r[j].done);
	for (i = 0; i < RACE_PAGES; i++) {
		KUNIT_EXPECT_EQ(test, r[0].got[i] + r[1].got[i], i % 3 ? 1 : 0);
		for (j = 0; j < 2; j++) {
			if (!r[j].got[i])
				continue;
			KUNIT_EXPECT_EQ(test, 0,
					kho_pageset_remove_range(r[j].set,
								 first + i, 1));
		}
	}
	KUNIT_EXPECT_EQ(test, kho_pageset_pages(r[0].set), 0);
	KUNIT_EXPECT_EQ(test, kho_pageset_pages(r[1].set), 0);
}

static void test_pageset_race(struct kunit *test)
{
	struct claims *c = test->priv;
	struct racer *r = kunit_kcalloc(test, 2, sizeof(*r), GFP_KERNEL);
	struct page *pages = alloc_pages(GFP_KERNEL, RACE_ORDER);
	void *area = vmalloc(8 * PAGE_SIZE);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_ASSERT_NOT_NULL(test, pages);
	KUNIT_ASSERT_NOT_NULL(test, area);
	split_page(pages, RACE_ORDER);
	r[0].set = c->set;
	r[1].set = c->other_set;
	r[0].pages = pages;
	r[1].pages = pages;
	for (i = 0; i < RACE_ROUNDS; i++) {
		r[1].arrays = i % 2;
		race_once(test, r, area);
	}
	vfree(area);
	for (i = 0; i < RACE_PAGES; i++)
		__free_page(pages + i);
}

static struct kunit_case pageset_cases[] = {
	KUNIT_CASE(test_pageset_names),
	KUNIT_CASE(test_pageset_add),
	KUNIT_CASE(test_pageset_conflict),
	KUNIT_CASE(test_pageset_bad_pages),
	KUNIT_CASE(test_pageset_arrays),
	KUNIT_CASE(test_pageset_race),
	{ }
};

static struct kunit_suite pageset_suite = {
	.name		= "kho_pageset",
	.init		= claims_init,
	.exit		= claims_exit,
	.test_cases	= pageset_cases,
};

kunit_test_suites(&tree_suite, &pageset_suite);
