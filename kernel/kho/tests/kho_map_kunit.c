// SPDX-License-Identifier: GPL-2.0
/* Unit tests of what is pure: formats, names, checksums, maps, merging. */
#include <kunit/test.h>
#include <linux/build_bug.h>
#include <linux/io.h>
#include <linux/kho/format.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../lib/env.h"
#include "../lib/map.h"
#include "../lib/merge.h"
#include "../lib/validate.h"

struct layout {
	u32	a;
	u64	b;
};

struct layout_swapped {
	u64	b;
	u32	a;
};

struct layout_longer {
	u32	a;
	u64	b;
	u64	c;
};

struct layout_other_size {
	u16	a;
	u64	b;
};

struct layout_twelve {
	u8	m[12];
	u8	a, b, c, d, e, f, g, h, i, j, k, l;
};

static_assert(KHO_FINGERPRINT(struct layout, a, b));

static const struct kho_format formats[] = {
	KHO_FORMAT("layout", 3, struct layout, a, b),
	KHO_FORMAT("size", 2, struct layout),
	KHO_FORMAT("twelve", 1, struct layout_twelve, a, b, c, d, e, f, g, h,
		   i, j, k, l),
	KHO_FORMAT_FDT("fdt", 1),
	{ }
};

static void test_fingerprint(struct kunit *test)
{
	static const u64 fp = KHO_FINGERPRINT(struct layout, a, b);

	KUNIT_EXPECT_EQ(test, fp, KHO_FINGERPRINT(struct layout, a, b));
	KUNIT_EXPECT_NE(test, fp, KHO_FINGERPRINT(struct layout, b, a));
	KUNIT_EXPECT_NE(test, fp, KHO_FINGERPRINT(struct layout, a));
	KUNIT_EXPECT_NE(test, fp, KHO_FINGERPRINT(struct layout));
	KUNIT_EXPECT_NE(test, fp, KHO_FINGERPRINT(struct layout_swapped, a, b));
	KUNIT_EXPECT_NE(test, fp, KHO_FINGERPRINT(struct layout_longer, a, b));
	KUNIT_EXPECT_NE(test, fp, KHO_FINGERPRINT(struct layout_other_size, a, b));
}

static void test_format(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, formats[0].name, "layout");
	KUNIT_EXPECT_EQ(test, formats[0].version, 3);
	KUNIT_EXPECT_EQ(test, formats[0].fingerprint,
			KHO_FINGERPRINT(struct layout, a, b));
	KUNIT_EXPECT_EQ(test, formats[1].fingerprint,
			KHO_FINGERPRINT(struct layout));
	KUNIT_EXPECT_NE(test, formats[2].fingerprint, 0);
	KUNIT_EXPECT_EQ(test, formats[3].fingerprint, 0);
	KUNIT_EXPECT_NULL(test, formats[4].name);
}

static void test_name(struct kunit *test)
{
	static const char * const good[] = {
		"a", "Z", "0", "ftrace", "a.b-c_d", "9lives",
		"a23456789012345678901234567890.",
	};
	static const char * const bad[] = {
		"", "/", ".", "..", "-a", "_a", "a/b", "a@b", "a b", "a\n",
		"\xc3\xbc", "a23456789012345678901234567890..",
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_TRUE_MSG(test, kho_check_name(good[i], KHO_NAME_SIZE),
				      "\"%s\"", good[i]);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE_MSG(test, kho_check_name(bad[i], SIZE_MAX),
				       "\"%s\"", bad[i]);
	/* The NUL has to be within what may be read. */
	KUNIT_EXPECT_TRUE(test, kho_check_name("abc", 4));
	KUNIT_EXPECT_FALSE(test, kho_check_name("abc", 3));
	KUNIT_EXPECT_FALSE(test, kho_check_name("abc", 0));
}

static void test_crc(struct kunit *test)
{
	struct { u32 a, crc, b; } obj = { 1, 0, 3 };
	u32 sum = kho_crc(&obj, sizeof(obj), &obj.crc);

	/* crc32c with seed ~0, without the final inversion */
	KUNIT_EXPECT_EQ(test, kho_crc("12345678", 8, NULL), 0x9f787f65U);
	KUNIT_EXPECT_EQ(test, kho_crc(&obj, sizeof(obj), NULL), sum);
	obj.crc = sum;
	KUNIT_EXPECT_EQ(test, kho_crc(&obj, sizeof(obj), &obj.crc), sum);
	KUNIT_EXPECT_NE(test, kho_crc(&obj, sizeof(obj), NULL), sum);
	obj.b ^= BIT(31);
	KUNIT_EXPECT_NE(test, kho_crc(&obj, sizeof(obj), &obj.crc), sum);
}

static struct kunit_case pure_cases[] = {
	KUNIT_CASE(test_fingerprint),
	KUNIT_CASE(test_format),
	KUNIT_CASE(test_name),
	KUNIT_CASE(test_crc),
	{ }
};

static struct kunit_suite pure_suite = {
	.name		= "kho_format",
	.test_cases	= pure_cases,
};

static int map_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct kho_map), GFP_KERNEL);
	if (!test->priv)
		return -ENOMEM;
	kho_map_init(test->priv);
	return 0;
}

static void map_test_exit(struct kunit *test)
{
	if (test->priv)
		kho_map_destroy(test->priv);
}

static int add(struct kho_map *map, unsigned long pfn, unsigned long nr,
	       unsigned int order)
{
	struct kho_run run = { .pfn = pfn, .nr = nr, .order = order };

	return kho_map_add(map, &run);
}

/* The runs of a map as text. */
static const char *runs(struct kunit *test, struct kho_map *map)
{
	const size_t size = 512;
	char *text = kunit_kzalloc(test, size, GFP_KERNEL);
	struct kho_run run;
	size_t len = 0;
	u64 pfn = 0;

	KUNIT_ASSERT_NOT_NULL(test, text);
	for (; kho_map_next(map, pfn, &run); pfn = run.pfn + run.nr)
		len += scnprintf(text + len, size - len, "%lu+%lu/%u ", run.pfn,
				 run.nr, run.order);
	return text;
}

static void test_map_add(struct kunit *test)
{
	struct kho_map *map = test->priv;

	KUNIT_EXPECT_EQ(test, add(map, 100, 10, 0), 0);
	KUNIT_EXPECT_EQ(test, add(map, 120, 10, 0), 0);
	KUNIT_EXPECT_EQ(test, add(map, 64, 16, 3), 0);
	KUNIT_EXPECT_STREQ(test, runs(test, map), "64+16/3 100+10/0 120+10/0 ");

	/* forward, backward, and both */
	KUNIT_EXPECT_EQ(test, add(map, 130, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, add(map, 99, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, add(map, 110, 10, 0), 0);
	/* other orders stay apart */
	KUNIT_EXPECT_EQ(test, add(map, 80, 4, 2), 0);
	KUNIT_EXPECT_EQ(test, add(map, 80 + 4, 4, 0), 0);
	KUNIT_EXPECT_EQ(test, add(map, 56, 8, 3), 0);
	KUNIT_EXPECT_STREQ(test, runs(test, map),
			   "56+24/3 80+4/2 84+4/0 99+32/0 ");
	KUNIT_EXPECT_EQ(test, map->nr_runs, 4);
	KUNIT_EXPECT_EQ(test, map->nr_pages, 24 + 4 + 4 + 32);
	KUNIT_EXPECT_EQ(test, map->nr_leaves, 1);
}

static void test_map_next(struct kunit *test)
{
	struct kho_map *map = test->priv;
	struct kho_run run;

	KUNIT_EXPECT_FALSE(test, kho_map_next(map, 0, &run));
	KUNIT_ASSERT_EQ(test, add(map, 100, 10, 0), 0);
	KUNIT_EXPECT_TRUE(test, kho_map_next(map, 0, &run));
	KUNIT_EXPECT_EQ(test, run.pfn, 100);
	KUNIT_EXPECT_TRUE(test, kho_map_next(map, 109, &run));
	KUNIT_EXPECT_EQ(test, run.pfn, 100);
	KUNIT_EXPECT_EQ(test, run.nr, 10);
	KUNIT_EXPECT_FALSE(test, kho_map_next(map, 110, &run));
	KUNIT_EXPECT_FALSE(test, kho_map_next(map, U64_MAX, &run));
}

static void test_map_bad_add(struct kunit *test)
{
	struct kho_map *map = test->priv;

	KUNIT_ASSERT_EQ(test, add(map, 128, 64, 5), 0);
	KUNIT_ASSERT_EQ(test, add(map, 256, 10, 0), 0);
	KUNIT_EXPECT_EQ(test, add(map, 127, 2, 0), -EEXIST);
	KUNIT_EXPECT_EQ(test, add(map, 150, 1, 0), -EEXIST);
	KUNIT_EXPECT_EQ(test, add(map, 191, 10, 0), -EEXIST);
	KUNIT_EXPECT_EQ(test, add(map, 1, 1000, 0), -EEXIST);
	KUNIT_EXPECT_EQ(test, add(map, 192, 65, 0), -EEXIST);

	KUNIT_EXPECT_EQ(test, add(map, 0, 1, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, add(map, 5, 0, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, add(map, 6, 4, 2), -EINVAL);
	KUNIT_EXPECT_EQ(test, add(map, 8, 6, 2), -EINVAL);
	KUNIT_EXPECT_EQ(test, add(map, 8, 2, 2), -EINVAL);
	KUNIT_EXPECT_EQ(test, add(map, 1UL << 39, 1UL << 39,
				  KHO_RUN_ORDER_MAX + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, add(map, KHO_RUN_PFN_MAX + 1, 1, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, add(map, KHO_RUN_PFN_MAX, 2, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, add(map, 8, ULONG_MAX, 0), -EINVAL);
	KUNIT_EXPECT_STREQ(test, runs(test, map), "128+64/5 256+10/0 ");

	/* The last page and the largest folio that a run can say. */
	KUNIT_EXPECT_EQ(test, add(map, KHO_RUN_PFN_MAX, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, KHO_RUN_PFN_MAX, 1), 0);
	KUNIT_EXPECT_EQ(test, add(map, 1UL << KHO_RUN_ORDER_MAX,
				  1UL << KHO_RUN_ORDER_MAX,
				  KHO_RUN_ORDER_MAX), 0);
}

static void test_map_remove(struct kunit *test)
{
	struct kho_map *map = test->priv;

	KUNIT_ASSERT_EQ(test, add(map, 100, 100, 0), 0);
	KUNIT_ASSERT_EQ(test, add(map, 200, 32, 3), 0);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 150, 10), 0);
	KUNIT_EXPECT_STREQ(test, runs(test, map),
			   "100+50/0 160+40/0 200+32/3 ");
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 140, 20), -ENOENT);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 99, 1), -ENOENT);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 232, 1), -ENOENT);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 204, 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 190, 14), -EINVAL);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 100, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 100, U64_MAX), -EINVAL);
	KUNIT_EXPECT_STREQ(test, runs(test, map),
			   "100+50/0 160+40/0 200+32/3 ");
	/* the end of one run, and the beginning of the next */
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 190, 18), 0);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 216, 8), 0);
	KUNIT_EXPECT_STREQ(test, runs(test, map),
			   "100+50/0 160+30/0 208+8/3 224+8/3 ");
	KUNIT_EXPECT_EQ(test, map->nr_pages, 50 + 30 + 16);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 100, 50), 0);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 160, 30), 0);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 208, 8), 0);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 224, 8), 0);
	KUNIT_EXPECT_EQ(test, map->nr_leaves, 0);
	KUNIT_EXPECT_EQ(test, kho_map_head(map), 0);
}

static void test_map_long_run(struct kunit *test)
{
	const unsigned long most = KHO_RUN_COUNT_MAX;
	struct kho_map *map = test->priv;
	struct kho_run run;

	KUNIT_ASSERT_EQ(test, add(map, 1000, 2 * most + 5, 0), 0);
	KUNIT_EXPECT_EQ(test, map->nr_runs, 3);
	KUNIT_EXPECT_EQ(test, map->nr_pages, 2 * most + 5);
	KUNIT_EXPECT_TRUE(test, kho_map_next(map, 1000 + most, &run));
	KUNIT_EXPECT_EQ(test, run.pfn, 1000 + most);
	KUNIT_EXPECT_EQ(test, run.nr, most);
	/* over all three words */
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 1001, 2 * most + 3), 0);
	KUNIT_EXPECT_EQ(test, map->nr_pages, 2);
	KUNIT_EXPECT_EQ(test, map->nr_runs, 2);
}

#define MANY	3000

/* 0 .. MANY - 1 in an order that the seed says. */
static u32 *shuffled(struct kunit *test, u64 seed)
{
	u32 *nrs = kunit_kmalloc_array(test, MANY, sizeof(*nrs), GFP_KERNEL);
	struct rnd_state rnd;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, nrs);
	prandom_seed_state(&rnd, seed);
	for (i = 0; i < MANY; i++) {
		u32 j = prandom_u32_state(&rnd) % (i + 1);

		nrs[i] = nrs[j];
		nrs[j] = i;
	}
	return nrs;
}

/* The chain that the next kernel reads: ascending, and as long as it says. */
static void expect_chain(struct kunit *test, const struct kho_map *map)
{
	unsigned long nr_leaves = 0, nr_runs = 0, nr_pages = 0;
	const struct kho_leaf *leaf;
	struct kho_cursor c;
	u64 phys, end = 1;

	for (phys = kho_map_head(map); phys; phys = leaf->next) {
		leaf = phys_to_virt(phys);
		KUNIT_ASSERT_EQ(test, leaf->magic, KHO_LEAF_MAGIC);
		KUNIT_ASSERT_EQ(test, leaf->version, KHO_LEAF_VERSION);
		KUNIT_ASSERT_GE(test, leaf->nr, 1);
		if (!kho_leaf_is_bitmap(leaf))
			KUNIT_ASSERT_LE(test, leaf->nr, KHO_LEAF_CAPACITY);
		nr_leaves++;
		nr_runs += leaf->nr;
	}
	KUNIT_EXPECT_EQ(test, nr_leaves, map->nr_leaves);
	KUNIT_EXPECT_EQ(test, nr_runs, map->nr_runs);
	kho_cursor_for_each(&c, kho_map_head(map)) {
		KUNIT_ASSERT_GE(test, c.pfn, end);
		end = c.end;
		nr_runs--;
		nr_pages += c.end - c.pfn;
	}
	KUNIT_EXPECT_EQ(test, nr_runs, 0);
	KUNIT_EXPECT_EQ(test, nr_pages, map->nr_pages);
}

/* Runs in any order, @step pages from each other. */
static void many(struct kunit *test, u64 step)
{
	struct kho_map *map = test->priv;
	u32 *nrs = shuffled(test, 1), i;

	for (i = 0; i < MANY; i++)
		KUNIT_ASSERT_EQ(test, add(map, 1 + step * nrs[i], 1, 0), 0);
	KUNIT_EXPECT_EQ(test, map->nr_runs, MANY);
	KUNIT_EXPECT_EQ(test, map->nr_pages, MANY);
	/* A leaf that splits leaves two that are half full. */
	KUNIT_EXPECT_LE(test, map->nr_leaves,
			2 * DIV_ROUND_UP(MANY, KHO_LEAF_CAPACITY));
	/* 1 bit a page, if that is less. */
	KUNIT_EXPECT_LE(test, map->nr_leaves,
			DIV_ROUND_UP(MANY * step, KHO_LEAF_BITS));
	expect_chain(test, map);

	nrs = shuffled(test, 2);
	for (i = 0; i < MANY / 2; i++)
		KUNIT_ASSERT_EQ(test,
				kho_map_remove(map, 1 + step * nrs[i], 1), 0);
	KUNIT_EXPECT_EQ(test, map->nr_runs, MANY - MANY / 2);
	expect_chain(test, map);
	for (; i < MANY; i++)
		KUNIT_ASSERT_EQ(test,
				kho_map_remove(map, 1 + step * nrs[i], 1), 0);
	KUNIT_EXPECT_EQ(test, map->nr_leaves, 0);
}

static void test_map_many(struct kunit *test)
{
	many(test, 2);
	many(test, 50);
	many(test, 1000000);
}

static void test_map_ascending(struct kunit *test)
{
	const u64 step = KHO_LEAF_BITS;
	struct kho_map *map = test->priv;
	u32 i;

	for (i = 0; i < MANY; i++)
		KUNIT_ASSERT_EQ(test, add(map, 1 + step * i, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, map->nr_leaves,
			DIV_ROUND_UP(MANY, KHO_LEAF_CAPACITY));
	expect_chain(test, map);
	/* Fill the gaps: all becomes one run, or one a leaf. */
	for (i = 0; i < MANY - 1; i++)
		KUNIT_ASSERT_EQ(test, add(map, 2 + step * i, step - 1, 0), 0);
	expect_chain(test, map);
	KUNIT_EXPECT_EQ(test, map->nr_pages, step * (MANY - 1) + 1);
}

/* What takes less room as bits is kept as bits. */
static void test_map_bitmap(struct kunit *test)
{
	const u64 base = 4 * KHO_LEAF_BITS;
	struct kho_map *map = test->priv;
	struct kho_leaf *leaf;
	struct kho_run run;
	u64 i, at;

	for (i = 0; i < KHO_LEAF_BITS; i += 2)
		KUNIT_ASSERT_EQ(test, add(map, base + i, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, map->nr_leaves, 1);
	KUNIT_EXPECT_EQ(test, map->nr_runs, KHO_LEAF_BITS / 2);
	leaf = phys_to_virt(kho_map_head(map));
	KUNIT_ASSERT_EQ(test, leaf->kind, KHO_LEAF_BITMAP);
	KUNIT_EXPECT_EQ(test, leaf->base, base);
	KUNIT_EXPECT_EQ(test, leaf->words[0], 0x5555555555555555);
	expect_chain(test, map);
	KUNIT_EXPECT_EQ(test, add(map, base + 8, 1, 0), -EEXIST);
	KUNIT_EXPECT_EQ(test, add(map, base + 7, 2, 0), -EEXIST);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, base + 7, 1), -ENOENT);

	/* A folio of another order keeps its order, in a leaf between two. */
	at = base + KHO_LEAF_BITS / 2;
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, at, 1), 0);
	KUNIT_EXPECT_EQ(test, add(map, at, 2, 1), 0);
	KUNIT_EXPECT_EQ(test, map->nr_leaves, 3);
	expect_chain(test, map);
	KUNIT_EXPECT_TRUE(test, kho_map_next(map, at - 1, &run));
	KUNIT_EXPECT_EQ(test, run.pfn, at);
	KUNIT_EXPECT_EQ(test, run.nr, 2);
	KUNIT_EXPECT_EQ(test, run.order, 1);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, at, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, at, 2), 0);
	KUNIT_EXPECT_EQ(test, map->nr_leaves, 1);

	/* All pages: one run. */
	for (i = 1; i < KHO_LEAF_BITS; i += 2)
		KUNIT_ASSERT_EQ(test, add(map, base + i, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, add(map, at, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, map->nr_runs, 1);
	KUNIT_EXPECT_EQ(test, map->nr_pages, KHO_LEAF_BITS);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, base, KHO_LEAF_BITS), 0);
	KUNIT_EXPECT_EQ(test, map->nr_leaves, 0);
}

/* Build a map from the leaves that another left, as the next kernel does. */
static void test_map_load(struct kunit *test)
{
	struct kho_map *map = test->priv;
	struct kho_leaf_ref *ref, *tmp;
	struct kho_map before;
	u64 head;
	u32 i;

	for (i = 0; i < MANY; i++) {
		KUNIT_ASSERT_EQ(test, add(map, 4 * (1 + i), 2, 1), 0);
		KUNIT_ASSERT_EQ(test, add(map, (1ULL + i) << 20, 1, 0), 0);
	}
	before = *map;
	head = kho_map_head(map);
	rbtree_postorder_for_each_entry_safe(ref, tmp, &map->index, rb)
		kho_leaf_ref_free(ref);
	kho_map_init(map);

	KUNIT_ASSERT_EQ(test, kho_map_load(map, head), 0);
	KUNIT_EXPECT_EQ(test, map->nr_leaves, before.nr_leaves);
	KUNIT_EXPECT_EQ(test, map->nr_runs, before.nr_runs);
	KUNIT_EXPECT_EQ(test, map->nr_pages, before.nr_pages);
	expect_chain(test, map);
	KUNIT_EXPECT_EQ(test, kho_map_remove(map, 4 * MANY, 2), 0);
	KUNIT_EXPECT_EQ(test, add(map, 6, 2, 1), 0);
	expect_chain(test, map);
}

static void test_merge(struct kunit *test)
{
	static const struct kho_meta meta[] = {
		{ .pfn = 5, .nr = 1, .owner = 9 },
		{ .pfn = 40, .nr = 2, .owner = 9 },
	};
	static const struct kho_span want[] = {
		{ 1, 3, 0 }, { 5, 6, 9, true }, { 8, 16, 1 }, { 20, 21, 0 },
		{ 30, 40, 1 }, { 40, 42, 9, true }, { 50, 51, 2 },
	};
	struct kho_map *maps = kunit_kcalloc(test, 3, sizeof(*maps), GFP_KERNEL);
	struct kho_merge_source sources[3];
	struct kho_merge m = {
		.sources = sources, .meta = meta, .nr_meta = ARRAY_SIZE(meta),
	};
	struct kho_span span;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, maps);
	for (i = 0; i < 3; i++)
		kho_map_init(&maps[i]);
	KUNIT_EXPECT_EQ(test, add(&maps[0], 1, 2, 0), 0);
	KUNIT_EXPECT_EQ(test, add(&maps[0], 20, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, add(&maps[1], 8, 8, 3), 0);
	KUNIT_EXPECT_EQ(test, add(&maps[1], 30, 10, 0), 0);
	KUNIT_EXPECT_EQ(test, add(&maps[2], 50, 1, 0), 0);
	for (i = 2; i >= 0; i--)
		kho_merge_push(&m, kho_map_head(&maps[i]), i);
	kho_merge_push(&m, 0, 4);

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		KUNIT_EXPECT_TRUE(test, kho_merge_next(&m, &span));
		KUNIT_EXPECT_EQ(test, span.pfn, want[i].pfn);
		KUNIT_EXPECT_EQ(test, span.end, want[i].end);
		KUNIT_EXPECT_EQ(test, span.owner, want[i].owner);
		KUNIT_EXPECT_EQ(test, span.meta, want[i].meta);
	}
	KUNIT_EXPECT_FALSE(test, kho_merge_next(&m, &span));
	for (i = 0; i < 3; i++)
		kho_map_destroy(&maps[i]);
}

static struct kunit_case map_cases[] = {
	KUNIT_CASE(test_map_add),
	KUNIT_CASE(test_map_next),
	KUNIT_CASE(test_map_bad_add),
	KUNIT_CASE(test_map_remove),
	KUNIT_CASE(test_map_long_run),
	KUNIT_CASE(test_map_many),
	KUNIT_CASE(test_map_ascending),
	KUNIT_CASE(test_map_bitmap),
	KUNIT_CASE(test_map_load),
	KUNIT_CASE(test_merge),
	{ }
};

static struct kunit_suite map_suite = {
	.name		= "kho_map",
	.init		= map_test_init,
	.exit		= map_test_exit,
	.test_cases	= map_cases,
};

kunit_test_suites(&pure_suite, &map_suite);
