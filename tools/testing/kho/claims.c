// SPDX-License-Identifier: GPL-2.0
/* Handovers with random claims. */
#include <stdio.h>

#include <linux/libfdt.h>

#include "claims.h"
#include "harness.h"
#include "maptest.h"
#include "pages.h"

/* A subtree is at most so large: what is in it fits into a page. */
#define MAX_TREE_PAGES	3

struct image handover;
unsigned long claims_seen_large;

void claims_begin(void)
{
	sim_reset();
	image_begin(&handover);
}

void claims_add(void)
{
	char name[16];

	snprintf(name, sizeof(name), "claim%u", handover.nr_claims);
	image_claim(&handover, name, NULL, 0);
}

void claims_add_set(struct kho_map *map)
{
	char name[16];

	snprintf(name, sizeof(name), "set%u", handover.nr_sets);
	image_set_add(&handover, name, map);
	map_forget(map);
}

/* Never once all random numbers are 0, unless @n is 1. */
static bool one_in(unsigned int n)
{
	return n && rnd_below(n) == 1 % n;
}

/* Free, in no claim, and not where metadata will be put. */
static bool may_be_given(u64 pfn, u64 nr)
{
	u64 i;

	if (pages_are_simulated(pfn, nr))
		return false;
	for (i = pfn; i < pfn + nr; i++)
		if (!page_is_free(i) || *page_at(i) & GIVEN)
			return false;
	return true;
}

static void give(u64 pfn, u64 nr)
{
	u64 end = min(pfn + nr, PAGES_END);

	for (pfn = max(pfn, FIRST_PFN); pfn < end; pfn++)
		*page_at(pfn) |= GIVEN;
}

/* A page for a run: a free one; or any, and every other time metadata. */
static u64 some_pfn(bool bad)
{
	u64 pfn;

	if (bad && rnd_below(2))
		return (SIM_BASE + rnd_below(sim_end() - SIM_BASE)) / PAGE_SIZE;
	pfn = FIRST_PFN + rnd_below(PAGES);
	while (!bad && !page_is_free(pfn))
		pfn = pfn + 1 < PAGES_END ? pfn + 1 : FIRST_PFN;
	return pfn;
}

/* A run of a claim: nothing overlaps unless it is bad. */
static void add_run(const struct claims *c, struct kho_map *map)
{
	unsigned int order = rnd_below(4) ? 0 : rnd_below(10);
	u64 nr = order ? 1ULL << order : 1 + rnd_below(1ULL << rnd_below(9));
	bool bad = one_in(c->bad);
	u64 pfn = some_pfn(bad) & -(1ULL << order);

	if (!bad && !may_be_given(pfn, nr))
		return;
	if (!map_add(map, pfn, nr, order))
		give(pfn, nr);
}

/* So many single pages close together that the map has bitmaps. */
static void add_dense(struct kho_map *map)
{
	unsigned int n, sparse = 1 + rnd_below(4);
	u64 pfn = some_pfn(false);

	for (n = 1200; n; n--, pfn += 1 + rnd_below(sparse + 2)) {
		if (!may_be_given(pfn, 1))
			continue;
		check_eq(map_add(map, pfn, 1, 0), 0);
		give(pfn, 1);
	}
	claims_seen_large += map->nr_runs > KHO_LEAF_CAPACITY;
}

static void add_plain_set(const struct claims *c)
{
	struct kho_map map;
	unsigned int n;

	kho_map_init(&map);
	for (n = rnd_below(c->runs + 1); n; n--)
		add_run(c, &map);
	if (one_in(8))
		add_dense(&map);
	claims_add_set(&map);
}

/*
 * Page sets that break what a writer promises and no reader relies on: leaves of
 * all kinds in any order, as full as they happen to be, in one cell or with
 * words that could be one.
 */

/**
 * struct raw - what comes next
 * @order: of the folios
 * @size: at most so many of them in a run, and fewer pages before it
 */
struct raw {
	unsigned int	order;
	u64		size;
};

/* Of the large orders, few have a folio in the model. */
static struct raw raw_any(void)
{
	struct raw r = { .size = 1ULL << rnd_below(8) };

	if (!rnd_below(3))
		r.order = rnd_below(rnd_below(64) ? 8 : KHO_RUN_ORDER_MAX + 1);
	return r;
}

/* A run of @count folios at or behind @pos: its first page. */
static u64 raw_place(const struct claims *c, const struct raw *r, u64 pos,
		     u64 count)
{
	u64 folio = 1ULL << r->order, nr = count << r->order, pfn, i;

	pfn = (pos + rnd_below(r->size) + folio - 1) & -folio;
	if (one_in(c->bad))
		return pfn;
	for (i = pfn; i < pfn + nr && i < PAGES_END; i++)
		if (!may_be_given(i, 1))
			pfn = (i + folio) & -folio;
	return pfn;
}

/* Is there room for a run? If there is none, it may still be a bad one. */
static bool raw_fits(const struct claims *c, u64 pfn, u64 nr)
{
	return pfn + nr <= PAGES_END || one_in(c->bad);
}

/* Words for pages behind @pos; where the last one ends. */
static u64 raw_runs(const struct claims *c, struct kho_leaf *leaf, u64 pos)
{
	unsigned int max = 1 + rnd_below(rnd_below(4) ? 16 : KHO_LEAF_CAPACITY);

	kho_leaf_init_runs(leaf);
	while (leaf->nr < max) {
		struct raw r = raw_any();
		u64 count = 1 + rnd_below(r.size);
		u64 pfn = raw_place(c, &r, pos, count);

		if (!raw_fits(c, pfn, count << r.order))
			break;
		leaf->words[leaf->nr++] = kho_word(pfn, r.order, count);
		give(pfn, count << r.order);
		pos = pfn + (count << r.order);
	}
	/* One that may make no sense. */
	if (leaf->nr && one_in(c->bad) && one_in(c->bad))
		leaf->words[rnd_below(leaf->nr)] = rnd64();
	return pos;
}

/* Bits for pages behind @pos; where the last one ends. */
static u64 raw_bitmap(const struct claims *c, struct kho_leaf *leaf, u64 pos)
{
	struct raw r = raw_any();
	unsigned int n;
	u64 folios;

	kho_leaf_init_bitmap(leaf, kho_word(pos, r.order, 1));
	for (n = 1 + rnd_below(300); n; n--) {
		u64 count = 1 + rnd_below(r.size);
		u64 pfn = raw_place(c, &r, pos, count);
		u64 bit = kho_leaf_bit(leaf, pfn);

		if (!raw_fits(c, pfn, count << r.order) ||
		    bit + count > KHO_LEAF_BITS)
			break;
		give(pfn, count << r.order);
		pos = pfn + (count << r.order);
		for (; count; count--, bit++)
			leaf->words[bit / 64] |= 1ULL << bit % 64;
	}
	leaf->nr = kho_leaf_count_bits(leaf, &folios);
	return pos;
}

/* An empty page set of the last claim. */
static struct kho_set_rec *add_empty_set(void)
{
	struct kho_map map;

	kho_map_init(&map);
	claims_add_set(&map);
	return handover.set[handover.nr_sets - 1];
}

static void add_raw_set(const struct claims *c)
{
	struct kho_set_rec *set = add_empty_set();
	u64 *link = &set->map, pos = some_pfn(one_in(c->bad)), phys;
	struct kho_leaf *leaf;
	unsigned int n;

	for (n = rnd_below(4); n; n--) {
		phys = sim_alloc(1);
		leaf = sim_virt(phys);
		pos = rnd_below(3) ? raw_runs(c, leaf, pos) :
				     raw_bitmap(c, leaf, pos);
		if (!leaf->nr)
			break;
		*link = phys;
		link = &leaf->next;
		set->leaves++;
		set->runs += leaf->nr;
		set->pages += kho_leaf_pages(leaf);
		handover.meta_pages++;
	}
}

/* Metadata of one claim or page set in another one, too: each time it counts. */

static void share_map(void)
{
	struct kho_set_rec *set = add_empty_set();

	*set = *handover.set[rnd_below(handover.nr_sets)];
	handover.meta_pages += set->leaves;
}

static void share_table(struct kho_claim_rec *claim)
{
	const struct kho_claim_rec *of;
	struct kho_table_iter it;
	struct kho_set_rec *set;

	of = handover.claim[rnd_below(handover.nr_claims)];
	claim->sets = of->sets;
	claim->nr_sets = of->nr_sets;
	handover.meta_pages += !!of->sets;
	kho_table_for_each(set, it, of->sets)
		handover.meta_pages += set->leaves;
}

static void share_tree(struct kho_claim_rec *claim)
{
	const struct kho_claim_rec *of;

	of = handover.claim[rnd_below(handover.nr_claims)];
	handover.meta_pages += of->subtree_size / PAGE_SIZE;
	claim->subtree = of->subtree;
	claim->subtree_size = of->subtree_size;
}

static void add_tree(unsigned int pages)
{
	static u8 fdt[MAX_TREE_PAGES * PAGE_SIZE];

	check_eq(fdt_create(fdt, PAGE_SIZE), 0);
	check_eq(fdt_finish_reservemap(fdt), 0);
	check_eq(fdt_begin_node(fdt, ""), 0);
	check_eq(fdt_end_node(fdt), 0);
	check_eq(fdt_finish(fdt), 0);
	image_subtree(&handover, handover.nr_claims - 1, fdt, pages * PAGE_SIZE);
}

static void add_sets(const struct claims *c)
{
	unsigned int n;

	for (n = rnd_below(MAX_OWNER_SETS + 1); n; n--) {
		if (one_in(c->bad) && handover.nr_sets)
			share_map();
		else if (one_in(c->raw))
			add_raw_set(c);
		else
			add_plain_set(c);
	}
}

void claims_make(const struct claims *c)
{
	unsigned int nr = 1 + rnd_below(rnd_below(2) ? 2 : MAX_OWNERS - 1);
	struct kho_claim_rec *claim;

	claims_begin();
	while (nr--) {
		claims_add();
		claim = handover.claim[handover.nr_claims - 1];
		if (one_in(c->bad))
			share_tree(claim);
		else if (one_in(4))
			add_tree(1 + rnd_below(MAX_TREE_PAGES));
		if (one_in(c->bad))
			share_table(claim);
		else
			add_sets(c);
	}
	image_finish(&handover);
}
