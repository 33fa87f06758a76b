// SPDX-License-Identifier: GPL-2.0
/*
 * What the next kernel reads first: root and tables.
 *
 * Maps and subtrees are kept in the form that crosses the kexec all the time;
 * only the tables, which lead to them, are written at freeze: one record a
 * claim and one a page set.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/buildid.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/libfdt.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/utsname.h>

#include "check.h"
#include "kho_internal.h"

size_t kho_dt_max = 10 << 20;
u64 kho_generation;

static struct kho_root *root;

struct table {
	struct kho_table	*first;
	struct kho_table	*last;
	u32			rec_size;
	u64			pages;
};

/* Append a record. */
static void *table_add(struct table *t)
{
	const u32 room = (PAGE_SIZE - sizeof(struct kho_table)) / t->rec_size;
	struct kho_table *page = t->last;

	if (!page || page->nr == room) {
		page = (struct kho_table *)get_zeroed_page(GFP_KERNEL);
		if (!page)
			return NULL;
		page->magic = KHO_TABLE_MAGIC;
		page->rec_size = t->rec_size;
		if (t->last)
			t->last->next = virt_to_phys(page);
		else
			t->first = page;
		t->last = page;
		t->pages++;
	}
	return (u8 *)(page + 1) + page->nr++ * t->rec_size;
}

/* The table is complete. Returns its address for the record that leads to it. */
static u64 table_close(struct table *t)
{
	struct kho_table *page;

	for (page = t->first; page;
	     page = page->next ? phys_to_virt(page->next) : NULL)
		page->crc = kho_crc(page, PAGE_SIZE, &page->crc);
	return t->first ? virt_to_phys(t->first) : 0;
}

static void table_free(u64 phys)
{
	while (phys) {
		struct kho_table *page = phys_to_virt(phys);

		phys = page->next;
		free_page((unsigned long)page);
	}
}

static void free_tables(u64 claims)
{
	struct kho_claim_rec *rec;
	struct kho_table_iter it;

	kho_table_for_each(rec, it, claims)
		table_free(rec->sets);
	table_free(claims);
}

/* The records of the page sets of a claim. */
static int write_sets(const struct kho_claim *claim, struct kho_claim_rec *rec,
		      u64 *pages)
{
	struct table t = { .rec_size = sizeof(struct kho_set_rec) };
	struct kho_pageset *set;
	struct kho_set_rec *srec;
	int err = 0;

	list_for_each_entry(set, &claim->sets, list) {
		srec = table_add(&t);
		if (!srec) {
			err = -ENOMEM;
			break;
		}
		/* Who has the lock now is the last who may change the map. */
		guard(mutex)(&set->lock);
		strscpy_pad((char *)srec->name, set->name, KHO_NAME_SIZE);
		srec->map = kho_map_head(&set->map);
		srec->leaves = set->map.nr_leaves;
		srec->runs = set->map.nr_runs;
		srec->pages = set->map.nr_pages;
		rec->nr_sets++;
		*pages += srec->leaves;
	}
	rec->sets = table_close(&t);
	*pages += t.pages;
	return err;
}

static int write_claim(const struct kho_claim *claim, struct kho_claim_rec *rec,
		       u64 *pages)
{
	strscpy_pad((char *)rec->name, claim->name, KHO_NAME_SIZE);
	strscpy_pad((char *)rec->format, claim->format, KHO_NAME_SIZE);
	rec->version = claim->version;
	rec->fingerprint = claim->fingerprint;
	if (claim->fdt) {
		rec->subtree = virt_to_phys(claim->fdt);
		rec->subtree_size = claim->fdt_size;
		rec->subtree_crc = kho_crc(claim->fdt, claim->fdt_size, NULL);
		*pages += claim->fdt_size / PAGE_SIZE;
	}
	return write_sets(claim, rec, pages);
}

/* The table of all claims whose clients are prepared. */
static int write_claims(struct table *t, u32 *nr, u64 *pages)
{
	struct kho_claim *claim;
	struct kho_claim_rec *rec;
	int err;

	list_for_each_entry(claim, &kho_claims_out, list) {
		if (!kho_claim_goes_out(claim) ||
		    (!claim->fdt && list_empty(&claim->sets)))
			continue;
		rec = table_add(t);
		if (!rec)
			return -ENOMEM;
		err = write_claim(claim, rec, pages);
		if (err)
			return err;
		++*nr;
	}
	return 0;
}

static void write_root(u32 flags, u64 claims, u32 nr_claims, u64 meta_pages)
{
	*root = (struct kho_root) {
		.magic		= KHO_ROOT_MAGIC,
		.version	= KHO_ROOT_VERSION,
		.endian		= KHO_ROOT_ENDIAN,
		.size		= sizeof(*root),
		.flags		= flags,
		.arch		= IS_ENABLED(CONFIG_ARM64) ? KHO_ARCH_ARM64 :
							     KHO_ARCH_X86_64,
		.page_shift	= PAGE_SHIFT,
		.generation	= kho_generation + 1,
		.claims		= claims,
		.meta_pages	= meta_pages,
		.nr_claims	= nr_claims,
	};
	strscpy((char *)root->release, init_utsname()->release,
		sizeof(root->release));
#if IS_ENABLED(CONFIG_STACKTRACE_BUILD_ID) || IS_ENABLED(CONFIG_VMCORE_INFO)
	memcpy(root->build_id, vmlinux_build_id, BUILD_ID_SIZE_MAX);
#endif
	root->crc = kho_crc(root, sizeof(*root), &root->crc);
}

/**
 * kho_outgoing_init - allocate the root page
 *
 * Its address does not change as long as there is scratch, so images may be
 * loaded at any time. Until it is sealed it says that nothing is preserved.
 *
 * Return: 0, also if it is there already; -ENOMEM.
 */
int kho_outgoing_init(void)
{
	if (root)
		return 0;
	root = (struct kho_root *)get_zeroed_page(GFP_KERNEL);
	if (!root)
		return -ENOMEM;
	write_root(0, 0, 0, 0);
	return 0;
}

/**
 * kho_outgoing_exit - free the root page
 *
 * Context: No image knows of it: none is loaded, or being loaded, that can carry
 *	state.
 */
void kho_outgoing_exit(void)
{
	free_page((unsigned long)root);
	root = NULL;
}

/**
 * kho_outgoing_root - where the root page is
 *
 * Return: its physical address; 0 if there is none.
 */
u64 kho_outgoing_root(void)
{
	return root ? virt_to_phys(root) : 0;
}

static u64 table_pages(u64 nr, size_t rec_size)
{
	return DIV_ROUND_UP_ULL(nr, (PAGE_SIZE - sizeof(struct kho_table)) /
				    rec_size);
}

/**
 * kho_outgoing_room - scratch that the next kernel needs to take over all claims
 *
 * Context: Process context; may sleep.
 * Return: bytes, as the claims are now.
 */
size_t kho_outgoing_room(void)
{
	u64 pages = 1, nr_claims = 0, nr_sets = 0, nr;
	struct kho_claim *claim;
	struct kho_pageset *set;

	guard(mutex)(&kho_data_lock);
	list_for_each_entry(claim, &kho_claims_out, list) {
		nr = 0;
		list_for_each_entry(set, &claim->sets, list) {
			guard(mutex)(&set->lock);
			pages += set->map.nr_leaves;
			nr++;
		}
		pages += table_pages(nr, sizeof(struct kho_set_rec));
		pages += claim->fdt ? claim->fdt_size / PAGE_SIZE : 0;
		nr_sets += nr;
		nr_claims++;
	}
	pages += table_pages(nr_claims, sizeof(struct kho_claim_rec));
	return kho_reserve_room(pages, nr_claims, nr_sets);
}

/**
 * kho_outgoing_freeze - no claim may change any more, or each may again
 * @frozen: which
 *
 * Who is about to change a page set holds its lock, and may be done a moment later.
 *
 * Context: Process context; may sleep. kho_lock is held.
 */
void kho_outgoing_freeze(bool frozen)
{
	lockdep_assert_held(&kho_lock);
	guard(mutex)(&kho_data_lock);
	WRITE_ONCE(kho_frozen, frozen);
}

/**
 * kho_outgoing_seal - write root and tables
 *
 * Context: kho_lock is held, and the claims are frozen. Time is linear in the
 *	number of claims, page sets and bytes of subtrees.
 * Return: 0; -ENOMEM, and then nothing is sealed.
 */
int kho_outgoing_seal(void)
{
	struct table t = { .rec_size = sizeof(struct kho_claim_rec) };
	u64 pages = 1, claims;
	u32 nr = 0;
	int err;

	lockdep_assert_held(&kho_lock);
	guard(mutex)(&kho_data_lock);
	err = write_claims(&t, &nr, &pages);
	claims = table_close(&t);
	if (err) {
		free_tables(claims);
		return err;
	}
	write_root(KHO_ROOT_SEALED, claims, nr, pages + t.pages);
	return 0;
}

/* Copy the contents of a tree's root node into the node that is open. */
static int copy_subtree(void *to, const void *from)
{
	const struct fdt_property *prop;
	int offset = 0, next, depth = 0, len, err = 0;
	u32 tag;

	for (; !err; offset = next) {
		tag = fdt_next_tag(from, offset, &next);
		if (tag == FDT_BEGIN_NODE) {
			if (depth++)
				err = fdt_begin_node(to, fdt_get_name(from, offset,
								      NULL));
		} else if (tag == FDT_END_NODE) {
			if (!--depth)
				return 0;
			err = fdt_end_node(to);
		} else if (tag == FDT_PROP) {
			prop = fdt_get_property_by_offset(from, offset, &len);
			err = fdt_property(to, fdt_string(from,
							  fdt32_to_cpu(prop->nameoff)),
					   prop->data, len);
		} else if (tag == FDT_END) {
			return -FDT_ERR_BADSTRUCTURE;
		}
	}
	return err;
}

static int compose_sets(void *to, const struct kho_claim *claim)
{
	struct kho_pageset *set;
	int err = fdt_begin_node(to, "pagesets");

	list_for_each_entry(set, &claim->sets, list) {
		guard(mutex)(&set->lock);
		err = err ?: fdt_begin_node(to, set->name);
		err = err ?: fdt_property_u64(to, "map", kho_map_head(&set->map));
		err = err ?: fdt_property_u64(to, "runs", set->map.nr_runs);
		err = err ?: fdt_property_u64(to, "pages", set->map.nr_pages);
		err = err ?: fdt_end_node(to);
	}
	return err ?: fdt_end_node(to);
}

static int compose_claim(void *to, const struct kho_claim *claim)
{
	int err = fdt_begin_node(to, claim->name);

	err = err ?: fdt_property_string(to, "format", claim->format);
	err = err ?: fdt_property_u32(to, "version", claim->version);
	err = err ?: fdt_property_u64(to, "fingerprint", claim->fingerprint);
	err = err ?: fdt_begin_node(to, "tree");
	if (claim->fdt)
		err = err ?: copy_subtree(to, claim->fdt);
	err = err ?: fdt_end_node(to);
	err = err ?: compose_sets(to, claim);
	return err ?: fdt_end_node(to);
}

static int compose(void *to, size_t size, struct list_head *claims,
		   u64 generation)
{
	struct kho_claim *claim;
	int err = fdt_create(to, size);

	err = err ?: fdt_finish_reservemap(to);
	err = err ?: fdt_begin_node(to, "");
	err = err ?: fdt_property_string(to, "compatible",
					 "linux,kho-registry-v1");
	err = err ?: fdt_property_u64(to, "generation", generation);
	list_for_each_entry(claim, claims, list) {
		if (!claim->incoming && !kho_claim_goes_out(claim))
			continue;
		err = err ?: compose_claim(to, claim);
	}
	err = err ?: fdt_end_node(to);
	return err ?: fdt_finish(to);
}

/**
 * kho_dt_compose - one device tree of all claims, for people
 * @claims: kho_claims_out or kho_claims_in
 * @generation: to show in it
 * @max: largest size, in bytes
 * @size: set to its bytes
 *
 * Context: Process context; may sleep.
 * Return: the blob, to be freed with kvfree(); ERR_PTR() of -E2BIG if it would
 * be larger than @max, -ENOMEM, -EINVAL.
 */
void *kho_dt_compose(struct list_head *claims, u64 generation, size_t max,
		     size_t *size)
{
	size_t room = PAGE_SIZE;
	void *fdt;
	int err;

	guard(mutex)(&kho_data_lock);
	for (;; room *= 2) {
		fdt = kvzalloc(room, GFP_KERNEL);
		if (!fdt)
			return ERR_PTR(-ENOMEM);
		err = compose(fdt, room, claims, generation);
		*size = err ? room : fdt_totalsize(fdt);
		if (!err && *size <= max)
			return fdt;
		kvfree(fdt);
		if (*size > max)
			return ERR_PTR(-E2BIG);
		if (err != -FDT_ERR_NOSPACE)
			return ERR_PTR(-EINVAL);
	}
}

/**
 * kho_outgoing_check_size - is the outgoing tree within the limit?
 *
 * Return: 0; -E2BIG, with a message; -ENOMEM.
 */
int kho_outgoing_check_size(void)
{
	size_t size;
	void *fdt = kho_dt_compose(&kho_claims_out, kho_generation + 1,
				   kho_dt_max, &size);

	if (!IS_ERR(fdt))
		kvfree(fdt);
	else if (fdt == ERR_PTR(-E2BIG))
		pr_err("the tree would be larger than dt_max, %zu bytes\n",
		       kho_dt_max);
	return PTR_ERR_OR_ZERO(fdt);
}
