/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_VMALLOC_H
#define _LINUX_KHO_VMALLOC_H

#include <linux/err.h>

struct kho_claim;
struct kho_vmalloc;

/**
 * DOC: areas of vmalloc()
 *
 * An area of vmalloc() is preserved under a name. It takes a page set and a
 * property of that name in the claim, and 8 bytes a page for the order of the
 * pages. The next kernel gets an area of the same size and content, at another
 * address; it is freed with vfree(), and can be preserved again.
 */

#ifdef CONFIG_KHO

struct kho_vmalloc *kho_vmalloc_preserve(struct kho_claim *claim,
					 const char *name, const void *addr);
void kho_vmalloc_unpreserve(struct kho_vmalloc *area);
void *kho_vmalloc_restore(struct kho_claim *claim, const char *name,
			  size_t *size);

#else

static inline struct kho_vmalloc *
kho_vmalloc_preserve(struct kho_claim *claim, const char *name,
		     const void *addr)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static inline void kho_vmalloc_unpreserve(struct kho_vmalloc *area)
{
}

static inline void *kho_vmalloc_restore(struct kho_claim *claim,
					const char *name, size_t *size)
{
	return NULL;
}

#endif /* CONFIG_KHO */

#endif /* _LINUX_KHO_VMALLOC_H */
