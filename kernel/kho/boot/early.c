// SPDX-License-Identifier: GPL-2.0
/*
 * What early boot calls: restore what the previous kernel handed over, and set scratch
 * memory up. See resize.c for scratch on a running system.
 *
 * The first kernel takes it from memblock and hands all of it to CMA: movable
 * pages use it, nothing that could ever be preserved does. The next kernel
 * starts in it, so parts of it are in use there (the kernel itself, the initrd,
 * early page tables). What is free becomes CMA areas again.
 *
 * In both, that is done piece by piece once the zones are known, for an area of
 * CMA lies in one zone. All pageblocks are marked as CMA, so that neither what is
 * too small for an area, nor what early boot frees later, is handed out for
 * unmovable pages.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/cma.h>
#include <linux/crash_dump.h>
#include <linux/kernel.h>
#include <linux/kho_hooks.h>
#include <linux/kmemleak.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/page-isolation.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../lib/validate.h"
#include "early.h"
#include "reserve.h"
#include "scratch.h"

/* Free pieces of scratch that early boot may leave. */
#define MAX_PIECES	256

/* What kho_scratch= asks for: anywhere, in low memory, on each node. */
struct request {
	u64	any;
	u64	low;
	u64	node;
};

static struct request request __initdata;
static bool scratch_inherited __initdata;
static u64 incoming_root __initdata;

/* Free and reserved pieces of scratch, until CMA gets them. */
static struct kho_area piece[MAX_PIECES] __initdata;
static unsigned int nr_pieces __initdata;

/* What of them is not for CMA, freed page by page. */
static struct kho_area remainders[2 * MAX_PIECES] __initdata;
static unsigned int nr_remainders __initdata;

/* One of "512M", "low:64M" and "node:128M"; each may be there once. */
static bool __init parse_part(const char *part, struct request *r)
{
	u64 *size = &r->any;

	if (str_has_prefix(part, "low:"))
		size = &r->low;
	else if (str_has_prefix(part, "node:"))
		size = &r->node;
	if (size != &r->any)
		part = strchr(part, ':') + 1;
	return !*size && kho_scratch_parse_size(part, size) && *size;
}

static bool __init parse_request(const char *arg, struct request *r)
{
	char part[32];
	size_t len;

	for (;; arg += len + 1) {
		len = strcspn(arg, ",");
		if (len >= sizeof(part))
			return false;
		memcpy(part, arg, len);
		part[len] = '\0';
		if (!parse_part(part, r))
			return false;
		if (!arg[len])
			return true;
	}
}

static int __init parse_kho_scratch(char *arg)
{
	struct request r = { };

	if (!arg || !parse_request(arg, &r)) {
		pr_err("kho_scratch=%s: not a size; no scratch memory\n",
		       arg ?: "");
		r = (struct request) { };
	}
	request = r;
	return 0;
}
early_param("kho_scratch", parse_kho_scratch);

/**
 * kho_boot_parse - take note of a boot block
 * @boot: the boot block
 * @size: bytes that may be read at @boot
 *
 * A block that makes no sense is ignored, with a message.
 *
 * Context: Early boot, on one CPU, before kho_memblock_setup().
 */
void __init kho_boot_parse(const struct kho_boot *boot, size_t size)
{
	const char *why = kho_check_boot(boot, size, CMA_MIN_ALIGNMENT_BYTES);

	if (why) {
		pr_warn("boot block ignored: %s\n", why);
		return;
	}
	incoming_root = boot->root;
	kho_scratch_nr = boot->nr_areas;
	memcpy(kho_scratch, boot->scratch,
	       boot->nr_areas * sizeof(*kho_scratch));
	scratch_inherited = true;
}

/**
 * kho_memblock_setup - start to allocate early memory in scratch only
 *
 * Context: Early boot, once memblock knows all memory and before it allocates
 *	any. Early parameters have been parsed.
 * Return: whether it does so from now on. The caller may mark more memory, in
 * which it knows that nothing was preserved.
 */
bool __init kho_memblock_setup(void)
{
	unsigned int i;
	const char *why = NULL;

	if (!scratch_inherited)
		return false;
	for (i = 0; i < kho_scratch_nr && !why; i++)
		if (!memblock_is_region_memory(kho_scratch[i].base,
					       kho_scratch[i].size))
			why = "scratch is not in memory";
	for (i = 0; i < kho_scratch_nr && !why && !kho_off; i++)
		if (memblock_mark_kho_scratch(kho_scratch[i].base,
					      kho_scratch[i].size))
			why = "scratch can't be marked";
	if (kho_off)
		why = "switched off by kho=off";
	if (why) {
		pr_warn("the previous kernel's scratch and state are not used: %s\n",
			why);
		memblock_clear_kho(MEMBLOCK_KHO_SCRATCH);
		kho_scratch_nr = 0;
		scratch_inherited = false;
		return false;
	}
	memblock_set_kho_scratch_only(true);
	return true;
}

/* Take one area below @end from @nid, or from anywhere. */
static void __init scratch_alloc(u64 size, phys_addr_t end, int nid,
				 const char *where)
{
	phys_addr_t base = 0;

	if (kho_scratch_nr < KHO_BOOT_MAX_AREAS)
		base = memblock_alloc_range_nid(size, KHO_SCRATCH_ALIGN, SZ_16M,
						end, nid, true);
	if (!base) {
		pr_err("kho_scratch: no %llu MiB of contiguous memory%s\n",
		       size / SZ_1M, where);
		return;
	}
	kmemleak_ignore_phys(base);
	piece[nr_pieces++] = (struct kho_area) { base, size };
	kho_scratch_insert(kho_scratch, &kho_scratch_nr, piece[nr_pieces - 1]);
	pr_info("scratch: %llu MiB at %pa%s\n", size / SZ_1M, &base, where);
}

/* Reserve what is free of an inherited area; false if nothing is. */
static bool __init scratch_reserve_free(const struct kho_area *area)
{
	unsigned int first = nr_pieces, i;
	phys_addr_t start, end;
	bool full = false;
	u64 it;

	for_each_free_mem_range(it, NUMA_NO_NODE, MEMBLOCK_KHO_KEPT, &start,
				&end, NULL) {
		start = PAGE_ALIGN(max_t(u64, start, area->base));
		end = min_t(u64, end, area->base + area->size) & PAGE_MASK;
		if (start >= end)
			continue;
		full = nr_pieces == MAX_PIECES;
		if (full)
			break;
		piece[nr_pieces++] = (struct kho_area) { start, end - start };
	}
	for (i = first; i < nr_pieces; i++) {
		if (!memblock_reserve(piece[i].base, piece[i].size))
			continue;
		pr_warn("scratch at %#llx can't be reserved\n", piece[i].base);
		piece[i].size = 0;
	}
	if (!full)
		return nr_pieces > first;
	/* What is too much stays reserved: no unmovable page may land there. */
	pr_warn("scratch at %#llx is in too many pieces, the rest is not used\n",
		area->base);
	memblock_reserve(area->base, area->size);
	return false;
}

/**
 * kho_memory_reserve - protect what was preserved, or set up scratch
 *
 * Context: Early boot, once the linear map stands and memblock may allocate
 *	from all of it; before anything large is allocated and before memtest.
 */
void __init kho_memory_reserve(void)
{
	unsigned long from = 0;
	unsigned int i;

	/* Its command line is often that of the kernel before, its memory is not. */
	if (is_kdump_kernel())
		request = (struct request) { };
	if (!scratch_inherited) {
		kho_test_fixed_reserve(false);
		if (request.any && !kho_off)
			scratch_alloc(request.any, PHYS_ADDR_MAX, NUMA_NO_NODE,
				      "");
		if (request.low && !kho_off)
			scratch_alloc(request.low,
				      SZ_4G,
				      NUMA_NO_NODE, " of low memory");
		return;
	}

	kho_incoming_reserve(incoming_root);
	/* From now on boot leaves scratch alone: it is for movable pages. */
	for (i = 0; i < kho_scratch_nr; i++) {
		if (memblock_mark_kho_kept(kho_scratch[i].base,
					   kho_scratch[i].size, &from))
			pr_warn("scratch at %#llx can't be kept from boot\n",
				kho_scratch[i].base);
		pr_info("scratch: %llu MiB at %#llx, inherited\n",
			kho_scratch[i].size / SZ_1M, kho_scratch[i].base);
	}
	memblock_set_kho_scratch_only(false);
	memblock_clear_kho(MEMBLOCK_KHO_SCRATCH);
	if (request.node || (request.any + request.low &&
			     request.any + request.low != kho_scratch_total()))
		pr_info("kho_scratch= has no effect, scratch was inherited\n");
	kho_test_fixed_reserve(false);
}

/**
 * kho_memory_reserve_nodes - set up scratch on each node
 *
 * Context: Early boot, once memblock knows which memory belongs to which node.
 */
void __init kho_memory_reserve_nodes(void)
{
	unsigned long start, end;
	char where[24];
	int nid;

	if (scratch_inherited || !request.node || kho_off)
		return;
	for_each_online_node(nid) {
		get_pfn_range_for_nid(nid, &start, &end);
		if (start == end)
			continue;
		snprintf(where, sizeof(where), " on node %d", nid);
		scratch_alloc(request.node, MEMBLOCK_ALLOC_ACCESSIBLE, nid,
			      where);
	}
}

/**
 * kho_memory_reserve_scratch - take what is free of inherited scratch
 *
 * Reserves it, hands what can be to CMA, and takes note of the rest for
 * kho_memory_init().
 *
 * Context: Boot, on one CPU, right before memblock gives all that is free to the
 *	page allocator.
 */
void __init kho_memory_reserve_scratch(void)
{
	unsigned int i;

	kho_test_fixed_reserve(true);
	if (!scratch_inherited)
		return;
	for (i = 0; i < kho_scratch_nr; i++) {
		/*
		 * To reserve it may free an array that memblock had there, and as
		 * long as it is kept, memblock gets no other one there.
		 */
		while (scratch_reserve_free(&kho_scratch[i]))
			;
		if (memblock_clear_kho_kept(kho_scratch[i].base,
					    kho_scratch[i].size))
			pr_warn("scratch at %#llx stays kept from boot\n",
				kho_scratch[i].base);
	}
}

/* Hand a reserved range of whole pageblocks to CMA under a name of its own. */
static int __init range_to_cma(u64 start, u64 end)
{
	static unsigned int nr __initdata;
	char name[CMA_MAX_NAME] = KHO_SCRATCH_NAME;
	struct cma *cma;
	int err;

	if (nr)
		snprintf(name, sizeof(name), KHO_SCRATCH_NAME "%u", nr);
	err = cma_init_reserved_mem(start, end - start, 0, name, &cma);
	if (!err)
		nr++;
	return err;
}

static void __init add_remainder(u64 start, u64 end)
{
	if (start >= end)
		return;
	if (nr_remainders == ARRAY_SIZE(remainders))
		pr_warn("scratch at %#llx is in too many pieces, %llu KiB are not used\n",
			start, (end - start) / SZ_1K);
	else
		remainders[nr_remainders++] = (struct kho_area) { start, end - start };
}

/* The zone of a block, the least that CMA takes; NULL if it is in two of them. */
static struct zone * __init block_zone(u64 base)
{
	struct zone *zone = page_zone(pfn_to_page(PHYS_PFN(base)));

	base += CMA_MIN_ALIGNMENT_BYTES - PAGE_SIZE;
	return page_zone(pfn_to_page(PHYS_PFN(base))) == zone ? zone : NULL;
}

/* Give a piece to CMA, zone by zone, as far as it has whole blocks. */
static void __init piece_to_cma(u64 start, u64 end)
{
	u64 first = ALIGN(start, CMA_MIN_ALIGNMENT_BYTES);
	u64 last = ALIGN_DOWN(end, CMA_MIN_ALIGNMENT_BYTES);
	u64 next;

	if (first >= last) {
		add_remainder(start, end);
		return;
	}
	add_remainder(start, first);
	for (; first < last; first = next) {
		struct zone *zone = block_zone(first);

		next = first + CMA_MIN_ALIGNMENT_BYTES;
		while (next < last && block_zone(next) == zone)
			next += CMA_MIN_ALIGNMENT_BYTES;
		if (!zone || range_to_cma(first, next))
			add_remainder(first, next);
	}
	add_remainder(last, end);
}

/*
 * Make all scratch MIGRATE_CMA, before anything in it is free: no unmovable page
 * may ever land there, also not in what the kernel frees of its own image and of
 * the initrd. Blocks in CMA areas are marked again when those are activated.
 */
static void __init scratch_mark(void)
{
	unsigned long pfn, end;
	unsigned int i;

	for (i = 0; i < kho_scratch_nr; i++) {
		pfn = PFN_DOWN(kho_scratch[i].base);
		end = pfn + PFN_DOWN(kho_scratch[i].size);
		for (; pfn < end; pfn += pageblock_nr_pages)
			set_pageblock_migratetype(pfn_to_page(pfn), MIGRATE_CMA);
	}
}

/* To free a page is to look at those around it, so all have to be initialised. */
static void __init remainders_release(void)
{
	unsigned long pfn, end, nr = 0;
	unsigned int i;

	for (i = 0; i < nr_remainders; i++) {
		pfn = PFN_DOWN(remainders[i].base);
		end = pfn + PFN_DOWN(remainders[i].size);
		for (; pfn < end; pfn++, nr++)
			free_reserved_page(pfn_to_page(pfn));
	}
	cma_count_remainder(nr);
}

/* Pages of scratch that are counted as CMA, but are in no area of it. */
static struct kho_area *kept;
static unsigned int nr_kept;

/**
 * kho_scratch_remove_remainders - no longer count pages that are in no CMA area
 * @base: first byte of what is no scratch any more
 * @size: its bytes
 *
 * Return: how many pages in the range were counted.
 */
long kho_scratch_remove_remainders(u64 base, u64 size)
{
	unsigned int i, nr = 0;
	long pages = 0;

	for (i = 0; i < nr_kept; i++) {
		struct kho_area l = kept[i];
		u64 start = max(l.base, base);
		u64 end = min(l.base + l.size, base + size);

		/* What goes is the end of an area, so only a head may stay. */
		if (start < end) {
			pages += PHYS_PFN(end - start);
			l.size = start - l.base;
		}
		if (l.size)
			kept[nr++] = l;
	}
	nr_kept = nr;
	if (!nr) {
		kfree(kept);
		kept = NULL;
	}
	return pages;
}

static int __init remainders_keep(void)
{
	if (!nr_remainders)
		return 0;
	kept = kmemdup_array(remainders, nr_remainders, sizeof(*remainders), GFP_KERNEL);
	if (!kept)
		return -ENOMEM;
	nr_kept = nr_remainders;
	return 0;
}
core_initcall(remainders_keep);

/**
 * kho_memory_init - free what need not be kept from the page allocator
 * @late: all struct pages have been initialised
 *
 * Called when the page allocator starts, and once more when all struct pages are
 * there if that is later. The first call frees what it can.
 *
 * Context: Boot, on one CPU. Time is linear in the number of preserved runs
 *	and in the number of pages freed.
 */
void __init kho_memory_init(bool late)
{
	unsigned int i;

	for (i = 0; i < nr_pieces && !late; i++)
		piece_to_cma(piece[i].base, piece[i].base + piece[i].size);
	if (!late)
		scratch_mark();
	if (late == IS_ENABLED(CONFIG_DEFERRED_STRUCT_PAGE_INIT))
		remainders_release();
	kho_incoming_free_unpreserved(late);
	if (scratch_inherited && late == IS_ENABLED(CONFIG_DEFERRED_STRUCT_PAGE_INIT))
		memblock_clear_kho(MEMBLOCK_KHO_KEPT);
}
