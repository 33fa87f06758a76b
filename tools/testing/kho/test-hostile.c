// SPDX-License-Identifier: GPL-2.0
/* Broken roots, tables, records and maps. */
#include <string.h>

#include "harness.h"
#include "hostile.h"
#include "sim.h"

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
static struct kho_table *behind(const struct kho_table *t)
{
	return sim_virt(t->next);
}

static struct kho_table *claims2(void)
{
	return behind(image_claims(img));
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
DAMAGE(claims_room, image_claims(img)->nr++; claims2()->nr--)
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

/* The table of the one claim whose page sets take two pages. */
static struct kho_table *gamma_sets(void)
{
	return sim_virt(img->claim[GAMMA]->sets);
}

#define NAME32	"0123456789abcdef0123456789abcdef"

DAMAGE(name_empty, set_name(img->claim[BETA]->name, ""))
DAMAGE(name_long, set_name(img->claim[BETA]->name, NAME32))
DAMAGE(name_slash, set_name(img->claim[BETA]->name, "/"))
DAMAGE(name_at, set_name(img->claim[BETA]->name, "a@b"))
DAMAGE(name_dots, set_name(img->claim[BETA]->name, ".."))
DAMAGE(name_dash, set_name(img->claim[BETA]->name, "-x"))
DAMAGE(name_utf8, set_name(img->claim[BETA]->name, "k\xc3\xb6"))
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

DAMAGE(sets_room, gamma_sets()->nr++; behind(gamma_sets())->nr--)

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
	{ "page sets: more than fit into a page", CLAIM, GAMMA, COUNT,
	  damage_sets_room },
	{ "page sets: table runs in a circle", CLAIM, GAMMA, CIRCLE,
	  damage_sets_circle },
};

/* Maps. */
static struct kho_leaf *leaf_of(unsigned int claim, unsigned int nr)
{
	struct kho_leaf *l = image_leaf(img, claim);

	while (nr--)
		l = sim_virt(l->next);
	return l;
}

static struct kho_leaf *leaf(unsigned int nr)
{
	return leaf_of(ALPHA, nr);
}

static u64 leaf_phys(unsigned int nr)
{
	return sim_phys(leaf(nr));
}

#define SET	image_set(img, ALPHA)
#define RUN	leaf(0)->words

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
DAMAGE(leaf_kind_0, leaf(1)->kind = 0)
DAMAGE(leaf_kind_3, leaf(1)->kind = 3)
DAMAGE(leaf_order, leaf(1)->order = 1)
DAMAGE(leaf_base, leaf(1)->base = KHO_LEAF_BITS)
DAMAGE(leaf_as_bitmap, leaf(1)->kind = KHO_LEAF_BITMAP)
DAMAGE(run_zero, RUN[0] = 0)
DAMAGE(run_pfn_0, RUN[0] = kho_word(0, 0, 3))
DAMAGE(run_order_40, RUN[5] = kho_word(0, 40, 1))
DAMAGE(run_order_63, RUN[5] |= 63ULL << KHO_RUN_PFN_BITS)
DAMAGE(run_odd, RUN[5] = kho_word(kho_word_pfn(RUN[5]) + 1, 1, 1))
DAMAGE(run_end, leaf(2)->words[leaf(2)->nr - 1] =
	kho_word(KHO_RUN_PFN_MAX, 0, 2))
DAMAGE(run_wrap, leaf(2)->words[leaf(2)->nr - 1] =
	kho_word(1ULL << 39, 39, KHO_RUN_COUNT_MAX))
DAMAGE(run_ones, RUN[5] = ~0ULL)
DAMAGE(run_unsorted, u64 t = RUN[7]; RUN[7] = RUN[8]; RUN[8] = t)
DAMAGE(run_twice, RUN[8] = RUN[7])
DAMAGE(run_overlap, RUN[7] = kho_word(kho_word_pfn(RUN[7]), 0,
	kho_word_pfn(RUN[8]) + 1 - kho_word_pfn(RUN[7])))
DAMAGE(run_overlap_leaf, u64 *r = leaf(0)->words + leaf(0)->nr - 1;
	*r = kho_word(kho_word_pfn(*r), 0,
		      kho_word_pfn(leaf(1)->words[0]) + 1 - kho_word_pfn(*r)))
DAMAGE(run_longer, RUN[7] = kho_word(kho_word_pfn(RUN[7]), 0, 4))

#define BITMAP	leaf_of(BETA, 1)

/* Sets or clears one bit, and the number of runs right. */
static void turn_bit(struct kho_leaf *l, u64 bit)
{
	u64 folios;

	l->words[bit / 64] ^= 1ULL << bit % 64;
	l->nr = kho_leaf_count_bits(l, &folios);
}

DAMAGE(bitmap_as_runs, BITMAP->kind = KHO_LEAF_RUNS)
DAMAGE(bitmap_order_40, BITMAP->order = 40; BITMAP->base = 0)
DAMAGE(bitmap_order_255, BITMAP->order = 255; BITMAP->base = 0)
DAMAGE(bitmap_grid, BITMAP->base += 1)
DAMAGE(bitmap_grid_order, BITMAP->order++; BITMAP->base |= KHO_LEAF_BITS)
DAMAGE(bitmap_base_2_40, BITMAP->base = (u64)KHO_LEAF_BITS << 40)
DAMAGE(bitmap_base_ones, BITMAP->base = ~0ULL)
DAMAGE(bitmap_nr_more, BITMAP->nr++)
DAMAGE(bitmap_nr_less, BITMAP->nr--)
DAMAGE(bitmap_nr_0, BITMAP->nr = 0)
DAMAGE(bitmap_nr_ones, BITMAP->nr = ~0U)
DAMAGE(bitmap_zeroes, memset(BITMAP->words, 0, 8 * KHO_LEAF_CAPACITY))
DAMAGE(bitmap_empty, memset(BITMAP->words, 0, 8 * KHO_LEAF_CAPACITY);
	BITMAP->nr = 0)
DAMAGE(bitmap_bit, turn_bit(BITMAP, KHO_LEAF_BITS - 1))
DAMAGE(bitmap_page_0, leaf_of(BETA, 0)->base = 0)
DAMAGE(bitmap_twice, BITMAP->base = leaf_of(BETA, 0)->base)
DAMAGE(bitmap_back, BITMAP->base -= 7ULL * KHO_LEAF_BITS)
DAMAGE(bitmap_behind, leaf_of(BETA, 2)->base = (u64)KHO_LEAF_BITS << 20)
DAMAGE(bitmap_end, struct kho_leaf *l = leaf_of(BETA, 2);
	l->order = 0;
	l->base = KHO_RUN_PFN_MAX / KHO_LEAF_BITS * KHO_LEAF_BITS;
	turn_bit(l, KHO_LEAF_BITS - 1))
DAMAGE(bitmap_end_39, struct kho_leaf *l = leaf_of(BETA, 2);
	memset(l->words, 0, 8 * KHO_LEAF_CAPACITY);
	l->base = 0;
	l->order = 39;
	turn_bit(l, 2))

#define MEM_LEAF	"leaf is not in usable memory"
#define LEAF		"leaf has no magic or another version"
#define RUNS		"number of runs makes no sense"
#define BEHIND_LEAF	"map goes on behind its last leaf"
#define NOT_HELD	"map does not hold what its record says"
#define SENSE		"run makes no sense"
#define ASCEND		"runs do not ascend"
#define UNKNOWN		"leaf is of an unknown kind"
#define NOT_BITMAP	"leaf of runs has an order or a base"
#define NOWHERE		"bitmap is not where one can be"

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
	{ "leaf: kind 0", CLAIM, ALPHA, UNKNOWN, damage_leaf_kind_0 },
	{ "leaf: kind 3", CLAIM, ALPHA, UNKNOWN, damage_leaf_kind_3 },
	{ "leaf: runs with an order", CLAIM, ALPHA, NOT_BITMAP,
	  damage_leaf_order },
	{ "leaf: runs with a base", CLAIM, ALPHA, NOT_BITMAP, damage_leaf_base },
	{ "leaf: runs that are said to be bits", CLAIM, ALPHA, RUNS,
	  damage_leaf_as_bitmap },
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
	{ "bitmap: said to be runs", CLAIM, BETA, RUNS, damage_bitmap_as_runs },
	{ "bitmap: order 40", CLAIM, BETA, NOWHERE, damage_bitmap_order_40 },
	{ "bitmap: order 255", CLAIM, BETA, NOWHERE, damage_bitmap_order_255 },
	{ "bitmap: base beside the grid", CLAIM, BETA, NOWHERE,
	  damage_bitmap_grid },
	{ "bitmap: base on the grid of a lower order", CLAIM, BETA, NOWHERE,
	  damage_bitmap_grid_order },
	{ "bitmap: base behind the last page frame", CLAIM, BETA, NOWHERE,
	  damage_bitmap_base_2_40 },
	{ "bitmap: base 2^64 - 1", CLAIM, BETA, NOWHERE,
	  damage_bitmap_base_ones },
	{ "bitmap: a run less than counted", CLAIM, BETA, RUNS,
	  damage_bitmap_nr_more },
	{ "bitmap: a run more than counted", CLAIM, BETA, RUNS,
	  damage_bitmap_nr_less },
	{ "bitmap: 0 runs counted", CLAIM, BETA, RUNS, damage_bitmap_nr_0 },
	{ "bitmap: 2^32 - 1 runs counted", CLAIM, BETA, RUNS,
	  damage_bitmap_nr_ones },
	{ "bitmap: no bits", CLAIM, BETA, RUNS, damage_bitmap_zeroes },
	{ "bitmap: no bits, and no runs counted", CLAIM, BETA, RUNS,
	  damage_bitmap_empty },
	{ "bitmap: a bit more than the record says", CLAIM, BETA, NOT_HELD,
	  damage_bitmap_bit },
	{ "bitmap: page 0", CLAIM, BETA, ASCEND, damage_bitmap_page_0 },
	{ "bitmap: one twice", CLAIM, BETA, ASCEND, damage_bitmap_twice },
	{ "bitmap: one before the one before", CLAIM, BETA, ASCEND,
	  damage_bitmap_back },
	{ "bitmap: one behind the runs behind it", CLAIM, BETA, ASCEND,
	  damage_bitmap_behind },
	{ "bitmap: bit behind the last page frame", CLAIM, BETA, SENSE,
	  damage_bitmap_end },
	{ "bitmap: order 39, bit behind the last page frame", CLAIM, BETA,
	  SENSE, damage_bitmap_end_39 },
};

int main(int argc, char **argv)
{
	hostile_add(root_cases, NR(root_cases));
	hostile_add(claims_cases, NR(claims_cases));
	hostile_add(record_cases, NR(record_cases));
	hostile_add(map_cases, NR(map_cases));
	return hostile_main(argc, argv, NULL, 0);
}
