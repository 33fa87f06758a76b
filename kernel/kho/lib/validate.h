/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_VALIDATE_H
#define _KERNEL_KHO_VALIDATE_H

#include <linux/kho/abi/boot.h>
#include <linux/kho/abi/root.h>
#include <linux/types.h>

/*
 * Validation of what another kernel handed over. Pure: reads memory only
 * through kho_checker.page(), or @size bytes of a boot block; allocates
 * nothing, takes time linear in the size of what it reads, and ends on whatever
 * it is given.
 */

/**
 * struct kho_checker - access to what is checked, and the result
 * @page: gives access to @size bytes at the physical address @phys, both
 *	multiples of the page size; NULL if that is not memory that may hold
 *	what was handed over
 * @meta: called for each piece of metadata that is valid; an error makes
 *	the check fail
 * @meta_left: number of pages of metadata that may still come
 * @why: set to the reason when a check fails
 * @where: set to the address, page frame number or value that is wrong; @why tells which
 */
struct kho_checker {
	void *(*page)(struct kho_checker *c, u64 phys, u64 size);
	int (*meta)(struct kho_checker *c, u64 phys, u64 size);
	u64		meta_left;
	const char	*why;
	u64		where;
};

const char *kho_check_boot(const struct kho_boot *boot, size_t size, u64 align);
int kho_check_root(struct kho_checker *c, u64 phys, struct kho_root **proot);
int kho_check_claims(struct kho_checker *c, const struct kho_root *root);
int kho_check_claim(struct kho_checker *c, const struct kho_claim_rec *rec);
bool kho_check_name(const char *name, size_t size);

#endif /* _KERNEL_KHO_VALIDATE_H */
