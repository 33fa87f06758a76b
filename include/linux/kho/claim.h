/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_CLAIM_H
#define _LINUX_KHO_CLAIM_H

#include <linux/errno.h>
#include <linux/types.h>

struct kho_claim;

/**
 * DOC: claims and their subtrees
 *
 * A claim is what a client owns: one subtree, a flattened device tree, and any
 * number of page sets. Properties are named by a path relative to the
 * subtree's root; nodes on the way come into being when something is put::
 *
 *   kho_put_u64(claim, "pos", 42);
 *   kho_put_string(claim, "cpu3/state", "idle");
 *
 * Getters check presence and length, and never return a pointer outside the
 * subtree. Numbers are stored as cells, most significant byte first, as the
 * Devicetree Specification v0.4 lays down in section 2.2.4.
 */

#ifdef CONFIG_KHO

const char *kho_claim_name(const struct kho_claim *claim);
void kho_claim_finish(struct kho_claim *claim);

int kho_put_blob(struct kho_claim *claim, const char *path, const void *data,
		 size_t size);
int kho_put_u32(struct kho_claim *claim, const char *path, u32 value);
int kho_put_u64(struct kho_claim *claim, const char *path, u64 value);
int kho_put_string(struct kho_claim *claim, const char *path,
		   const char *value);
int kho_del(struct kho_claim *claim, const char *path);

const void *kho_get_blob(const struct kho_claim *claim, const char *path,
			 size_t *size);
int kho_get_u32(const struct kho_claim *claim, const char *path, u32 *value);
int kho_get_u64(const struct kho_claim *claim, const char *path, u64 *value);
const char *kho_get_string(const struct kho_claim *claim, const char *path);

const void *kho_subtree_fdt(const struct kho_claim *claim);

#else

static inline const char *kho_claim_name(const struct kho_claim *claim)
{
	return NULL;
}

static inline void kho_claim_finish(struct kho_claim *claim)
{
}

static inline int kho_put_blob(struct kho_claim *claim, const char *path,
			       const void *data, size_t size)
{
	return -EOPNOTSUPP;
}

static inline int kho_put_u32(struct kho_claim *claim, const char *path,
			      u32 value)
{
	return -EOPNOTSUPP;
}

static inline int kho_put_u64(struct kho_claim *claim, const char *path,
			      u64 value)
{
	return -EOPNOTSUPP;
}

static inline int kho_put_string(struct kho_claim *claim, const char *path,
				 const char *value)
{
	return -EOPNOTSUPP;
}

static inline int kho_del(struct kho_claim *claim, const char *path)
{
	return -EOPNOTSUPP;
}

static inline const void *kho_get_blob(const struct kho_claim *claim,
				       const char *path, size_t *size)
{
	return NULL;
}

static inline int kho_get_u32(const struct kho_claim *claim, const char *path,
			      u32 *value)
{
	return -EOPNOTSUPP;
}

static inline int kho_get_u64(const struct kho_claim *claim, const char *path,
			      u64 *value)
{
	return -EOPNOTSUPP;
}

static inline const char *kho_get_string(const struct kho_claim *claim,
					 const char *path)
{
	return NULL;
}

static inline const void *kho_subtree_fdt(const struct kho_claim *claim)
{
	return NULL;
}

#endif /* CONFIG_KHO */

#endif /* _LINUX_KHO_CLAIM_H */
