// SPDX-License-Identifier: GPL-2.0
/*
 * Validation of handovers that are good, of those that are damaged by chance,
 * and of those that are damaged at random. Those that are damaged on purpose
 * are in test-hostile.c and test-trees.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "hostile.h"
#include "maptest.h"
#include "sim.h"

static void test_good(void)
{
	image_build(img);
	expect_good();
	check_eq(verdict.pages, img->meta_pages);
	note("%u claims, %u page sets, %llu pages of metadata", img->nr_claims,
	     img->nr_sets, (unsigned long long)img->meta_pages);
}

static void test_unsealed(void)
{
	image_build(img);
	image_root(img)->flags = 0;
	image_root(img)->claims = 0;
	image_root(img)->meta_pages = 0;
	image_root(img)->nr_claims = 0;
	image_seal(img);
	image_check(img->root, &verdict);
	check_eq(verdict.root, 0);
	check_eq(verdict.pages, 1);
}

static void test_no_claims(void)
{
	sim_reset();
	image_begin(img);
	image_finish(img);
	expect_good();
	check_eq(verdict.pages, 1);
}

/* The root counts a page less than there is: only the last claim misses it. */
static void test_meta_short(void)
{
	unsigned int i, last = 0;

	image_build(img);
	image_root(img)->meta_pages--;
	image_seal(img);
	image_check(img->root, &verdict);
	check_eq(verdict.refused, 1);
	for (i = 0; i < img->nr_claims; i++)
		if (verdict.claim_why[i])
			last = i;
	for (i = last + 1; i < img->nr_claims; i++)
		check(!img->claim[i]->subtree && !img->claim[i]->sets);
}

#define NO_ROOM		"too little memory for the metadata"

/*
 * No room for one piece of metadata, each in turn: it belongs to the root, to
 * the table of claims, or to one claim, which alone is lost.
 */
static void test_no_room(void)
{
	unsigned int i, nr, of_root = 0, of_table = 0, of_claims = 0;
	unsigned long n;

	image_build(img);
	for (n = 1; ; n++) {
		/* The check has noted in a record what it refused. */
		image_seal(img);
		image_fail_meta(n);
		image_check(img->root, &verdict);
		image_fail_meta(0);
		if (verdict.root < 0) {
			check_eq(verdict.root, -EINVAL);
			check_why(verdict.why, NO_ROOM);
			of_root++;
			continue;
		}
		if (verdict.claims) {
			check_eq(verdict.claims, -EINVAL);
			check_why(verdict.why, NO_ROOM);
			of_table++;
			continue;
		}
		if (!verdict.refused)
			break;
		check_eq(verdict.refused, 1);
		for (i = 0, nr = 0; i < img->nr_claims; i++)
			if (verdict.claim_why[i]) {
				check_why(verdict.claim_why[i], NO_ROOM);
				nr++;
			}
		check_eq(nr, 1);
		of_claims++;
	}
	check_eq(of_root, 1);
	check_eq(of_table, 2);
	/* Three leaves and one of alpha, a table and a subtree, and so on. */
	check(of_claims > 6);
	check_eq(n - 1, of_root + of_table + of_claims);
}

/* Runs and bitmaps that touch, and that end with the last page there is. */
static void test_touching(void)
{
	const u64 cell = KHO_LEAF_BITS, end = KHO_RUN_PFN_MAX + 1;
	struct kho_map map;
	u64 i;

	sim_reset();
	image_begin(img);
	image_claim(img, "runs", NULL, 0);
	kho_map_init(&map);
	check_eq(map_add(&map, 8, 8, 3), 0);
	check_eq(map_add(&map, 16, 4, 2), 0);
	check_eq(map_add(&map, end - 8, 8, 2), 0);
	image_set_add(img, "pages", &map);
	map_forget(&map);

	image_claim(img, "bitmaps", NULL, 0);
	kho_map_init(&map);
	check_eq(map_add(&map, 4 * cell - 4, 4, 2), 0);
	for (i = 0; i <= KHO_LEAF_CAPACITY; i++) {
		check_eq(map_add(&map, 4 * cell + 2 * i, 1, 0), 0);
		check_eq(map_add(&map, end - 1 - 2 * i, 1, 0), 0);
	}
	check_eq(map_add(&map, 5 * cell - 1, 1, 0), 0);
	check_eq(map_add(&map, 5 * cell, 4, 2), 0);
	/* This one ends long before its cell does. */
	for (i = 0; i <= KHO_LEAF_CAPACITY; i++)
		check_eq(map_add(&map, 8 * cell + 2 * i, 1, 0), 0);
	check_eq(map_add(&map, 8 * cell + 2 * i, 4, 1), 0);
	check_eq(map_bitmaps(&map), 3);
	image_set_add(img, "pages", &map);
	map_forget(&map);
	image_finish(img);
	expect_good();
}

static void test_names(void)
{
	check(kho_check_name("a", 2));
	check(kho_check_name("0", 2));
	check(kho_check_name("Ftrace-2.0_x", 32));
	check(kho_check_name("0123456789abcdef0123456789abcde", 32));
	check(!kho_check_name("a", 1));
	check(!kho_check_name("", 1));
	check(!kho_check_name("", 0));
	check(!kho_check_name("0123456789abcdef0123456789abcdef", 33));
	check(!kho_check_name("_a", 3));
	check(!kho_check_name("a+", 3));
	check(!kho_check_name("\x80", 2));
}

/* Each character, alone and behind another. */
static void test_letters(void)
{
	const char *alnum = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	char alone[2] = "x", behind[3] = "ax";
	unsigned int ch;
	bool may;

	for (ch = 1; ch < 256; ch++) {
		alone[0] = ch;
		behind[1] = ch;
		may = strchr(alnum, ch);
		check_eq(kho_check_name(alone, 2), may);
		check_eq(kho_check_name(behind, 3), may || strchr("._-", ch));
	}
}

static void test_crc(void)
{
	u32 words[3] = { 0x01020304, 0xdeadbeef, 0x05060708 };
	u32 zeroed[3] = { 0x01020304, 0, 0x05060708 };
	const char digits[] = "123456789";

	/* CRC-32C of the digits is 0xe3069283, with the final inversion. */
	check_eq(kho_crc(digits, 9, NULL) ^ ~0U, 0xe3069283);
	check_eq(kho_crc(words, 12, &words[1]), kho_crc(zeroed, 12, NULL));
	check_eq(kho_crc(words, 12, &words[0]) != kho_crc(words, 12, NULL), 1);
	check_eq(kho_crc(words, 12, &words[2]), kho_crc(words, 12, &words[2]));
}

/* What is damaged by chance does not get past the checksums. */
static void test_every_bit(void)
{
	u64 at, bit;
	u8 *p;

	image_build_small(img);
	for (at = 0; at < sizeof(struct kho_root); at++)
		for (bit = 0; bit < 8; bit++) {
			p = (u8 *)image_root(img) + at;
			*p ^= 1 << bit;
			image_check(img->root, &verdict);
			check_eq(verdict.root, -EINVAL);
			*p ^= 1 << bit;
		}
	for (at = 0; at < PAGE_SIZE; at += PAGE_SIZE / 4096) {
		/* The check itself notes there what it refused. */
		if (sim_phys(&img->claim[0]->refused) / PAGE_SIZE ==
		    image_root(img)->claims / PAGE_SIZE && at >= 32 + 108 &&
		    at < 32 + 112)
			continue;
		p = (u8 *)image_claims(img) + at;
		*p ^= 1 << at % 8;
		image_check(img->root, &verdict);
		check_eq(verdict.claims, -EINVAL);
		*p ^= 1 << at % 8;
		p = (u8 *)sim_virt(img->claim[0]->subtree) + at;
		*p ^= 1 << at % 8;
		image_check(img->root, &verdict);
		check_why(verdict.claim_why[0], "checksum of the subtree is wrong");
		*p ^= 1 << at % 8;
		img->claim[0]->refused = 0;
	}
	expect_good();
}

/* Random damage. */
static u64 interesting(void)
{
	switch (rnd_below(8)) {
	case 0:
		return 1ULL << rnd_below(64);
	case 1:
		return (1ULL << rnd_below(64)) - 1;
	case 2:
		return -(1ULL << rnd_below(64));
	case 3:
		return SIM_BASE + rnd_below(sim_end() - SIM_BASE);
	case 4:
		return SIM_BASE + rnd_below((sim_end() - SIM_BASE) / PAGE_SIZE) *
		       PAGE_SIZE;
	case 5:
		return rnd_below(64);
	case 6:
		return rnd64();
	default:
		return 0x0100000001000000ULL * rnd_below(16);
	}
}

/* The page that is damaged: heads and records rather than padding. */
static u8 *target(u64 *room)
{
	u64 page = SIM_BASE +
		   rnd_below((sim_end() - SIM_BASE) / PAGE_SIZE) * PAGE_SIZE;

	*room = rnd_below(4) ? 256 : PAGE_SIZE;
	switch (rnd_below(5)) {
	case 0:
		page = img->root;
		break;
	case 1:
		page = img->table[rnd_below(img->nr_tables)];
		break;
	case 2:
		if (img->claim[ALPHA]->subtree % PAGE_SIZE == 0)
			page = img->claim[ALPHA]->subtree;
		break;
	}
	return sim_is_memory(page, PAGE_SIZE) ? sim_virt(page) :
						sim_virt(img->root);
}

static void mutate(void)
{
	u64 room, at, value = interesting();
	u8 *p = target(&room);

	switch (rnd_below(5)) {
	case 0:
		p[rnd_below(room)] ^= 1 << rnd_below(8);
		break;
	case 1:
		p[rnd_below(room)] = rnd64();
		break;
	case 2:
		at = rnd_below(room / 4) * 4;
		memcpy(p + at, &value, 4);
		break;
	case 3:
		at = rnd_below(room / 8) * 8;
		memcpy(p + at, &value, 8);
		break;
	default:
		at = rnd_below(room / 8) * 8;
		memcpy(p + at, p + rnd_below(room / 8) * 8, 8);
		break;
	}
}

static void mutations(void (*build)(struct image *), unsigned int images,
		      unsigned int rounds)
{
	unsigned int i, k, n, accepted = 0, refused = 0, dead = 0;

	for (i = 0; i < images; i++) {
		build(img);
		for (k = 0; k < rounds; k++) {
			for (n = 1 + rnd_below(3); n; n--)
				mutate();
			if (rnd_below(16))
				image_seal(img);
			image_check(img->root, &verdict);
			accepted += verdict.nr_claims - verdict.refused;
			refused += verdict.refused;
			dead += verdict.root < 0 || verdict.claims;
			/* Of a dead one there is not much to see. */
			if (verdict.root < 0 || verdict.claims)
				break;
		}
	}
	note("%u claims accepted, %u refused, %u handovers", accepted, refused,
	     dead);
	check(accepted && refused && dead);
}

static void test_mutations(void)
{
	mutations(image_build, 800 >> (PAGE_SHIFT - 10), 50);
}

static void test_mutations_small(void)
{
	mutations(image_build_small, 40000 >> (PAGE_SHIFT - 10), 20);
}

/* A table of three pages, with each allocation failing once; nothing is left of it. */
static void test_table_nomem(void)
{
	unsigned int i, fail;

	for (fail = 0; fail <= 3; fail++) {
		struct kho_table_writer w = { .rec_size = sizeof(struct kho_set_rec) };
		struct kho_table_iter it;
		struct kho_set_rec *rec;
		u64 first;

		sim_reset();
		sim_fail(fail);
		for (i = 0; i < 3 * SETS_A_TABLE; i++) {
			rec = kho_table_add(&w);
			if (!rec)
				break;
			rec->pages = i;
		}
		check_eq(i, fail ? (fail - 1) * SETS_A_TABLE : 3 * SETS_A_TABLE);
		check_eq(w.pages, kho_table_pages(i, w.rec_size));
		check_eq(sim_stats.pages, w.pages);
		first = kho_table_close(&w);
		i = 0;
		kho_table_for_each(rec, it, first)
			check_eq(rec->pages, i++);
		check_eq(i, w.pages * SETS_A_TABLE);
		kho_table_free(first);
		check_eq(sim_stats.pages, 0);
	}
	check_eq(kho_table_pages(SETS_A_TABLE + 1, sizeof(struct kho_set_rec)), 2);
}

static const struct test tests[] = {
	{ "check: crc32c", test_crc },
	{ "check: names", test_names },
	{ "check: the characters of names", test_letters },
	{ "check: a good handover", test_good },
	{ "check: one that is not sealed", test_unsealed },
	{ "check: one without claims", test_no_claims },
	{ "check: a metadata page more than counted", test_meta_short },
	{ "check: no room for one piece of metadata", test_no_room },
	{ "check: runs and bitmaps that touch each other and the end", test_touching },
	{ "check: checksums cover all", test_every_bit },
	{ "table: written with every allocation failing once", test_table_nomem },
	{ "check: random damage", test_mutations },
	{ "check: random damage to a small one", test_mutations_small },
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, NR(tests));
}
