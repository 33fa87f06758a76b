// SPDX-License-Identifier: GPL-2.0
/*
 * Claims of the previous kernel, from the tables that early boot validated.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/err.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "boot/reserve.h"
#include "kho_internal.h"
#include "lib/env.h"
#include "lib/table.h"

u64 kho_generation;
char kho_previous_release[sizeof_field(struct kho_root, release)];

/* The incoming tree as it came, before clients take their claims. */
void *kho_incoming_tree;
size_t kho_incoming_tree_size;

/* Free what a record preserved whose claim can't be built. */
static void rec_free_map(const struct kho_set_rec *rec)
{
	struct kho_leaf *leaf;
	struct kho_cursor c;
	u64 phys, next;

	kho_cursor_for_each(&c, rec->map)
		kho_pages_free_reserved(PFN_PHYS(c.pfn), PFN_PHYS(c.end - c.pfn));
	for (phys = rec->map; phys; phys = next) {
		leaf = phys_to_virt(phys);
		next = leaf->next;
		kho_page_free(leaf);
	}
}

static int claim_add_set(struct kho_claim *claim, const struct kho_set_rec *rec)
{
	struct kho_pageset *set;
	int err;

	scoped_guard(mutex, &kho_data_lock)
		set = kho_pageset_create_locked(claim, rec->name);
	if (IS_ERR(set))
		return PTR_ERR(set);
	scoped_guard(mutex, &set->lock)
		err = kho_map_load(&set->map, rec->map);
	if (err)
		kho_pageset_discard(set);
	return err;
}

/* Build the claim; if that fails, free all that it preserved, with a message. */
static void claim_build(const struct kho_claim_rec *rec)
{
	struct kho_claim *claim = NULL;
	struct kho_set_rec *set;
	struct kho_table_iter it;
	int err = 0;

	if (kho_incoming_find(rec->name))
		err = -EEXIST;
	else
		claim = kho_claim_alloc(rec->name, true);
	if (!claim && !err)
		err = -ENOMEM;
	if (claim) {
		strscpy(claim->format, rec->format);
		claim->version = rec->version;
		claim->fingerprint = rec->fingerprint;
	}
	kho_table_for_each(set, it, rec->sets) {
		if (!err)
			err = claim_add_set(claim, set);
		if (err)
			rec_free_map(set);
	}
	if (claim && rec->subtree) {
		claim->fdt = phys_to_virt(rec->subtree);
		claim->fdt_size = rec->subtree_size;
	} else if (rec->subtree) {
		kho_pages_free_reserved(rec->subtree, rec->subtree_size);
	}
	if (!err)
		return;
	pr_warn("claim \"%s\" is lost: %pe\n", rec->name, ERR_PTR(err));
	if (claim)
		kho_claim_free(claim);
}

static void keep_tree(void)
{
	/* The limit of the previous kernel is not known, nor is it ours. */
	void *fdt = kho_tree_build(&kho_claims_in, kho_generation, SZ_1G,
				   &kho_incoming_tree_size);

	if (IS_ERR(fdt))
		pr_warn("no /sys/firmware/kho/dt: %pe\n", fdt);
	else
		kho_incoming_tree = fdt;
}

/**
 * kho_incoming_init - make the previous kernel's claims known
 *
 * Context: Once, when slab works and before clients register.
 */
void kho_incoming_init(void)
{
	struct kho_root *root = kho_incoming_root;
	struct kho_claim_rec *rec;
	struct kho_table_iter it;

	if (!root)
		return;
	kho_generation = root->generation;
	strscpy(kho_previous_release, root->release,
		sizeof(kho_previous_release));
	kho_table_for_each(rec, it, root->claims) {
		if (rec->refused)
			continue;
		claim_build(rec);
		kho_table_free(rec->sets);
	}
	kho_table_free(root->claims);
	kho_page_free(root);
	keep_tree();
}

/**
 * kho_incoming_find - find an incoming claim
 * @name: of the client
 *
 * Return: the claim, or NULL.
 */
struct kho_claim *kho_incoming_find(const char *name)
{
	struct kho_claim *claim;

	guard(mutex)(&kho_data_lock);
	list_for_each_entry(claim, &kho_claims_in, list)
		if (!strcmp(claim->name, name))
			return claim;
	return NULL;
}

/* Clients may finish their claims meanwhile, so start over for each. */
static struct kho_claim *pop_unclaimed(void)
{
	struct kho_claim *claim;

	guard(mutex)(&kho_data_lock);
	list_for_each_entry(claim, &kho_claims_in, list) {
		if (!claim->client) {
			list_del_init(&claim->list);
			return claim;
		}
	}
	return NULL;
}

/**
 * kho_incoming_release_unclaimed - free unclaimed claims
 *
 * Context: Process context; kho_lock is held.
 * Return: number of pages that became free.
 */
unsigned long kho_incoming_release_unclaimed(void)
{
	struct kho_claim *claim;
	unsigned long freed = 0, pages, bytes;

	lockdep_assert_held(&kho_lock);
	while ((claim = pop_unclaimed())) {
		kho_claim_stats(claim, &pages, &bytes);
		pr_info("claim \"%s\" unclaimed, freeing %lu pages (format %s, version %u)\n",
			claim->name, pages, claim->format, claim->version);
		freed += kho_claim_free(claim);
	}
	return freed;
}
