// SPDX-License-Identifier: GPL-2.0
/*
 * The map of a page set when memory runs out: every allocation failing once, and
 * what such a map makes of itself when there is memory again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "harness.h"
#include "maptest.h"
#include "sim.h"

/* All runs, one behind the other. */
static u64 *snapshot(u64 *nr)
{
	u64 *words = malloc((map.nr_runs + 1) * sizeof(u64)), n = 0;
	struct kho_cursor c;
	unsigned int order;

	kho_cursor_for_each(&c, kho_map_head(&map)) {
		order = kho_cursor_order(&c);
		words[n++] = kho_word(c.pfn, order, (c.end - c.pfn) >> order);
	}
	*nr = n;
	return words;
}

/* Leaves that are all full, with room between the runs. */
static void fill_runs(void)
{
	u64 i;

	for (i = 0; i < 3 * CAP; i++)
		check_eq(map_add(&map, (i + 1) << 22, 1024, 0), 0);
}

/* Every other page of the third and the fourth cell. */
static void fill_bitmaps(void)
{
	u64 pfn;

	for (pfn = 2 * BITS; pfn < 4 * BITS; pfn += 2)
		check_eq(map_add(&map, pfn, 1, 0), 0);
	check_eq(map_bitmaps(&map), 2);
}

/* A leaf of runs that is full, between two bitmaps. */
static void fill_both(void)
{
	u64 leaves = map.nr_leaves, i;

	for (i = 0; i < CAP; i++)
		check_eq(map_add(&map, 3 * BITS + 2 * i, 1, 0), 0);
	for (i = 0; i <= CAP; i++) {
		check_eq(map_add(&map, 2 * BITS + 2 * i, 1, 0), 0);
		check_eq(map_add(&map, 4 * BITS + 2 * i, 1, 0), 0);
	}
	check_eq(map_bitmaps(&map), 2);
	check_eq(map.nr_leaves, leaves + 3);
}

static void fill_nothing(void)
{
}

/**
 * struct sweep - an operation, all of whose allocations fail, one at a time
 * @fill: makes the map that it starts with
 * @add: adds a run, or else removes pages
 * @pfn: first page
 * @nr: number of pages
 * @order: of the folios that are added
 * @failures: how many of the allocations make the operation fail
 */
struct sweep {
	void		(*fill)(void);
	bool		add;
	u64		pfn;
	u64		nr;
	unsigned int	order;
	unsigned int	failures;
};

/* Returns whether the operation has met the allocation that fails. */
static bool sweep_one(const struct sweep *op, u64 n, unsigned int *failures)
{
	u64 *before, *after, nr_before, nr_after, pages;
	bool met;
	int err;

	start();
	op->fill();
	before = snapshot(&nr_before);
	pages = map.nr_pages;
	sim_fail(n);
	err = op->add ? map_add(&map, op->pfn, op->nr, op->order) :
			kho_map_remove(&map, op->pfn, op->nr);
	met = sim_failed();
	verify();
	sim_fail(0);
	after = snapshot(&nr_after);
	if (err) {
		++*failures;
		check_eq(err, -ENOMEM);
		check_eq(nr_after, nr_before);
		check(!memcmp(before, after, nr_after * sizeof(u64)));
	} else {
		check_eq(map.nr_pages, op->add ? pages + op->nr : pages - op->nr);
	}
	free(before);
	free(after);
	finish();
	return met;
}

static void sweep(const struct sweep *ops, unsigned int nr)
{
	unsigned int failures;
	u64 n;

	for (; nr--; ops++) {
		failures = 0;
		for (n = 1; sweep_one(ops, n, &failures); n++)
			;
		if (failures != ops->failures)
			note("%s %#llx + %llu", ops->add ? "add" : "remove",
			     ops->pfn, ops->nr);
		check_eq(failures, ops->failures);
	}
}

static void test_sweep_add(void)
{
	const struct sweep ops[] = {
		/* first leaf, front, middle, border of leaves, end */
		{ fill_nothing, true, 1, 1, 0, 2 },
		{ fill_runs, true, 1, 1, 0, 2 },
		{ fill_runs, true, (CAP / 2) << 22 | 4096, 1, 0, 2 },
		{ fill_runs, true, CAP << 22 | 4096, 1, 0, 2 },
		{ fill_runs, true, (3 * CAP + 1) << 22, 1, 0, 2 },
		/* several words, each of which may need a leaf */
		{ fill_runs, true, (3 * CAP + 1) << 22, (2 * CAP + 3) << 18, 0, 6 },
		{ fill_runs, true, (CAP / 2) << 22 | 4096, 11 << 18, 0,
		  CAP < 64 ? 12 : 2 },
		/* before a bitmap, behind it, and in its middle */
		{ fill_bitmaps, true, BITS, 1, 0, 2 },
		{ fill_bitmaps, true, 4 * BITS, 1, 0, 2 },
		{ fill_bitmaps, true, 2 * BITS + 1, 1, 0, 0 },
		/* a leaf that becomes a bitmap; around bitmaps */
		{ fill_both, true, 3 * BITS + 2 * CAP, 1, 0, 2 },
		{ fill_both, true, 3 * BITS - 4, 4, 1, 2 },
		{ fill_both, true, 2 * BITS - 1, 1, 0, 2 },
	};

	sweep(ops, sizeof(ops) / sizeof(*ops));
}

static void test_sweep_remove(void)
{
	const struct sweep ops[] = {
		{ fill_runs, false, 1ULL << 22 | 5, 7, 0, 2 },
		{ fill_runs, false, (CAP / 2) << 22 | 5, 7, 0, 2 },
		{ fill_runs, false, CAP << 22 | 5, 7, 0, 2 },
		{ fill_runs, false, (3 * CAP) << 22 | 5, 7, 0, 2 },
		{ fill_bitmaps, false, 2 * BITS, 1, 0, 0 },
		{ fill_bitmaps, false, 3 * BITS + 8, 1, 0, 0 },
		{ fill_both, false, 3 * BITS, 1, 0, 0 },
		{ fill_both, false, 2 * BITS, 1, 0, 0 },
	};

	sweep(ops, sizeof(ops) / sizeof(*ops));
}

/* A folio in the middle of a bitmap needs two leaves. */
static void test_sweep_split(void)
{
	const u64 at = 2 * BITS + BITS / 2;
	unsigned int failures = 0;
	int err = -ENOMEM;
	u64 n;

	for (n = 1; err; n++) {
		start();
		fill_bitmaps();
		check_eq(kho_map_remove(&map, at, 1), 0);
		sim_fail(n);
		err = map_add(&map, at, 2, 1);
		check(!err || err == -ENOMEM);
		verify();
		sim_fail(0);
		check_eq(map.nr_pages, BITS - 1 + (err ? 0 : 2));
		failures += !!err;
		finish();
	}
	check_eq(failures, 4);
}

/*
 * Two bitmaps that become so sparse that both fit into one leaf need a page for
 * that. Without it they stay, and go on to work.
 */
static void test_sparse_bitmaps(void)
{
	u64 pfn;

	start();
	fill_bitmaps();
	for (pfn = 2 * BITS; pfn < 4 * BITS; pfn += 2) {
		if (pfn % BITS == 0)
			continue;
		sim_fail(1);
		check_eq(kho_map_remove(&map, pfn, 1), 0);
		any_failed |= sim_failed();
	}
	sim_fail(0);
	check(any_failed);
	check_eq(map_bitmaps(&map), 2);
	check_eq(map.nr_runs, 2);
	check_eq(map_add(&map, 2 * BITS + 1, 2, 0), 0);
	check_eq(map_add(&map, 3 * BITS - 2, 4, 1), -EEXIST);
	check_eq(map_bitmaps(&map), 2);
	verify();
	/* Next time there is one. */
	check_eq(map_add(&map, 2 * BITS + 4, 1, 0), 0);
	check_eq(kho_map_remove(&map, 2 * BITS + 4, 1), 0);
	check_eq(map_bitmaps(&map), 0);
	check_eq(map.nr_leaves, 1);
	any_failed = false;
	finish();
}

/*
 * Every other page from the @first'th on, the one in the middle last: the leaf is
 * split there, but there is no memory for a bitmap.
 */
static void add_without_bitmap(u64 pfn, u64 first)
{
	u64 i;

	for (i = first; i <= CAP; i++)
		if (i != CAP / 2)
			check_eq(map_add(&map, pfn + 2 * i, 1, 0), 0);
	sim_fail(3);
	check_eq(map_add(&map, pfn + CAP / 2 * 2, 1, 0), 0);
	check(sim_failed());
	any_failed = true;
	sim_fail(0);
}

/*
 * Without memory, the runs of a cell stay in two leaves. When they move to a
 * bitmap later, a run that ends where the cell begins stays behind.
 */
static void test_ends_at_cell(void)
{
	const u64 base = 4 * BITS;
	struct kho_run run;

	start();
	add_without_bitmap(base + 1, 0);
	check_eq(map.nr_leaves, 2);
	check_eq(map_bitmaps(&map), 0);
	check_eq(map_add(&map, base - 3, 3, 0), 0);
	check_eq(map.nr_leaves, 2);
	check_eq(map_bitmaps(&map), 0);
	check_eq(kho_map_remove(&map, base + 1, 1), 0);
	check_eq(map_bitmaps(&map), 1);
	check_eq(map.nr_runs, CAP + 1);
	check(kho_map_next(&map, base - 1, &run));
	check_eq(run.pfn, base - 3);
	check_eq(run.nr, 3);
	map_verify_bounds(&map);
	finish();
}

static void remove_without_memory(u64 pfn)
{
	sim_fail(1);
	check_eq(kho_map_remove(&map, pfn, 1), 0);
	check(sim_failed());
	sim_fail(0);
}

/*
 * Without memory, a run that goes on into a cell stays alone before the leaf
 * with the rest of that cell. When that leaf becomes a bitmap later, it takes
 * nothing of the leaf before it but the end of that run.
 */
static void test_goes_on(void)
{
	const u64 base = 4 * BITS, other = BITS;
	struct kho_run run;
	u64 i;

	start();
	check_eq(map_add(&map, base - 2, 3, 0), 0);
	add_without_bitmap(base + 1, 1);
	check_eq(map_add(&map, other, 1, 0), 0);
	/* Out of the first leaf, into the second, until that is full. */
	for (i = 1; i < CAP / 2; i++) {
		remove_without_memory(base + 1 + 2 * i);
		check_eq(map_add(&map, base + 1 + 2 * (CAP + i), 1, 0), 0);
	}
	remove_without_memory(other);
	check_eq(map.nr_leaves, 2);
	check_eq(map_bitmaps(&map), 0);
	check_eq(map_add(&map, base + 1 + 2 * (CAP + i), 1, 0), 0);
	check_eq(map_bitmaps(&map), 1);
	check(kho_map_next(&map, 1, &run));
	check_eq(run.pfn, base - 2);
	check_eq(run.nr, 2);
	check(kho_map_next(&map, base, &run));
	check_eq(run.nr, 1);
	map_verify_bounds(&map);
	finish();
}

/* Two leaves of runs become one without a page for that. */
static void test_join_runs(void)
{
	u64 i;

	start();
	for (i = 0; i <= CAP; i++)
		check_eq(map_add(&map, (i + 1) << 22, 1, 0), 0);
	check_eq(map.nr_leaves, 2);
	sim_fail(1);
	check_eq(kho_map_remove(&map, 1 << 22, 1), 0);
	check(!sim_failed());
	sim_fail(0);
	check_eq(map.nr_leaves, 1);
	finish();
}

/* What a bitmap does not take goes into the leaf of runs behind it. */
static void test_beside_bitmap(void)
{
	u64 i;

	start();
	for (i = 0; i <= CAP; i++)
		check_eq(map_add(&map, 2 * BITS + 2 * i, 1, 0), 0);
	check_eq(map_add(&map, 5 * BITS, 4, 2), 0);
	check_eq(map_bitmaps(&map), 1);
	sim_fail(1);
	check_eq(map_add(&map, 3 * BITS - 4, 4, 2), 0);
	check(!sim_failed());
	sim_fail(0);
	check_eq(map.nr_leaves, 2);
	finish();
}

/*
 * With pages of 64 KiB a run of a bitmap may be too long for one word: such a
 * bitmap and the leaf behind it become one leaf only if that has room for both.
 */
static void test_two_words(void)
{
	const u64 base = 4 * BITS, dense = base + KHO_RUN_COUNT_MAX + 20;
	u64 i;

	if (BITS <= KHO_RUN_COUNT_MAX + 20 + 2 * CAP)
		return;
	start();
	for (i = 0; i <= CAP; i++)
		check_eq(map_add(&map, dense + 2 * i, 1, 0), 0);
	check_eq(map_add(&map, base, KHO_RUN_COUNT_MAX + 10, 0), 0);
	check_eq(map_bitmaps(&map), 1);
	check_eq(map.nr_runs, CAP + 2);
	check_eq(map_add(&map, 7 * BITS, 1, 0), 0);
	check_eq(map_add(&map, 7 * BITS + 2, 1, 0), 0);
	for (i = 0; map.nr_runs > CAP; i++)
		check_eq(kho_map_remove(&map, dense + 2 * i, 1), 0);
	/* As many runs as a leaf has words, but one more word. */
	check_eq(map.nr_leaves, 2);
	check_eq(map_bitmaps(&map), 1);
	check_eq(kho_map_remove(&map, dense + 2 * i, 1), 0);
	check_eq(map.nr_leaves, 1);
	check_eq(map_bitmaps(&map), 0);
	check_eq(map.nr_runs, CAP);
	finish();
}

static void test_load(void)
{
	struct kho_map old;
	u64 *before, *after, nr_before, nr_after, head;
	unsigned long n, leaves;
	struct kho_run run;
	int err = -ENOMEM;

	start();
	fill_runs();
	fill_both();
	check_eq(map_add(&map, 1ULL << 38, 1ULL << 20, 3), 0);
	before = snapshot(&nr_before);
	old = map;
	head = kho_map_head(&map);
	leaves = map.nr_leaves;
	for (n = 1; err; n++) {
		kho_map_init(&map);
		sim_fail(n);
		err = kho_map_load(&map, head);
		sim_fail(0);
		check_eq(sim_stats.pages, leaves);
		check_eq(sim_stats.refs, leaves + (err ? 0 : leaves));
		if (err) {
			check_eq(err, -ENOMEM);
			check_eq(map.nr_leaves + map.nr_runs + map.nr_pages, 0);
			map_check_none(&map, 0);
		}
	}
	check_eq(n, leaves + 2);
	map_verify(&map);
	check_eq(map.nr_pages, old.nr_pages);
	after = snapshot(&nr_after);
	check_eq(nr_after, nr_before);
	check(!memcmp(before, after, nr_after * sizeof(u64)));
	free(before);
	free(after);
	/* The new map owns the leaves; the old index goes. */
	map_forget(&old);
	/* Taken over folio by folio, as a client does; then run by run. */
	for (n = 0; kho_map_next(&map, 0, &run); n++)
		check_eq(kho_map_remove(&map, run.pfn, n < 20000 ?
					1ULL << run.order : run.nr), 0);
	finish();
}

static void test_load_empty(void)
{
	start();
	check_eq(kho_map_load(&map, 0), 0);
	map_check_none(&map, 0);
	finish();
}

static const struct test tests[] = {
	{ "map: add with every allocation failing once", test_sweep_add },
	{ "map: remove with every allocation failing once", test_sweep_remove },
	{ "map: split a bitmap with every allocation failing once",
	  test_sweep_split },
	{ "map: no memory to give up bitmaps", test_sparse_bitmaps },
	{ "map: a run that ends where a bitmap begins", test_ends_at_cell },
	{ "map: a run that goes on in a bitmap", test_goes_on },
	{ "map: leaves of runs become one without memory", test_join_runs },
	{ "map: a folio behind a bitmap without memory", test_beside_bitmap },
	{ "map: a bitmap with a run of two words", test_two_words },
	{ "map: load with every allocation failing once", test_load },
	{ "map: load an empty one", test_load_empty },
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, sizeof(tests) / sizeof(*tests));
}
