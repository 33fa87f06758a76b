// SPDX-License-Identifier: GPL-2.0
/* Root and tables: writing them, and walking tables that are known to be good. */
#include <linux/crc32.h>
#include <linux/string.h>

#include "env.h"
#include "table.h"

/**
 * kho_crc - checksum of an object that holds its checksum
 * @data: the object
 * @size: its bytes, a multiple of 4
 * @crc: its crc field, taken as 0; NULL if it has none
 *
 * Return: the crc32c.
 */
u32 kho_crc(const void *data, size_t size, const u32 *crc)
{
	static const u32 zero;
	const u8 *p = data;
	size_t before;
	u32 sum = ~0U;

	if (!crc)
		return __crc32c_le(sum, p, size);
	before = (const u8 *)crc - p;
	sum = __crc32c_le(sum, p, before);
	sum = __crc32c_le(sum, (const u8 *)&zero, sizeof(zero));
	return __crc32c_le(sum, p + before + sizeof(zero),
			   size - before - sizeof(zero));
}

/**
 * kho_table_start - start walking a checked table
 * @first: physical address of its first page, 0 if it is empty
 *
 * Return: the iterator for kho_table_next().
 */
struct kho_table_iter kho_table_start(u64 first)
{
	return (struct kho_table_iter) { .next = first };
}

/**
 * kho_table_next - next record of a checked table
 * @it: the iterator
 *
 * Return: the record, NULL behind the last one.
 */
void *kho_table_next(struct kho_table_iter *it)
{
	if (!it->table || it->i == it->table->nr) {
		if (!it->next)
			return NULL;
		it->table = kho_phys_to_virt(it->next);
		it->next = it->table->next;
		it->i = 0;
	}
	return (u8 *)(it->table + 1) + (size_t)it->i++ * it->table->rec_size;
}

/**
 * kho_table_add - append a record
 * @w: the table, of which at least @w->rec_size is set
 *
 * Return: the record, all zeroes; NULL without memory.
 */
void *kho_table_add(struct kho_table_writer *w)
{
	struct kho_table *page = w->last;

	if (!page || page->nr == kho_table_capacity(w->rec_size)) {
		page = kho_page_alloc();
		if (!page)
			return NULL;
		page->magic = KHO_TABLE_MAGIC;
		page->rec_size = w->rec_size;
		if (w->last)
			w->last->next = kho_virt_to_phys(page);
		else
			w->first = page;
		w->last = page;
		w->pages++;
	}
	return (u8 *)(page + 1) + page->nr++ * w->rec_size;
}

/**
 * kho_table_close - a table is complete
 * @w: the table; its records are complete, too
 *
 * Return: physical address of its first page; 0 if it has no record.
 */
u64 kho_table_close(struct kho_table_writer *w)
{
	struct kho_table *page;

	for (page = w->first; page;
	     page = page->next ? kho_phys_to_virt(page->next) : NULL)
		page->crc = kho_crc(page, PAGE_SIZE, &page->crc);
	return w->first ? kho_virt_to_phys(w->first) : 0;
}

/**
 * kho_table_free - free the pages of a table
 * @first: physical address of its first page, or 0
 */
void kho_table_free(u64 first)
{
	while (first) {
		struct kho_table *page = kho_phys_to_virt(first);

		first = page->next;
		kho_page_free(page);
	}
}

/**
 * kho_table_pages - pages of a table
 * @nr: number of records
 * @rec_size: bytes of a record
 *
 * Return: the number of pages.
 */
u64 kho_table_pages(u64 nr, size_t rec_size)
{
	const u64 most = kho_table_capacity(rec_size);

	return nr / most + !!(nr % most);
}

/**
 * kho_root_init - begin to write a root
 * @root: the root, one page; all but what says who wrote it becomes 0
 * @generation: number of handovers that lead to the reader
 */
void kho_root_init(struct kho_root *root, u64 generation)
{
	*root = (struct kho_root) {
		.magic		= KHO_ROOT_MAGIC,
		.version	= KHO_ROOT_VERSION,
		.endian		= KHO_ROOT_ENDIAN,
		.size		= sizeof(*root),
		.arch		= KHO_ARCH,
		.page_shift	= PAGE_SHIFT,
		.generation	= generation,
	};
}

/**
 * kho_root_close - a root is complete
 * @root: the root
 */
void kho_root_close(struct kho_root *root)
{
	root->crc = kho_crc(root, sizeof(*root), &root->crc);
}
