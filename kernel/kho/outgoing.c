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
#include <linux/err.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/kho/client.h>
#include <linux/slab.h>
#include <linux/utsname.h>

#include "boot/reserve.h"
#include "boot/scratch.h"
#include "kho_internal.h"
#include "lib/env.h"
#include "lib/table.h"

static struct kho_root *root;

static void free_tables(u64 claims)
{
	struct kho_claim_rec *rec;
	struct kho_table_iter it;

	kho_table_for_each(rec, it, claims)
		kho_table_free(rec->sets);
	kho_table_free(claims);
}

/* The records of the page sets of a claim. */
static int write_sets(const struct kho_claim *claim, struct kho_claim_rec *rec,
		      u64 *pages)
{
	struct kho_table_writer t = { .rec_size = sizeof(struct kho_set_rec) };
	struct kho_pageset *set;
	struct kho_set_rec *srec;
	int err = 0;

	list_for_each_entry(set, &claim->sets, list) {
		srec = kho_table_add(&t);
		if (!srec) {
			err = -ENOMEM;
			break;
		}
		/* After this lock is released the map can't change any more. */
		guard(mutex)(&set->lock);
		strscpy_pad((char *)srec->name, set->name, KHO_NAME_SIZE);
		srec->map = kho_map_head(&set->map);
		srec->leaves = set->map.nr_leaves;
		srec->runs = set->map.nr_runs;
		srec->pages = set->map.nr_pages;
		rec->nr_sets++;
		*pages += srec->leaves;
	}
	rec->sets = kho_table_close(&t);
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
static int write_claims(struct kho_table_writer *t, u32 *nr, u64 *pages)
{
	struct kho_claim *claim;
	struct kho_claim_rec *rec;
	int err;

	list_for_each_entry(claim, &kho_claims_out, list) {
		if (!kho_claim_goes_out(claim) ||
		    (!claim->fdt && list_empty(&claim->sets)))
			continue;
		rec = kho_table_add(t);
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
	kho_root_init(root, kho_generation + 1);
	root->flags = flags;
	root->claims = claims;
	root->nr_claims = nr_claims;
	root->meta_pages = meta_pages;
	strscpy((char *)root->release, init_utsname()->release,
		sizeof(root->release));
#if IS_ENABLED(CONFIG_STACKTRACE_BUILD_ID) || IS_ENABLED(CONFIG_VMCORE_INFO)
	memcpy(root->build_id, vmlinux_build_id, BUILD_ID_SIZE_MAX);
#endif
	kho_root_close(root);
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
	root = kho_page_alloc();
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
	if (root)
		kho_page_free(root);
	root = NULL;
}

/**
 * kho_is_enabled - is there scratch memory, so that state can be handed over?
 *
 * Scratch may be set up and returned while the system runs.
 *
 * Context: Any. Before core_initcall time the answer is always no.
 * Return: whether activation is possible.
 */
bool kho_is_enabled(void)
{
	return READ_ONCE(kho_scratch_nr) && READ_ONCE(root);
}
EXPORT_SYMBOL_GPL(kho_is_enabled);

/**
 * kho_outgoing_root - where the root page is
 *
 * Return: its physical address; 0 if there is none.
 */
u64 kho_outgoing_root(void)
{
	return root ? virt_to_phys(root) : 0;
}

/**
 * kho_outgoing_boot_bytes - scratch that the next kernel needs to restore all claims
 *
 * Context: Process context; may sleep.
 * Return: bytes, as the claims are now.
 */
size_t kho_outgoing_boot_bytes(void)
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
		pages += kho_table_pages(nr, sizeof(struct kho_set_rec));
		pages += claim->fdt ? claim->fdt_size / PAGE_SIZE : 0;
		nr_sets += nr;
		nr_claims++;
	}
	pages += kho_table_pages(nr_claims, sizeof(struct kho_claim_rec));
	return kho_reserve_bytes(pages, nr_claims, nr_sets);
}

/**
 * kho_outgoing_freeze - forbid all changes of claims, or allow them again
 * @frozen: which
 *
 * A change of a page set that has begun holds the lock of the set, and ends a moment
 * later.
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
	struct kho_table_writer t = { .rec_size = sizeof(struct kho_claim_rec) };
	u64 pages = 1, claims;
	u32 nr = 0;
	int err;

	lockdep_assert_held(&kho_lock);
	guard(mutex)(&kho_data_lock);
	err = write_claims(&t, &nr, &pages);
	claims = kho_table_close(&t);
	if (err) {
		free_tables(claims);
		return err;
	}
	write_root(KHO_ROOT_SEALED, claims, nr, pages + t.pages);
	return 0;
}

/**
 * kho_outgoing_check_size - is the outgoing tree within the limit?
 *
 * Return: 0; -E2BIG, with a message; -ENOMEM.
 */
int kho_outgoing_check_size(void)
{
	size_t size;
	void *fdt = kho_tree_build(&kho_claims_out, kho_generation + 1,
				   kho_dt_max, &size);

	if (!IS_ERR(fdt))
		kvfree(fdt);
	else if (fdt == ERR_PTR(-E2BIG))
		pr_err("the tree would be larger than dt_max, %zu bytes\n",
		       kho_dt_max);
	return PTR_ERR_OR_ZERO(fdt);
}
