// SPDX-License-Identifier: GPL-2.0
/*
 * The map of a page set: unit tests, and how much memory it takes.
 *
 * Included by who runs them: kho_map_kunit.c in the kernel, and test-map.c of
 * tools/testing/kho in user space, there also with pages so small that a leaf has room
 * for four runs or 256 bits. They bring struct test, check(), check_eq(), note(), the
 * fixture (start(), verify(), finish() and the map), CAP and BITS, which are what fits into
 * a leaf, and MANY, a power of two.
 */

/* The run at @pfn or behind is [first, first + nr) of @order. */
static void check_next(u64 pfn, u64 first, u64 nr, unsigned int order)
{
	struct kho_run run;

	check(kho_map_next(&map, pfn, &run));
	check_eq(run.pfn, first);
	check_eq(run.nr, nr);
	check_eq(run.order, order);
}

static void test_empty(void)
{
	start();
	map_check_none(&map, 0);
	map_check_none(&map, ~0ULL);
	check_eq(kho_map_head(&map), 0);
	check_eq(kho_map_remove(&map, 1, 1), -ENOENT);
	finish();
}

static void test_word(void)
{
	u64 word = kho_word(KHO_RUN_PFN_MAX, 0, 1);

	check(kho_word_is_valid(word));
	check_eq(kho_word_end(word), KHO_RUN_PFN_MAX + 1);
	word = kho_word(0x12345600, 7, KHO_RUN_COUNT_MAX);
	check(kho_word_is_valid(word));
	check_eq(kho_word_pfn(word), 0x12345600);
	check_eq(kho_word_order(word), 7);
	check_eq(kho_word_count(word), KHO_RUN_COUNT_MAX);
	check_eq(kho_word_pages(word), KHO_RUN_COUNT_MAX << 7);
	check(kho_word_is_valid(kho_word(1ULL << 39, 39, 1)));

	/* beyond the end, order too large, not aligned, wraps */
	check(!kho_word_is_valid(kho_word(KHO_RUN_PFN_MAX, 0, 2)));
	check(!kho_word_is_valid(kho_word(0, 40, 1)));
	check(!kho_word_is_valid(kho_word(0, 63, 1)));
	check(!kho_word_is_valid(kho_word(0x101, 8, 1)));
	check(!kho_word_is_valid(kho_word(1ULL << 39, 39, KHO_RUN_COUNT_MAX)));
	check(!kho_word_is_valid(~0ULL));
}

static void test_add_bad(void)
{
	start();
	check_eq(map_add(&map, 0, 1, 0), -EINVAL);
	check_eq(map_add(&map, 8, 0, 0), -EINVAL);
	check_eq(map_add(&map, 8, 1, 1), -EINVAL);
	check_eq(map_add(&map, 8, 6, 2), -EINVAL);
	check_eq(map_add(&map, 9, 8, 3), -EINVAL);
	check_eq(map_add(&map, 8, 8, KHO_RUN_ORDER_MAX + 1), -EINVAL);
	check_eq(map_add(&map, 8, 8, 64), -EINVAL);
	check_eq(map_add(&map, 8, 8, ~0U), -EINVAL);
	check_eq(map_add(&map, KHO_RUN_PFN_MAX + 1, 1, 0), -EINVAL);
	check_eq(map_add(&map, KHO_RUN_PFN_MAX, 2, 0), -EINVAL);
	check_eq(map_add(&map, 1, ~0ULL, 0), -EINVAL);
	check_eq(map_add(&map, ~0ULL, 1, 0), -EINVAL);
	map_check_none(&map, 0);
	check_eq(map_add(&map, KHO_RUN_PFN_MAX, 1, 0), 0);
	check_eq(map_add(&map, 1, 1, 0), 0);
	check_eq(map_add(&map, 1ULL << 38, 1ULL << 38, 38), 0);
	/* Nor is it taken for one that can be appended. */
	check_eq(kho_map_remove(&map, 1ULL << 38, 1ULL << 38), 0);
	check_eq(kho_map_remove(&map, KHO_RUN_PFN_MAX, 1), 0);
	check_next(0, 1, 1, 0);
	check_eq(map_add(&map, 9, 8, 3), -EINVAL);
	map_check_none(&map, 2);
	finish();
}

/* Behind the last page there is, and what is as large as it can be. */
static void test_add_last(void)
{
	const u64 half = 1ULL << KHO_RUN_ORDER_MAX;
	struct kho_run run = { .pfn = KHO_RUN_PFN_MAX, .nr = 1 };

	start();
	check_eq(kho_map_add(&map, &run), 0);
	/* Now its leaf is the one that was used last. */
	check_next(0, KHO_RUN_PFN_MAX, 1, 0);
	run.pfn++;
	check_eq(kho_map_add(&map, &run), -EINVAL);
	check_next(0, KHO_RUN_PFN_MAX, 1, 0);
	check_eq(kho_map_remove(&map, KHO_RUN_PFN_MAX, 1), 0);
	check_eq(map_add(&map, half, half, KHO_RUN_ORDER_MAX), 0);
	check_next(0, half, half, KHO_RUN_ORDER_MAX);
	check_eq(map_add(&map, KHO_RUN_PFN_MAX, 1, 0), -EEXIST);
	finish();
}

static void test_overlap(void)
{
	start();
	check_eq(map_add(&map, 16, 16, 2), 0);
	check_eq(map_add(&map, 16, 16, 2), -EEXIST);
	check_eq(map_add(&map, 31, 1, 0), -EEXIST);
	check_eq(map_add(&map, 1, 16, 0), -EEXIST);
	check_eq(map_add(&map, 1, 64, 0), -EEXIST);
	check_eq(map_add(&map, 24, 64, 3), -EEXIST);
	check_eq(map_add(&map, 1, 15, 0), 0);
	check_eq(map_add(&map, 32, 1, 0), 0);
	check_eq(map.nr_runs, 3);
	check_eq(map.nr_pages, 32);
	finish();
}

static void test_merge(void)
{
	start();
	check_eq(map_add(&map, 8, 4, 2), 0);
	check_eq(map_add(&map, 16, 4, 2), 0);
	check_eq(map.nr_runs, 2);
	check_eq(map_add(&map, 12, 4, 2), 0);
	check_eq(map.nr_runs, 1);
	check_next(0, 8, 12, 2);
	/* Another order stays apart. */
	check_eq(map_add(&map, 20, 4, 1), 0);
	check_eq(map_add(&map, 4, 4, 0), 0);
	check_eq(map.nr_runs, 3);
	check_next(0, 4, 4, 0);
	check_next(8, 8, 12, 2);
	check_next(19, 8, 12, 2);
	check_next(20, 20, 4, 1);
	map_check_none(&map, 24);
	finish();
}

static void test_remove(void)
{
	start();
	check_eq(map_add(&map, 16, 64, 3), 0);
	check_eq(kho_map_remove(&map, 16, 0), -EINVAL);
	check_eq(kho_map_remove(&map, 17, 8), -EINVAL);
	check_eq(kho_map_remove(&map, 16, 4), -EINVAL);
	check_eq(kho_map_remove(&map, 8, 16), -ENOENT);
	check_eq(kho_map_remove(&map, 72, 16), -ENOENT);
	check_eq(kho_map_remove(&map, 80, 8), -ENOENT);
	check_eq(kho_map_remove(&map, ~0ULL, 2), -EINVAL);
	check_eq(kho_map_remove(&map, 16, ~0ULL - 16), -ENOENT);
	check_eq(map.nr_pages, 64);
	/* out of the middle, from the front, from the end, all */
	check_eq(kho_map_remove(&map, 40, 8), 0);
	check_next(0, 16, 24, 3);
	check_next(40, 48, 32, 3);
	check_eq(kho_map_remove(&map, 16, 8), 0);
	check_next(0, 24, 16, 3);
	check_eq(kho_map_remove(&map, 72, 8), 0);
	check_next(48, 48, 24, 3);
	check_eq(kho_map_remove(&map, 32, 24), -ENOENT);
	check_eq(map_add(&map, 40, 8, 0), 0);
	check_eq(kho_map_remove(&map, 24, 48), 0);
	map_check_none(&map, 0);
	check_eq(map.nr_leaves, 0);
	finish();
}

/* Runs of more than 2^18 folios take several words. */
static void test_long(void)
{
	const u64 max = KHO_RUN_COUNT_MAX;

	start();
	check_eq(map_add(&map, 1, 3 * max + 5, 0), 0);
	check_eq(map.nr_runs, 4);
	check_eq(map.nr_pages, 3 * max + 5);
	check_next(1, 1, max, 0);
	check_next(max, 1, max, 0);
	check_next(max + 1, max + 1, max, 0);
	check_eq(map_add(&map, 2 * max, max + 9, 0), -EEXIST);
	check_eq(kho_map_remove(&map, max - 1, max + 5), 0);
	check_eq(map.nr_pages, 2 * max);
	map_verify(&map);
	check_eq(kho_map_remove(&map, 1, max - 2), 0);
	check_eq(kho_map_remove(&map, 2 * max + 4, max + 2), 0);
	map_check_none(&map, 0);
	/* Folios: 2^18 of order 9 are 512 GiB. */
	check_eq(map_add(&map, 512, (max + 1) << 9, 9), 0);
	check_eq(map.nr_runs, 2);
	check_eq(map.nr_pages, (max + 1) << 9);
	check_eq(kho_map_remove(&map, 1024, max << 9), 0);
	check_next(0, 512, 512, 9);
	finish();
}

/* Longer than the longest: all that 40 bits of page frames can hold. */
static void test_whole_space(void)
{
	start();
	check_eq(map_add(&map, 1ULL << 20, (1ULL << 40) - (1ULL << 20), 20), 0);
	check_eq(map.nr_runs, 4);
	check_eq(map_add(&map, 1, 1, 0), 0);
	check_eq(kho_map_remove(&map, 1ULL << 20, (1ULL << 40) - (1ULL << 20)), 0);
	check_next(0, 1, 1, 0);
	finish();
}

/* @nr folios of 2^order pages, every other one from the cell @cell on. */
static void add_dense(u64 cell, u64 nr, unsigned int order)
{
	u64 i, pfn = (cell * BITS) << order;

	for (i = 0; i < nr; i++)
		check_eq(map_add(&map, pfn + ((2 * i + 1) << order),
				 1ULL << order, order), 0);
}

/* What would take too many runs becomes a bitmap, and what does not no longer is one. */
static void test_bitmap(void)
{
	const u64 base = 3 * BITS;
	u64 i;

	start();
	add_dense(3, CAP, 0);
	check_eq(map_bitmaps(&map), 0);
	check_eq(map.nr_leaves, 1);
	add_dense(5, CAP, 0);
	check_eq(map.nr_leaves, 2);
	check_eq(map_add(&map, base + 2 * CAP + 1, 1, 0), 0);
	check_eq(map_bitmaps(&map), 1);
	check_eq(map.nr_leaves, 2);
	verify();
	check_next(0, base + 1, 1, 0);
	check_next(base + 1, base + 1, 1, 0);
	check_next(base + 2, base + 3, 1, 0);
	check_next(base + 2 * CAP + 2, 5 * BITS + 1, 1, 0);
	check_eq(map_add(&map, base + 5, 1, 0), -EEXIST);
	check_eq(map_add(&map, base + 4, 2, 0), -EEXIST);
	check_eq(map_add(&map, base + 4, 4, 2), -EEXIST);
	check_eq(map_add(&map, base - 8, 10, 0), -EEXIST);
	check_eq(kho_map_remove(&map, base + 4, 1), -ENOENT);
	check_eq(kho_map_remove(&map, base + 3, 2), -ENOENT);
	/* before the first bit, behind the last one, and the very last one */
	check_eq(map_add(&map, base, 1, 0), 0);
	check_eq(map_add(&map, base + BITS - 1, 1, 0), 0);
	check_eq(map.nr_leaves, 2);
	check_next(0, base, 2, 0);
	check_next(base + 2 * CAP + 2, base + BITS - 1, 1, 0);
	/* Fill all gaps: one run, which goes where there is room. */
	for (i = 1; i < CAP + 1; i++)
		check_eq(map_add(&map, base + 2 * i, 1, 0), 0);
	check_eq(map.nr_runs, CAP + 2);
	check_eq(kho_map_remove(&map, 5 * BITS + 1, 1), 0);
	check_eq(kho_map_remove(&map, 5 * BITS + 3, 1), 0);
	check_eq(kho_map_remove(&map, 5 * BITS + 5, 1), 0);
	check_eq(map_bitmaps(&map), 0);
	check_eq(map.nr_leaves, 1);
	check_next(0, base, 2 * CAP + 2, 0);
	finish();
}

/* Cells lie at the same places whatever is in them, and for each order anew. */
static void test_cells(void)
{
	unsigned int order;

	start();
	for (order = 0; order <= 12; order += 3)
		add_dense(7 + 8 * order, CAP + 1, order);
	check_eq(map_bitmaps(&map), 5);
	check_eq(map.nr_leaves, 5);
	verify();
	/* To the end of all cells. */
	for (order = 0; order <= 12; order += 3)
		check_eq(map_add(&map, ((8 + 8 * order) * BITS - 1) << order,
				 1ULL << order, order), 0);
	check_eq(map.nr_leaves, 5);
	finish();
}

/* Page 0 has a bit that is never set; the last page has one as well. */
static void test_space_ends(void)
{
	const u64 end = KHO_RUN_PFN_MAX + 1;
	u64 i;

	start();
	for (i = 0; i < CAP + 1; i++)
		check_eq(map_add(&map, 2 + 2 * i, 1, 0), 0);
	check_eq(map_bitmaps(&map), 1);
	check_eq(map_add(&map, 0, 1, 0), -EINVAL);
	check_eq(map_add(&map, 1, 1, 0), 0);
	check_next(0, 1, 2, 0);
	for (i = 0; i < CAP + 1; i++)
		check_eq(map_add(&map, end - 1 - 2 * i, 1, 0), 0);
	check_eq(map_add(&map, end - 1, 2, 0), -EINVAL);
	check_next(end - 2, end - 1, 1, 0);
	map_check_none(&map, end);
	map_check_none(&map, ~0ULL);
	finish();
}

/* A folio of another order splits a bitmap, which is one again without it. */
static void test_other_order(void)
{
	const u64 base = 4 * BITS, at = base + 2 * CAP + 4;
	const struct kho_run inside = { .pfn = at + 2, .nr = 1 };

	start();
	add_dense(4, 2 * CAP + 4, 0);
	check_eq(map.nr_leaves, 1);
	check_eq(kho_map_remove(&map, at + 1, 1), 0);
	check_eq(map_add(&map, at, 4, 2), -EEXIST);
	check_eq(kho_map_remove(&map, at + 3, 1), 0);
	check_eq(map_add(&map, at, 4, 2), 0);
	check_eq(map.nr_runs, 2 * CAP + 3);
	verify();
	check_next(at - 2, at - 1, 1, 0);
	check_next(at, at, 4, 2);
	check_next(at + 4, at + 5, 1, 0);
	/* Not even when the lower part was used last, where the bit is clear. */
	check_next(base, base + 1, 1, 0);
	check_eq(kho_map_add(&map, &inside), -EEXIST);
	check_eq(kho_map_remove(&map, at, 2), -EINVAL);
	check_eq(kho_map_remove(&map, at, 4), 0);
	check_eq(map.nr_leaves, 1);
	check_eq(map_bitmaps(&map), 1);
	/* before and behind all bits */
	check_eq(map_add(&map, base - 4, 4, 2), 0);
	check_eq(map_add(&map, base + BITS - 4, 4, 2), 0);
	verify();
	/* Behind the folio, the cell goes on. */
	check_eq(kho_map_remove(&map, base + BITS - 4, 4), 0);
	check_eq(map_add(&map, base + BITS - 1, 1, 0), 0);
	finish();
}

/* Long runs over bitmaps' borders. */
static void test_crossing(void)
{
	const u64 a = 4 * BITS, b = 6 * BITS;

	start();
	add_dense(4, CAP + 1, 0);
	add_dense(6, CAP + 1, 0);
	check_eq(map.nr_leaves, 2);
	/* from the middle of one to the first page of the other */
	check_eq(map_add(&map, a + BITS / 2, b + 2 - a - BITS / 2, 0), -EEXIST);
	check_eq(map_add(&map, a + BITS / 2 + CAP, b + 1 - a - BITS / 2 - CAP, 0),
		 0);
	check_eq(map.nr_pages, 2 * CAP + 2 + b + 1 - a - BITS / 2 - CAP);
	verify();
	check_next(a + BITS - 1, a + BITS / 2 + CAP, BITS / 2 - CAP, 0);
	check_next(b, b, 2, 0);
	check_eq(kho_map_remove(&map, a + BITS / 2 + CAP,
				b + 1 - a - BITS / 2 - CAP), 0);
	check_eq(map.nr_leaves, 2);
	check_eq(map.nr_runs, 2 * CAP + 2);
	/* The same for runs: one that crosses is cut where a leaf ends. */
	check_eq(map_add(&map, b - 1, 2, 0), 0);
	check_eq(map_add(&map, a - 9, 10, 0), 0);
	verify();
	check_next(0, a - 9, 9, 0);
	check_next(a, a, 2, 0);
	finish();
}

/* Each run crosses into the next cell: a leaf can end nowhere but in one. */
static void test_all_cross(void)
{
	u64 i;

	start();
	for (i = 0; i < 3 * CAP; i++) {
		check_eq(map_add(&map, BITS / 2 + i * BITS, BITS - 1, 0), 0);
		if (i % 64 == 1)
			verify();
	}
	check(map.nr_leaves <= map.nr_runs / CAP + 1);
	verify();
	for (i = 0; i < 3 * CAP; i++)
		check_eq(map_add(&map, BITS / 2 + i * BITS + BITS - 1, 1, 0), 0);
	check_eq(map.nr_pages, 3 * CAP * BITS);
	finish();
}

enum sequence { ASCENDING, DESCENDING, SHUFFLED, GAP_DESCENDING, SEQUENCES };

static const char * const sequence_name[] = {
	"ascending", "descending", "shuffled", "descending behind full leaves",
};

static u64 nth(enum sequence sequence, u64 i, u64 nr)
{
	u64 full;

	switch (sequence) {
	case ASCENDING:
		return i;
	case DESCENDING:
		return nr - 1 - i;
	case SHUFFLED:	/* any odd factor permutes a power of two */
		return i * 2654435761ULL % nr;
	default:
		full = nr / 2;
		return i < full ? i : nr - 1 - (i - full);
	}
}

/* Single pages at fixed distances, in several sequences, and most of them out again. */
static void pattern(u64 step, enum sequence sequence)
{
	u64 nr = MANY, i;

	start();
	for (i = 0; i < nr; i++) {
		check_eq(map_add(&map, 2 + step * nth(sequence, i, nr), 1, 0), 0);
		if (!(i & (i + 1)))
			verify();
	}
	check_eq(map.nr_runs, nr);
	verify();
	note("one in %llu, %s: %lu leaves, %lu bitmaps, %llu.%02llu bytes a run",
	     step, sequence_name[sequence], map.nr_leaves, map_bitmaps(&map),
	     map_centibytes_a_run(&map) / 100, map_centibytes_a_run(&map) % 100);
	/* The leaves of those added one behind the other are as good as full. */
	if (sequence == ASCENDING && step >= 8 * 64)
		check(map.nr_leaves * CAP * 7 / 8 <= nr + CAP);
	for (i = 0; i < nr; i++) {
		if (i % 64)
			check_eq(kho_map_remove(&map, 2 + step * nth(sequence, i, nr),
						1), 0);
		if (i % 1024 == 5)
			verify();
	}
	finish();
}

static void test_patterns(void)
{
	static const u64 steps[] = { 2, 8, 63, 64, 100, 512, 40000 };
	unsigned int i, sequence;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		for (sequence = 0; sequence < SEQUENCES; sequence++)
			pattern(steps[i], sequence);
}

/* The whole chain, without the index. */
static void test_cursor(void)
{
	struct kho_cursor c;
	struct kho_run run;
	u64 pfn = 0, nr = 0;

	start();
	kho_cursor_start(&c, kho_map_head(&map));
	check(!c.leaf && c.pfn == ~0ULL);
	add_dense(1, CAP + 1, 0);
	/* all bits of some words, and of the last ones */
	check_eq(map_add(&map, BITS + 3 * CAP, 9 * CAP, 0), 0);
	check_eq(map_add(&map, 2 * BITS - CAP, CAP, 0), 0);
	add_dense(2, 3, 3);
	add_dense(40, CAP + 1, 2);
	check_eq(map_add(&map, BITS << 8, BITS + 5, 0), 0);
	kho_cursor_for_each(&c, kho_map_head(&map)) {
		check(kho_map_next(&map, pfn, &run));
		check_eq(c.pfn, run.pfn);
		check_eq(c.end, run.pfn + run.nr);
		check_eq(kho_cursor_order(&c), run.order);
		pfn = c.end;
		nr++;
	}
	check_eq(nr, map.nr_runs);
	map_check_none(&map, pfn);
	finish();
}

/* A map of the leaves that another left, as the next kernel makes it. */
static void test_load(void)
{
	struct kho_map before;
	u64 i, head;

	start();
	for (i = 0; i < MANY / 4; i++) {
		check_eq(map_add(&map, 4 * (1 + i), 2, 1), 0);
		check_eq(map_add(&map, (1ULL + i) << 20, 1, 0), 0);
	}
	before = map;
	head = kho_map_head(&map);
	map_forget(&map);
	kho_map_init(&map);
	check_eq(kho_map_load(&map, head), 0);
	check_eq(map.nr_leaves, before.nr_leaves);
	check_eq(map.nr_runs, before.nr_runs);
	check_eq(map.nr_pages, before.nr_pages);
	verify();
	check_eq(kho_map_remove(&map, MANY, 2), 0);
	check_eq(map_add(&map, 6, 2, 1), 0);
	finish();
}

static const struct test tests[] = {
	{ "map: an empty one", test_empty },
	{ "map: words", test_word },
	{ "map: adding what is no run", test_add_bad },
	{ "map: adding at the end of the space", test_add_last },
	{ "map: adding what is there already", test_overlap },
	{ "map: neighbours become one run", test_merge },
	{ "map: removing", test_remove },
	{ "map: more than 2^18 folios", test_long },
	{ "map: the whole physical address space", test_whole_space },
	{ "map: runs become a bitmap and runs again", test_bitmap },
	{ "map: cells of several orders", test_cells },
	{ "map: bitmaps at both ends of the space", test_space_ends },
	{ "map: other orders within a bitmap", test_other_order },
	{ "map: runs over the borders of bitmaps", test_crossing },
	{ "map: every run over the border of a cell", test_all_cross },
	{ "map: bounds of memory, adding in any sequence", test_patterns },
	{ "map: a cursor sees what a lookup finds", test_cursor },
	{ "map: loading", test_load },
};
