/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_CHECK_H
#define _KERNEL_KHO_CHECK_H

#include <linux/kho/abi/boot.h>
#include <linux/kho/abi/root.h>
#include <linux/types.h>

/*
 * Validation of what another kernel handed over. Pure: reads memory only
 * through kho_checker.page(), or as far as it is told the size; allocates
 * nothing, takes time linear in the size of what it reads, and ends on whatever
 * it is given.
 */

/**
 * struct kho_checker - who reads, and what was wrong
 * @page: gives access to @size bytes at the physical address @phys, both
 *	multiples of the page size; NULL if that is not memory that may hold
 *	what was handed over
 * @meta: told of each piece of metadata that was found good; an error makes
 *	the check fail
 * @meta_left: number of pages of metadata that may still come
 * @why: set to the reason when a check fails
 * @where: set to the physical address or page frame number it failed at
 */
struct kho_checker {
	void *(*page)(struct kho_checker *c, u64 phys, u64 size);
	int (*meta)(struct kho_checker *c, u64 phys, u64 size);
	u64		meta_left;
	const char	*why;
	u64		where;
};

/**
 * struct kho_table_iter - walks the records of a checked table
 * @next: physical address of the next table page
 * @table: current table page
 * @i: next record in it
 */
struct kho_table_iter {
	u64			next;
	struct kho_table	*table;
	u32			i;
};

const char *kho_check_boot(const struct kho_boot *boot, size_t size, u64 align);
int kho_check_root(struct kho_checker *c, u64 phys, struct kho_root **proot);
int kho_check_claims(struct kho_checker *c, const struct kho_root *root);
int kho_check_claim(struct kho_checker *c, const struct kho_claim_rec *rec);
bool kho_check_name(const char *name, size_t size);
u32 kho_crc(const void *data, size_t size, const u32 *crc);

struct kho_table_iter kho_table_start(u64 first);
void *kho_table_next(struct kho_table_iter *it);

#define kho_table_for_each(rec, it, first)				\
	for ((it) = kho_table_start(first), (rec) = kho_table_next(&(it)); \
	     (rec); (rec) = kho_table_next(&(it)))

#endif /* _KERNEL_KHO_CHECK_H */
