// SPDX-License-Identifier: GPL-2.0
/* Claims: whose they are, and what becomes of them. */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kho/claim.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "boot/reserve.h"
#include "kho_internal.h"

LIST_HEAD(kho_claims_out);
LIST_HEAD(kho_claims_in);

/* Shows claims; set once, with kho_lock held. */
static const struct kho_claim_viewer *viewer;

/**
 * kho_claim_set_viewer - have claims shown
 * @v: called for each claim that is created or freed
 *
 * Context: Process context; kho_lock is held.
 */
void kho_claim_set_viewer(const struct kho_claim_viewer *v)
{
	struct kho_claim *claim;

	lockdep_assert_held(&kho_lock);
	viewer = v;
	list_for_each_entry(claim, &kho_claims_out, list)
		v->add(claim);
	list_for_each_entry(claim, &kho_claims_in, list)
		v->add(claim);
}

struct kho_claim *kho_claim_alloc(const char *name, bool incoming)
{
	struct kho_claim *claim = kzalloc(sizeof(*claim), GFP_KERNEL);

	if (!claim)
		return NULL;
	strscpy(claim->name, name);
	claim->incoming = incoming;
	INIT_LIST_HEAD(&claim->sets);
	guard(mutex)(&kho_data_lock);
	list_add_tail(&claim->list, incoming ? &kho_claims_in : &kho_claims_out);
	return claim;
}

/**
 * kho_claim_show - a claim is there to be shown
 * @claim: the claim
 *
 * Context: Process context; kho_lock is held.
 */
void kho_claim_show(struct kho_claim *claim)
{
	if (viewer)
		viewer->add(claim);
}

/**
 * kho_claim_set_client - assign a claim to a client
 * @claim: the claim; an outgoing one takes the client's format
 * @client: the client, NULL if it has gone
 */
void kho_claim_set_client(struct kho_claim *claim, struct kho_client *client)
{
	guard(mutex)(&kho_data_lock);
	claim->client = client;
	if (claim->incoming || !client)
		return;
	strscpy(claim->format, client->formats->name);
	claim->version = client->formats->version;
	claim->fingerprint = client->formats->fingerprint;
}

/*
 * Free a claim; of an incoming one also what it preserved. Returns the number
 * of pages that were in its page sets.
 */
unsigned long kho_claim_free(struct kho_claim *claim)
{
	unsigned long pages;

	if (viewer)
		viewer->remove(claim);
	scoped_guard(mutex, &kho_data_lock)
		list_del(&claim->list);
	pages = kho_pagesets_free(claim);
	if (claim->fdt && claim->incoming)
		kho_pages_free_reserved(virt_to_phys(claim->fdt),
					claim->fdt_size);
	else if (claim->fdt)
		free_pages_exact(claim->fdt, claim->fdt_size);
	kfree(claim);
	return pages;
}

/* Pages in the page sets of a claim, and bytes of them and of its metadata. */
void kho_claim_stats(const struct kho_claim *claim, unsigned long *pages,
		     unsigned long *bytes)
{
	unsigned long meta = claim->fdt_size / PAGE_SIZE;
	struct kho_pageset *set;

	*pages = 0;
	list_for_each_entry(set, &claim->sets, list) {
		guard(mutex)(&set->lock);
		*pages += set->map.nr_pages;
		meta += set->map.nr_leaves;
	}
	*bytes = (*pages + meta) * PAGE_SIZE;
}

/**
 * kho_claim_name - name of a claim
 * @claim: the claim
 *
 * Context: Any.
 * Return: the name of the client that it belongs to.
 */
const char *kho_claim_name(const struct kho_claim *claim)
{
	return claim->name;
}
EXPORT_SYMBOL_GPL(kho_claim_name);

/**
 * kho_claim_finish - a client is done with its incoming claim
 * @claim: the claim, gone afterwards; NULL is ignored
 *
 * Frees the subtree and the pages that are left in its page sets.
 *
 * Context: Process context; may sleep. Also from the client's callbacks, but
 *	not if the callback returns an error then.
 */
void kho_claim_finish(struct kho_claim *claim)
{
	if (!claim || WARN_ON(!claim->incoming))
		return;
	if (claim->client)
		claim->client->in = NULL;
	kho_claim_free(claim);
}
EXPORT_SYMBOL_GPL(kho_claim_finish);
