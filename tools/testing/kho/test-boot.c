// SPDX-License-Identifier: GPL-2.0
/* Validation of boot blocks: each reason to refuse one, and each limit. */
#include <stdlib.h>
#include <string.h>

#include "validate.h"
#include "hostile.h"

/* Scratch is made of blocks of so many bytes. */
#define BLOCK		(2ULL << 20)

#define NO_MAGIC	"no magic"
#define VERSION		"another version"
#define NUMBER		"number of scratch areas makes no sense"
#define AREAS		"scratch areas make no sense"
#define UNALIGNED	"scratch is not made of whole pageblocks"

/* Room for one area more than there may be. */
static union {
	struct kho_boot	boot;
	u8		bytes[sizeof(struct kho_boot) +
			      (KHO_BOOT_MAX_AREAS + 1) * sizeof(struct kho_area)];
} block;

static struct kho_boot *const boot = &block.boot;

/* A good one: areas of two blocks each, and a block between them. */
static void build(u32 nr_areas)
{
	u32 i;

	*boot = (struct kho_boot) {
		.magic = KHO_BOOT_MAGIC,
		.version = KHO_BOOT_VERSION,
		.nr_areas = nr_areas,
		.root = 0x123456000,
	};
	for (i = 0; i < nr_areas; i++)
		boot->scratch[i] = (struct kho_area) {
			(4 + 3 * i) * BLOCK, 2 * BLOCK,
		};
}

/* What is said of the first @size bytes; ASan sees what is read behind them. */
static const char *verdict_of(size_t size)
{
	void *copy = malloc(size);
	const char *why;

	check(copy);
	memcpy(copy, boot, size);
	why = kho_check_boot(copy, size, BLOCK);
	free(copy);
	return why;
}

static void expect_accepted(size_t size)
{
	const char *why = verdict_of(size);

	if (why)
		harness_fail(__FILE__, __LINE__, "refused because \"%s\"", why);
}

static void expect_refused(size_t size, const char *why)
{
	check_why(verdict_of(size), why);
}

static void test_good(void)
{
	u32 nr;

	for (nr = 1; nr <= KHO_BOOT_MAX_AREAS; nr++) {
		build(nr);
		expect_accepted(kho_boot_size(nr));
		expect_accepted(kho_boot_size(nr) + 1);
		boot->root = 0;
		expect_accepted(kho_boot_size(nr));
	}
}

static void test_short(void)
{
	size_t size;
	u32 nr;

	build(1);
	for (size = 0; size < sizeof(*boot); size++)
		expect_refused(size, NO_MAGIC);
	for (nr = 1; nr <= KHO_BOOT_MAX_AREAS; nr++) {
		build(nr);
		for (size = sizeof(*boot); size < kho_boot_size(nr); size++)
			expect_refused(size, NUMBER);
	}
}

static void test_head(void)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		build(1);
		boot->magic ^= 1ULL << bit;
		expect_refused(sizeof(block), NO_MAGIC);
	}
	for (bit = 0; bit < 32; bit++) {
		build(1);
		boot->version ^= 1U << bit;
		expect_refused(sizeof(block), VERSION);
	}
}

static void test_number(void)
{
	/* The bytes that 2^28 areas take are a multiple of 2^32. */
	static const u32 bad[] = { 0, 1U << 28, (1U << 28) + 1, ~0U };
	unsigned int i;

	for (i = 0; i < NR(bad); i++) {
		build(1);
		boot->nr_areas = bad[i];
		expect_refused(sizeof(*boot), NUMBER);
		expect_refused(sizeof(block), NUMBER);
	}
	build(KHO_BOOT_MAX_AREAS + 1);
	expect_refused(sizeof(block), NUMBER);
}

/* Two areas, and what is said of them; NULL if they are good. */
struct pair {
	struct kho_area	first;
	struct kho_area	second;
	const char	*why;
};

static const struct pair pairs[] = {
	/* They touch, and there is nothing wrong with the first page. */
	{ { 4 * BLOCK, 2 * BLOCK }, { 6 * BLOCK, BLOCK } },
	{ { 0, BLOCK }, { BLOCK, BLOCK } },
	{ { 4 * BLOCK, 2 * BLOCK }, { 5 * BLOCK, 2 * BLOCK }, AREAS },
	{ { 4 * BLOCK, 2 * BLOCK }, { 6 * BLOCK - 1, BLOCK }, AREAS },
	{ { 4 * BLOCK, 2 * BLOCK }, { 4 * BLOCK, 2 * BLOCK }, AREAS },
	{ { 4 * BLOCK, 2 * BLOCK }, { 5 * BLOCK, BLOCK }, AREAS },
	{ { 4 * BLOCK, BLOCK }, { 3 * BLOCK, 3 * BLOCK }, AREAS },
	/* They descend. */
	{ { 4 * BLOCK, 2 * BLOCK }, { 2 * BLOCK, BLOCK }, AREAS },
	{ { 4 * BLOCK, 2 * BLOCK }, { 0, BLOCK }, AREAS },
	/* The last block that may be there, and those that may not. */
	{ { 0, -2 * BLOCK }, { -2 * BLOCK, BLOCK } },
	{ { 0, BLOCK }, { -2 * BLOCK, 2 * BLOCK }, AREAS },
	{ { 0, BLOCK }, { -2 * BLOCK, 3 * BLOCK }, AREAS },
	{ { 0, BLOCK }, { 2 * BLOCK, -2 * BLOCK }, AREAS },
	{ { 0, BLOCK }, { 2 * BLOCK, -BLOCK }, AREAS },
	{ { -BLOCK, BLOCK }, { 2 * BLOCK, BLOCK }, AREAS },
	{ { -2 * BLOCK, 4 * BLOCK }, { 2 * BLOCK, BLOCK }, AREAS },
	/* Nothing in them. */
	{ { 0, 0 }, { 4 * BLOCK, BLOCK }, AREAS },
	{ { 4 * BLOCK, 0 }, { 4 * BLOCK, BLOCK }, AREAS },
	{ { 4 * BLOCK, BLOCK }, { 5 * BLOCK, 0 }, AREAS },
	{ { 4 * BLOCK, BLOCK }, { 6 * BLOCK, 0 }, AREAS },
};

static void test_pairs(void)
{
	unsigned int i;

	for (i = 0; i < NR(pairs); i++) {
		build(2);
		boot->scratch[0] = pairs[i].first;
		boot->scratch[1] = pairs[i].second;
		if (pairs[i].why)
			expect_refused(kho_boot_size(2), pairs[i].why);
		else
			expect_accepted(kho_boot_size(2));
	}
}

/* Scratch made of whole blocks but for one area, which is each in turn. */
static void test_unaligned(void)
{
	u64 by;
	u32 i;

	for (i = 0; i < KHO_BOOT_MAX_AREAS; i++)
		for (by = 1; by < BLOCK; by *= 2) {
			build(KHO_BOOT_MAX_AREAS);
			boot->scratch[i].base += by;
			expect_refused(sizeof(block), UNALIGNED);
			build(KHO_BOOT_MAX_AREAS);
			boot->scratch[i].size += by;
			expect_refused(sizeof(block), UNALIGNED);
		}
}

static const struct test tests[] = {
	{ "boot: good blocks of 1 to 64 areas", test_good },
	{ "boot: blocks that are too short", test_short },
	{ "boot: another magic, another version", test_head },
	{ "boot: too few areas, and too many", test_number },
	{ "boot: areas that touch, overlap, descend, wrap or are empty", test_pairs },
	{ "boot: areas that are not made of whole blocks", test_unaligned },
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, NR(tests));
}
