// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of what needs no kexec: formats, and the map of a page set, whose cases run in
 * user space as well, see map_cases.c. All else in lib/ is tested there only.
 */
#include <kunit/test.h>
#include <kunit/test-bug.h>
#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kho/format.h>
#include <linux/prandom.h>

#include "../lib/env.h"
#include "map_verify.h"

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

static struct kunit_case format_cases[] = {
	KUNIT_CASE(test_fingerprint),
	KUNIT_CASE(test_format),
	{ }
};

static struct kunit_suite format_suite = {
	.name		= "kho_format",
	.test_cases	= format_cases,
};

/* What map_verify.c and map_cases.c ask for. */

#define check(cond)		KUNIT_ASSERT_TRUE(kunit_get_current_test(), cond)
#define check_eq(is, must)	KUNIT_ASSERT_EQ(kunit_get_current_test(), \
						(long long)(is), (long long)(must))
#define note(fmt, ...)		kunit_info(kunit_get_current_test(), fmt, ##__VA_ARGS__)

#define CAP			KHO_LEAF_CAPACITY
#define BITS			((u64)KHO_LEAF_BITS)
#define MANY			2048

struct test {
	const char	*name;
	void		(*run)(void);
};

static struct kho_map map;
static struct rnd_state rnd;

static u64 rnd_below(u64 limit)
{
	return prandom_u32_state(&rnd) % limit;
}

void map_verify_owner(const struct kho_map *map)
{
}

#include "map_verify.c"

static void start(void)
{
	prandom_seed_state(&rnd, 1);
	kho_map_init(&map);
}

static void verify(void)
{
	map_verify(&map);
	map_verify_bounds(&map);
}

static void finish(void)
{
	verify();
	map_finish(&map);
}

#include "map_cases.c"

static void get_desc(const struct test *test, char *desc)
{
	strscpy(desc, test->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(map, tests, get_desc);

static void test_map(struct kunit *test)
{
	const struct test *t = test->param_value;

	t->run();
}

static struct kunit_case map_cases[] = {
	KUNIT_CASE_PARAM(test_map, map_gen_params),
	{ }
};

/* What a case that failed has left. */
static void map_exit(struct kunit *test)
{
	kho_map_destroy(&map);
}

static struct kunit_suite map_suite = {
	.name		= "kho_map",
	.exit		= map_exit,
	.test_cases	= map_cases,
};

kunit_test_suites(&format_suite, &map_suite);
