// SPDX-License-Identifier: GPL-2.0
/*
 * Handovers from broken and from malicious kernels. Each case breaks one thing
 * in a good one, makes the checksums right again, and must be refused for the
 * reason given, while the other claims live.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/libfdt.h>

#include "harness.h"
#include "image.h"
#include "rawfdt.h"
#include "sim.h"

#define FAR_AWAY	(SIM_BASE + SIM_SIZE + (1ULL << 40))

static struct image image, *const img = &image;
static struct verdict verdict;

/* What a case breaks, and so how much may be lost. */
enum scope { ROOT, CLAIMS, CLAIM };

/**
 * struct hostile - a case
 * @name: what is broken
 * @scope: what is lost
 * @claim: which claim, if that is CLAIM
 * @why: the reason that is given
 * @damage: breaks it
 * @raw: leave the checksums as they were
 */
struct hostile {
	const char	*name;
	enum scope	scope;
	unsigned int	claim;
	const char	*why;
	void		(*damage)(void);
	bool		raw;
};

static void check_why(const char *is, const char *must)
{
	if (!is || strcmp(is, must))
		harness_fail(__FILE__, __LINE__, "refused because \"%s\", not \"%s\"",
			     is ?: "(accepted)", must);
}

static void run_hostile(const void *arg)
{
	const struct hostile *h = arg;
	unsigned int i;

	image_build(img);
	h->damage();
	if (!h->raw)
		image_seal(img);
	image_check(img->root, &verdict);

	if (h->scope == ROOT) {
		check_eq(verdict.root, -EINVAL);
		check_why(verdict.why, h->why);
		return;
	}
	check_eq(verdict.root, 1);
	if (h->scope == CLAIMS) {
		check_eq(verdict.claims, -EINVAL);
		check_why(verdict.why, h->why);
		return;
	}
	check_eq(verdict.claims, 0);
	check_eq(verdict.nr_claims, img->nr_claims);
	check_why(verdict.claim_why[h->claim], h->why);
	for (i = 0; i < img->nr_claims; i++)
		if (i != h->claim && verdict.claim_why[i])
			harness_fail(__FILE__, __LINE__,
				     "claim %u is lost too: %s", i,
				     verdict.claim_why[i]);
	check_eq(verdict.refused, 1);
}

#define DAMAGE(name, ...) \
	static void damage_##name(void) { __VA_ARGS__; }

/* The root. */
DAMAGE(root_null, img->root = 0)
DAMAGE(root_odd, img->root += 8)
DAMAGE(root_far, img->root = FAR_AWAY)
DAMAGE(root_top, img->root = -PAGE_SIZE)
DAMAGE(root_magic, image_root(img)->magic ^= 1)
DAMAGE(root_zero, memset(image_root(img), 0, PAGE_SIZE))
DAMAGE(root_endian, image_root(img)->endian = 0x04030201)
DAMAGE(root_older, image_root(img)->version--)
DAMAGE(root_newer, image_root(img)->version++)
DAMAGE(root_short, image_root(img)->size -= 4)
DAMAGE(root_long, image_root(img)->size = ~0U)
DAMAGE(root_crc, image_root(img)->crc ^= 1)
DAMAGE(root_bit, image_root(img)->build_id[31] ^= 0x80)
DAMAGE(root_arch, image_root(img)->arch ^= 3)
DAMAGE(root_pages, image_root(img)->page_shift++)
DAMAGE(root_release, memset(image_root(img)->release, 'x', 68))
DAMAGE(root_no_meta, image_root(img)->meta_pages = 0)
DAMAGE(root_much_meta, image_root(img)->meta_pages = 1ULL << 40)
DAMAGE(root_all_meta, image_root(img)->meta_pages = ~0ULL)

#define MEM_ROOT	"root page is not in usable memory"
#define VERSION		"root has another ABI version"
#define META		"number of metadata pages makes no sense"

static const struct hostile root_cases[] = {
	{ "root: at address 0", ROOT, 0, MEM_ROOT, damage_root_null, true },
	{ "root: misaligned", ROOT, 0, MEM_ROOT, damage_root_odd, true },
	{ "root: not in memory", ROOT, 0, MEM_ROOT, damage_root_far, true },
	{ "root: in the last page there is", ROOT, 0, MEM_ROOT,
	  damage_root_top, true },
	{ "root: bad magic", ROOT, 0, "root page has no magic",
	  damage_root_magic },
	{ "root: all zeroes", ROOT, 0, "root page has no magic",
	  damage_root_zero, true },
	{ "root: other byte order", ROOT, 0, "root has the other byte order",
	  damage_root_endian },
	{ "root: older version", ROOT, 0, VERSION, damage_root_older },
	{ "root: newer version", ROOT, 0, VERSION, damage_root_newer },
	{ "root: shorter", ROOT, 0, VERSION, damage_root_short },
	{ "root: size beyond the page", ROOT, 0, VERSION, damage_root_long, true },
	{ "root: bad crc", ROOT, 0, "checksum of the root is wrong",
	  damage_root_crc, true },
	{ "root: a bit flipped", ROOT, 0, "checksum of the root is wrong",
	  damage_root_bit, true },
	{ "root: other architecture", ROOT, 0,
	  "root is of another architecture", damage_root_arch },
	{ "root: other page size", ROOT, 0, "root is of another page size",
	  damage_root_pages },
	{ "root: unterminated release", ROOT, 0,
	  "release in the root has no end", damage_root_release },
	{ "root: no metadata pages", ROOT, 0, META, damage_root_no_meta },
	{ "root: 2^40 metadata pages", ROOT, 0, META, damage_root_much_meta },
	{ "root: 2^64 - 1 metadata pages", ROOT, 0, META,
	  damage_root_all_meta },
};

/* The table of claims. */
static struct kho_table *claims2(void)
{
	return sim_virt(image_claims(img)->next);
}

DAMAGE(one_meta, image_root(img)->meta_pages = 1)
DAMAGE(claims_null, image_root(img)->claims = 0)
DAMAGE(claims_far, image_root(img)->claims = FAR_AWAY)
DAMAGE(claims_odd, image_root(img)->claims += 16)
DAMAGE(claims_root, image_root(img)->claims = img->root)
DAMAGE(claims_leaf, image_root(img)->claims = image_set(img, ALPHA)->map)
DAMAGE(claims_sets, image_root(img)->claims = img->claim[ALPHA]->sets)
DAMAGE(claims_crc, image_claims(img)->crc ^= 1)
DAMAGE(claims_bit, ((u8 *)image_claims(img))[PAGE_SIZE - 1] ^= 1)
DAMAGE(claims_magic, image_claims(img)->magic ^= 1)
DAMAGE(claims_rec_0, image_claims(img)->rec_size = 0)
DAMAGE(claims_rec_1, image_claims(img)->rec_size = 1)
DAMAGE(claims_none, image_claims(img)->nr = 0)
DAMAGE(claims_room, image_claims(img)->nr++)
DAMAGE(claims_many, image_claims(img)->nr = ~0U)
DAMAGE(claims_more, image_root(img)->nr_claims++)
DAMAGE(claims_all, image_root(img)->nr_claims = ~0U)
DAMAGE(claims_fewer, image_root(img)->nr_claims--)
DAMAGE(claims_first, image_root(img)->nr_claims = image_claims(img)->nr)
DAMAGE(claims_zero, image_root(img)->nr_claims = 0)
DAMAGE(claims_cut, image_claims(img)->next = 0)
DAMAGE(claims_next_far, image_claims(img)->next = FAR_AWAY)
DAMAGE(claims_next_odd, image_claims(img)->next += 1)
DAMAGE(claims_self, image_claims(img)->next = image_root(img)->claims)
DAMAGE(claims_self2, claims2()->next = image_claims(img)->next;
	image_root(img)->nr_claims += claims2()->nr)
DAMAGE(claims_circle, claims2()->next = image_root(img)->claims;
	image_root(img)->nr_claims = ~0U)
DAMAGE(claims_forever, image_claims(img)->next = image_root(img)->claims;
	image_root(img)->nr_claims = ~0U;
	image_root(img)->meta_pages = (1ULL << 40) - 1)

#define MEM_TABLE	"table page is not in usable memory"
#define KIND		"table page is of another kind"
#define COUNT		"number of records makes no sense"
#define CIRCLE		"table runs in a circle"
#define CRC_TABLE	"checksum of a table is wrong"
#define BEHIND		"table goes on behind its last record"

static const struct hostile claims_cases[] = {
	{ "claims: only one metadata page", CLAIMS, 0, MEM_TABLE, damage_one_meta },
	{ "claims: table at address 0", CLAIMS, 0, MEM_TABLE, damage_claims_null },
	{ "claims: table not in memory", CLAIMS, 0, MEM_TABLE, damage_claims_far },
	{ "claims: table misaligned", CLAIMS, 0, MEM_TABLE, damage_claims_odd },
	{ "claims: table is the root", CLAIMS, 0, KIND, damage_claims_root },
	{ "claims: table is a leaf", CLAIMS, 0, KIND, damage_claims_leaf },
	{ "claims: table is of page sets", CLAIMS, 0, KIND, damage_claims_sets },
	{ "claims: bad magic", CLAIMS, 0, KIND, damage_claims_magic },
	{ "claims: bad crc", CLAIMS, 0, CRC_TABLE, damage_claims_crc, true },
	{ "claims: a bit flipped", CLAIMS, 0, CRC_TABLE, damage_claims_bit, true },
	{ "claims: records of 0 bytes", CLAIMS, 0, KIND, damage_claims_rec_0 },
	{ "claims: records of 1 byte", CLAIMS, 0, KIND, damage_claims_rec_1 },
	{ "claims: page without records", CLAIMS, 0, COUNT, damage_claims_none },
	{ "claims: more than fit into a page", CLAIMS, 0, COUNT,
	  damage_claims_room },
	{ "claims: 2^32 - 1 in a page", CLAIMS, 0, COUNT, damage_claims_many },
	{ "claims: one less than the root says", CLAIMS, 0, MEM_TABLE,
	  damage_claims_more },
	{ "claims: the root says 2^32 - 1", CLAIMS, 0, MEM_TABLE,
	  damage_claims_all },
	{ "claims: one more than the root says", CLAIMS, 0, COUNT,
	  damage_claims_fewer },
	{ "claims: a page more than the root says", CLAIMS, 0, BEHIND,
	  damage_claims_first },
	{ "claims: the root says none", CLAIMS, 0, BEHIND, damage_claims_zero },
	{ "claims: second page missing", CLAIMS, 0, MEM_TABLE, damage_claims_cut },
	{ "claims: second page not in memory", CLAIMS, 0, MEM_TABLE,
	  damage_claims_next_far },
	{ "claims: second page misaligned", CLAIMS, 0, MEM_TABLE,
	  damage_claims_next_odd },
	{ "claims: first page leads to itself", CLAIMS, 0, CIRCLE,
	  damage_claims_self },
	{ "claims: second page leads to itself", CLAIMS, 0, CIRCLE,
	  damage_claims_self2 },
	{ "claims: circle of two pages", CLAIMS, 0, CIRCLE,
	  damage_claims_circle },
	{ "claims: circle that the counts would allow for hours", CLAIMS, 0,
	  CIRCLE, damage_claims_forever },
};

/* Records of claims and page sets. */
static void set_name(u8 *name, const char *to)
{
	memset(name, 0, KHO_NAME_SIZE);
	memcpy(name, to, strnlen(to, KHO_NAME_SIZE));
}

#define NAME32	"0123456789abcdef0123456789abcdef"

DAMAGE(name_empty, set_name(img->claim[BETA]->name, ""))
DAMAGE(name_long, set_name(img->claim[BETA]->name, NAME32))
DAMAGE(name_slash, set_name(img->claim[BETA]->name, "/"))
DAMAGE(name_at, set_name(img->claim[BETA]->name, "a@b"))
DAMAGE(name_dots, set_name(img->claim[BETA]->name, ".."))
DAMAGE(name_dash, set_name(img->claim[BETA]->name, "-x"))
DAMAGE(name_utf8, set_name(img->claim[BETA]->name, "caf\xc3\xa9"))
DAMAGE(name_space, set_name(img->claim[BETA]->name, "a b"))
DAMAGE(name_newline, set_name(img->claim[BETA]->name, "a\n"))
DAMAGE(format_empty, set_name(img->claim[BETA]->format, ""))
DAMAGE(format_long, set_name(img->claim[BETA]->format, NAME32))
DAMAGE(set_name_empty, set_name(image_set(img, ALPHA)->name, ""))
DAMAGE(set_name_long, set_name(image_set(img, ALPHA)->name, NAME32))
DAMAGE(set_name_slash, set_name(image_set(img, ALPHA)->name, "a/b"))
DAMAGE(sets_uncounted, img->claim[ALPHA]->nr_sets = 0)
DAMAGE(sets_missing, img->claim[ALPHA]->sets = 0)
DAMAGE(sets_fewer, img->claim[ALPHA]->nr_sets--)
DAMAGE(sets_more, img->claim[ALPHA]->nr_sets++)
DAMAGE(sets_all, img->claim[ALPHA]->nr_sets = ~0U)
DAMAGE(sets_far, img->claim[ALPHA]->sets = FAR_AWAY)
DAMAGE(sets_odd, img->claim[ALPHA]->sets += 8)
DAMAGE(sets_claims, img->claim[ALPHA]->sets = image_root(img)->claims)
DAMAGE(sets_crc, ((struct kho_table *)sim_virt(img->claim[ALPHA]->sets))->crc--)
DAMAGE(sets_circle,
	struct kho_table *t = sim_virt(img->claim[GAMMA]->sets);
	t->next = img->claim[GAMMA]->sets;
	img->claim[GAMMA]->nr_sets = ~0U)

#define BAD_NAME	"claim has a bad name"
#define BAD_SET_NAME	"page set has a bad name"

static const struct hostile record_cases[] = {
	{ "claim: empty name", CLAIM, BETA, BAD_NAME, damage_name_empty },
	{ "claim: unterminated name", CLAIM, BETA, BAD_NAME, damage_name_long },
	{ "claim: name \"/\"", CLAIM, BETA, BAD_NAME, damage_name_slash },
	{ "claim: name \"a@b\"", CLAIM, BETA, BAD_NAME, damage_name_at },
	{ "claim: name \"..\"", CLAIM, BETA, BAD_NAME, damage_name_dots },
	{ "claim: name \"-x\"", CLAIM, BETA, BAD_NAME, damage_name_dash },
	{ "claim: name not ASCII", CLAIM, BETA, BAD_NAME, damage_name_utf8 },
	{ "claim: name with a blank", CLAIM, BETA, BAD_NAME, damage_name_space },
	{ "claim: name with a newline", CLAIM, BETA, BAD_NAME,
	  damage_name_newline },
	{ "claim: empty format", CLAIM, BETA, BAD_NAME, damage_format_empty },
	{ "claim: unterminated format", CLAIM, BETA, BAD_NAME,
	  damage_format_long },
	{ "page sets: empty name", CLAIM, ALPHA, BAD_SET_NAME,
	  damage_set_name_empty },
	{ "page sets: unterminated name", CLAIM, ALPHA, BAD_SET_NAME,
	  damage_set_name_long },
	{ "page sets: name \"a/b\"", CLAIM, ALPHA, BAD_SET_NAME,
	  damage_set_name_slash },
	{ "page sets: not counted", CLAIM, ALPHA,
	  "page sets that are not counted", damage_sets_uncounted },
	{ "page sets: counted, but no table", CLAIM, ALPHA, MEM_TABLE,
	  damage_sets_missing },
	{ "page sets: more than the claim says", CLAIM, ALPHA, COUNT,
	  damage_sets_fewer },
	{ "page sets: fewer than the claim says", CLAIM, ALPHA, MEM_TABLE,
	  damage_sets_more },
	{ "page sets: the claim says 2^32 - 1", CLAIM, ALPHA, MEM_TABLE,
	  damage_sets_all },
	{ "page sets: table not in memory", CLAIM, ALPHA, MEM_TABLE,
	  damage_sets_far },
	{ "page sets: table misaligned", CLAIM, ALPHA, MEM_TABLE, damage_sets_odd },
	{ "page sets: table is of claims", CLAIM, ALPHA, KIND,
	  damage_sets_claims },
	{ "page sets: bad crc", CLAIM, ALPHA, CRC_TABLE, damage_sets_crc, true },
	{ "page sets: table runs in a circle", CLAIM, GAMMA, CIRCLE,
	  damage_sets_circle },
};

/* Maps. */
static struct kho_leaf *leaf(unsigned int nr)
{
	struct kho_leaf *l = image_leaf(img, ALPHA);

	while (nr--)
		l = sim_virt(l->next);
	return l;
}

static u64 leaf_phys(unsigned int nr)
{
	return sim_phys(leaf(nr));
}

#define SET	image_set(img, ALPHA)
#define RUN	leaf(0)->runs

DAMAGE(map_null, SET->map = 0)
DAMAGE(map_far, SET->map = FAR_AWAY)
DAMAGE(map_odd, SET->map += 8)
DAMAGE(map_top, SET->map = -PAGE_SIZE)
DAMAGE(map_table, SET->map = img->claim[ALPHA]->sets)
DAMAGE(map_tree, SET->map = img->claim[ALPHA]->subtree)
DAMAGE(map_no_leaves, SET->leaves = 0)
DAMAGE(map_leaf_less, SET->leaves--)
DAMAGE(map_leaf_more, SET->leaves++)
DAMAGE(map_all_leaves, SET->leaves = ~0ULL)
DAMAGE(map_second, SET->map = leaf_phys(1))
DAMAGE(map_runs, SET->runs++)
DAMAGE(map_runs_0, SET->runs = 0)
DAMAGE(map_pages, SET->pages--)
DAMAGE(map_pages_all, SET->pages = ~0ULL)
DAMAGE(leaf_magic, leaf(1)->magic ^= 1ULL << 63)
DAMAGE(leaf_version, leaf(2)->version++)
DAMAGE(leaf_nr_0, leaf(1)->nr = 0)
DAMAGE(leaf_nr_room, leaf(1)->nr = KHO_LEAF_CAPACITY + 1)
DAMAGE(leaf_nr_all, leaf(1)->nr = ~0U)
DAMAGE(leaf_nr_less, leaf(1)->nr--)
DAMAGE(leaf_self, leaf(2)->next = leaf_phys(2); SET->leaves = ~0ULL)
DAMAGE(leaf_circle, leaf(2)->next = leaf_phys(0); SET->leaves = ~0ULL)
DAMAGE(leaf_skip, leaf(0)->next = leaf_phys(2))
DAMAGE(leaf_cut, leaf(0)->next = 0)
DAMAGE(leaf_next_far, leaf(0)->next = FAR_AWAY)
DAMAGE(leaf_next_odd, leaf(0)->next |= 4)
DAMAGE(leaf_on, leaf(2)->next = img->root)
DAMAGE(run_zero, RUN[0] = 0)
DAMAGE(run_pfn_0, RUN[0] = kho_word(0, 0, 3))
DAMAGE(run_order_40, RUN[5] = kho_word(0, 40, 1))
DAMAGE(run_order_63, RUN[5] |= 63ULL << KHO_RUN_PFN_BITS)
DAMAGE(run_odd, RUN[5] = kho_word(kho_word_pfn(RUN[5]) + 1, 1, 1))
DAMAGE(run_end, leaf(2)->runs[leaf(2)->nr - 1] =
	kho_word(KHO_RUN_PFN_MAX, 0, 2))
DAMAGE(run_wrap, leaf(2)->runs[leaf(2)->nr - 1] =
	kho_word(1ULL << 39, 39, KHO_RUN_COUNT_MAX))
DAMAGE(run_ones, RUN[5] = ~0ULL)
DAMAGE(run_unsorted, u64 t = RUN[7]; RUN[7] = RUN[8]; RUN[8] = t)
DAMAGE(run_twice, RUN[8] = RUN[7])
DAMAGE(run_overlap, RUN[7] = kho_word(kho_word_pfn(RUN[7]), 0, 5))
DAMAGE(run_overlap_leaf, u64 *r = leaf(0)->runs + leaf(0)->nr - 1;
	*r = kho_word(kho_word_pfn(*r), 0, 5))
DAMAGE(run_longer, RUN[7] = kho_word(kho_word_pfn(RUN[7]), 0, 4))

#define MEM_LEAF	"leaf is not in usable memory"
#define LEAF		"leaf has no magic or another version"
#define RUNS		"number of runs makes no sense"
#define BEHIND_LEAF	"map goes on behind its last leaf"
#define NOT_HELD	"map does not hold what its record says"
#define SENSE		"run makes no sense"
#define ASCEND		"runs do not ascend"

static const struct hostile map_cases[] = {
	{ "map: at address 0", CLAIM, ALPHA, MEM_LEAF, damage_map_null },
	{ "map: not in memory", CLAIM, ALPHA, MEM_LEAF, damage_map_far },
	{ "map: misaligned", CLAIM, ALPHA, MEM_LEAF, damage_map_odd },
	{ "map: in the last page there is", CLAIM, ALPHA, MEM_LEAF,
	  damage_map_top },
	{ "map: leads to a table", CLAIM, ALPHA, LEAF, damage_map_table },
	{ "map: leads to a subtree", CLAIM, ALPHA, LEAF, damage_map_tree },
	{ "map: no leaves, but runs", CLAIM, ALPHA, BEHIND_LEAF,
	  damage_map_no_leaves },
	{ "map: a leaf more than the record says", CLAIM, ALPHA, BEHIND_LEAF,
	  damage_map_leaf_less },
	{ "map: a leaf less than the record says", CLAIM, ALPHA, MEM_LEAF,
	  damage_map_leaf_more },
	{ "map: the record says 2^64 - 1 leaves", CLAIM, ALPHA, MEM_LEAF,
	  damage_map_all_leaves },
	{ "map: starts at its second leaf", CLAIM, ALPHA, MEM_LEAF,
	  damage_map_second },
	{ "map: number of runs", CLAIM, ALPHA, NOT_HELD, damage_map_runs },
	{ "map: 0 runs", CLAIM, ALPHA, NOT_HELD, damage_map_runs_0 },
	{ "map: number of pages", CLAIM, ALPHA, NOT_HELD, damage_map_pages },
	{ "map: 2^64 - 1 pages", CLAIM, ALPHA, NOT_HELD, damage_map_pages_all },
	{ "leaf: bad magic", CLAIM, ALPHA, LEAF, damage_leaf_magic },
	{ "leaf: other version", CLAIM, ALPHA, LEAF, damage_leaf_version },
	{ "leaf: 0 runs", CLAIM, ALPHA, RUNS, damage_leaf_nr_0 },
	{ "leaf: more runs than fit", CLAIM, ALPHA, RUNS, damage_leaf_nr_room },
	{ "leaf: 2^32 - 1 runs", CLAIM, ALPHA, RUNS, damage_leaf_nr_all },
	{ "leaf: a run cut off", CLAIM, ALPHA, NOT_HELD, damage_leaf_nr_less },
	{ "leaf: leads to itself", CLAIM, ALPHA, ASCEND, damage_leaf_self },
	{ "leaf: leads back to the first", CLAIM, ALPHA, ASCEND,
	  damage_leaf_circle },
	{ "leaf: leads past the next", CLAIM, ALPHA, MEM_LEAF,
	  damage_leaf_skip },
	{ "leaf: leads nowhere", CLAIM, ALPHA, MEM_LEAF, damage_leaf_cut },
	{ "leaf: next not in memory", CLAIM, ALPHA, MEM_LEAF,
	  damage_leaf_next_far },
	{ "leaf: next misaligned", CLAIM, ALPHA, MEM_LEAF,
	  damage_leaf_next_odd },
	{ "leaf: the last leads on", CLAIM, ALPHA, BEHIND_LEAF, damage_leaf_on },
	{ "run: word 0", CLAIM, ALPHA, ASCEND, damage_run_zero },
	{ "run: page 0", CLAIM, ALPHA, ASCEND, damage_run_pfn_0 },
	{ "run: order 40", CLAIM, ALPHA, SENSE, damage_run_order_40 },
	{ "run: order 63", CLAIM, ALPHA, SENSE, damage_run_order_63 },
	{ "run: misaligned", CLAIM, ALPHA, SENSE, damage_run_odd },
	{ "run: ends behind the last page frame", CLAIM, ALPHA, SENSE,
	  damage_run_end },
	{ "run: 2^57 pages", CLAIM, ALPHA, SENSE, damage_run_wrap },
	{ "run: all ones", CLAIM, ALPHA, SENSE, damage_run_ones },
	{ "run: two in the wrong order", CLAIM, ALPHA, ASCEND,
	  damage_run_unsorted },
	{ "run: one twice", CLAIM, ALPHA, ASCEND, damage_run_twice },
	{ "run: two overlap", CLAIM, ALPHA, ASCEND, damage_run_overlap },
	{ "run: two overlap across leaves", CLAIM, ALPHA, ASCEND,
	  damage_run_overlap_leaf },
	{ "run: one longer than counted", CLAIM, ALPHA, NOT_HELD,
	  damage_run_longer },
};

/* Subtrees. */
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

/* Handovers that are good. */
static void expect_good(void)
{
	image_seal(img);
	image_check(img->root, &verdict);
	check_eq(verdict.root, 1);
	if (verdict.why)
		note("%s", verdict.why);
	check_eq(verdict.claims, 0);
	check_eq(verdict.nr_claims, img->nr_claims);
	check_eq(verdict.refused, 0);
}

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

static void test_deep_32(void)
{
	image_build(img);
	deep(32);
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
	start = now_ns();
	expect_good();
	note("checked and used in %llu ms",
	     (unsigned long long)(now_ns() - start) / 1000000);
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
	start = now_ns();
	image_check(img->root, &verdict);
	check_why(verdict.claim_why[BETA], NO_TREE);
	check_eq(verdict.refused, 1);
	check(now_ns() - start < 10 * 1000000000ULL);
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
	check(!kho_check_name(NAME32, 33));
	check(!kho_check_name("_a", 3));
	check(!kho_check_name("a+", 3));
	check(!kho_check_name("\x80", 2));
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
		check_why(verdict.claim_why[0], CRC_TREE);
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

static const struct test tests[] = {
	{ "check: crc32c", test_crc },
	{ "check: names", test_names },
	{ "check: a good handover", test_good },
	{ "check: one that is not sealed", test_unsealed },
	{ "check: one without claims", test_no_claims },
	{ "check: a metadata page more than counted", test_meta_short },
	{ "check: a subtree 32 deep", test_deep_32 },
	{ "check: a subtree of a million nodes", test_million_nodes },
	{ "check: a million names in one long string", test_long_names },
	{ "check: checksums cover all", test_every_bit },
	{ "check: random damage", test_mutations },
	{ "check: random damage to a small one", test_mutations_small },
};

#define NR(a)	(sizeof(a) / sizeof(*(a)))

static struct test all[NR(tests) + NR(root_cases) + NR(claims_cases) +
		       NR(record_cases) + NR(map_cases) + NR(tree_cases)];
static size_t nr_all;

static void add_cases(const struct hostile *cases, size_t nr)
{
	for (; nr--; cases++)
		all[nr_all++] = (struct test) {
			.name = cases->name, .run_case = run_hostile,
			.arg = cases,
		};
}

int main(int argc, char **argv)
{
	memcpy(all, tests, sizeof(tests));
	nr_all = NR(tests);
	add_cases(root_cases, NR(root_cases));
	add_cases(claims_cases, NR(claims_cases));
	add_cases(record_cases, NR(record_cases));
	add_cases(map_cases, NR(map_cases));
	add_cases(tree_cases, NR(tree_cases));
	return harness_main(argc, argv, all, nr_all);
}
