// SPDX-License-Identifier: GPL-2.0
/*
 * Clients for tests over a kexec.
 *
 * Registers clients kho_test.0, kho_test.1, ... that log each callback, fail
 * where they are told to, and preserve pages in three shapes: single pages with
 * gaps between them, folios of orders 0 to 9, and long ranges; and an area of
 * vmalloc(). With random= they
 * preserve what is left of a random mixture of these after about half of it was
 * freed, and forget and free some of it once more. Each page is
 * filled with a pattern of its page frame number and its order, so in the new
 * kernel every page shows whether it came back whole, in the right place, and
 * as what it was; a sum over all of them shows that none is missing.
 *
 * There, pages are given back in each possible way: every other run is taken
 * over and freed by the client, the rest discarded with the page set or with
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
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#define MAX_CLIENTS	16
#define MAX_ORDER	9
#define RANGE_PAGES	768	/* no power of two, and more than a pageblock */
#define WORDS		(PAGE_SIZE / sizeof(u64))

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

static unsigned int scattered;
module_param(scattered, uint, 0444);
MODULE_PARM_DESC(scattered, "single pages with gaps, for each client");

static unsigned int folios;
module_param(folios, uint, 0444);
MODULE_PARM_DESC(folios, "folios of each order, for each client");

static unsigned int ranges;
module_param(ranges, uint, 0444);
MODULE_PARM_DESC(ranges, "long ranges, for each client");

static unsigned int area;
module_param(area, uint, 0444);
MODULE_PARM_DESC(area, "pages of an area of vmalloc(), for each client");

static bool low[MAX_CLIENTS];
module_param_array(low, bool, NULL, 0444);
MODULE_PARM_DESC(low, "which of them have pages below 4 GiB only");

static unsigned int at[MAX_CLIENTS];
static unsigned int nr_at;
module_param_array(at, uint, &nr_at, 0444);
MODULE_PARM_DESC(at, "MiB from the first page on where, or not far behind, a range is, for one client after the other");

static unsigned int random;
module_param(random, uint, 0444);
MODULE_PARM_DESC(random, "folios and ranges of any size, for each client");

static unsigned int seed = 1;
module_param(seed, uint, 0444);
MODULE_PARM_DESC(seed, "of what is random");

static unsigned int every;
module_param(every, uint, 0444);
MODULE_PARM_DESC(every, "one page in so many, of all memory that is free");

static bool keep;
module_param(keep, bool, 0444);
MODULE_PARM_DESC(keep, "preserve what was restored once more");

static bool whole;
module_param(whole, bool, 0444);
MODULE_PARM_DESC(whole, "take page sets over all at once");

enum shape {
	SCATTERED,
	FOLIOS,
	RANGES,
	NR_SHAPES,
};

static const char * const shape_names[] = { "scattered", "folios", "ranges" };

struct test_client {
	struct kho_client	client;
	char			name[16];
	int			nr;
	struct list_head	owned[NR_SHAPES];	/* by folio->lru */
	unsigned long		kept;			/* pages on them */
	void			*area;			/* of vmalloc() */
	size_t			area_size;
	struct kho_vmalloc	*preserved_area;
	struct rnd_state	rnd;
};

static struct test_client *tests[MAX_CLIENTS];

/* What word @i of a page holds. */
static u64 pattern(unsigned long pfn, unsigned int order, unsigned int i)
{
	u64 x = ((u64)pfn << 24 | order << 16 | i) * 0x9e3779b97f4a7c15ULL;

	return x ^ (x >> 29);
}

static void fill(unsigned long pfn, unsigned long nr, unsigned int order)
{
	unsigned int i;

	for (; nr--; pfn++) {
		u64 *words = pfn_to_kaddr(pfn);

		for (i = 0; i < WORDS; i++)
			words[i] = pattern(pfn, order, i);
		cond_resched();
	}
}

/* Compare a run with the pattern; adds its pages to the sum. */
static bool intact(const char *where, const struct kho_run *run, u64 *sum)
{
	unsigned long pfn;
	unsigned int i;

	for (pfn = run->pfn; pfn < run->pfn + run->nr; pfn++) {
		const u64 *words = pfn_to_kaddr(pfn);

		/* Kept from the page allocator, and by nobody else's doing. */
		if (!PageReserved(pfn_to_page(pfn)) ||
		    page_count(pfn_to_page(pfn)) != 1) {
			pr_err("%s: page %#lx is not kept\n", where, pfn);
			return false;
		}
		for (i = 0; i < WORDS; i++) {
			if (words[i] == pattern(pfn, run->order, i))
				continue;
			pr_err("%s: page %#lx, order %u, word %u: %#llx instead of %#llx\n",
			       where, pfn, run->order, i, words[i],
			       pattern(pfn, run->order, i));
			return false;
		}
		*sum += words[0];
		cond_resched();
	}
	return true;
}

static void own(struct test_client *t, enum shape shape, struct folio *folio)
{
	list_add_tail(&folio->lru, &t->owned[shape]);
	t->kept += folio_nr_pages(folio);
}

static void disown(struct test_client *t, struct folio *folio)
{
	t->kept -= folio_nr_pages(folio);
	list_del(&folio->lru);
	folio_put(folio);
}

static void disown_all(struct test_client *t)
{
	struct folio *folio, *next;
	int shape;

	for (shape = 0; shape < NR_SHAPES; shape++) {
		list_for_each_entry_safe(folio, next, &t->owned[shape], lru) {
			disown(t, folio);
			cond_resched();
		}
	}
}

static gfp_t gfp(const struct test_client *t)
{
	return GFP_KERNEL | (low[t->nr] ? GFP_DMA32 : 0);
}

/* Of many single pages only those with an odd pfn: no two are neighbours. */
static int alloc_scattered(struct test_client *t)
{
	LIST_HEAD(even);
	struct folio *folio, *next;
	unsigned int nr = 0;

	while (nr < scattered) {
		folio = folio_alloc(gfp(t), 0);
		if (!folio)
			break;
		if (folio_pfn(folio) & 1) {
			own(t, SCATTERED, folio);
			nr++;
		} else {
			list_add(&folio->lru, &even);
		}
	}
	list_for_each_entry_safe(folio, next, &even, lru) {
		list_del(&folio->lru);
		folio_put(folio);
	}
	return nr < scattered ? -ENOMEM : 0;
}

/*
 * All there is, without reclaim, also what is kept back after memory was
 * fragmented; then give back all but some.
 */
static int alloc_everywhere(struct test_client *t)
{
	LIST_HEAD(others);
	struct folio *folio, *next;

	if (!every)
		return 0;
	while ((folio = folio_alloc(GFP_ATOMIC | __GFP_NOWARN, 0))) {
		if (folio_pfn(folio) % every)
			list_add(&folio->lru, &others);
		else
			own(t, SCATTERED, folio);
		cond_resched();
	}
	list_for_each_entry_safe(folio, next, &others, lru) {
		list_del(&folio->lru);
		folio_put(folio);
		cond_resched();
	}
	return 0;
}

static int alloc_folios(struct test_client *t)
{
	struct folio *folio;
	unsigned int i, order;

	for (i = 0; i < folios; i++) {
		for (order = 0; order <= MAX_ORDER; order++) {
			folio = folio_alloc(gfp(t) | __GFP_COMP, order);
			if (!folio)
				return -ENOMEM;
			own(t, FOLIOS, folio);
		}
	}
	return 0;
}

static int alloc_range(struct test_client *t, unsigned int pages)
{
	void *p = alloc_pages_exact(pages * PAGE_SIZE, gfp(t));
	unsigned int i;

	if (!p)
		return -ENOMEM;
	for (i = 0; i < pages; i++)
		own(t, RANGES, virt_to_folio(p + i * PAGE_SIZE));
	return 0;
}

static int alloc_ranges(struct test_client *t)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < ranges; i++)
		err = alloc_range(t, RANGE_PAGES);
	return err;
}

/* One range, in two halves: there may be a border between zones in its middle. */
static int alloc_range_around(struct test_client *t, unsigned long mid)
{
	unsigned long pfn, half = RANGE_PAGES / 2;
	int err;

	err = alloc_contig_range(mid - half, mid, MIGRATE_MOVABLE, GFP_KERNEL);
	if (err)
		return err;
	err = alloc_contig_range(mid, mid + half, MIGRATE_MOVABLE, GFP_KERNEL);
	if (err) {
		free_contig_range(mid - half, half);
		return err;
	}
	for (pfn = mid - half; pfn < mid + half; pfn++)
		own(t, RANGES, pfn_folio(pfn));
	return 0;
}

/* What is in use there may be unmovable: then not far behind it. */
static int alloc_range_at(struct test_client *t, unsigned int mib)
{
	u64 first = ALIGN_DOWN(node_start_pfn(first_online_node),
			       MAX_ORDER_NR_PAGES);
	unsigned int pos;
	int err = 0;

	for (pos = mib; pos < mib + 64; pos += 4) {
		err = alloc_range_around(t, first + PHYS_PFN((u64)pos << 20));
		if (err != -EBUSY)
			break;
	}
	pr_info("%s: range at %u MiB: %d\n", t->name, pos, err);
	return err;
}

static int alloc_at(struct test_client *t)
{
	unsigned int i;
	int err = 0;

	for (i = t->nr; !err && i < nr_at; i += clients)
		err = alloc_range_at(t, at[i]);
	return err;
}

static unsigned int any_below(struct test_client *t, unsigned int limit)
{
	return prandom_u32_state(&t->rnd) % limit;
}

/* Let go of one folio in @nth, from the page set that it is in if there is one. */
static int disown_some(struct test_client *t, enum shape shape,
		       struct kho_pageset *set, unsigned int nth)
{
	struct folio *folio, *next;
	int err = 0;

	list_for_each_entry_safe(folio, next, &t->owned[shape], lru) {
		if (any_below(t, nth))
			continue;
		if (set && shape == RANGES)
			err = kho_pageset_remove_range(set, folio_pfn(folio), 1);
		else if (set)
			err = kho_pageset_remove_folio(set, folio);
		if (err)
			break;
		disown(t, folio);
		cond_resched();
	}
	return err;
}

/* Small ones more often than large ones, so that there are many runs. */
static int alloc_random(struct test_client *t)
{
	struct folio *folio;
	unsigned int i;
	int err = 0;

	if (!random)
		return 0;
	for (i = 0; !err && i < random; i++) {
		unsigned int order = any_below(t, 1 + any_below(t, MAX_ORDER + 1));

		if (!any_below(t, 16)) {
			err = alloc_range(t, 1 + any_below(t, RANGE_PAGES));
			continue;
		}
		folio = folio_alloc(gfp(t) | __GFP_COMP, order);
		if (!folio)
			return -ENOMEM;
		own(t, order ? FOLIOS : any_below(t, 2) ? FOLIOS : SCATTERED,
		    folio);
	}
	err = err ?: disown_some(t, SCATTERED, NULL, 2);
	err = err ?: disown_some(t, FOLIOS, NULL, 2);
	return err ?: disown_some(t, RANGES, NULL, 64);
}

/* Add what is owned as arrays of pages. */
static int add_arrays(struct test_client *t, struct kho_pageset *set,
		      enum shape shape)
{
	struct page *pages[64];
	unsigned int nr = 0;
	struct folio *folio;
	long ret;

	list_for_each_entry(folio, &t->owned[shape], lru) {
		fill(folio_pfn(folio), folio_nr_pages(folio), folio_order(folio));
		pages[nr++] = folio_page(folio, 0);
		if (nr < ARRAY_SIZE(pages) &&
		    !list_is_last(&folio->lru, &t->owned[shape]))
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

	list_for_each_entry(folio, &t->owned[shape], lru) {
		pfn = folio_pfn(folio);
		fill(pfn, folio_nr_pages(folio), folio_order(folio));
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
			sum += pattern(pfn, run.order, 0);
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
		word[i] = pattern(i / WORDS, 0, i % WORDS);
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
		if (word[i] != pattern(i / WORDS, 0, i % WORDS)) {
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

	if (!t->kept)
		err = alloc_at(t) ?: alloc_scattered(t) ?: alloc_folios(t) ?:
		      alloc_ranges(t) ?: alloc_random(t) ?:
		      alloc_everywhere(t);
	for (shape = 0; !err && shape < NR_SHAPES; shape++) {
		if (list_empty(&t->owned[shape]))
			continue;
		set = kho_pageset_create(claim, shape_names[shape]);
		if (IS_ERR(set))
			return PTR_ERR(set);
		err = shape == SCATTERED ? add_arrays(t, set, shape) :
					   add_shape(t, set, shape);
		if (!err && random)
			err = disown_some(t, shape, set, 8);
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
			own(t, shape, pfn_folio(pfn));
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
		own(t, shape, folio);
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
			own(t, shape, folio);
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
		if (!intact(shape_names[shape], &run, sum))
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

	if (t->nr == fail) {
		pr_info("event: %s %d fails\n", name, t->nr);
		return -fail_errno;
	}
	pr_info("event: %s %d\n", name, t->nr);
	return 0;
}

static int test_prepare(struct kho_client *client, struct kho_claim *claim)
{
	int err = called(client, "prepare", fail_prepare);

	return err ?: kho_put_u32(claim, "prepared", 1);
}

static int test_freeze(struct kho_client *client, struct kho_claim *claim)
{
	int err = called(client, "freeze", fail_freeze);

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

	err = err ?: restore_all(client->data, claim);
	if (!err && !kho_get_string(claim, "last"))
		err = -ENOMSG;
	if (err) {
		disown_all(client->data);
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
	disown_all(t);
	vfree(t->area);
	kfree(t);
}

static int test_add(int nr)
{
	struct test_client *t = kzalloc(sizeof(*t), GFP_KERNEL);
	struct kho_claim *claim;
	int err, shape;

	if (!t)
		return -ENOMEM;
	snprintf(t->name, sizeof(t->name), "kho_test.%d", nr);
	t->nr = nr;
	prandom_seed_state(&t->rnd, seed + nr);
	for (shape = 0; shape < NR_SHAPES; shape++)
		INIT_LIST_HEAD(&t->owned[shape]);
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
		disown_all(t);
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
