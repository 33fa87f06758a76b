/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_TABLE_H
#define _KERNEL_KHO_TABLE_H

#include <linux/kho/abi/root.h>
#include <linux/types.h>

#include <asm/page.h>

/*
 * Root and tables, see kho/abi/root.h: written by one kernel, walked by the next once
 * validate.c has found them to be good.
 */

#ifdef CONFIG_ARM64
#define KHO_ARCH	KHO_ARCH_ARM64
#else
#define KHO_ARCH	KHO_ARCH_X86_64
#endif

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

/**
 * struct kho_table_writer - a table being written
 * @rec_size: bytes of a record
 * @first: first page; NULL as long as there is no record
 * @last: last page
 * @pages: number of pages
 */
struct kho_table_writer {
	u32			rec_size;
	struct kho_table	*first;
	struct kho_table	*last;
	u64			pages;
};

/* The number of records of @rec_size bytes that fit into a page of a table. */
static inline u32 kho_table_capacity(u32 rec_size)
{
	return (PAGE_SIZE - sizeof(struct kho_table)) / rec_size;
}

struct kho_table_iter kho_table_start(u64 first);
void *kho_table_next(struct kho_table_iter *it);

void *kho_table_add(struct kho_table_writer *w);
u64 kho_table_close(struct kho_table_writer *w);
void kho_table_free(u64 first);
u64 kho_table_pages(u64 nr, size_t rec_size);

u32 kho_crc(const void *data, size_t size, const u32 *crc);
void kho_root_init(struct kho_root *root, u64 generation);
void kho_root_close(struct kho_root *root);

#define kho_table_for_each(rec, it, first)				\
	for ((it) = kho_table_start(first), (rec) = kho_table_next(&(it)); \
	     (rec); (rec) = kho_table_next(&(it)))

#endif /* _KERNEL_KHO_TABLE_H */
