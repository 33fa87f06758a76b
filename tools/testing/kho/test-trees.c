// SPDX-License-Identifier: GPL-2.0
/* Broken subtrees, and large ones. */
#include <stdlib.h>
#include <string.h>

#include <linux/libfdt.h>

#include "harness.h"
#include "hostile.h"
#include "rawfdt.h"
#include "sim.h"

static struct fdt_header *tree(void)
{
	return sim_virt(img->claim[BETA]->subtree);
}

static u32 *tree_word(unsigned int nr)
{
	return (u32 *)((u8 *)tree() + fdt_off_dt_struct(tree())) + nr;
}

#define REC		img->claim[BETA]
#define PUT(field, to)	(tree()->field = cpu_to_fdt32(to))

DAMAGE(tree_size_0, REC->subtree_size = 0)
DAMAGE(tree_size_odd, REC->subtree_size -= 8)
DAMAGE(tree_size_far, REC->subtree_size = SIM_SIZE)
DAMAGE(tree_size_wrap, REC->subtree_size = -PAGE_SIZE)
DAMAGE(tree_size_max, REC->subtree_size = 1ULL << 63)
DAMAGE(tree_null, REC->subtree = 0)
DAMAGE(tree_odd, REC->subtree += 8)
DAMAGE(tree_far, REC->subtree = FAR_AWAY)
DAMAGE(tree_crc, REC->subtree_crc ^= 1; image_claims(img)->crc =
	kho_crc(image_claims(img), PAGE_SIZE, &image_claims(img)->crc))
DAMAGE(tree_bit, ((u8 *)tree())[REC->subtree_size - 1] ^= 1)
DAMAGE(tree_magic, PUT(magic, FDT_MAGIC ^ 1))
DAMAGE(tree_sw, PUT(magic, ~FDT_MAGIC))
DAMAGE(tree_total_0, PUT(totalsize, 0))
DAMAGE(tree_total_39, PUT(totalsize, 39))
DAMAGE(tree_total_more, PUT(totalsize, REC->subtree_size + 1))
DAMAGE(tree_total_int, PUT(totalsize, 0x80000000))
DAMAGE(tree_total_max, PUT(totalsize, 0xffffffff))
DAMAGE(tree_version_1, PUT(version, 1); PUT(last_comp_version, 1))
DAMAGE(tree_version_3, PUT(version, 3); PUT(last_comp_version, 2))
DAMAGE(tree_version_16, PUT(version, 16); PUT(last_comp_version, 16))
DAMAGE(tree_version_18, PUT(version, 18); PUT(last_comp_version, 18))
DAMAGE(tree_struct_off, PUT(off_dt_struct, REC->subtree_size))
DAMAGE(tree_struct_max, PUT(off_dt_struct, 0xfffffffc))
DAMAGE(tree_struct_odd, PUT(off_dt_struct, 57))
DAMAGE(tree_struct_size, PUT(size_dt_struct, 0xffffffff))
DAMAGE(tree_struct_wrap, PUT(size_dt_struct, -56))
DAMAGE(tree_struct_0, PUT(size_dt_struct, 0))
DAMAGE(tree_struct_less, PUT(size_dt_struct, fdt_size_dt_struct(tree()) - 4))
DAMAGE(tree_strings_off, PUT(off_dt_strings, 0xffffffff))
DAMAGE(tree_strings_size, PUT(size_dt_strings, 0x7fffffff))
DAMAGE(tree_strings_0, PUT(size_dt_strings, 0))
DAMAGE(tree_rsv, PUT(off_mem_rsvmap, 0xffffffff))
DAMAGE(tree_tag, *tree_word(0) = cpu_to_fdt32(7))
DAMAGE(tree_end_first, *tree_word(0) = cpu_to_fdt32(FDT_END))
DAMAGE(tree_up_first, *tree_word(0) = cpu_to_fdt32(FDT_END_NODE))
/* words: BEGIN_NODE, "", PROP, len, nameoff, value */
DAMAGE(prop_2g, *tree_word(3) = cpu_to_fdt32(1U << 31))
DAMAGE(prop_4g, *tree_word(3) = cpu_to_fdt32(0xffffffff))
DAMAGE(prop_wrap, *tree_word(3) = cpu_to_fdt32(-12))
DAMAGE(prop_long, *tree_word(3) = cpu_to_fdt32(PAGE_SIZE))
DAMAGE(prop_name, *tree_word(4) = cpu_to_fdt32(0x7fffffff))
DAMAGE(prop_name_neg, *tree_word(4) = cpu_to_fdt32(-4))
DAMAGE(prop_name_end, *tree_word(4) = fdt32_to_cpu(tree()->size_dt_strings))
DAMAGE(prop_no_nul, u32 end = fdt_off_dt_strings(tree()) +
	fdt_size_dt_strings(tree()); ((u8 *)tree())[end - 1] = 'x';
	PUT(totalsize, end))

static void use_raw(struct rawfdt *f)
{
	u64 size;
	void *fdt = raw_finish(f, &size);

	image_subtree(img, BETA, fdt, size);
	free(fdt);
}

static void deep(unsigned int depth)
{
	struct rawfdt f = { };
	unsigned int i;

	for (i = 0; i < depth; i++)
		raw_words(&f, 2, FDT_BEGIN_NODE, i ? 'a' << 24 : 0);
	for (i = 0; i < depth; i++)
		raw_word(&f, FDT_END_NODE);
	raw_word(&f, FDT_END);
	use_raw(&f);
}

#define RAW(...)							\
	do {								\
		const u32 __words[] = { __VA_ARGS__ };			\
		struct rawfdt __f = { .strings = "p", .strings_size = 2 }; \
		unsigned int __i;					\
									\
		for (__i = 0; __i < sizeof(__words) / 4; __i++)		\
			raw_word(&__f, __words[__i]);			\
		use_raw(&__f);						\
	} while (0)

#define BEGIN	FDT_BEGIN_NODE, 0
#define END	FDT_END_NODE

DAMAGE(deep_33, deep(33))
DAMAGE(deep_10000, deep(10000))
DAMAGE(tree_empty, RAW(FDT_END))
DAMAGE(tree_nops, RAW(FDT_NOP, FDT_NOP, FDT_END))
DAMAGE(tree_nothing, RAW(FDT_NOP))
DAMAGE(tree_two, RAW(BEGIN, END, BEGIN, END, FDT_END))
DAMAGE(tree_open, RAW(BEGIN, FDT_END))
DAMAGE(tree_closed, RAW(BEGIN, END, END, FDT_END))
DAMAGE(tree_end_before, RAW(END, BEGIN, BEGIN, END, FDT_END))
DAMAGE(tree_nop_last, RAW(BEGIN, END, FDT_NOP))
DAMAGE(tree_no_end, RAW(BEGIN, END))
DAMAGE(tree_only_open, RAW(FDT_BEGIN_NODE))
DAMAGE(tree_node_name, RAW(FDT_BEGIN_NODE, 0x61616161, 0x61616161))
DAMAGE(tree_prop_before, RAW(FDT_PROP, 0, 0, BEGIN, END, FDT_END))
DAMAGE(tree_prop_behind, RAW(BEGIN, END, FDT_PROP, 0, 0, FDT_END))
DAMAGE(tree_prop_cut, RAW(BEGIN, FDT_PROP, 0))
DAMAGE(tree_prop_head, RAW(BEGIN, FDT_PROP))

#define MEM_TREE	"subtree is not in usable memory"
#define CRC_TREE	"checksum of the subtree is wrong"
#define NO_TREE		"subtree is no device tree"

static const struct hostile tree_cases[] = {
	{ "subtree: size 0", CLAIM, BETA, MEM_TREE, damage_tree_size_0 },
	{ "subtree: size not of whole pages", CLAIM, BETA, MEM_TREE,
	  damage_tree_size_odd },
	{ "subtree: size beyond memory", CLAIM, BETA, MEM_TREE,
	  damage_tree_size_far },
	{ "subtree: size that wraps", CLAIM, BETA, MEM_TREE,
	  damage_tree_size_wrap },
	{ "subtree: size 2^63", CLAIM, BETA, MEM_TREE, damage_tree_size_max },
	{ "subtree: address 0", CLAIM, BETA, MEM_TREE, damage_tree_null },
	{ "subtree: misaligned", CLAIM, BETA, MEM_TREE, damage_tree_odd },
	{ "subtree: not in memory", CLAIM, BETA, MEM_TREE, damage_tree_far },
	{ "subtree: bad crc", CLAIM, BETA, CRC_TREE, damage_tree_crc, true },
	{ "subtree: a bit flipped", CLAIM, BETA, CRC_TREE, damage_tree_bit, true },
	{ "subtree: bad magic", CLAIM, BETA, NO_TREE, damage_tree_magic },
	{ "subtree: magic of an unfinished tree", CLAIM, BETA, NO_TREE,
	  damage_tree_sw },
	{ "subtree: totalsize 0", CLAIM, BETA, NO_TREE, damage_tree_total_0 },
	{ "subtree: totalsize less than the header", CLAIM, BETA, NO_TREE,
	  damage_tree_total_39 },
	{ "subtree: totalsize beyond the subtree", CLAIM, BETA, NO_TREE,
	  damage_tree_total_more },
	{ "subtree: totalsize 2^31", CLAIM, BETA, NO_TREE,
	  damage_tree_total_int },
	{ "subtree: totalsize 2^32 - 1", CLAIM, BETA, NO_TREE,
	  damage_tree_total_max },
	{ "subtree: version 1", CLAIM, BETA, NO_TREE, damage_tree_version_1 },
	{ "subtree: version 3", CLAIM, BETA, NO_TREE, damage_tree_version_3 },
	{ "subtree: version 16", CLAIM, BETA, NO_TREE, damage_tree_version_16 },
	{ "subtree: version 18", CLAIM, BETA, NO_TREE, damage_tree_version_18 },
	{ "subtree: structure block at the end", CLAIM, BETA, NO_TREE,
	  damage_tree_struct_off },
	{ "subtree: structure block at 2^32 - 4", CLAIM, BETA, NO_TREE,
	  damage_tree_struct_max },
	{ "subtree: structure block misaligned", CLAIM, BETA, NO_TREE,
	  damage_tree_struct_odd },
	{ "subtree: structure block of 2^32 - 1 bytes", CLAIM, BETA, NO_TREE,
	  damage_tree_struct_size },
	{ "subtree: structure block that wraps", CLAIM, BETA, NO_TREE,
	  damage_tree_struct_wrap },
	{ "subtree: structure block of 0 bytes", CLAIM, BETA, NO_TREE,
	  damage_tree_struct_0 },
	{ "subtree: structure block without its last word", CLAIM, BETA,
	  NO_TREE, damage_tree_struct_less },
	{ "subtree: strings at 2^32 - 1", CLAIM, BETA, NO_TREE,
	  damage_tree_strings_off },
	{ "subtree: strings of 2^31 - 1 bytes", CLAIM, BETA, NO_TREE,
	  damage_tree_strings_size },
	{ "subtree: no strings", CLAIM, BETA, NO_TREE, damage_tree_strings_0 },
	{ "subtree: reservations at 2^32 - 1", CLAIM, BETA, NO_TREE,
	  damage_tree_rsv },
	{ "subtree: unknown tag", CLAIM, BETA, NO_TREE, damage_tree_tag },
	{ "subtree: starts with FDT_END", CLAIM, BETA, NO_TREE,
	  damage_tree_end_first },
	{ "subtree: starts with FDT_END_NODE", CLAIM, BETA, NO_TREE,
	  damage_tree_up_first },
	{ "subtree: property of 2^31 bytes", CLAIM, BETA, NO_TREE,
	  damage_prop_2g },
	{ "subtree: property of 2^32 - 1 bytes", CLAIM, BETA, NO_TREE,
	  damage_prop_4g },
	{ "subtree: property whose end is its start", CLAIM, BETA, NO_TREE,
	  damage_prop_wrap },
	{ "subtree: property beyond the subtree", CLAIM, BETA, NO_TREE,
	  damage_prop_long },
	{ "subtree: property name beyond the strings", CLAIM, BETA, NO_TREE,
	  damage_prop_name },
	{ "subtree: property name before the strings", CLAIM, BETA, NO_TREE,
	  damage_prop_name_neg },
	{ "subtree: property name at the end of the strings", CLAIM, BETA,
	  NO_TREE, damage_prop_name_end },
	{ "subtree: property name without NUL", CLAIM, BETA, NO_TREE,
	  damage_prop_no_nul },
	{ "subtree: 33 deep", CLAIM, BETA, NO_TREE, damage_deep_33 },
	{ "subtree: 10,000 deep", CLAIM, BETA, NO_TREE, damage_deep_10000 },
	{ "subtree: no node", CLAIM, BETA, NO_TREE, damage_tree_empty },
	{ "subtree: no node, but FDT_NOP", CLAIM, BETA, NO_TREE,
	  damage_tree_nops },
	{ "subtree: only FDT_NOP", CLAIM, BETA, NO_TREE, damage_tree_nothing },
	{ "subtree: two roots", CLAIM, BETA, NO_TREE, damage_tree_two },
	{ "subtree: node without end", CLAIM, BETA, NO_TREE, damage_tree_open },
	{ "subtree: more ends than nodes", CLAIM, BETA, NO_TREE,
	  damage_tree_closed },
	{ "subtree: an end before the first node, and one less behind", CLAIM,
	  BETA, NO_TREE, damage_tree_end_before },
	{ "subtree: FDT_NOP instead of FDT_END", CLAIM, BETA, NO_TREE,
	  damage_tree_nop_last },
	{ "subtree: no FDT_END", CLAIM, BETA, NO_TREE, damage_tree_no_end },
	{ "subtree: ends in a tag", CLAIM, BETA, NO_TREE,
	  damage_tree_only_open },
	{ "subtree: node name without NUL", CLAIM, BETA, NO_TREE,
	  damage_tree_node_name },
	{ "subtree: property before the root node", CLAIM, BETA, NO_TREE,
	  damage_tree_prop_before },
	{ "subtree: property behind the root node", CLAIM, BETA, NO_TREE,
	  damage_tree_prop_behind },
	{ "subtree: ends in the head of a property", CLAIM, BETA, NO_TREE,
	  damage_tree_prop_cut },
	{ "subtree: ends behind the tag of a property", CLAIM, BETA, NO_TREE,
	  damage_tree_prop_head },
};

static void test_deep_32(void)
{
	image_build(img);
	deep(32);
	expect_good();
}

/* What is between the tags does not count. */
static void test_nops(void)
{
	image_build(img);
	RAW(FDT_NOP, BEGIN, FDT_NOP, FDT_PROP, 0, 0, FDT_NOP, BEGIN, END,
	    FDT_NOP, END, FDT_NOP, FDT_END);
	expect_good();
}

/* It may end where its pages do. */
static void test_full(void)
{
	image_build(img);
	PUT(totalsize, REC->subtree_size);
	expect_good();
}

static void test_million_nodes(void)
{
	struct rawfdt f = { };
	unsigned int i;
	u64 start;

	image_build(img);
	raw_words(&f, 2, FDT_BEGIN_NODE, 0);
	for (i = 0; i < 1000000; i++)
		raw_words(&f, 3, FDT_BEGIN_NODE, 'n' << 24, FDT_END_NODE);
	raw_words(&f, 2, FDT_END_NODE, FDT_END);
	use_raw(&f);
	start = cpu_ns();
	expect_good();
	note("checked and used in %llu ms of CPU time",
	     (unsigned long long)(cpu_ns() - start) / 1000000);
}

/*
 * Each property's name starts somewhere in one string of megabytes: looking
 * for the ends of all of them would take hours.
 */
static void test_long_names(void)
{
	struct rawfdt f = { .strings_size = 4 << 20 };
	char *strings = malloc(f.strings_size);
	unsigned int i;
	u64 start;

	memset(strings, 'x', f.strings_size);
	strings[f.strings_size - 1] = 0;
	f.strings = strings;
	image_build(img);
	raw_words(&f, 2, FDT_BEGIN_NODE, 0);
	for (i = 0; i < 1000000; i++)
		raw_words(&f, 3, FDT_PROP, 0, i);
	raw_words(&f, 2, FDT_END_NODE, FDT_END);
	use_raw(&f);
	free(strings);
	image_seal(img);
	start = cpu_ns();
	image_check(img->root, &verdict);
	check_why(verdict.claim_why[BETA], NO_TREE);
	check_eq(verdict.refused, 1);
	check(cpu_ns() - start < 10 * 1000000000ULL);
}

static const struct test tests[] = {
	{ "subtree: 32 deep", test_deep_32 },
	{ "subtree: FDT_NOP everywhere", test_nops },
	{ "subtree: as large as its pages", test_full },
	{ "subtree: a million nodes", test_million_nodes },
	{ "subtree: a million names in one long string", test_long_names },
};

int main(int argc, char **argv)
{
	hostile_add(tree_cases, NR(tree_cases));
	return hostile_main(argc, argv, tests, NR(tests));
}
