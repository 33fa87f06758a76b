// SPDX-License-Identifier: GPL-2.0
/*
 * From a handover to blocks and holes: random memory, random claims, good and
 * bad, against a model that has one byte a page.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/sort.h>

#include "blocks.h"
#include "check.h"
#include "harness.h"
#include "image.h"
#include "maptest.h"
#include "sim.h"

/* Simulated memory is in the middle; the rest of it exists only in the model. */
#define SIDE		4096UL
#define PAGES		(3 * SIDE)
#define FIRST_PFN	((u64)(SIM_BASE / PAGE_SIZE) - SIDE)

#define MAX_OWNERS	24
#define MAX_OWNER_SETS	4
#define MAX_GAPS	255
#define OWNER_ROOT	((u32)~0U)

/* What a page is in the model. */
enum {
	HOLE	= 1,	/* no memory */
	USED	= 2,	/* reserved by others */
	SCRATCH	= 4,
	META	= 8,	/* of someone who was not refused, like the next */
	KEPT	= 16,
	BLOCK	= 32,
	FREED	= 64,
};

static unsigned long seen_bitmaps;

static u8 page[PAGES];
static u8 claimed[PAGES];	/* how often */
static unsigned int nr_windows;

static struct image img;
static struct kho_map maps[MAX_OWNERS][MAX_OWNER_SETS];
static unsigned int nr_sets[MAX_OWNERS];
static unsigned int nr_owners;

static struct kho_claim_rec *recs[MAX_OWNERS];
static struct kho_meta metas[PAGES];
static struct kho_meta all_metas[PAGES];	/* of those who were refused, too */
static unsigned long nr_meta, nr_all_metas;
static u32 owner;
static struct kho_merge_source sources[MAX_OWNERS * MAX_OWNER_SETS];
static struct kho_block gaps[MAX_GAPS];	/* used from its end */
static struct kho_block blocks[PAGES];
static long nr_blocks;

static u8 *page_at(u64 pfn)
{
	check(pfn >= FIRST_PFN && pfn < FIRST_PFN + PAGES);
	return &page[pfn - FIRST_PFN];
}

static bool outside(u64 pfn)
{
	return pfn < FIRST_PFN || pfn >= FIRST_PFN + PAGES;
}

static bool is_free(u64 pfn)
{
	return !outside(pfn) && !(*page_at(pfn) & (HOLE | USED | SCRATCH));
}

/* Windows end at random within free memory, too, as memblock's regions do. */
static bool window_next(struct kho_windows *w)
{
	u64 pfn = w->it ?: FIRST_PFN;

	while (pfn < FIRST_PFN + PAGES && !is_free(pfn))
		pfn++;
	w->it = pfn;
	if (pfn == FIRST_PFN + PAGES)
		return false;
	w->pfn = pfn;
	while (is_free(pfn) && (pfn == w->pfn || pfn % 1024))
		pfn++;
	w->end = pfn;
	w->it = pfn;
	return true;
}

/* Memory: all there at first, then pieces taken out. */
static void make_memory(unsigned int pieces)
{
	static const u8 kinds[] = { HOLE, USED, SCRATCH };
	u64 i, pos, nr;
	u8 kind;

	memset(page, 0, sizeof(page));
	while (pieces--) {
		kind = kinds[rnd_below(3)];
		nr = 1 + rnd_below(1ULL << rnd_below(12));
		pos = rnd_below(PAGES - nr);
		for (i = pos; i < pos + nr; i++)
			/* Where metadata is there is memory. */
			if (i < SIDE || i >= 2 * SIDE)
				page[i] |= kind;
	}
}

/* A page for a run: mostly a good one, now and then one of any kind. */
static u64 some_pfn(unsigned int bad)
{
	u64 pfn;

	do {
		pfn = FIRST_PFN + rnd_below(PAGES);
		if (bad && !rnd_below(bad))
			break;
	} while (!is_free(pfn));
	return pfn;
}

static bool all_free(u64 pfn, u64 nr)
{
	while (nr--)
		if (!is_free(pfn + nr) || *page_at(pfn + nr) & KEPT)
			return false;
	return true;
}

/*
 * A run of a claim: nothing overlaps unless it is to be bad. KEPT means here
 * that the page was given to someone.
 */
static void add_run(struct kho_map *map, unsigned int bad)
{
	unsigned int order = rnd_below(4) ? 0 : rnd_below(10);
	u64 nr = order ? 1ULL << order : 1 + rnd_below(1ULL << rnd_below(9));
	bool any = bad && !rnd_below(bad);
	u64 pfn = some_pfn(bad) & -(1ULL << order), i;

	if (!any && !all_free(pfn, nr))
		return;
	/* Room for metadata: pages that the tables will take are not known yet. */
	if (!any && pfn + nr > FIRST_PFN + SIDE && pfn < FIRST_PFN + 2 * SIDE)
		return;
	if (map_add(map, pfn, nr, order))
		return;
	for (i = pfn; i < pfn + nr; i++) {
		if (outside(i))
			continue;
		*page_at(i) |= KEPT;
		claimed[i - FIRST_PFN]++;
	}
}

/* So many single pages close together that the map has bitmaps. */
static void add_dense(struct kho_map *map)
{
	unsigned int n, sparse = 1 + rnd_below(4);
	u64 pfn = some_pfn(0);

	for (n = 1200; n && !outside(pfn); n--, pfn += 1 + rnd_below(sparse + 2)) {
		if (!all_free(pfn, 1) || (pfn >= FIRST_PFN + SIDE &&
					  pfn < FIRST_PFN + 2 * SIDE))
			continue;
		check_eq(map_add(map, pfn, 1, 0), 0);
		*page_at(pfn) |= KEPT;
		claimed[pfn - FIRST_PFN]++;
	}
	seen_bitmaps += map->nr_runs > KHO_LEAF_CAPACITY;
}

static void begin_handover(void)
{
	memset(claimed, 0, sizeof(claimed));
	sim_reset();
	image_begin(&img);
}

static void make_handover(unsigned int runs, unsigned int bad)
{
	unsigned int i, k, n;
	char name[16];

	begin_handover();
	nr_owners = 1 + rnd_below(rnd_below(2) ? 2 : MAX_OWNERS - 1);
	for (i = 0; i < nr_owners; i++) {
		snprintf(name, sizeof(name), "claim%u", i);
		image_claim(&img, name, NULL, 0);
		nr_sets[i] = rnd_below(MAX_OWNER_SETS + 1);
		for (k = 0; k < nr_sets[i]; k++) {
			kho_map_init(&maps[i][k]);
			for (n = rnd_below(runs + 1); n; n--)
				add_run(&maps[i][k], bad);
			if (!rnd_below(8))
				add_dense(&maps[i][k]);
			snprintf(name, sizeof(name), "set%u", k);
			image_set_add(&img, name, &maps[i][k]);
		}
	}
	image_finish(&img);
	for (i = 0; i < PAGES; i++)
		page[i] &= ~KEPT;
}

static void forget_handover(void)
{
	unsigned int i, k;

	for (i = 0; i < nr_owners; i++)
		for (k = 0; k < nr_sets[i]; k++)
			kho_map_destroy(&maps[i][k]);
}

/* What follows does what kernel/kho/reserve.c does. */

static void *early_page(struct kho_checker *c, u64 phys, u64 size)
{
	u64 pfn = phys / PAGE_SIZE;

	for (; pfn < (phys + size) / PAGE_SIZE; pfn++)
		if (!is_free(pfn))
			return NULL;
	return sim_is_memory(phys, size) ? sim_virt(phys) : NULL;
}

static int early_meta(struct kho_checker *c, u64 phys, u64 size)
{
	metas[nr_meta++] = (struct kho_meta) {
		.pfn = phys / PAGE_SIZE, .nr = size / PAGE_SIZE, .owner = owner,
	};
	for (; size; size -= PAGE_SIZE)
		claimed[phys / PAGE_SIZE + size / PAGE_SIZE - 1 - FIRST_PFN]++;
	return 0;
}

static bool is_refused(u32 nr)
{
	return nr != OWNER_ROOT && recs[nr]->refused;
}

static unsigned int nr_refusals;
static const char *last_why;
static u64 last_pfn;

/* The root can't be refused: that ends the walk. */
static int refuse(u32 nr, u64 pfn, const char *why)
{
	nr_refusals++;
	last_why = why;
	last_pfn = pfn;
	if (nr == OWNER_ROOT)
		return -EBADMSG;
	check(!recs[nr]->refused);
	recs[nr]->refused = 1;
	return 0;
}

static int cmp_meta(const void *a, const void *b)
{
	const struct kho_meta *l = a, *r = b;

	return l->pfn < r->pfn ? -1 : l->pfn > r->pfn;
}

static void drop_meta(void)
{
	unsigned long i, nr = 0;

	for (i = 0; i < nr_meta; i++)
		if (!is_refused(metas[i].owner))
			metas[nr++] = metas[i];
	nr_meta = nr;
}

static struct kho_merge start_walk(void)
{
	struct kho_merge m = {
		.sources = sources, .meta = metas, .nr_meta = nr_meta,
	};
	struct kho_table_iter it;
	struct kho_set_rec *set;
	u32 i;

	for (i = 0; i < nr_owners; i++)
		if (!is_refused(i))
			kho_table_for_each(set, it, recs[i]->sets)
				kho_merge_push(&m, set->map, i);
	return m;
}

static void take_handover(struct kho_blocks *b)
{
	struct kho_checker c = { .page = early_page, .meta = early_meta };
	const struct kho_owners owners = { is_refused, refuse, OWNER_ROOT };
	struct kho_windows w = { .next = window_next };
	struct kho_claim_rec *rec;
	struct kho_table_iter it;
	struct kho_root *root;
	int refused;

	nr_meta = 0;
	owner = OWNER_ROOT;
	check_eq(kho_check_root(&c, img.root, &root), 1);
	check_eq(kho_check_claims(&c, root), 0);
	owner = 0;
	kho_table_for_each(rec, it, root->claims) {
		recs[owner] = rec;
		rec->refused = 0;
		check_eq(kho_check_claim(&c, rec), 0);
		owner++;
	}
	check_eq(owner, nr_owners);
	sort(metas, nr_meta, sizeof(*metas), cmp_meta, NULL);
	memcpy(all_metas, metas, nr_meta * sizeof(*metas));
	nr_all_metas = nr_meta;
	do {
		struct kho_merge m = start_walk();
		struct kho_windows all = { .next = window_next };

		refused = kho_blocks_layout(b, &m, &all, &owners);
		check(refused >= 0);
		drop_meta();
	} while (refused);
	for (nr_windows = 0; window_next(&w); nr_windows++)
		;
	w = (struct kho_windows) { .next = window_next };
	nr_blocks = kho_blocks_collect(b, &w, blocks, b->nr_gaps + nr_windows);
	check(nr_blocks >= 0);
}

/* Mark a page as kept; it may have no other mark, and must be usable. */
static void keep(u64 pfn, u64 nr, u8 as)
{
	for (; nr--; pfn++) {
		check(is_free(pfn));
		check(!(*page_at(pfn) & (META | KEPT)));
		*page_at(pfn) |= as;
	}
}

static void mark_kept(void)
{
	struct kho_run run;
	unsigned int i, k;
	unsigned long n;
	u64 pfn;

	for (n = 0; n < nr_meta; n++)
		keep(metas[n].pfn, metas[n].nr, META);
	for (i = 0; i < nr_owners; i++) {
		if (is_refused(i))
			continue;
		for (k = 0; k < nr_sets[i]; k++)
			for (pfn = 0; kho_map_next(&maps[i][k], pfn, &run);
			     pfn = run.pfn + run.nr)
				keep(run.pfn, run.nr, KEPT);
	}
}

/* Does the claim have a page that it can't have, or that another one claims? */
static bool has_fault(unsigned int i)
{
	struct kho_run run;
	unsigned long n;
	unsigned int k;
	u64 pfn, p;

	for (n = 0; n < nr_all_metas; n++)
		for (p = 0; p < all_metas[n].nr; p++)
			if (all_metas[n].owner == i &&
			    claimed[all_metas[n].pfn + p - FIRST_PFN] > 1)
				return true;
	for (k = 0; k < nr_sets[i]; k++)
		for (pfn = 0; kho_map_next(&maps[i][k], pfn, &run);
		     pfn = run.pfn + run.nr)
			for (p = run.pfn; p < run.pfn + run.nr; p++)
				if (!is_free(p) || claimed[p - FIRST_PFN] > 1)
					return true;
	return false;
}

static void note_hole(const struct kho_block *b, u64 pfn, u64 end)
{
	check(b >= blocks && b < blocks + nr_blocks);
	check(pfn < end && pfn >= b->pfn && end <= b->end);
	for (; pfn < end; pfn++) {
		check(*page_at(pfn) & BLOCK);
		check(!(*page_at(pfn) & (META | KEPT | FREED)));
		*page_at(pfn) |= FREED;
	}
}

/* Each page is in use before, kept, freed once, or was never touched. */
static void check_pages(const struct kho_blocks *b)
{
	struct kho_merge m = start_walk();
	unsigned long i;
	u64 pfn;

	check(nr_blocks <= b->nr_gaps + nr_windows);
	for (i = 0; i < nr_blocks; i++) {
		check(blocks[i].pfn < blocks[i].end);
		check(!i || blocks[i].pfn >= blocks[i - 1].end);
		for (pfn = blocks[i].pfn; pfn < blocks[i].end; pfn++) {
			check(is_free(pfn));
			*page_at(pfn) |= BLOCK;
		}
	}
	kho_blocks_walk_holes(blocks, nr_blocks, &m, note_hole);
	for (i = 0; i < PAGES; i++) {
		bool kept = page[i] & (META | KEPT);

		check(!kept || page[i] & BLOCK);
		check(!(page[i] & BLOCK) || kept != !!(page[i] & FREED));
	}
}

static int cmp_u64(const void *a, const void *b)
{
	u64 l = *(const u64 *)a, r = *(const u64 *)b;

	return l < r ? 1 : l == r ? 0 : -1;
}

/*
 * No gaps but the largest stay out. Of those that are so small that they may be
 * passed over, any do.
 */
static void check_gaps(const struct kho_blocks *b)
{
	const u64 small = b->thorough ? 0 : 256;
	static u64 sizes[PAGES];
	u64 sum = 0, must = 0, last = 0, is = 0;
	unsigned long i, nr = 0;

	for (i = 0; i < PAGES; i++) {
		if (!(page[i] & (META | KEPT)))
			continue;
		if (last && i > last + small)
			sizes[nr++] = i - last;
		last = i + 1;
	}
	sort(sizes, nr, sizeof(*sizes), cmp_u64, NULL);
	for (i = 0; i < b->nr_gaps; i++) {
		check(b->gap[i].pfn < b->gap[i].end);
		if (b->gap[i].end - b->gap[i].pfn <= small)
			continue;
		sum += b->gap[i].end - b->gap[i].pfn;
		must += sizes[is++];
	}
	check_eq(is, nr < b->max_gaps ? nr : b->max_gaps);
	check_eq(sum, must);
}

/* The large gaps come first, and the blocks do with them alone. */
static void check_large(struct kho_blocks *b)
{
	struct kho_windows w = { .next = window_next };
	unsigned long i, nr_large, nr = b->nr_gaps;
	u64 large = rnd_below(300), sum = 0;

	for (i = 0; i < nr; i++)
		sum += b->gap[i].end - b->gap[i].pfn;
	nr_large = kho_blocks_large_first(b, large);
	check_eq(b->nr_gaps, nr);
	for (i = 0; i < nr; i++) {
		u64 size = b->gap[i].end - b->gap[i].pfn;

		check_eq(i < nr_large, size >= large);
		sum -= size;
	}
	check_eq(sum, 0);
	b->nr_gaps = nr_large;

	nr_blocks = kho_blocks_collect(b, &w, blocks, b->nr_gaps + nr_windows);
	check(nr_blocks >= 0);
	for (i = 0; i < PAGES; i++)
		page[i] &= ~(BLOCK | FREED);
	check_pages(b);
}

/* Room for so many gaps, and what is behind it may not be touched. */
static struct kho_blocks room_for(unsigned int nr)
{
	return (struct kho_blocks) {
		.gap = gaps + MAX_GAPS - nr, .max_gaps = nr,
	};
}

static unsigned long seen_refused, seen_kept, seen_full;

static void one_layout(unsigned int pieces, unsigned int runs, unsigned int bad)
{
	struct kho_blocks b = room_for(rnd_below(MAX_GAPS + 1));
	unsigned int i, k;

	b.thorough = rnd_below(2);
	make_memory(pieces);
	make_handover(runs, bad);
	take_handover(&b);
	mark_kept();
	for (i = 0; i < nr_owners; i++) {
		if (!is_refused(i)) {
			seen_kept++;
			continue;
		}
		check(has_fault(i));
		seen_refused++;
	}
	seen_full += b.nr_gaps == b.max_gaps;
	check_pages(&b);
	check_gaps(&b);
	for (k = rnd_below(3); k; k--)
		check_large(&b);
	forget_handover();
}

static void test_nothing(void)
{
	struct kho_blocks b = room_for(0);

	make_memory(0);
	begin_handover();
	nr_owners = 0;
	image_finish(&img);
	take_handover(&b);
	mark_kept();
	check_eq(nr_blocks, 1);
	check_pages(&b);
}

/* @nr pages from @pfn on, counted from the first, are a page set of @owner. */
struct piece {
	unsigned int	owner;
	u64		pfn;
	u64		nr;
};

/* Claims with these pages; those of one owner come together. */
static void make_claims(const struct piece *piece, unsigned int nr)
{
	struct kho_map *map;
	char name[16];

	begin_handover();
	for (nr_owners = 0; nr--; piece++) {
		if (piece->owner == nr_owners) {
			snprintf(name, sizeof(name), "claim%u", nr_owners);
			image_claim(&img, name, NULL, 0);
			nr_sets[nr_owners++] = 0;
		}
		snprintf(name, sizeof(name), "set%u", nr_sets[piece->owner]);
		map = &maps[piece->owner][nr_sets[piece->owner]++];
		kho_map_init(map);
		check_eq(map_add(map, FIRST_PFN + piece->pfn, piece->nr, 0), 0);
		image_set_add(&img, name, map);
	}
	image_finish(&img);
}

/* Nobody is refused because of others that are. */
static void test_neighbours(void)
{
	static const struct piece pieces[] = {
		{ 0, 50, 20 }, { 1, 90, 20 }, { 2, 105, 20 }, { 3, 95, 20 },
	};
	struct kho_blocks b = room_for(3);

	make_memory(0);
	*page_at(FIRST_PFN + 100) = USED;
	make_claims(pieces, 4);
	take_handover(&b);
	check(!is_refused(0));
	check(is_refused(1));
	check(!is_refused(2));
	check(is_refused(3));
	mark_kept();
	check_pages(&b);
	forget_handover();
}

/* Nor because of one whose own pages overlap, and that has gone by then. */
static void test_own_overlap(void)
{
	static const struct piece pieces[] = {
		{ 0, 50, 20 }, { 0, 60, 5 }, { 1, 65, 20 },
	};
	struct kho_blocks b = room_for(3);

	make_memory(0);
	make_claims(pieces, 3);
	nr_refusals = 0;
	take_handover(&b);
	check(is_refused(0));
	check(!is_refused(1));
	check_eq(nr_refusals, 1);
	mark_kept();
	check_pages(&b);
	forget_handover();
}

/* Behind all memory there is no window that could be the next. */
static void test_behind_memory(void)
{
	static const struct piece pieces[] = {
		{ 0, 50, 20 }, { 1, PAGES, 1 }, { 2, PAGES + 9, 3 },
	};
	struct kho_blocks b = room_for(3);

	make_memory(0);
	make_claims(pieces, 3);
	nr_refusals = 0;
	take_handover(&b);
	check(!is_refused(0));
	check(is_refused(1));
	check(is_refused(2));
	check_eq(nr_refusals, 2);
	check(!strcmp(last_why, "pages are not in usable memory"));
	mark_kept();
	check_pages(&b);
	forget_handover();
}

/* The layout of a root's pages, two of which start at @pfn and @pfn2. */
static int layout_root(u64 pfn, u64 pfn2)
{
	const struct kho_owners owners = { is_refused, refuse, OWNER_ROOT };
	struct kho_windows w = { .next = window_next };
	struct kho_blocks b = room_for(3);
	struct kho_merge m;

	nr_owners = 0;
	nr_meta = 2;
	metas[0] = (struct kho_meta) { FIRST_PFN + pfn, 2, OWNER_ROOT };
	metas[1] = (struct kho_meta) { FIRST_PFN + pfn2, 2, OWNER_ROOT };
	m = start_walk();
	nr_refusals = 0;
	return kho_blocks_layout(&b, &m, &w, &owners);
}

/* Without the root there is no handover: the walk ends with the error. */
static void test_bad_root(void)
{
	make_memory(0);
	*page_at(FIRST_PFN + 100) = USED;
	check_eq(layout_root(10, 12), 0);
	check_eq(nr_refusals, 0);

	check_eq(layout_root(10, 11), -EBADMSG);
	check_eq(nr_refusals, 1);
	check(!strcmp(last_why, "pages are claimed twice"));
	check_eq(last_pfn, FIRST_PFN + 11);

	check_eq(layout_root(99, 120), -EBADMSG);
	check_eq(nr_refusals, 1);
	check(!strcmp(last_why, "pages are not in usable memory"));
	check_eq(last_pfn, FIRST_PFN + 99);
}

/* One more block than there is room for is an error. */
static void test_no_room(void)
{
	static const struct piece pieces[] = { { 0, 50, 20 }, { 0, 90, 20 } };
	struct kho_windows w = { .next = window_next };
	struct kho_blocks b = room_for(3);
	long nr;

	make_memory(0);
	make_claims(pieces, 2);
	take_handover(&b);
	nr = nr_blocks;
	check(nr > 2);
	check_eq(kho_blocks_collect(&b, &w, blocks, nr), nr);
	w = (struct kho_windows) { .next = window_next };
	check_eq(kho_blocks_collect(&b, &w, blocks, nr - 1), -ENOSPC);
	forget_handover();
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
	struct kho_blocks b = room_for(MAX_GAPS);
	struct kho_map *map = &maps[0][0];
	u64 pfn, end;

	make_memory(0);
	begin_handover();
	nr_owners = 1;
	nr_sets[0] = 1;
	image_claim(&img, "a", NULL, 0);
	kho_map_init(map);
	/* So many that it becomes a bitmap, and then all but every tenth gone. */
	for (pfn = base; map->nr_runs <= KHO_LEAF_CAPACITY; pfn += step)
		check_eq(map_add(map, pfn, step / 2, order), 0);
	for (end = pfn, pfn = base; pfn < end; pfn += step)
		if (pfn < FIRST_PFN || pfn >= FIRST_PFN + SIDE ||
		    pfn / step % 10)
			check_eq(kho_map_remove(map, pfn, step / 2), 0);
	check_eq(map_bitmaps(map), 1);
	image_set_add(&img, "pages", map);
	image_finish(&img);
	take_handover(&b);
	mark_kept();
	check_pages(&b);
	check_gaps(&b);
	forget_handover();
}

static struct kho_block seen_holes[8];
static unsigned int nr_holes;

static void see_hole(const struct kho_block *b, u64 pfn, u64 end)
{
	check(nr_holes < 8);
	check(pfn >= b->pfn && end <= b->end);
	seen_holes[nr_holes++] = (struct kho_block) { pfn, end };
}

/* The holes of the last @nr of two blocks, if @kept is there. */
static void holes_of(unsigned int nr, struct kho_block kept)
{
	/* ASan sees what is touched behind them. */
	static const struct kho_block two[] = { { 10, 20 }, { 30, 40 } };
	struct kho_merge m;

	nr_owners = 0;
	nr_meta = kept.end ? 1 : 0;
	metas[0] = (struct kho_meta) {
		.pfn = kept.pfn, .nr = kept.end - kept.pfn, .owner = OWNER_ROOT,
	};
	m = start_walk();
	nr_holes = 0;
	kho_blocks_walk_holes(two + 2 - nr, nr, &m, see_hole);
}

static void check_hole(unsigned int i, u64 pfn, u64 end)
{
	check(i < nr_holes);
	check_eq(seen_holes[i].pfn, pfn);
	check_eq(seen_holes[i].end, end);
}

/* Blocks with nothing, and what is not in a block. */
static void test_holes(void)
{
	holes_of(0, (struct kho_block) { });
	check_eq(nr_holes, 0);
	holes_of(0, (struct kho_block) { 12, 14 });
	check_eq(nr_holes, 0);

	holes_of(2, (struct kho_block) { });
	check_eq(nr_holes, 2);
	check_hole(0, 10, 20);
	check_hole(1, 30, 40);

	holes_of(2, (struct kho_block) { 12, 14 });
	check_eq(nr_holes, 3);
	check_hole(0, 10, 12);
	check_hole(1, 14, 20);
	check_hole(2, 30, 40);

	holes_of(2, (struct kho_block) { 35, 45 });
	check_eq(nr_holes, 2);
	check_hole(0, 10, 20);
	check_hole(1, 30, 35);

	holes_of(2, (struct kho_block) { 45, 50 });
	check_eq(nr_holes, 2);
	check_hole(1, 30, 40);
}

/* A run may go on where two windows meet, and end where one does. */
static void test_windows_meet(void)
{
	struct kho_blocks b = room_for(0);
	u64 border = (FIRST_PFN + 1024) & -1024ULL;

	b.thorough = true;
	make_memory(0);
	begin_handover();
	nr_owners = 1;
	image_claim(&img, "a", NULL, 0);
	nr_sets[0] = 1;
	kho_map_init(&maps[0][0]);
	check_eq(map_add(&maps[0][0], border - 10, 20, 0), 0);
	check_eq(map_add(&maps[0][0], border + 1024 - 7, 7, 0), 0);
	check_eq(map_add(&maps[0][0], border + 2048, 3, 0), 0);
	image_set_add(&img, "pages", &maps[0][0]);
	image_finish(&img);
	take_handover(&b);
	check(!is_refused(0));
	mark_kept();
	check_pages(&b);
	check_gaps(&b);
	forget_handover();
}

static void test_good(void)
{
	unsigned int i;

	seen_refused = 0;
	seen_kept = 0;
	seen_full = 0;
	for (i = 0; i < 5000; i++)
		one_layout(rnd_below(60), rnd_below(1ULL << (1 + rnd_below(7))), 0);
	note("%lu claims kept, %lu layouts with all gaps used, %lu maps with bitmaps",
	     seen_kept, seen_full, seen_bitmaps);
	check_eq(seen_refused, 0);
	check(seen_kept && seen_full && seen_bitmaps);
}

static void test_bad(void)
{
	unsigned int i;

	seen_refused = 0;
	seen_kept = 0;
	for (i = 0; i < 5000; i++)
		one_layout(rnd_below(60), rnd_below(1ULL << (1 + rnd_below(6))),
			   2 + rnd_below(100));
	note("%lu claims kept, %lu refused", seen_kept, seen_refused);
	check(seen_kept && seen_refused);
}

static const struct test tests[] = {
	{ "blocks: nothing but the root", test_nothing },
	{ "blocks: claims beside those that are refused", test_neighbours },
	{ "blocks: a claim whose own pages overlap", test_own_overlap },
	{ "blocks: claims behind all memory", test_behind_memory },
	{ "blocks: a root whose own pages overlap, or are not there", test_bad_root },
	{ "blocks: no room for all blocks", test_no_room },
	{ "blocks: a bitmap of large folios", test_large_folios },
	{ "blocks: holes, whatever is in a block", test_holes },
	{ "blocks: runs across windows", test_windows_meet },
	{ "blocks: 5000 random layouts, each page once", test_good },
	{ "blocks: 5000 with bad claims, each page once", test_bad },
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, sizeof(tests) / sizeof(*tests));
}
