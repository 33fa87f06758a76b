// SPDX-License-Identifier: GPL-2.0
/* From a handover to blocks and unpreserved memory, against the model of memory. */
#include <errno.h>
#include <string.h>

#include <linux/sort.h>

#include "validate.h"
#include "harness.h"
#include "layout.h"
#include "maptest.h"

#define OWNER_ROOT	((u32)~0U)

struct layout layout;
struct layout_seen layout_seen;

static struct kho_range gaps[MAX_GAPS];	/* used from its end */

/* The claims, with a map for each page set of those that are valid. */
static struct kho_claim_rec *recs[MAX_OWNERS];
static struct kho_map maps[MAX_OWNERS][MAX_OWNER_SETS];
static u32 nr_owners;

static struct kho_meta metas[PAGES];
static unsigned long nr_metas;
static u32 owner;		/* whose metadata is being looked at */
static struct kho_merge_source sources[MAX_OWNERS * MAX_OWNER_SETS];

/* What kernel/kho/boot/reserve.c brings. */

static void *early_page(struct kho_checker *c, u64 phys, u64 size)
{
	u64 pfn = phys / PAGE_SIZE;

	for (; pfn < (phys + size) / PAGE_SIZE; pfn++)
		if (!page_is_free(pfn))
			return NULL;
	return sim_is_memory(phys, size) ? sim_virt(phys) : NULL;
}

static int early_meta(struct kho_checker *c, u64 phys, u64 size)
{
	check(nr_metas < PAGES);
	metas[nr_metas++] = (struct kho_meta) {
		.pfn = phys / PAGE_SIZE, .nr = size / PAGE_SIZE, .owner = owner,
	};
	return 0;
}

bool layout_is_refused(u32 nr)
{
	return nr != OWNER_ROOT && recs[nr]->refused;
}

static int cmp_meta(const void *a, const void *b)
{
	const struct kho_meta *l = a, *r = b;

	return l->pfn < r->pfn ? -1 : l->pfn > r->pfn;
}

static void drop_meta(void)
{
	unsigned long i, nr = 0;

	for (i = 0; i < nr_metas; i++)
		if (!layout_is_refused(metas[i].owner))
			metas[nr++] = metas[i];
	nr_metas = nr;
}

static struct kho_merge start_walk(void)
{
	struct kho_merge m = {
		.sources = sources, .meta = metas, .nr_meta = nr_metas,
	};
	struct kho_table_iter it;
	struct kho_set_rec *set;
	u32 i;

	for (i = 0; i < nr_owners; i++)
		if (!layout_is_refused(i))
			kho_table_for_each(set, it, recs[i]->sets)
				kho_merge_push(&m, set->map, i);
	return m;
}

/*
 * The verdicts. The maps of the claims are read with kho_map_next(), which has
 * nothing to do with the walk.
 */

static void reset_maps(void)
{
	u32 i, k;

	for (i = 0; i < MAX_OWNERS; i++)
		for (k = 0; k < MAX_OWNER_SETS; k++) {
			map_forget(&maps[i][k]);
			kho_map_init(&maps[i][k]);
		}
}

static void load_maps(u32 nr)
{
	struct kho_map *map = maps[nr];
	struct kho_table_iter it;
	struct kho_set_rec *set;

	check(recs[nr]->nr_sets <= MAX_OWNER_SETS);
	kho_table_for_each(set, it, recs[nr]->sets) {
		check_eq(kho_map_load(map, set->map), 0);
		check_eq(map->nr_pages, set->pages);
		map++;
	}
}

/* How often does an owner have a page? *@end is moved to where that ends. */
static unsigned int times_claimed(u32 by, u64 pfn, u64 *end)
{
	unsigned int times = 0;
	struct kho_run run;
	unsigned long n;
	u32 k;

	for (n = 0; n < nr_metas; n++) {
		const struct kho_meta *m = &metas[n];

		if (m->owner != by || m->pfn > pfn || m->pfn + m->nr <= pfn)
			continue;
		*end = max(*end, m->pfn + m->nr);
		times++;
	}
	for (k = 0; by != OWNER_ROOT && k < MAX_OWNER_SETS; k++) {
		if (!kho_map_next(&maps[by][k], pfn, &run) || run.pfn > pfn)
			continue;
		*end = max(*end, (u64)run.pfn + run.nr);
		times++;
	}
	return times;
}

/* Has someone else, who was not refused, a page that an owner has? */
static bool is_claimed_twice(u32 by, u64 pfn)
{
	u64 end = 0;
	unsigned int times = times_claimed(OWNER_ROOT, pfn, &end);
	u32 i;

	for (i = 0; i < nr_owners; i++)
		if (!layout_is_refused(i))
			times += times_claimed(i, pfn, &end);
	return times > 1 && times_claimed(by, pfn, &end);
}

/* Has the owner a run that begins with a page, and is not all free? */
static bool is_not_usable(u32 by, u64 pfn)
{
	u64 end = 0;

	if (!times_claimed(by, pfn, &end))
		return false;
	while (page_is_free(pfn))
		pfn++;
	return pfn < end;
}

/* Is there the reason that is given? The root is never refused. */
static int refuse(u32 nr, u64 pfn, const char *why)
{
	check(nr < nr_owners);
	check(!recs[nr]->refused);
	if (!strcmp(why, "pages are preserved twice"))
		check(is_claimed_twice(nr, pfn));
	else if (!strcmp(why, "pages are not in usable memory"))
		check(is_not_usable(nr, pfn));
	else
		check(!"a reason that is known");
	recs[nr]->refused = 1;
	layout.nr_refused++;
	layout.why = why;
	return 0;
}

/* Take a handover. */

/* As in boot: what was read for a claim that is bad does not count. */
static void check_claims(struct kho_checker *c, const struct kho_root *root)
{
	struct kho_claim_rec *rec;
	struct kho_table_iter it;

	owner = 0;
	kho_table_for_each(rec, it, root->claims) {
		unsigned long before = nr_metas;
		u64 left = c->meta_left;

		recs[owner] = rec;
		rec->refused = 0;
		if (kho_check_claim(c, rec)) {
			rec->refused = 1;
			layout.nr_invalid++;
			nr_metas = before;
			c->meta_left = left;
		} else {
			load_maps(owner);
		}
		owner++;
	}
	nr_owners = owner;
}

static unsigned int lay_out(struct kho_blocks *b)
{
	const struct kho_owners owners = {
		layout_is_refused, refuse, OWNER_ROOT,
	};
	struct kho_windows w = { .next = pages_window_next };
	unsigned int before = layout.nr_refused;
	struct kho_merge m = start_walk();

	check_eq(kho_blocks_layout(b, &m, &w, &owners),
		 layout.nr_refused - before);
	drop_meta();
	return layout.nr_refused - before;
}

static unsigned long count_windows(void)
{
	struct kho_windows w = { .next = pages_window_next };
	unsigned long nr = 0;

	while (pages_window_next(&w))
		nr++;
	return nr;
}

static void collect(void)
{
	struct kho_windows w = { .next = pages_window_next };
	unsigned long max = layout.b.nr_gaps + count_windows();
	long nr = kho_blocks_collect(&layout.b, &w, layout.blocks, max);

	check(nr >= 0 && nr <= max);
	layout.nr_blocks = nr;
}

struct kho_blocks layout_room(unsigned int nr)
{
	return (struct kho_blocks) {
		.gap = gaps + MAX_GAPS - nr, .max_gaps = nr,
	};
}

void layout_take(unsigned int max_gaps, bool thorough)
{
	struct kho_checker c = { .page = early_page, .meta = early_meta };
	struct kho_blocks b = layout_room(max_gaps);
	struct kho_root *root;

	layout.nr_invalid = 0;
	layout.nr_refused = 0;
	layout.why = NULL;
	reset_maps();
	nr_metas = 0;
	owner = OWNER_ROOT;
	check_eq(kho_check_root(&c, handover.root, &root), 1);
	check_eq(kho_check_claims(&c, root), 0);
	check_claims(&c, root);
	check_eq(nr_owners, handover.nr_claims);
	sort(metas, nr_metas, sizeof(*metas), cmp_meta, NULL);
	/* No claim is refused any more, whichever way gaps are looked at. */
	b.thorough = !thorough;
	while (lay_out(&b))
		;
	b.thorough = thorough;
	check_eq(lay_out(&b), 0);
	layout.b = b;
	collect();
}

/* What was made of it. */

/* Mark pages as kept; they may have no other mark, and must be free. */
static void keep(u64 pfn, u64 nr, u8 as)
{
	for (; nr--; pfn++) {
		check(page_is_free(pfn));
		check(!(*page_at(pfn) & (META | KEPT)));
		*page_at(pfn) |= as;
	}
}

static void mark_kept(void)
{
	struct kho_run run;
	unsigned long n;
	u32 i, k;
	u64 pfn;

	for (n = 0; n < nr_metas; n++)
		keep(metas[n].pfn, metas[n].nr, META);
	for (i = 0; i < nr_owners; i++)
		for (k = 0; !layout_is_refused(i) && k < MAX_OWNER_SETS; k++)
			for (pfn = 0; kho_map_next(&maps[i][k], pfn, &run);
			     pfn = run.pfn + run.nr)
				keep(run.pfn, run.nr, KEPT);
}

static void note_unpreserved(const struct kho_range *b, u64 pfn, u64 end)
{
	check(b >= layout.blocks && b < layout.blocks + layout.nr_blocks);
	check(pfn < end && pfn >= b->pfn && end <= b->end);
	for (; pfn < end; pfn++) {
		check(*page_at(pfn) & BLOCK);
		check(!(*page_at(pfn) & (META | KEPT | FREED)));
		*page_at(pfn) |= FREED;
	}
}

/* Each page is in use before, kept, freed once, or was never touched. */
static void check_pages(void)
{
	const struct kho_range *blocks = layout.blocks;
	struct kho_merge m = start_walk();
	unsigned long i;
	u64 pfn;

	for (i = 0; i < PAGES; i++)
		page[i] &= ~(BLOCK | FREED);
	for (i = 0; i < layout.nr_blocks; i++) {
		check(blocks[i].pfn < blocks[i].end);
		check(!i || blocks[i].pfn >= blocks[i - 1].end);
		for (pfn = blocks[i].pfn; pfn < blocks[i].end; pfn++) {
			check(page_is_free(pfn));
			*page_at(pfn) |= BLOCK;
		}
	}
	kho_blocks_walk_unpreserved(blocks, layout.nr_blocks, &m, note_unpreserved);
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

static u64 size_of(const struct kho_range *gap)
{
	check(gap->pfn < gap->end);
	return gap->end - gap->pfn;
}

/*
 * No gaps but the largest stay out. Of those that are so small that they may be
 * passed over, any do.
 */
static void check_gaps(void)
{
	const struct kho_blocks *b = &layout.b;
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
		if (size_of(&b->gap[i]) <= small)
			continue;
		sum += size_of(&b->gap[i]);
		must += sizes[is++];
	}
	check_eq(is, nr < b->max_gaps ? nr : b->max_gaps);
	check_eq(sum, must);
}

void layout_check(void)
{
	mark_kept();
	check_pages();
	check_gaps();
}

/* The large gaps come first, and the blocks do with them alone. */
static void check_large(void)
{
	struct kho_blocks *b = &layout.b;
	unsigned long i, nr_large, nr = b->nr_gaps;
	u64 large = rnd_below(300), sum = 0;

	for (i = 0; i < nr; i++)
		sum += size_of(&b->gap[i]);
	nr_large = kho_blocks_large_first(b, large);
	check_eq(b->nr_gaps, nr);
	for (i = 0; i < nr; i++) {
		check_eq(i < nr_large, size_of(&b->gap[i]) >= large);
		sum -= size_of(&b->gap[i]);
	}
	check_eq(sum, 0);
	b->nr_gaps = nr_large;
	collect();
	check_pages();
}

void layout_random(unsigned int pieces, const struct claims *c)
{
	unsigned int max_gaps = rnd_below(MAX_GAPS + 1), i;
	bool thorough = rnd_below(2);

	pages_make(pieces);
	claims_make(c);
	layout_take(max_gaps, thorough);
	layout_check();
	check(c->bad || !(layout.nr_invalid + layout.nr_refused));
	for (i = 0; i < nr_owners; i++)
		layout_seen.kept += !layout_is_refused(i) && recs[i]->nr_sets;
	layout_seen.invalid += layout.nr_invalid;
	layout_seen.refused += layout.nr_refused;
	layout_seen.full += layout.b.nr_gaps == layout.b.max_gaps;
	for (i = rnd_below(3); i; i--)
		check_large();
}
