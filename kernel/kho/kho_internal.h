/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_INTERNAL_H
#define _KERNEL_KHO_INTERNAL_H

#include <linux/kho/abi/root.h>
#include <linux/kho/claim.h>
#include <linux/kho/client.h>
#include <linux/kho/pageset.h>
#include <linux/list.h>
#include <linux/mutex.h>

#include "map.h"

/*
 * The files, from the bottom up:
 *
 *   leaf.c index.c map.c    pure: maps, from one leaf to all
 *   fill.c                  pure: the short way into a map
 *   check.c merge.c         pure: validation, ordered walk
 *   blocks.c                pure: what to reserve in early boot
 *   scratch.c reserve.c     early boot
 *   pageset.c               page sets
 *   preserve.c restore.c    their pages: what clients put in, and get back
 *   claim.c                 claims and subtrees
 *   room.c                  memory that the next kernel boots in
 *   outgoing.c              root and tables for the next kernel
 *   incoming.c              claims of the previous kernel
 *   core.c                  clients, events, activation
 *   kimage.c                loading and starting images
 *   scratch_runtime.c       scratch on a running system
 *   sysfs.c debugfs.c       control and view
 *
 * Lock order:
 *
 *   kho_lock              clients, state, events, scratch, the loaded image
 *     kexec lock          of kexec, which never waits for it; not taken here
 *     kho_data_lock       claims, subtrees, and which page sets there are
 *       kho_pageset.lock  the pages of one set; all of them in room.c, else
 *                         never two
 *     kho_scratch_lock    table of scratch areas, see scratch.h
 */

struct dentry;

/*
 * Protects the list of clients, the state, and changes of scratch; clients' callbacks
 * run with it, which may take long. Who loads, unloads or starts an image holds it,
 * too, see kho_image_lock(), so kexec_image stays what it is. System calls and writes
 * to sysfs can be killed while they wait.
 */
extern struct mutex kho_lock;

/*
 * Protects the lists of claims, whose they are, subtrees, the lists of page sets,
 * and kho_frozen. Nests inside kho_lock; clients' callbacks run without it.
 */
extern struct mutex kho_data_lock;

/*
 * Set when the outgoing claims may no longer change. Whoever changes a page set
 * looks at it with the lock of that set only: who sets it takes each of those
 * locks once, and from then on all know.
 */
extern bool kho_frozen;

enum kho_state {
	KHO_INACTIVE,
	KHO_ACTIVE,
	KHO_FROZEN,
};

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
 * @client: whose it is; NULL for an incoming claim that nobody took yet
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
 * @claim: whose it is
 * @list: entry of &kho_claim.sets
 * @out: entry of the list of all outgoing page sets
 * @lock: protects the members below
 * @map: the pages
 * @restored: the client took all pages over; the map only tells which they are
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

/* core.c */
int kho_activate(void);
int kho_deactivate(void);
enum kho_state kho_state(void);
int kho_enable(void);
void kho_disable(void);

/* claim.c */
struct kho_claim *kho_claim_alloc(const char *name, bool incoming);
void kho_claim_set_client(struct kho_claim *claim, struct kho_client *client);
unsigned long kho_claim_free(struct kho_claim *claim);
void kho_claim_stats(const struct kho_claim *claim, unsigned long *pages,
		     unsigned long *bytes);

/* pageset.c */
extern struct list_head kho_sets_out;
extern struct srcu_struct kho_sets_srcu;
extern atomic_long_t kho_sets_gone;
struct kho_pageset *kho_pageset_create_locked(struct kho_claim *claim,
					      const char *name);
bool kho_pageset_forget(struct kho_pageset *set);
unsigned long kho_pagesets_free(struct kho_claim *claim);
void kho_pages_free_reserved(u64 phys, u64 size);

static inline bool kho_claim_goes_out(const struct kho_claim *claim)
{
	return claim->client && claim->client->prepared;
}

/* outgoing.c */
extern size_t kho_dt_max;
extern u64 kho_generation;
int kho_outgoing_init(void);
void kho_outgoing_exit(void);
void kho_outgoing_freeze(bool frozen);
int kho_outgoing_seal(void);
int kho_outgoing_check_size(void);
u64 kho_outgoing_root(void);
size_t kho_outgoing_room(void);
void *kho_dt_compose(struct list_head *claims, u64 generation, size_t max,
		     size_t *size);

/* room.c */
u64 kho_pages_for_boot(u64 pages);
int kho_room_check(void);
int kho_room_check_added(void);

/* incoming.c */
extern struct kho_root *kho_incoming_root;
extern char kho_previous_release[];
void kho_incoming_init(void);
struct kho_claim *kho_incoming_find(const char *name);
unsigned long kho_incoming_release_unclaimed(void);

/* kimage.c */
struct kimage;
int kho_image_check_active(void);
int kho_image_check_room(const struct kimage *image);

/* reserve.c */
size_t kho_reserve_room(u64 meta_pages, u64 nr_claims, u64 nr_sets);

/* tests/kho_damage.c */
#ifdef CONFIG_KHO_TEST_DAMAGE
bool kho_damage_fails(void);
#else
static inline bool kho_damage_fails(void)
{
	return false;
}
#endif

/* sysfs.c, debugfs.c */
void kho_sysfs_keep_incoming(void);
#ifdef CONFIG_KHO_DEBUGFS
void kho_debugfs_add(struct kho_claim *claim);
void kho_debugfs_remove(struct kho_claim *claim);
#else
static inline void kho_debugfs_add(struct kho_claim *claim) { }
static inline void kho_debugfs_remove(struct kho_claim *claim) { }
#endif

#endif /* _KERNEL_KHO_INTERNAL_H */
