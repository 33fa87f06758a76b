/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_INTERNAL_H
#define _KERNEL_KHO_INTERNAL_H

#include <linux/kho/abi/root.h>
#include <linux/kho/claim.h>
#include <linux/kho/client.h>
#include <linux/kho/pageset.h>
#include <linux/list.h>
#include <linux/mutex.h>

#include "lib/map.h"

/*
 * The files are listed in Documentation/core-api/kho/internals.rst, from the bottom up.
 *
 * Lock order:
 *
 *   kho_lock              clients, state, events, scratch, the loaded image
 *     kexec lock          of kexec, which never waits for it; not taken here
 *     kho_data_lock       claims, subtrees, and which page sets there are
 *       kho_pageset.lock  the pages of one set; all of them in headroom.c, else
 *                         never two
 *     kho_scratch_lock    table of scratch areas, see boot/scratch.h
 */

struct dentry;

/*
 * Protects the list of clients, the state, and changes of scratch; clients' callbacks
 * run with it, which may take long. It is held while an image is loaded, unloaded or
 * started, too, see kho_image_lock(), so kexec_image stays what it is. A task that waits for it in
 * a system call that loads or starts an image, in a write to sysfs, or in kho_register()
 * can be killed; in kho_unregister() it can't, as that can't fail.
 */
extern struct mutex kho_lock;

/*
 * Protects the lists of claims, their clients, subtrees, the lists of page sets,
 * and kho_frozen. Nests inside kho_lock; clients' callbacks run without it.
 */
extern struct mutex kho_data_lock;

/*
 * Set when the outgoing claims may no longer change. Code that changes a page set
 * reads it with the lock of that set only; code that sets it takes each of those locks
 * once, and from then on all see it.
 */
extern bool kho_frozen;

/* What the registry is at; written with kho_lock held. */
extern enum kho_state {
	KHO_INACTIVE,
	KHO_ACTIVE,
	KHO_FROZEN,
} kho_state;

/**
 * struct kho_claim - a claim
 * @name: of the client
 * @format: name of its format
 * @version: of the format
 * @fingerprint: of the format
 * @incoming: it came from the previous kernel
 * @fdt: the subtree, or NULL
 * @fdt_size: bytes of the buffer at @fdt, whole pages
 * @sets: page sets, &struct kho_pageset
 * @list: entry of kho_claims_out or kho_claims_in
 * @client: its owner; NULL for an incoming claim that is unclaimed yet
 * @debugfs: its directory
 */
struct kho_claim {
	char			name[KHO_NAME_SIZE];
	char			format[KHO_NAME_SIZE];
	u32			version;
	u64			fingerprint;
	bool			incoming;
	void			*fdt;
	size_t			fdt_size;
	struct list_head	sets;
	struct list_head	list;
	struct kho_client	*client;
	struct dentry		*debugfs;
};

/**
 * struct kho_pageset - a page set
 * @name: its name
 * @claim: the claim it belongs to
 * @list: entry of &kho_claim.sets
 * @out: entry of the list of all outgoing page sets
 * @lock: protects the members below
 * @map: the pages
 * @restored: the client has restored all pages; the map only tells which they are
 * @first: no page of an outgoing set is below this one; read without @lock
 * @end: and all are below this one; read without @lock
 * @seq: how often something was added; read without @lock
 */
struct kho_pageset {
	char			name[KHO_NAME_SIZE];
	struct kho_claim	*claim;
	struct list_head	list;
	struct list_head	out;
	struct mutex		lock;		/* the members below */
	struct kho_map		map;
	bool			restored;
	unsigned long		first;
	unsigned long		end;
	unsigned long		seq;
};

extern struct list_head kho_claims_out;
extern struct list_head kho_claims_in;

/* pageset.c */
extern struct list_head kho_sets_out;
extern struct srcu_struct kho_sets_srcu;
extern atomic_long_t kho_sets_gone;
struct kho_pageset *kho_pageset_create_locked(struct kho_claim *claim,
					      const char *name);
bool kho_pageset_unpreserve(struct kho_pageset *set);
unsigned long kho_pagesets_free(struct kho_claim *claim);

/* claim.c */

/**
 * struct kho_claim_viewer - shows claims
 * @add: called when a claim has been created
 * @remove: called before a claim is freed, without kho_data_lock
 */
struct kho_claim_viewer {
	void (*add)(struct kho_claim *claim);
	void (*remove)(struct kho_claim *claim);
};

struct kho_claim *kho_claim_alloc(const char *name, bool incoming);
void kho_claim_set_client(struct kho_claim *claim, struct kho_client *client);
unsigned long kho_claim_free(struct kho_claim *claim);
void kho_claim_stats(const struct kho_claim *claim, unsigned long *pages,
		     unsigned long *bytes);
void kho_claim_set_viewer(const struct kho_claim_viewer *v);
void kho_claim_show(struct kho_claim *claim);

static inline bool kho_claim_goes_out(const struct kho_claim *claim)
{
	return claim->client && claim->client->prepared;
}

/* tree.c */
extern size_t kho_dt_max;
void *kho_tree_build(struct list_head *claims, u64 generation, size_t max,
		     size_t *size);

/* incoming.c */
extern u64 kho_generation;
extern char kho_previous_release[];
extern void *kho_incoming_tree;
extern size_t kho_incoming_tree_size;
void kho_incoming_init(void);
struct kho_claim *kho_incoming_find(const char *name);
unsigned long kho_incoming_release_unclaimed(void);

/* outgoing.c */
int kho_outgoing_init(void);
void kho_outgoing_exit(void);
void kho_outgoing_freeze(bool frozen);
int kho_outgoing_seal(void);
int kho_outgoing_check_size(void);
u64 kho_outgoing_root(void);
size_t kho_outgoing_boot_bytes(void);

/* headroom.c */
int kho_check_headroom(void);
int kho_check_hotadded(void);

/* image.c */
struct kimage;
int kho_image_check_active(void);
int kho_image_check_bytes(const struct kimage *image);

/* core.c */
int kho_activate(void);
int kho_deactivate(void);
int kho_enable(void);
void kho_disable(void);

/* resize.c */
int kho_scratch_resize(u64 size);

#endif /* _KERNEL_KHO_INTERNAL_H */
