// SPDX-License-Identifier: GPL-2.0
/*
 * Keeping preserved memory from the early allocator.
 *
 * memblock takes time quadratic in the number of its regions, so the runs do
 * not go there one by one. One ordered walk over all runs finds the largest gaps
 * between them; what lies between these gaps are at most KHO_MAX_BLOCKS blocks,
 * and those are reserved. Once the page allocator runs, another walk frees
 * what in the blocks is not preserved.
 *
 * With r runs in s page sets that takes O(r log s) time, and memory for s
 * cursors, one entry a metadata page and the gaps, whatever the runs are: those
 * that overlap or lie outside of memory cost no more than others.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/kho_hooks.h>
#include <linux/kho_mm.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/page-isolation.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/sort.h>
#include <linux/timex.h>

#include "../lib/blocks.h"
#include "../lib/env.h"
#include "../lib/merge.h"
#include "../lib/table.h"
#include "../lib/validate.h"
#include "reserve.h"
#include "scratch.h"

/* Gaps of so many pages stay out of the blocks in any case. */
#define LARGE_GAP	PHYS_PFN(SZ_2M)

/* Those that end where memory does, or is in use: usually not more. */
#define EXTRA_BLOCKS	512

/* Times all metadata that is read for claims which turn out to be bad. */
#define BAD_CLAIMS_MAX	16

/* So many claims that are lost are named in the log. */
#define MAX_LOST_LINES	100

/* Owner of root and claim table; claims are numbered from 0. */
#define OWNER_ROOT	U32_MAX

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

	struct kho_blocks	layout;
	struct kho_range	*blocks;
	unsigned long		nr_blocks;
	unsigned long		max_blocks;

	unsigned int		nr_refused;
	unsigned long		freed;		/* pages */
	unsigned long		reserved;	/* number of the next such region */
	u64			reserved_pfn;	/* where it begins, if that is known */
} in __initdata;

struct kho_root *kho_incoming_root __ro_after_init;

#ifdef CONFIG_KHO_TEST_DAMAGE
/* Which of the steps that can fail is to, counted from 1; 0 for none. */
unsigned int kho_reserve_fail __initdata;
#endif

/**
 * kho_pages_for_boot - what boot allocates before unpreserved memory is free
 * @pages: pages of all memory
 *
 * Struct pages, the shadow of KASAN, and about a 64th and 16 MiB for hash tables
 * and all the rest.
 *
 * Return: pages.
 */
u64 kho_pages_for_boot(u64 pages)
{
	u64 need = PHYS_PFN(pages * sizeof(struct page)) + pages / 64 +
		   PHYS_PFN(SZ_16M);

#if defined(CONFIG_KASAN_GENERIC) || defined(CONFIG_KASAN_SW_TAGS)
	need += pages >> KASAN_SHADOW_SCALE_SHIFT;
#endif
	return need;
}

/**
 * kho_pages_free_reserved - give pages that were kept since boot to the page allocator
 * @phys: address of the first one
 * @size: bytes, whole pages
 *
 * Context: Process context; may sleep. Linear in the number of pages.
 */
void kho_pages_free_reserved(u64 phys, u64 size)
{
	unsigned long pfn = PHYS_PFN(phys), end = PHYS_PFN(phys + size);

	for (; pfn < end; pfn++) {
		free_reserved_page(pfn_to_page(pfn));
		if (IS_ALIGNED(pfn, SZ_1K))
			cond_resched();
	}
}

/* Lets a step fail, for tests. */
static bool __init fails(void)
{
#ifdef CONFIG_KHO_TEST_DAMAGE
	return kho_reserve_fail && !--kho_reserve_fail;
#else
	return false;
#endif
}

static size_t array_bytes(unsigned long nr, size_t size)
{
	return size_mul(max(nr, 1UL), size);
}

/**
 * kho_reserve_bytes - scratch that it takes to reserve what was preserved
 * @meta_pages: pages of metadata
 * @nr_claims: number of claims
 * @nr_sets: number of page sets
 *
 * Memory that is in so many pieces that memblock starts out with more than the
 * usual number of regions may need more.
 *
 * Return: bytes.
 */
size_t kho_reserve_bytes(u64 meta_pages, u64 nr_claims, u64 nr_sets)
{
	const size_t regions = sizeof(struct memblock_region);
	size_t bytes;

	bytes = PAGE_ALIGN(array_bytes(meta_pages, sizeof(*in.meta)));
	bytes += PAGE_ALIGN(array_bytes(nr_claims, sizeof(*in.recs)));
	bytes += PAGE_ALIGN(array_bytes(nr_sets, sizeof(*in.sources)));
	bytes += PAGE_ALIGN(KHO_MAX_BLOCKS * sizeof(*in.layout.gap));
	bytes += PAGE_ALIGN((KHO_MAX_BLOCKS + EXTRA_BLOCKS) * sizeof(*in.blocks));
	/* Each block divides a region; memblock doubles its array, and copies it. */
	return bytes + 2 * KHO_MAX_BLOCKS * regions + 4 * KHO_MAX_BLOCKS * regions;
}

/* Whole pages from scratch, so that array_free() can give all of it back. */
static void * __init array_alloc(unsigned long nr, size_t size)
{
	size_t bytes = array_bytes(nr, size);

	if (bytes > memblock_phys_mem_size() || fails())
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
	array_free(in.layout.gap, in.layout.max_gaps, sizeof(*in.layout.gap),
		   late);
	array_free(in.blocks, in.max_blocks, sizeof(*in.blocks), late);
	if (in.recs)
		array_free(in.recs, in.root->nr_claims, sizeof(*in.recs), late);
	in.meta = NULL;
	in.recs = NULL;
	in.sources = NULL;
	in.layout.gap = NULL;
	in.blocks = NULL;
}

static void * __init early_page(struct kho_checker *c, u64 phys, u64 size)
{
	/* On arm64, firmware's memory is not in the linear map. */
	if (!memblock_is_region_memory(phys, size) ||
	    !memblock_is_map_memory(phys) ||
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
	if (++in.nr_refused > MAX_LOST_LINES)
		return;
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

/* Memory that is neither reserved nor scratch. */
static bool __init window_next(struct kho_windows *w)
{
	phys_addr_t start, end;

	while (w->it != ULLONG_MAX) {
		__next_mem_range(&w->it, NUMA_NO_NODE, MEMBLOCK_NONE,
				 &memblock.memory, &memblock.reserved,
				 &start, &end, NULL);
		/* Regions split at the borders of scratch while it is marked. */
		if (w->it == ULLONG_MAX || PFN_UP(start) >= PFN_DOWN(end) ||
		    kho_scratch_overlaps(start, end - start))
			continue;
		w->pfn = PFN_UP(start);
		w->end = PFN_DOWN(end);
		return true;
	}
	return false;
}

static int __init refuse_owner(u32 owner, u64 pfn, const char *why)
{
	if (owner == OWNER_ROOT) {
		in.check.where = pfn;
		return -EINVAL;
	}
	refuse_claim(in.recs[owner], why, pfn);
	return 0;
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

/* Refuse claims that don't fit together; the last walk has nothing to refuse. */
static int __init resolve_conflicts(void)
{
	const struct kho_owners owners = {
		.is_refused = owner_is_refused,
		.refuse = refuse_owner,
		.root = OWNER_ROOT,
	};
	int refused;

	sort(in.meta, in.nr_meta, sizeof(*in.meta), cmp_meta, NULL);
	do {
		struct kho_merge m = merge_start();
		struct kho_windows w = { .next = window_next };

		refused = kho_blocks_layout(&in.layout, &m, &w, &owners);
		if (refused < 0)
			return refused;
		drop_meta();
	} while (refused);
	return 0;
}

/* The blocks, without memory that is in use. Returns the pages outside of them. */
static s64 __init fill_blocks(void)
{
	struct kho_windows w = { .next = window_next };
	struct kho_windows all = w;
	unsigned long i;
	s64 left = 0;
	long nr;

	nr = kho_blocks_collect(&in.layout, &w, in.blocks, in.max_blocks);
	if (nr < 0)
		return nr;
	in.nr_blocks = nr;
	while (window_next(&all))
		left += all.end - all.pfn;
	for (i = 0; i < in.nr_blocks; i++)
		left -= in.blocks[i].end - in.blocks[i].pfn;
	return left;
}

/*
 * Large gaps are enough where much memory is not preserved; else all that were
 * found, and if that is not enough, look at each gap.
 */
static const char * __init collect_blocks(void)
{
	unsigned long nr_gaps = in.layout.nr_gaps;
	s64 need = kho_pages_for_boot(PHYS_PFN(memblock_phys_mem_size()));
	s64 left;

	in.max_blocks = KHO_MAX_BLOCKS + memblock.memory.cnt +
			memblock.reserved.cnt + 2 * KHO_BOOT_MAX_AREAS;
	in.blocks = array_alloc(in.max_blocks, sizeof(*in.blocks));
	if (!in.blocks)
		return "too little scratch for its blocks";
	in.layout.nr_gaps = kho_blocks_large_first(&in.layout, LARGE_GAP);
	left = fill_blocks();
	if (left < 2 * need) {
		in.layout.nr_gaps = nr_gaps;
		left = fill_blocks();
	}
	if (left < need) {
		in.layout.thorough = true;
		if (resolve_conflicts())
			return "its tables changed meanwhile";
		left = fill_blocks();
	}
	if (left >= need && !fails())
		return NULL;
	in.check.where = left;
	return "too little memory is left for boot between its pages";
}

static int __init keep_blocks(void)
{
	unsigned long i, from = 0;
	int err = 0;

	for (i = 0; i < in.nr_blocks && !err; i++) {
		const struct kho_range *b = &in.blocks[i];

		err = fails() ? -ENOMEM :
		      memblock_mark_kho_kept(PFN_PHYS(b->pfn),
					     PFN_PHYS(b->end - b->pfn), &from);
	}
	if (err)
		memblock_clear_kho(MEMBLOCK_KHO_KEPT);
	return err;
}

/* All or nothing: on error no memory is kept. */
static const char * __init incoming_reserve(u64 root)
{
	const char *why;
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
		return "too little scratch for its metadata";
	early_meta(&in.check, root, PAGE_SIZE);
	if (kho_check_claims(&in.check, in.root))
		return in.check.why;
	in.recs = array_alloc(in.root->nr_claims, sizeof(*in.recs));
	if (!in.recs)
		return "too little scratch for its claims";
	check_claims();
	in.sources = array_alloc(in.max_sources, sizeof(*in.sources));
	if (!in.sources)
		return "too little scratch for its page sets";
	in.layout.max_gaps = KHO_MAX_BLOCKS - 1;
	in.layout.gap = array_alloc(in.layout.max_gaps, sizeof(*in.layout.gap));
	if (!in.layout.gap)
		return "too little scratch for its gaps";
	if (resolve_conflicts())
		return "its tables overlap or are not in usable memory";
	why = collect_blocks();
	if (why)
		return why;
	if (keep_blocks())
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
	if (in.nr_refused > MAX_LOST_LINES)
		pr_warn("%u more claims are lost\n",
			in.nr_refused - MAX_LOST_LINES);
	kho_incoming_root = in.root;
	pr_info("handover %llu from %s: %u claims, %lu blocks reserved\n",
		in.root->generation, in.root->release, in.root->nr_claims,
		in.nr_blocks);
	pr_info("validated and reserved in %llu cycles\n", (u64)(end - start));
}

/* Free [pfn, end), if there is anything. */
static __always_inline void free_unreserved(u64 pfn, u64 end)
{
	if (pfn >= end)
		return;
	in.freed += end - pfn;
	kho_pages_free_boot(pfn, end);
}

/* Free the part of [pfn, end) that is not reserved; moves in.reserved forward. */
static noinline void __init free_between_reserved(u64 pfn, u64 end)
{
	const struct memblock_region *r;
	u64 first, last;

	for (; in.reserved < memblock.reserved.cnt; in.reserved++) {
		r = &memblock.reserved.regions[in.reserved];
		first = PFN_DOWN(r->base);
		last = PFN_UP(r->base + r->size);
		if (first >= end || last > end)
			break;
		free_unreserved(pfn, first);
		pfn = max(pfn, last);
	}
	in.reserved_pfn = in.reserved == memblock.reserved.cnt ? ~0ULL :
		PFN_DOWN(memblock.reserved.regions[in.reserved].base);
	free_unreserved(pfn, min(end, in.reserved_pfn));
}

/* Holes come in ascending order, and most of them before what is reserved next. */
static __always_inline void free_pages_between(u64 pfn, u64 end)
{
	if (end <= in.reserved_pfn)
		free_unreserved(pfn, end);
	else if (pfn < end)
		free_between_reserved(pfn, end);
}

/*
 * To free a page is to look at the struct pages around it, up to those of the
 * largest piece that it may become part of. While they are not all initialised,
 * what can be freed is inside of the pieces that are wholly in a block. That
 * must be: there may be little other memory until then.
 */
static void __init free_early(const struct kho_range *b, u64 pfn, u64 end)
{
	free_pages_between(max(pfn, ALIGN(b->pfn, MAX_ORDER_NR_PAGES)),
			   min(end, ALIGN_DOWN(b->end, MAX_ORDER_NR_PAGES)));
}

static void __init free_late(const struct kho_range *b, u64 pfn, u64 end)
{
	u64 first = ALIGN(b->pfn, MAX_ORDER_NR_PAGES);
	u64 last = ALIGN_DOWN(b->end, MAX_ORDER_NR_PAGES);

	if (first >= last) {
		free_pages_between(pfn, end);
		return;
	}
	free_pages_between(pfn, min(end, first));
	free_pages_between(max(pfn, last), end);
}

static void __init free_all(const struct kho_range *b, u64 pfn, u64 end)
{
	free_pages_between(pfn, end);
}

/*
 * Deferred initialisation of struct pages makes a pageblock movable if it frees
 * its first page; that of the others is left to us, before any of their pages
 * is free.
 */
static void __init mark_movable(const struct kho_range *b)
{
#ifdef CONFIG_DEFERRED_STRUCT_PAGE_INIT
	u64 pfn = b->pfn;

	for (; pfn < b->end; pfn = ALIGN(pfn + 1, pageblock_nr_pages)) {
		struct page *page = pfn_to_page(pfn);

		if (pfn >= page_pgdat(page)->first_deferred_pfn)
			set_pageblock_migratetype(page, MIGRATE_MOVABLE);
	}
#endif
}

/**
 * kho_incoming_free_unpreserved - free what is kept, but neither preserved nor reserved
 * @late: all struct pages have been initialised
 *
 * Context: Boot; called by kho_memory_init().
 */
void __init kho_incoming_free_unpreserved(bool late)
{
	bool last = late || !IS_ENABLED(CONFIG_DEFERRED_STRUCT_PAGE_INIT);
	kho_unpreserved_fn free = free_all;
	struct kho_merge m;
	cycles_t start;
	unsigned long i;

	if (!kho_incoming_root)
		return;
	start = get_cycles();
	if (late)
		free = free_late;
	else if (!last)
		free = free_early;
	for (i = 0; i < in.nr_blocks && !late; i++)
		mark_movable(&in.blocks[i]);
	m = merge_start();
	in.freed = 0;
	in.reserved = 0;
	in.reserved_pfn = 0;
	kho_blocks_walk_unpreserved(in.blocks, in.nr_blocks, &m, free);
	totalram_pages_add(in.freed);
	if (last)
		arrays_free(true);
	pr_info("unpreserved memory freed in %llu cycles\n", (u64)(get_cycles() - start));
}
