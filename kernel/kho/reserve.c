// SPDX-License-Identifier: GPL-2.0
/*
 * Keeping preserved memory from the early allocator.
 *
 * memblock takes time quadratic in the number of its regions, so the runs do
 * not go there one by one. A bitmap of granules says which parts of memory hold
 * anything preserved; granules are made coarser until they form at most
 * MAX_BLOCKS blocks, and those are reserved. Once the page allocator runs, one
 * ordered walk over all runs frees the holes in the blocks.
 *
 * With r runs in s page sets both take O(r log s) time, and memory for s
 * cursors and one entry a metadata page, whatever the runs are: those that
 * overlap or lie outside of memory cost no more than others.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/bitmap.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/page-isolation.h>
#include <linux/sort.h>
#include <linux/timex.h>

#include "../../mm/internal.h"
#include "check.h"
#include "kho_internal.h"
#include "merge.h"
#include "scratch.h"

/* memblock copes well with a few hundred regions. */
#define MAX_BLOCKS	512
#define GRANULES	32768

/* Times all metadata that is read for claims which turn out to be bad. */
#define BAD_CLAIMS_MAX	16

/* Owner of root and claim table; claims are numbered from 0. */
#define OWNER_ROOT	U32_MAX

/* A piece of memory that is reserved because something in it is preserved. */
struct block {
	u64	pfn;
	u64	end;
};

static struct {
	struct kho_checker	check;
	struct kho_root		*root;
	u32			owner;		/* claim being checked */
	struct kho_claim_rec	**recs;		/* by owner */

	struct kho_meta		*meta;
	unsigned long		nr_meta;
	unsigned long		max_meta;

	struct kho_merge_source	*sources;
	unsigned long		max_sources;

	struct block		*blocks;
	unsigned long		nr_blocks;
	unsigned long		max_blocks;
} in __initdata;

static DECLARE_BITMAP(granules, GRANULES) __initdata;
static unsigned int granule_shift __initdata;

struct kho_root *kho_incoming_root __ro_after_init;

void *kho_phys_to_virt(u64 phys)
{
	return phys_to_virt(phys);
}

static size_t __init array_bytes(unsigned long nr, size_t size)
{
	return size_mul(max(nr, 1UL), size);
}

/* Whole pages from scratch, so that array_free() can give all of it back. */
static void * __init array_alloc(unsigned long nr, size_t size)
{
	size_t bytes = array_bytes(nr, size);

	if (bytes > memblock_phys_mem_size())
		return NULL;
	return memblock_alloc(PAGE_ALIGN(bytes), PAGE_SIZE);
}

/* With @late, the page allocator runs already. */
static void __init array_free(void *array, unsigned long nr, size_t size,
			      bool late)
{
	size_t bytes = PAGE_ALIGN(array_bytes(nr, size));

	if (!array)
		return;
	if (late)
		memblock_free_late(__pa(array), bytes);
	else
		memblock_free(array, bytes);
}

static void __init arrays_free(bool late)
{
	array_free(in.meta, in.max_meta, sizeof(*in.meta), late);
	array_free(in.sources, in.max_sources, sizeof(*in.sources), late);
	array_free(in.blocks, in.max_blocks, sizeof(*in.blocks), late);
	if (in.recs)
		array_free(in.recs, in.root->nr_claims, sizeof(*in.recs), late);
	in.meta = NULL;
	in.recs = NULL;
	in.sources = NULL;
	in.blocks = NULL;
}

static void * __init early_page(struct kho_checker *c, u64 phys, u64 size)
{
	if (!memblock_is_region_memory(phys, size) ||
	    memblock_is_region_reserved(phys, size) ||
	    kho_scratch_overlaps(phys, size))
		return NULL;
	return phys_to_virt(phys);
}

static int __init early_meta(struct kho_checker *c, u64 phys, u64 size)
{
	/* The root comes before the array that its contents size. */
	if (!in.meta)
		return 0;
	if (in.nr_meta == in.max_meta)
		return -ENOSPC;
	in.meta[in.nr_meta++] = (struct kho_meta) {
		.pfn = PHYS_PFN(phys), .nr = PHYS_PFN(size), .owner = in.owner,
	};
	return 0;
}

static void __init refuse_claim(struct kho_claim_rec *rec, const char *why,
				u64 where)
{
	rec->refused = 1;
	pr_warn("claim \"%.*s\" is lost: %s (%#llx)\n", KHO_NAME_SIZE - 1,
		kho_check_name(rec->name, sizeof(rec->name)) ?
		(const char *)rec->name : "?", why, where);
}

/*
 * Check each claim; those that are bad leave no metadata behind. Bad ones may
 * all lead to the same pages, so what is read for them has a limit, too.
 */
static void __init check_claims(void)
{
	u64 waste = BAD_CLAIMS_MAX * in.check.meta_left, used;
	struct kho_claim_rec *rec;
	struct kho_table_iter it;

	in.owner = 0;
	kho_table_for_each(rec, it, in.root->claims) {
		unsigned long nr_meta = in.nr_meta;
		u64 left = in.check.meta_left;

		in.recs[in.owner] = rec;
		rec->refused = 0;
		if (!waste) {
			refuse_claim(rec, "too many were bad before it", 0);
		} else if (kho_check_claim(&in.check, rec)) {
			refuse_claim(rec, in.check.why, in.check.where);
			used = left - in.check.meta_left;
			waste -= min(waste, used);
			in.nr_meta = nr_meta;
			in.check.meta_left = left;
		} else {
			in.max_sources += rec->nr_sets;
		}
		in.owner++;
	}
}

static int __init cmp_meta(const void *a, const void *b)
{
	const struct kho_meta *l = a, *r = b;

	return l->pfn < r->pfn ? -1 : l->pfn > r->pfn;
}

static bool __init owner_is_refused(u32 owner)
{
	return owner != OWNER_ROOT && in.recs[owner]->refused;
}

/* Start a walk over all claims that are not refused. */
static struct kho_merge __init merge_start(void)
{
	struct kho_merge m = {
		.sources = in.sources, .meta = in.meta, .nr_meta = in.nr_meta,
	};
	struct kho_table_iter it;
	struct kho_set_rec *set;
	u32 owner;

	for (owner = 0; owner < in.root->nr_claims; owner++)
		if (!owner_is_refused(owner))
			kho_table_for_each(set, it, in.recs[owner]->sets)
				kho_merge_push(&m, set->map, owner);
	return m;
}

/* Piece of memory that is free for memblock; they come in ascending order. */
struct window {
	u64	it;
	u64	pfn;
	u64	end;
	bool	scratch;
};

/* Regions split at the borders of scratch while it is marked. */
static bool __init window_next(struct window *w)
{
	phys_addr_t start, end;

	if (w->it == ULLONG_MAX)
		return false;
	__next_mem_range(&w->it, NUMA_NO_NODE, MEMBLOCK_NONE, &memblock.memory,
			 &memblock.reserved, &start, &end, NULL);
	if (w->it == ULLONG_MAX)
		return false;
	w->pfn = PFN_UP(start);
	w->end = PFN_DOWN(end);
	w->scratch = kho_scratch_overlaps(start, end - start);
	return true;
}

/*
 * Is the span in memory that nobody else uses? Spans come in ascending order,
 * so the window only moves forward, to the one with the span's first page.
 */
static bool __init span_is_usable(struct window *w, const struct kho_span *span)
{
	struct window last;

	while (w->end <= span->pfn)
		if (!window_next(w))
			return false;
	if (span->pfn < w->pfn || w->scratch)
		return false;
	if (span->end <= w->end)
		return true;
	for (last = *w; last.end < span->end; ) {
		u64 end = last.end;

		if (!window_next(&last) || last.pfn > end || last.scratch)
			return false;
	}
	return true;
}

static __always_inline void mark_granules(u64 pfn, u64 end)
{
	unsigned int first = pfn >> granule_shift;
	unsigned int last = (end - 1) >> granule_shift;

	if (first == last)
		__set_bit(first, granules);
	else
		bitmap_set(granules, first, last - first + 1);
}

/*
 * Mark what follows the span that was marked last, as long as it is of the same
 * map, nothing else lies between, and memory goes on: then nothing is left to
 * check. Of a bitmap's word, all but the first run are marked in one go, with
 * what is between them; that keeps more from the early allocator, not for long.
 *
 * Returns where that ended.
 */
static u64 __init mark_ahead(struct kho_merge *m, const struct window *w, u64 pos)
{
	u64 limit = min(m->limit, w->end), end;
	struct kho_cursor *c = &m->top->cursor;

	while (c->end <= limit) {
		mark_granules(c->pfn, c->end);
		pos = c->end;
		end = kho_cursor_rest_of_word(c);
		if (end && end <= limit) {
			mark_granules(pos, end);
			pos = end;
			kho_cursor_skip_word(c);
		}
		kho_cursor_next(c);
	}
	return pos;
}

static int __init refuse_owner(u32 owner, const struct kho_span *span,
			       const char *why)
{
	if (owner == OWNER_ROOT) {
		in.check.where = span->pfn;
		return -EINVAL;
	}
	refuse_claim(in.recs[owner], why, span->pfn);
	return 0;
}

/*
 * Walk through everything that is to be kept and mark its granules. A claim
 * that can't have what it claims is refused on the way; then the marks hold too
 * much.
 *
 * Returns how many were refused, or -EINVAL if root or claim table can't be kept.
 */
static int __init mark_all(void)
{
	struct kho_span span, prev = { .owner = OWNER_ROOT };
	struct kho_merge m = merge_start();
	struct window w = { };
	int refused = 0;

	bitmap_zero(granules, GRANULES);
	while (kho_merge_next(&m, &span)) {
		if (owner_is_refused(span.owner))
			continue;
		if (span.pfn < prev.end) {
			/* Root and claim table stay, whoever claims them, too. */
			bool yields = span.owner != OWNER_ROOT;

			if (refuse_owner(yields ? span.owner : prev.owner,
					 &span, "pages are claimed twice"))
				return -EINVAL;
			refused++;
			if (owner_is_refused(prev.owner))
				prev.end = 0;
			if (yields)
				continue;
		}
		if (!span_is_usable(&w, &span)) {
			if (refuse_owner(span.owner, &span,
					 "pages are not in usable memory"))
				return -EINVAL;
			refused++;
			if (owner_is_refused(prev.owner))
				prev.end = 0;
			continue;
		}
		mark_granules(span.pfn, span.end);
		prev = span;
		if (m.limit)
			prev.end = mark_ahead(&m, &w, span.end);
	}
	return refused;
}

/* The metadata of claims that were refused later. */
static void __init drop_meta(void)
{
	unsigned long i, nr = 0;

	for (i = 0; i < in.nr_meta; i++)
		if (!owner_is_refused(in.meta[i].owner))
			in.meta[nr++] = in.meta[i];
	in.nr_meta = nr;
}

/* Refuse claims that don't fit together; the second walk has nothing to refuse. */
static int __init resolve_conflicts(void)
{
	u64 last = PHYS_PFN(memblock_end_of_DRAM() - 1);
	int refused;

	granule_shift = 0;
	while (last >> granule_shift >= GRANULES)
		granule_shift++;
	sort(in.meta, in.nr_meta, sizeof(*in.meta), cmp_meta, NULL);

	do {
		refused = mark_all();
		if (refused < 0)
			return refused;
		drop_meta();
	} while (refused);
	return 0;
}

/* Count the blocks that the granules form. */
static unsigned int __init count_blocks(void)
{
	unsigned int nr = 0, start, end;

	for_each_set_bitrange(start, end, granules, GRANULES)
		nr++;
	return nr;
}

static void __init coarsen(void)
{
	unsigned int i;

	for (i = 0; i < GRANULES / 2; i++) {
		bool used = test_bit(2 * i, granules) ||
			    test_bit(2 * i + 1, granules);

		__assign_bit(i, granules, used);
	}
	bitmap_clear(granules, GRANULES / 2, GRANULES / 2);
	granule_shift++;
}

/* The blocks, without what is scratch or in use by others already. */
static int __init collect_blocks(void)
{
	unsigned int first, last;
	phys_addr_t start, end;
	u64 it;

	while (count_blocks() > MAX_BLOCKS)
		coarsen();
	in.max_blocks = MAX_BLOCKS + memblock.memory.cnt +
			memblock.reserved.cnt + 2 * KHO_BOOT_MAX_AREAS;
	in.blocks = array_alloc(in.max_blocks, sizeof(*in.blocks));
	if (!in.blocks)
		return -ENOMEM;

	for_each_free_mem_range(it, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end,
				NULL) {
		/* Regions split at the borders of scratch while it is marked. */
		if (kho_scratch_overlaps(start, end - start))
			continue;
		for_each_set_bitrange(first, last, granules, GRANULES) {
			struct block b = {
				.pfn = max_t(u64, PFN_UP(start),
					     (u64)first << granule_shift),
				.end = min_t(u64, PFN_DOWN(end),
					     (u64)last << granule_shift),
			};

			if (b.pfn >= b.end)
				continue;
			if (in.nr_blocks == in.max_blocks)
				return -ENOSPC;
			in.blocks[in.nr_blocks++] = b;
		}
	}
	return 0;
}

static int __init reserve_blocks(void)
{
	unsigned long i;
	int err = 0;

	for (i = 0; i < in.nr_blocks && !err; i++)
		err = memblock_reserve(PFN_PHYS(in.blocks[i].pfn),
				       PFN_PHYS(in.blocks[i].end -
						in.blocks[i].pfn));
	if (!err)
		return 0;
	while (--i)
		memblock_phys_free(PFN_PHYS(in.blocks[i - 1].pfn),
				   PFN_PHYS(in.blocks[i - 1].end -
					    in.blocks[i - 1].pfn));
	return err;
}

/* All or nothing: on error no memory is reserved. */
static const char * __init incoming_reserve(u64 root)
{
	int err;

	in.check = (struct kho_checker) {
		.page = early_page, .meta = early_meta,
	};
	in.owner = OWNER_ROOT;
	err = kho_check_root(&in.check, root, &in.root);
	if (err < 0)
		return in.check.why;
	if (!err) {
		in.root = NULL;
		return NULL;
	}
	in.max_meta = in.root->meta_pages;
	in.meta = array_alloc(in.max_meta, sizeof(*in.meta));
	if (!in.meta)
		return "no room in scratch for its metadata";
	early_meta(&in.check, root, PAGE_SIZE);
	if (kho_check_claims(&in.check, in.root))
		return in.check.why;
	in.recs = array_alloc(in.root->nr_claims, sizeof(*in.recs));
	if (!in.recs)
		return "no room in scratch for its claims";
	check_claims();
	in.sources = array_alloc(in.max_sources, sizeof(*in.sources));
	if (!in.sources)
		return "no room in scratch for its page sets";
	if (resolve_conflicts())
		return "its tables overlap or are not in usable memory";
	if (collect_blocks())
		return "no room in scratch for its blocks";
	if (reserve_blocks())
		return "memblock can't reserve its blocks";
	return NULL;
}

/**
 * kho_incoming_reserve - validate the handover and reserve what it preserved
 * @root: physical address of the root page
 *
 * Context: Early boot; called by kho_memory_reserve().
 */
void __init kho_incoming_reserve(u64 root)
{
	cycles_t start = get_cycles();
	const char *why = incoming_reserve(root);
	cycles_t end = get_cycles();

	if (why) {
		pr_warn("what the previous kernel handed over is lost: %s (%#llx)\n",
			why, in.check.where);
		arrays_free(false);
		in.root = NULL;
		return;
	}
	if (!in.root)
		return;
	kho_incoming_root = in.root;
	pr_info("handover %llu from %s: %u claims, %lu blocks reserved\n",
		in.root->generation, in.root->release, in.root->nr_claims,
		in.nr_blocks);
	pr_info("validated and reserved in %llu cycles\n", (u64)(end - start));
}

/* Free [pfn, end) in the largest pieces that the page allocator takes. */
static void __init free_hole(u64 pfn, u64 end)
{
	totalram_pages_add(end - pfn);
	if (pfn + 1 == end) {
		memblock_free_pages(pfn_to_page(pfn), pfn, 0);
		return;
	}
	while (pfn < end) {
		unsigned int order = min_t(unsigned int, MAX_PAGE_ORDER,
					   __ffs64(pfn | BIT_ULL(MAX_PAGE_ORDER)));

		/* Neither beyond the hole nor into another zone. */
		while (pfn + (1ULL << order) > end ||
		       page_zone(pfn_to_page(pfn)) !=
		       page_zone(pfn_to_page(pfn + (1ULL << order) - 1)))
			order--;
		memblock_free_pages(pfn_to_page(pfn), pfn, order);
		pfn += 1ULL << order;
	}
}

/*
 * Deferred initialisation of struct pages passes over reserved memory and leaves
 * it of type unmovable. While nothing in a pageblock is free, that is easy to
 * set right; at the ends of a block it stays.
 */
static void __init mark_movable(const struct block *b)
{
	unsigned long pfn = ALIGN(b->pfn, pageblock_nr_pages);

	for (; pfn + pageblock_nr_pages <= b->end; pfn += pageblock_nr_pages)
		set_pageblock_migratetype(pfn_to_page(pfn), MIGRATE_MOVABLE);
}

/**
 * kho_incoming_free_holes - free what is reserved but not preserved
 *
 * Context: Boot; called by kho_memory_init().
 */
void __init kho_incoming_free_holes(void)
{
	struct kho_merge m;
	struct kho_span span;
	cycles_t start;
	unsigned long i;
	u64 pos;

	if (!kho_incoming_root)
		return;
	start = get_cycles();
	for (i = 0; i < in.nr_blocks; i++)
		mark_movable(&in.blocks[i]);
	m = merge_start();
	i = 0;
	pos = in.nr_blocks ? in.blocks[0].pfn : 0;
	while (kho_merge_next(&m, &span)) {
		while (span.pfn >= in.blocks[i].end) {
			free_hole(pos, in.blocks[i].end);
			pos = in.blocks[++i].pfn;
		}
		free_hole(pos, span.pfn);
		/* A span may go on in the next block, if a node ends there. */
		while (span.end > in.blocks[i].end)
			i++;
		pos = span.end;
	}
	for (; i < in.nr_blocks; i++) {
		free_hole(pos, in.blocks[i].end);
		if (i + 1 < in.nr_blocks)
			pos = in.blocks[i + 1].pfn;
	}
	arrays_free(true);
	pr_info("holes freed in %llu cycles\n", (u64)(get_cycles() - start));
}
