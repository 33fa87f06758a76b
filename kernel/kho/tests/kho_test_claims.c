// SPDX-License-Identifier: GPL-2.0
/*
 * Clients for tests over a kexec.
 *
 * Registers clients kho_test.0, kho_test.1, ... that log each callback, fail
 * where they are told to, and preserve the pages of kho_test_pages.c and an area of
 * vmalloc().
 *
 * In the new kernel, pages are given back in each possible way: every other run is
 * taken over and freed by the client, the rest discarded with the page set or with
 * the claim. With keep=1 all are taken over and preserved once more.
 */
#define pr_fmt(fmt) "kho_test: " fmt

#include <linux/kho/claim.h>
#include <linux/kho/client.h>
#include <linux/kho/pageset.h>
#include <linux/kho/vmalloc.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>

#include "kho_test_pages.h"

static unsigned int clients = 1;
module_param(clients, uint, 0444);
MODULE_PARM_DESC(clients, "number of clients");

static int prio[MAX_CLIENTS];
module_param_array(prio, int, NULL, 0444);
MODULE_PARM_DESC(prio, "their priorities");

static bool optional[MAX_CLIENTS];
module_param_array(optional, bool, NULL, 0444);
MODULE_PARM_DESC(optional, "which of them are optional");

static int fail_prepare = -1;
module_param(fail_prepare, int, 0644);
MODULE_PARM_DESC(fail_prepare, "number of the client whose prepare fails");

static int fail_freeze = -1;
module_param(fail_freeze, int, 0644);
MODULE_PARM_DESC(fail_freeze, "number of the client whose freeze fails");

static int fail_restore = -1;
module_param(fail_restore, int, 0644);
MODULE_PARM_DESC(fail_restore, "number of the client whose restore fails");

static int fail_errno = EIO;
module_param(fail_errno, int, 0644);
MODULE_PARM_DESC(fail_errno, "error number that it fails with");

static DECLARE_WAIT_QUEUE_HEAD(held);
static int hold_prepare = -1;
static int hold_freeze = -1;

static int set_hold(const char *val, const struct kernel_param *kp)
{
	int err = param_set_int(val, kp);

	wake_up_all(&held);
	return err;
}

static const struct kernel_param_ops hold_ops = {
	.set	= set_hold,
	.get	= param_get_int,
};

module_param_cb(hold_prepare, &hold_ops, &hold_prepare, 0644);
MODULE_PARM_DESC(hold_prepare, "number of the client whose prepare waits until this changes");
module_param_cb(hold_freeze, &hold_ops, &hold_freeze, 0644);
MODULE_PARM_DESC(hold_freeze, "number of the client whose freeze waits until this changes");

static unsigned int area;
module_param(area, uint, 0444);
MODULE_PARM_DESC(area, "pages of an area of vmalloc(), for each client");

static unsigned int seed = 1;
module_param(seed, uint, 0444);
MODULE_PARM_DESC(seed, "of what is random");

static bool keep;
module_param(keep, bool, 0444);
MODULE_PARM_DESC(keep, "preserve what was restored once more");

static bool whole;
module_param(whole, bool, 0444);
MODULE_PARM_DESC(whole, "take page sets over all at once");

static const char * const shape_names[] = { "scattered", "folios", "ranges" };

struct test_client {
	struct kho_client	client;
	char			name[16];
	struct test_pages	pages;
	void			*area;			/* of vmalloc() */
	size_t			area_size;
	struct kho_vmalloc	*preserved_area;
};

static struct test_client *tests[MAX_CLIENTS];

/* Add what is owned as arrays of pages. */
static int add_arrays(struct test_client *t, struct kho_pageset *set,
		      enum shape shape)
{
	struct page *pages[64];
	unsigned int nr = 0;
	struct folio *folio;
	long ret;

	list_for_each_entry(folio, &t->pages.owned[shape], lru) {
		kho_test_fill(folio_pfn(folio), folio_nr_pages(folio), folio_order(folio));
		pages[nr++] = folio_page(folio, 0);
		if (nr < ARRAY_SIZE(pages) &&
		    !list_is_last(&folio->lru, &t->pages.owned[shape]))
			continue;
		ret = kho_pageset_add_pages(set, pages, nr);
		if (ret != nr)
			return ret < 0 ? ret : -ENODATA;
		nr = 0;
	}
	return 0;
}

/* Add what is owned, as folios or in runs as long as they come. */
static int add_shape(struct test_client *t, struct kho_pageset *set,
		     enum shape shape)
{
	unsigned long start = 0, end = 0, pfn;
	struct folio *folio;
	int err = 0;

	list_for_each_entry(folio, &t->pages.owned[shape], lru) {
		pfn = folio_pfn(folio);
		kho_test_fill(pfn, folio_nr_pages(folio), folio_order(folio));
		if (shape != RANGES) {
			err = kho_pageset_add_folio(set, folio);
			if (err)
				return err;
			continue;
		}
		if (pfn != end) {
			if (start < end)
				err = kho_pageset_add_range(set, start,
							    end - start);
			if (err)
				return err;
			start = pfn;
		}
		end = pfn + 1;
	}
	return start < end ? kho_pageset_add_range(set, start, end - start) : 0;
}

/* The sum that the next kernel will find, if each run is there. */
static u64 sum_of(struct kho_pageset *set)
{
	struct kho_run run;
	u64 sum = 0;
	unsigned long pfn;

	kho_pageset_for_each_run(set, &run)
		for (pfn = run.pfn; pfn < run.pfn + run.nr; pfn++)
			sum += kho_test_pattern(pfn, run.order, 0);
	return sum;
}

/* An area has the pattern of pages from 0 on: their order counts. */
static int preserve_area(struct test_client *t, struct kho_claim *claim)
{
	size_t words, i;
	u64 *word;

	if (!t->area && area) {
		t->area_size = area * PAGE_SIZE;
		t->area = vmalloc(t->area_size);
		if (!t->area)
			return -ENOMEM;
	}
	if (!t->area)
		return 0;
	word = t->area;
	words = t->area_size / sizeof(*word);
	for (i = 0; i < words; i++)
		word[i] = kho_test_pattern(i / WORDS, 0, i % WORDS);
	t->preserved_area = kho_vmalloc_preserve(claim, "area", t->area);
	return PTR_ERR_OR_ZERO(t->preserved_area);
}

static int restore_area(struct test_client *t, struct kho_claim *claim)
{
	size_t words, i;
	u64 *word;

	word = kho_vmalloc_restore(claim, "area", &t->area_size);
	if (IS_ERR_OR_NULL(word))
		return PTR_ERR_OR_ZERO(word);
	t->area = word;
	words = t->area_size / sizeof(*word);
	for (i = 0; i < words; i++) {
		if (word[i] != kho_test_pattern(i / WORDS, 0, i % WORDS)) {
			pr_err("%s: area, word %zu: %#llx\n", t->name, i,
			       word[i]);
			return -EILSEQ;
		}
	}
	pr_info("%s: area of %zu pages intact\n", t->name,
		t->area_size / PAGE_SIZE);
	return 0;
}

static int preserve(struct test_client *t, struct kho_claim *claim)
{
	struct kho_pageset *set;
	unsigned long pages = 0;
	u64 sum = 0;
	int err = 0, shape;

	if (!t->pages.kept)
		err = kho_test_alloc(&t->pages, clients);
	for (shape = 0; !err && shape < NR_SHAPES; shape++) {
		if (list_empty(&t->pages.owned[shape]))
			continue;
		set = kho_pageset_create(claim, shape_names[shape]);
		if (IS_ERR(set))
			return PTR_ERR(set);
		err = shape == SCATTERED ? add_arrays(t, set, shape) :
					   add_shape(t, set, shape);
		err = err ?: kho_test_thin_out(&t->pages, shape, set);
		sum += sum_of(set);
		pages += kho_pageset_pages(set);
	}
	err = err ?: preserve_area(t, claim);
	err = err ?: kho_put_u64(claim, "pages", pages);
	err = err ?: kho_put_u64(claim, "sum", sum);
	err = err ?: kho_put_string(claim, "deep/in/the/tree", t->name);
	if (!err)
		pr_info("%s: %lu pages preserved\n", t->name, pages);
	return err;
}

static int take_run(struct test_client *t, struct kho_pageset *set,
		    enum shape shape, const struct kho_run *run)
{
	unsigned long pfn = run->pfn, end = pfn + run->nr;
	struct folio *folio;
	int err;

	if (shape == RANGES) {
		err = kho_pageset_restore_range(set, pfn, run->nr);
		if (err)
			return err;
		for (; pfn < end; pfn++)
			kho_test_own(&t->pages, shape, pfn_folio(pfn));
		return 0;
	}
	for (; pfn < end; pfn += folio_nr_pages(folio)) {
		folio = kho_pageset_restore_folio(set, pfn);
		if (IS_ERR(folio))
			return PTR_ERR(folio);
		if (folio_order(folio) != run->order ||
		    folio_ref_count(folio) != 1) {
			pr_err("%s: page %#lx: order %u, %d references\n",
			       t->name, pfn, folio_order(folio),
			       folio_ref_count(folio));
			return -EINVAL;
		}
		kho_test_own(&t->pages, shape, folio);
	}
	return 0;
}

/* The set tells which they are after all were taken over, too. */
static int take_all(struct test_client *t, struct kho_pageset *set,
		    enum shape shape)
{
	unsigned long pfn, want = kho_pageset_pages(set);
	struct folio *folio;
	struct kho_run run;

	if (kho_pageset_restore_all(set) != want ||
	    kho_pageset_restore_all(set) != -EALREADY)
		return -EINVAL;
	kho_pageset_for_each_run(set, &run) {
		for (pfn = run.pfn; pfn < run.pfn + run.nr;
		     pfn += folio_nr_pages(folio)) {
			folio = pfn_folio(pfn);
			if (folio_order(folio) != run.order ||
			    folio_ref_count(folio) != 1)
				return -EINVAL;
			kho_test_own(&t->pages, shape, folio);
		}
	}
	return 0;
}

static int restore_set(struct test_client *t, struct kho_pageset *set,
		       enum shape shape, unsigned long *pages, u64 *sum)
{
	struct kho_run run;
	unsigned int nr = 0;
	int err;

	kho_pageset_for_each_run(set, &run) {
		if (!kho_test_intact(shape_names[shape], &run, sum))
			return -EILSEQ;
		*pages += run.nr;
		if (whole || (!keep && nr++ % 2))
			continue;
		err = take_run(t, set, shape, &run);
		if (err)
			return err;
	}
	err = whole ? take_all(t, set, shape) : 0;
	if (!keep && shape == SCATTERED)
		kho_pageset_discard(set);	/* the rest goes with the claim */
	return err;
}

static int restore_all(struct test_client *t, struct kho_claim *claim)
{
	unsigned long pages = 0;
	u64 want_pages, want_sum, sum = 0;
	struct kho_pageset *set;
	const char *name;
	int err, shape;

	err = kho_get_u64(claim, "pages", &want_pages);
	err = err ?: kho_get_u64(claim, "sum", &want_sum);
	if (err)
		return err;
	name = kho_get_string(claim, "deep/in/the/tree");
	if (!name || strcmp(name, t->name))
		return -ENOMSG;
	for (shape = 0; shape < NR_SHAPES; shape++) {
		set = kho_pageset_find(claim, shape_names[shape]);
		err = set ? restore_set(t, set, shape, &pages, &sum) : 0;
		if (err)
			return err;
	}
	if (pages != want_pages || sum != want_sum) {
		pr_err("%s: %lu pages of %llu, sum %#llx instead of %#llx\n",
		       t->name, pages, want_pages, sum, want_sum);
		return -ENODATA;
	}
	pr_info("%s: %lu pages intact\n", t->name, pages);
	return restore_area(t, claim);
}

/* Log an event; fail if this is the client that is to. */
static int called(struct kho_client *client, const char *name, int fail)
{
	struct test_client *t = client->data;

	if (t->pages.nr == fail) {
		pr_info("event: %s %d fails\n", name, t->pages.nr);
		return -fail_errno;
	}
	pr_info("event: %s %d\n", name, t->pages.nr);
	return 0;
}

static int test_prepare(struct kho_client *client, struct kho_claim *claim)
{
	int err = called(client, "prepare", fail_prepare);
	struct test_client *t = client->data;

	wait_event(held, READ_ONCE(hold_prepare) != t->pages.nr);
	return err ?: kho_put_u32(claim, "prepared", 1);
}

static int test_freeze(struct kho_client *client, struct kho_claim *claim)
{
	int err = called(client, "freeze", fail_freeze);
	struct test_client *t = client->data;

	wait_event(held, READ_ONCE(hold_freeze) != t->pages.nr);
	return err ?: kho_put_string(claim, "last", "words");
}

static void test_abort(struct kho_client *client, struct kho_claim *claim)
{
	called(client, "abort", -1);
	kho_del(claim, "prepared");
	kho_del(claim, "last");
}

static int test_restore(struct kho_client *client, struct kho_claim *claim,
			const struct kho_format *format)
{
	int err = called(client, "restore", fail_restore);
	struct test_client *t = client->data;

	err = err ?: restore_all(t, claim);
	if (!err && !kho_get_string(claim, "last"))
		err = -ENOMSG;
	if (err) {
		kho_test_disown_all(&t->pages);
		return err;
	}
	kho_claim_finish(claim);
	return 0;
}

static void test_discard(struct kho_client *client, struct kho_claim *claim)
{
	called(client, "discard", -1);
}

static const struct kho_format test_formats[] = {
	KHO_FORMAT_FDT("kho_test", 1), { }
};

static const struct kho_ops test_ops = {
	.prepare	= test_prepare,
	.freeze		= test_freeze,
	.abort		= test_abort,
	.restore	= test_restore,
	.discard	= test_discard,
};

static void test_remove(struct test_client *t)
{
	kho_vmalloc_unpreserve(t->preserved_area);
	kho_unregister(&t->client);
	kho_test_disown_all(&t->pages);
	vfree(t->area);
	kfree(t);
}

static int test_add(int nr)
{
	struct test_client *t = kzalloc(sizeof(*t), GFP_KERNEL);
	struct kho_claim *claim;
	int err;

	if (!t)
		return -ENOMEM;
	snprintf(t->name, sizeof(t->name), "kho_test.%d", nr);
	kho_test_pages_init(&t->pages, nr, seed + nr);
	t->client = (struct kho_client) {
		.name		= t->name,
		.formats	= test_formats,
		.ops		= &test_ops,
		.owner		= THIS_MODULE,
		.priority	= prio[nr],
		.optional	= optional[nr],
		.data		= t,
	};
	err = kho_register(&t->client);
	if (err) {
		kfree(t);
		return err;
	}
	if (!keep) {
		kho_test_disown_all(&t->pages);
		vfree(t->area);
		t->area = NULL;
	}
	claim = kho_client_claim(&t->client);
	err = claim ? preserve(t, claim) : 0;
	if (err) {
		test_remove(t);
		return err;
	}
	tests[nr] = t;
	return 0;
}

static void kho_test_exit(void)
{
	int i;

	for (i = MAX_CLIENTS - 1; i >= 0; i--)
		if (tests[i])
			test_remove(tests[i]);
}
module_exit(kho_test_exit);

static int __init kho_test_init(void)
{
	int i, err = 0;

	if (clients > MAX_CLIENTS)
		return -EINVAL;
	for (i = 0; !err && i < clients; i++)
		err = test_add(i);
	if (err) {
		pr_err("kho_test.%d: %pe\n", i - 1, ERR_PTR(err));
		kho_test_exit();
	}
	return err;
}
module_init(kho_test_init);

MODULE_DESCRIPTION("Test clients of Kexec HandOver");
MODULE_LICENSE("GPL");
