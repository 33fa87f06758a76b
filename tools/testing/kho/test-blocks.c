// SPDX-License-Identifier: GPL-2.0
/* Blocks and unpreserved memory: handovers with a known outcome, and random ones. */
#include <errno.h>
#include <string.h>

#include "harness.h"
#include "layout.h"
#include "maptest.h"

#define UNUSABLE	"pages are not in usable memory"
#define TWICE		"pages are preserved twice"

/* @nr pages from @pfn on, counted from the first, are a page set of @owner. */
struct piece {
	unsigned int	owner;
	u64		pfn;
	u64		nr;
};

/* Claims with these pages; those of one owner come together. */
static void make_claims(const struct piece *piece, unsigned int nr)
{
	struct kho_map map;

	claims_begin();
	for (; nr--; piece++) {
		if (piece->owner == handover.nr_claims)
			claims_add();
		kho_map_init(&map);
		check_eq(map_add(&map, FIRST_PFN + piece->pfn, piece->nr, 0), 0);
		claims_add_set(&map);
	}
	image_finish(&handover);
}

static void test_nothing(void)
{
	pages_make(0);
	make_claims(NULL, 0);
	layout_take(0, false);
	check_eq(layout.nr_blocks, 1);
	layout_check();
}

/* A claim is not refused because others are. */
static void test_neighbours(void)
{
	static const struct piece pieces[] = {
		{ 0, 50, 20 }, { 1, 90, 20 }, { 2, 105, 20 }, { 3, 95, 20 },
	};

	pages_make(0);
	*page_at(FIRST_PFN + 100) = USED;
	make_claims(pieces, 4);
	layout_take(3, false);
	check(!layout_is_refused(0));
	check(layout_is_refused(1));
	check(!layout_is_refused(2));
	check(layout_is_refused(3));
	layout_check();
}

/* Nor because of one whose own pages overlap, and that has gone by then. */
static void test_own_overlap(void)
{
	static const struct piece pieces[] = {
		{ 0, 50, 20 }, { 0, 60, 5 }, { 1, 65, 20 },
	};

	pages_make(0);
	make_claims(pieces, 3);
	layout_take(3, false);
	check(layout_is_refused(0));
	check(!layout_is_refused(1));
	check_eq(layout.nr_refused, 1);
	layout_check();
}

/* Behind all memory there is no window that could be the next. */
static void test_behind_memory(void)
{
	static const struct piece pieces[] = {
		{ 0, 50, 20 }, { 1, PAGES, 1 }, { 2, PAGES + 9, 3 },
	};

	pages_make(0);
	make_claims(pieces, 3);
	layout_take(3, false);
	check(!layout_is_refused(0));
	check(layout_is_refused(1));
	check(layout_is_refused(2));
	check_eq(layout.nr_refused, 2);
	check(!strcmp(layout.why, UNUSABLE));
	layout_check();
}

/* A root that has no claims, and what it is refused for. */

static const u32 root = ~0U;
static unsigned int nr_refusals;
static const char *last_why;
static u64 last_pfn;

static bool root_is_refused(u32 owner)
{
	check_eq(owner, root);
	return false;
}

static int refuse_root(u32 owner, u64 pfn, const char *why)
{
	check_eq(owner, root);
	nr_refusals++;
	last_why = why;
	last_pfn = pfn;
	return -EBADMSG;
}

/* The layout of two pieces of its metadata, of two pages each. */
static int layout_root(u64 pfn, u64 pfn2)
{
	const struct kho_owners owners = { root_is_refused, refuse_root, root };
	const struct kho_meta metas[] = {
		{ FIRST_PFN + pfn, 2, root }, { FIRST_PFN + pfn2, 2, root },
	};
	struct kho_merge m = { .meta = metas, .nr_meta = 2 };
	struct kho_windows w = { .next = pages_window_next };
	struct kho_blocks b = layout_room(3);

	nr_refusals = 0;
	return kho_blocks_layout(&b, &m, &w, &owners);
}

/* Without the root there is no handover: the walk ends with the error. */
static void test_bad_root(void)
{
	pages_make(0);
	*page_at(FIRST_PFN + 100) = USED;
	check_eq(layout_root(10, 12), 0);
	check_eq(nr_refusals, 0);

	check_eq(layout_root(10, 11), -EBADMSG);
	check_eq(nr_refusals, 1);
	check(!strcmp(last_why, TWICE));
	check_eq(last_pfn, FIRST_PFN + 11);

	check_eq(layout_root(99, 120), -EBADMSG);
	check_eq(nr_refusals, 1);
	check(!strcmp(last_why, UNUSABLE));
	check_eq(last_pfn, FIRST_PFN + 99);
}

/* One more block than there is room for is an error. */
static void test_no_room(void)
{
	static const struct piece pieces[] = { { 0, 50, 20 }, { 0, 90, 20 } };
	struct kho_windows w = { .next = pages_window_next };
	long nr;

	pages_make(0);
	make_claims(pieces, 2);
	layout_take(3, false);
	nr = layout.nr_blocks;
	check(nr > 2);
	check_eq(kho_blocks_collect(&layout.b, &w, layout.blocks, nr), nr);
	w = (struct kho_windows) { .next = pages_window_next };
	check_eq(kho_blocks_collect(&layout.b, &w, layout.blocks, nr - 1),
		 -ENOSPC);
}

/*
 * A bitmap of large folios, a few of which are there: a word of it is too large
 * to be passed over in one go.
 */
static void test_large_folios(void)
{
	const unsigned int order = 4;
	const u64 cell = (u64)KHO_LEAF_BITS << order;
	const u64 base = FIRST_PFN / cell * cell, step = 2 << order;
	struct kho_map map;
	u64 pfn, end;

	pages_make(0);
	claims_begin();
	claims_add();
	kho_map_init(&map);
	/* So many that it becomes a bitmap, and then all but every tenth gone. */
	for (pfn = base; map.nr_runs <= KHO_LEAF_CAPACITY; pfn += step)
		check_eq(map_add(&map, pfn, step / 2, order), 0);
	for (end = pfn, pfn = base; pfn < end; pfn += step)
		if (pfn < FIRST_PFN || pfn >= FIRST_PFN + SIDE ||
		    pfn / step % 10)
			check_eq(kho_map_remove(&map, pfn, step / 2), 0);
	check_eq(map_bitmaps(&map), 1);
	claims_add_set(&map);
	image_finish(&handover);
	layout_take(MAX_GAPS, false);
	check_eq(layout.nr_refused, 0);
	layout_check();
}

/* Most gaps in a word of a bitmap are passed over, unless it is thorough. */
static void test_passed_over(void)
{
	const unsigned int words = 32;
	struct kho_map map;
	unsigned int i;

	pages_make(0);
	claims_begin();
	claims_add();
	kho_map_init(&map);
	for (i = 0; i < words * 64; i += 2)
		check_eq(map_add(&map, FIRST_PFN + i, 1, 0), 0);
	check_eq(map_bitmaps(&map), 1);
	claims_add_set(&map);
	image_finish(&handover);

	layout_take(MAX_GAPS, false);
	check(layout.b.nr_gaps <= 2 * (words + 1));
	layout_check();
	pages_make(0);
	layout_take(MAX_GAPS, true);
	check_eq(layout.b.nr_gaps, MAX_GAPS);
	layout_check();
}

static struct kho_range seen_unpreserved[8];
static unsigned int nr_unpreserved;

static void see_unpreserved(const struct kho_range *b, u64 pfn, u64 end)
{
	check(nr_unpreserved < 8);
	check(pfn >= b->pfn && end <= b->end);
	seen_unpreserved[nr_unpreserved++] = (struct kho_range) { pfn, end };
}

/* What is unpreserved of the last @nr of two blocks, if @kept is there. */
static void unpreserved_of(unsigned int nr, struct kho_range kept)
{
	/* ASan sees what is touched behind them. */
	static const struct kho_range two[] = { { 10, 20 }, { 30, 40 } };
	const struct kho_meta meta = { kept.pfn, kept.end - kept.pfn, root };
	struct kho_merge m = { .meta = &meta, .nr_meta = kept.end ? 1 : 0 };

	nr_unpreserved = 0;
	kho_blocks_walk_unpreserved(two + 2 - nr, nr, &m, see_unpreserved);
}

static void check_unpreserved(unsigned int i, u64 pfn, u64 end)
{
	check(i < nr_unpreserved);
	check_eq(seen_unpreserved[i].pfn, pfn);
	check_eq(seen_unpreserved[i].end, end);
}

/* Blocks with nothing, and what is not in a block. */
static void test_unpreserved(void)
{
	unpreserved_of(0, (struct kho_range) { });
	check_eq(nr_unpreserved, 0);
	unpreserved_of(0, (struct kho_range) { 12, 14 });
	check_eq(nr_unpreserved, 0);

	unpreserved_of(2, (struct kho_range) { });
	check_eq(nr_unpreserved, 2);
	check_unpreserved(0, 10, 20);
	check_unpreserved(1, 30, 40);

	unpreserved_of(2, (struct kho_range) { 12, 14 });
	check_eq(nr_unpreserved, 3);
	check_unpreserved(0, 10, 12);
	check_unpreserved(1, 14, 20);
	check_unpreserved(2, 30, 40);

	unpreserved_of(2, (struct kho_range) { 35, 45 });
	check_eq(nr_unpreserved, 2);
	check_unpreserved(0, 10, 20);
	check_unpreserved(1, 30, 35);

	unpreserved_of(2, (struct kho_range) { 45, 50 });
	check_eq(nr_unpreserved, 2);
	check_unpreserved(1, 30, 40);
}

/* A run may go on where two windows meet, and end where one does. */
static void test_windows_meet(void)
{
	u64 border = (FIRST_PFN + 1024) & -1024ULL;
	struct kho_map map;

	pages_make(0);
	claims_begin();
	claims_add();
	kho_map_init(&map);
	check_eq(map_add(&map, border - 10, 20, 0), 0);
	check_eq(map_add(&map, border + 1024 - 7, 7, 0), 0);
	check_eq(map_add(&map, border + 2048, 3, 0), 0);
	claims_add_set(&map);
	image_finish(&handover);
	layout_take(0, true);
	check(!layout_is_refused(0));
	layout_check();
}

static void test_good(void)
{
	unsigned int i;

	layout_seen = (struct layout_seen) { };
	for (i = 0; i < 5000; i++)
		layout_random(rnd_below(60), &(struct claims) {
			.runs = rnd_below(1ULL << (1 + rnd_below(7))),
		});
	note("%lu claims kept, %lu layouts with all gaps used, %lu maps with bitmaps",
	     layout_seen.kept, layout_seen.full, claims_seen_large);
	check(layout_seen.kept && layout_seen.full && claims_seen_large);
}

static void test_bad(void)
{
	unsigned int i;

	layout_seen = (struct layout_seen) { };
	for (i = 0; i < 5000; i++)
		layout_random(rnd_below(60), &(struct claims) {
			.runs = rnd_below(1ULL << (1 + rnd_below(6))),
			.bad = 2 + rnd_below(100),
		});
	note("%lu claims kept, %lu refused", layout_seen.kept,
	     layout_seen.refused);
	check_eq(layout_seen.invalid, 0);
	check(layout_seen.kept && layout_seen.refused);
}

static void test_raw_good(void)
{
	unsigned int i;

	layout_seen = (struct layout_seen) { };
	for (i = 0; i < 3000; i++)
		layout_random(rnd_below(60), &(struct claims) { .raw = 1 });
	note("%lu claims kept", layout_seen.kept);
	check(layout_seen.kept);
}

static void test_raw_bad(void)
{
	unsigned int i;

	layout_seen = (struct layout_seen) { };
	for (i = 0; i < 5000; i++)
		layout_random(rnd_below(60), &(struct claims) {
			.runs = rnd_below(60),
			.bad = 2 + rnd_below(1ULL << rnd_below(12)),
			.raw = 1 + rnd_below(3),
		});
	note("%lu claims kept, %lu refused, %lu not valid", layout_seen.kept,
	     layout_seen.refused, layout_seen.invalid);
	check(layout_seen.kept && layout_seen.refused && layout_seen.invalid);
}

static const struct test tests[] = {
	{ "blocks: nothing but the root", test_nothing },
	{ "blocks: claims beside those that are refused", test_neighbours },
	{ "blocks: a claim whose own pages overlap", test_own_overlap },
	{ "blocks: claims behind all memory", test_behind_memory },
	{ "blocks: a root whose own pages overlap, or are not there", test_bad_root },
	{ "blocks: no room for all blocks", test_no_room },
	{ "blocks: a bitmap of large folios", test_large_folios },
	{ "blocks: gaps in a bitmap's words", test_passed_over },
	{ "blocks: unpreserved memory, whatever is in a block", test_unpreserved },
	{ "blocks: runs across windows", test_windows_meet },
	{ "blocks: 5000 random layouts, each page once", test_good },
	{ "blocks: 5000 with bad claims, each page once", test_bad },
	{ "blocks: 3000 of leaves that no kernel writes", test_raw_good },
	{ "blocks: 5000 of such leaves and bad claims", test_raw_bad },
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, sizeof(tests) / sizeof(*tests));
}
