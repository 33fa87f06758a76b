// SPDX-License-Identifier: GPL-2.0
/* The ordered walk over many maps and the metadata beside them. */
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "maptest.h"
#include "merge.h"
#include "sim.h"

#define MAX_MAPS	300
#define MAX_SPANS	(1 << 16)

static struct kho_map maps[MAX_MAPS];
static struct kho_merge_source sources[MAX_MAPS];
static struct kho_meta metas[MAX_SPANS];
static struct kho_span must[MAX_SPANS];
static unsigned int nr_must;

static int cmp_span(const void *a, const void *b)
{
	const struct kho_span *l = a, *r = b;

	if (l->pfn != r->pfn)
		return l->pfn < r->pfn ? -1 : 1;
	if (l->meta != r->meta)
		return l->meta ? 1 : -1;
	return l->owner < r->owner ? -1 : l->owner > r->owner;
}

static int cmp_meta(const void *a, const void *b)
{
	const struct kho_meta *l = a, *r = b;

	return l->pfn < r->pfn ? -1 : l->pfn > r->pfn;
}

static void start(unsigned int nr)
{
	sim_reset();
	nr_must = 0;
	while (nr--)
		kho_map_init(&maps[nr]);
}

static void put(unsigned int map, u64 pfn, u64 nr)
{
	if (map_add(&maps[map], pfn, nr, 0))
		return;
}

/* What the walk must yield, by sorting all there is. */
static void collect(unsigned int nr_maps, unsigned int nr_metas)
{
	struct kho_run run;
	unsigned int i;
	u64 pfn;

	for (i = 0; i < nr_maps; i++)
		for (pfn = 0; kho_map_next(&maps[i], pfn, &run);
		     pfn = run.pfn + run.nr)
			must[nr_must++] = (struct kho_span) {
				.pfn = run.pfn,
				.end = run.pfn + run.nr,
				.owner = i,
			};
	for (i = 0; i < nr_metas; i++)
		must[nr_must++] = (struct kho_span) {
			.pfn = metas[i].pfn,
			.end = metas[i].pfn + metas[i].nr,
			.owner = metas[i].owner,
			.meta = true,
		};
	qsort(must, nr_must, sizeof(*must), cmp_span);
}

/* Owners that start at one page may come in any order. */
static void walk(unsigned int nr_maps, unsigned int nr_metas)
{
	static struct kho_span is[MAX_SPANS];
	struct kho_merge m = {
		.sources = sources, .meta = metas, .nr_meta = nr_metas,
	};
	unsigned int i, n = 0;

	for (i = 0; i < nr_maps; i++)
		kho_merge_push(&m, kho_map_head(&maps[i]), i);
	while (kho_merge_next(&m, &is[n])) {
		check(!n || is[n].pfn >= is[n - 1].pfn);
		check(++n <= nr_must);
	}
	check_eq(n, nr_must);
	qsort(is, n, sizeof(*is), cmp_span);
	for (i = 0; i < n; i++) {
		check_eq(is[i].pfn, must[i].pfn);
		check_eq(is[i].end, must[i].end);
		check_eq(is[i].owner, must[i].owner);
		check_eq(is[i].meta, must[i].meta);
	}
}

static void finish(unsigned int nr)
{
	while (nr--)
		kho_map_destroy(&maps[nr]);
}

static void test_nothing(void)
{
	start(2);
	collect(2, 0);
	walk(2, 0);
	check_eq(nr_must, 0);
	finish(2);
}

static void test_meta_only(void)
{
	start(1);
	metas[0] = (struct kho_meta) { .pfn = 5, .nr = 2, .owner = 9 };
	metas[1] = (struct kho_meta) { .pfn = 6, .nr = 1, .owner = ~0U };
	collect(1, 2);
	walk(1, 2);
	finish(1);
}

/* Who has the same page shows side by side. */
static void test_same_page(void)
{
	struct kho_merge m = { .sources = sources, .meta = metas, .nr_meta = 1 };
	struct kho_span span;
	unsigned int i;

	start(3);
	for (i = 0; i < 3; i++)
		put(i, 77, 1 + i);
	metas[0] = (struct kho_meta) { .pfn = 77, .nr = 1, .owner = 3 };
	for (i = 0; i < 3; i++)
		kho_merge_push(&m, kho_map_head(&maps[i]), i);
	for (i = 0; i < 4; i++) {
		check(kho_merge_next(&m, &span));
		check_eq(span.pfn, 77);
		check_eq(span.meta, i == 3);
	}
	check(!kho_merge_next(&m, &span));
	check(!kho_merge_next(&m, &span));
	finish(3);
}

static void random_walk(unsigned int nr_maps, unsigned int runs,
			unsigned int nr_metas, u64 space)
{
	unsigned int i;

	start(nr_maps);
	for (i = 0; i < runs; i++)
		put(rnd_below(nr_maps), 1 + rnd_below(space), 1 + rnd_below(8));
	for (i = 0; i < nr_metas; i++)
		metas[i] = (struct kho_meta) {
			.pfn = 1 + rnd_below(space),
			.nr = 1 + rnd_below(8),
			.owner = rnd_below(nr_maps + 1),
		};
	qsort(metas, nr_metas, sizeof(*metas), cmp_meta);
	collect(nr_maps, nr_metas);
	walk(nr_maps, nr_metas);
	finish(nr_maps);
}

static void test_random(void)
{
	unsigned int i;

	for (i = 0; i < 300; i++)
		random_walk(1 + rnd_below(40), rnd_below(600), rnd_below(50),
			    64 << rnd_below(16));
}

static void test_many_maps(void)
{
	random_walk(MAX_MAPS, 40000, 5000, 1ULL << 39);
	random_walk(MAX_MAPS, 300, 0, 1ULL << 20);
	random_walk(1, 20000, 20000, 1ULL << 30);
}

static const struct test tests[] = {
	{ "merge: nothing", test_nothing },
	{ "merge: metadata alone", test_meta_only },
	{ "merge: all start at one page", test_same_page },
	{ "merge: random maps against a sort", test_random },
	{ "merge: 300 maps against a sort", test_many_maps },
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, sizeof(tests) / sizeof(*tests));
}
