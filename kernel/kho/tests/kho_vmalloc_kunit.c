// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of areas of vmalloc(): one that is preserved is made an incoming
 * one, as if by a kexec, and damaged on the way.
 */
#include <kunit/test.h>
#include <linux/io.h>
#include <linux/kho/abi/vmalloc.h>
#include <linux/kho/claim.h>
#include <linux/kho/vmalloc.h>
#include <linux/libfdt.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "../kho_internal.h"

/* So many that there are three lists, the last not full */
#define NR_PAGES	1200

static const struct kho_format formats[] = { KHO_FORMAT_FDT("kunit", 1), { } };

struct area {
	struct kho_client	client;		/* not registered */
	struct kho_claim	*out;
	struct kho_claim	*in;
	struct page		**pages;
	struct kho_vmalloc	*preserved;
	unsigned long		totalram;
	struct kho_vmalloc_list	*list[3];
};

static void *area_make(struct area *a)
{
	u32 *addr;

	a->pages = kvcalloc(NR_PAGES, sizeof(*a->pages), GFP_KERNEL);
	if (!a->pages || alloc_pages_bulk_array(GFP_KERNEL | __GFP_ZERO, NR_PAGES,
						a->pages) != NR_PAGES)
		return NULL;
	/* In no order */
	for (int i = 0; i < NR_PAGES / 2; i += 3)
		swap(a->pages[i], a->pages[NR_PAGES - 1 - i]);
	addr = vmap(a->pages, NR_PAGES, VM_MAP_PUT_PAGES, PAGE_KERNEL);
	for (int i = 0; addr && i < NR_PAGES; i++)
		addr[i * PAGE_SIZE / sizeof(*addr)] = i;
	return addr;
}

static void reserve(unsigned long pfn, unsigned long nr)
{
	for (; nr--; pfn++) {
		SetPageReserved(pfn_to_page(pfn));
		adjust_managed_page_count(pfn_to_page(pfn), -1);
	}
}

/* Make what is outgoing incoming: nobody's, and reserved. */
static int area_pass_on(struct area *a)
{
	struct kho_pageset *out = kho_pageset_find(a->out, "area"), *in;
	struct kho_run run;

	scoped_guard(mutex, &kho_data_lock)
		in = kho_pageset_create_locked(a->in, "area");
	if (IS_ERR(in))
		return PTR_ERR(in);
	swap(in->map, out->map);
	kho_pageset_for_each_run(in, &run)
		reserve(run.pfn, run.nr);
	swap(a->in->fdt, a->out->fdt);
	swap(a->in->fdt_size, a->out->fdt_size);
	reserve(PHYS_PFN(__pa(a->in->fdt)), a->in->fdt_size / PAGE_SIZE);
	return 0;
}

static int area_init(struct kunit *test)
{
	struct area *a = kunit_kzalloc(test, sizeof(*a), GFP_KERNEL);
	void *addr;
	u64 first;
	int err;

	if (!a)
		return -ENOMEM;
	test->priv = a;
	a->client.name = "kunit";
	a->client.formats = formats;
	a->totalram = totalram_pages();
	a->out = kho_claim_alloc("kunit", false);
	a->in = kho_claim_alloc("kunit", true);
	addr = area_make(a);
	if (!a->out || !a->in || !addr)
		return -ENOMEM;
	kho_claim_set_client(a->out, &a->client);
	a->preserved = kho_vmalloc_preserve(a->out, "area", addr);
	if (IS_ERR(a->preserved))
		return PTR_ERR(a->preserved);

	vunmap(addr);
	err = kho_get_u64(a->out, "area", &first);
	err = err ?: area_pass_on(a);
	if (err)
		return err;
	a->list[0] = phys_to_virt(first);
	a->list[1] = phys_to_virt(a->list[0]->next);
	a->list[2] = phys_to_virt(a->list[1]->next);
	return a->list[2]->next ? -EINVAL : 0;
}

static void area_exit(struct kunit *test)
{
	struct area *a = test->priv;

	if (!a)
		return;
	if (a->in)
		kho_claim_free(a->in);
	if (a->out)
		kho_claim_free(a->out);
	kvfree(a->pages);
	if (!IS_ERR(a->preserved))
		kfree(a->preserved);
	/* Whatever happened, each page is the page allocator's once */
	KUNIT_EXPECT_EQ(test, totalram_pages(), a->totalram);
}

static void test_restore(struct kunit *test)
{
	struct area *a = test->priv;
	size_t size = 0;
	u32 *addr;

	addr = kho_vmalloc_restore(a->in, "area", &size);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, addr);
	KUNIT_EXPECT_EQ(test, size, NR_PAGES * PAGE_SIZE);
	for (int i = 0; i < NR_PAGES; i++)
		KUNIT_ASSERT_EQ(test, addr[i * PAGE_SIZE / sizeof(*addr)], i);
	KUNIT_EXPECT_NULL(test, kho_vmalloc_restore(a->in, "area", &size));
	vfree(addr);
}

static void expect_damaged(struct kunit *test)
{
	struct area *a = test->priv;

	KUNIT_EXPECT_EQ(test, PTR_ERR(kho_vmalloc_restore(a->in, "area", NULL)),
			-EINVAL);
	KUNIT_EXPECT_NULL(test, kho_pageset_find(a->in, "area"));
}

static void test_no_list(struct kunit *test)
{
	struct area *a = test->priv;

	KUNIT_ASSERT_EQ(test, fdt_delprop(a->in->fdt, 0, "area"), 0);
	expect_damaged(test);
}

static void test_magic(struct kunit *test)
{
	struct area *a = test->priv;

	a->list[1]->magic++;
	expect_damaged(test);
}

static void test_too_few(struct kunit *test)
{
	struct area *a = test->priv;

	a->list[2]->nr--;
	expect_damaged(test);
}

static void test_none(struct kunit *test)
{
	struct area *a = test->priv;

	a->list[0]->nr = 0;
	expect_damaged(test);
}

static void test_too_many(struct kunit *test)
{
	struct area *a = test->priv;

	a->list[0]->nr++;
	expect_damaged(test);
}

static void test_far_too_many(struct kunit *test)
{
	struct area *a = test->priv;

	a->list[2]->nr = U64_MAX;
	expect_damaged(test);
}

static void test_loop(struct kunit *test)
{
	struct area *a = test->priv;

	a->list[2]->next = __pa(a->list[0]);
	expect_damaged(test);
}

static void test_list_elsewhere(struct kunit *test)
{
	struct area *a = test->priv;

	a->list[1]->next = U64_MAX;
	expect_damaged(test);
}

static void test_page_twice(struct kunit *test)
{
	struct area *a = test->priv;

	a->list[2]->pfns[0] = a->list[0]->pfns[0];
	expect_damaged(test);
}

static void test_page_elsewhere(struct kunit *test)
{
	struct area *a = test->priv;

	a->list[1]->pfns[7] = U64_MAX;
	expect_damaged(test);
}

static void test_list_as_page(struct kunit *test)
{
	struct area *a = test->priv;

	a->list[0]->pfns[1] = PHYS_PFN(__pa(a->list[1]));
	expect_damaged(test);
}

static void expect_refused(struct kunit *test, const char *name, void *addr)
{
	struct area *a = test->priv;

	KUNIT_EXPECT_EQ(test, PTR_ERR(kho_vmalloc_preserve(a->out, name, addr)),
			-EINVAL);
	KUNIT_EXPECT_NULL(test, kho_pageset_find(a->out, name));
}

/* What is no area, or none that has pages of its own. */
static void test_bad_area(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *addr = vmalloc(2 * PAGE_SIZE);
	int local;

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_NOT_NULL(test, addr);
	expect_refused(test, "bad", &local);
	expect_refused(test, "bad", NULL);
	expect_refused(test, "bad", addr + PAGE_SIZE);
	expect_refused(test, "", addr);
	KUNIT_EXPECT_EQ(test, PTR_ERR(kho_vmalloc_preserve(NULL, "bad", addr)),
			-ENODEV);
	vfree(addr);

	addr = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, addr);
	expect_refused(test, "bad", addr);
	vunmap(addr);
	__free_page(page);

	/* Its own, but not a single one; and a property of that name */
	page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);
	KUNIT_ASSERT_NOT_NULL(test, page);
	addr = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, addr);
	find_vm_area(addr)->pages = &page;
	find_vm_area(addr)->nr_pages = 1;
	find_vm_area(addr)->flags |= VM_MAP_PUT_PAGES;
	expect_refused(test, "bad", addr);
	vunmap(addr);
	__free_pages(page, 1);
}

static void test_property_exists(struct kunit *test)
{
	struct area *a = test->priv;
	void *addr = vmalloc(PAGE_SIZE);
	u64 value = 0;

	KUNIT_ASSERT_NOT_NULL(test, addr);
	KUNIT_EXPECT_EQ(test, kho_put_u64(a->out, "taken", 7), 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(kho_vmalloc_preserve(a->out, "taken", addr)),
			-EEXIST);
	KUNIT_EXPECT_EQ(test, kho_get_u64(a->out, "taken", &value), 0);
	KUNIT_EXPECT_EQ(test, value, 7);
	KUNIT_EXPECT_NULL(test, kho_pageset_find(a->out, "taken"));
	vfree(addr);
}

/* Areas come and go; an area of a page that can't be preserved leaves nothing. */
static void test_unpreserve(struct kunit *test)
{
	struct area *a = test->priv;
	void *addr = vmalloc(700 * PAGE_SIZE);
	struct kho_vmalloc *first, *second;
	u64 phys;

	KUNIT_ASSERT_NOT_NULL(test, addr);
	first = kho_vmalloc_preserve(a->out, "first", addr);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, first);
	KUNIT_EXPECT_EQ(test, kho_pageset_pages(kho_pageset_find(a->out, "first")),
			702);
	second = kho_vmalloc_preserve(a->out, "second", addr);
	KUNIT_EXPECT_EQ(test, PTR_ERR(second), -EEXIST);
	KUNIT_EXPECT_NULL(test, kho_pageset_find(a->out, "second"));
	kho_vmalloc_unpreserve(first);
	KUNIT_EXPECT_NULL(test, kho_pageset_find(a->out, "first"));
	KUNIT_EXPECT_EQ(test, kho_get_u64(a->out, "first", &phys), -ENOENT);
	second = kho_vmalloc_preserve(a->out, "second", addr);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, second);
	kho_vmalloc_unpreserve(second);
	vfree(addr);
}

static struct kunit_case vmalloc_cases[] = {
	KUNIT_CASE(test_restore),
	KUNIT_CASE(test_no_list),
	KUNIT_CASE(test_magic),
	KUNIT_CASE(test_too_few),
	KUNIT_CASE(test_none),
	KUNIT_CASE(test_too_many),
	KUNIT_CASE(test_far_too_many),
	KUNIT_CASE(test_loop),
	KUNIT_CASE(test_list_elsewhere),
	KUNIT_CASE(test_page_twice),
	KUNIT_CASE(test_page_elsewhere),
	KUNIT_CASE(test_list_as_page),
	KUNIT_CASE(test_bad_area),
	KUNIT_CASE(test_property_exists),
	KUNIT_CASE(test_unpreserve),
	{}
};

static struct kunit_suite vmalloc_suite = {
	.name		= "kho_vmalloc",
	.init		= area_init,
	.exit		= area_exit,
	.test_cases	= vmalloc_cases,
};

kunit_test_suites(&vmalloc_suite);
