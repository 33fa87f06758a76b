// SPDX-License-Identifier: GPL-2.0
/*
 * Tables that go with a trace buffer over kexec: streams of records, cut into
 * pages, each with a head that describes it.
 */
#define pr_fmt(fmt) "kho: ftrace: " fmt

#include <linux/crc32.h>
#include <linux/gfp.h>
#include <linux/kho/claim.h>
#include <linux/kho/pageset.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "trace_kho_table.h"

#define ROOM	(PAGE_SIZE - sizeof(struct ftrace_kho_page))

/**
 * trace_kho_table_init - start with an empty table
 * @table: the table
 * @id: which one
 * @name: name of its page set
 */
void trace_kho_table_init(struct trace_kho_table *table,
			  enum ftrace_kho_table id, const char *name)
{
	*table = (struct trace_kho_table) { .id = id, .name = name };
	INIT_LIST_HEAD(&table->pages);
}

static struct ftrace_kho_page *table_last(struct trace_kho_table *table)
{
	struct ftrace_kho_page *head;
	struct page *page;

	if (!list_empty(&table->pages)) {
		page = list_last_entry(&table->pages, struct page, lru);
		head = page_address(page);
		if (head->len < ROOM)
			return head;
	}

	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!page) {
		table->err = -ENOMEM;
		return NULL;
	}
	list_add_tail(&page->lru, &table->pages);
	head = page_address(page);
	head->magic = FTRACE_KHO_MAGIC;
	head->table = table->id;
	head->seq = table->nr++;
	return head;
}

/**
 * trace_kho_table_put - append bytes to a table
 * @table: the table
 * @data: the bytes, or NULL for zero bytes
 * @len: how many
 *
 * Errors are kept in @table and returned by trace_kho_table_publish().
 *
 * Context: May sleep.
 */
void trace_kho_table_put(struct trace_kho_table *table, const void *data,
			 size_t len)
{
	struct ftrace_kho_page *head;
	size_t part;

	while (len && !table->err) {
		head = table_last(table);
		if (!head)
			return;
		part = min(len, ROOM - head->len);
		if (data) {
			memcpy((void *)(head + 1) + head->len, data, part);
			data += part;
		}
		head->len += part;
		len -= part;
	}
}

/**
 * trace_kho_table_pad - round the length of a record up to 8 bytes
 * @table: the table
 * @len: length of the record that was put
 */
void trace_kho_table_pad(struct trace_kho_table *table, size_t len)
{
	trace_kho_table_put(table, NULL, ALIGN(len, 8) - len);
}

/**
 * trace_kho_table_publish - add a complete table to a claim
 * @table: the table
 * @claim: the claim
 *
 * An empty table is left out.
 *
 * Context: May sleep.
 * Return: 0; or a negative errno, and the table is as empty as at first.
 */
int trace_kho_table_publish(struct trace_kho_table *table,
			    struct kho_claim *claim)
{
	struct ftrace_kho_page *head;
	struct page *page;
	int err = table->err;

	if (!err && !list_empty(&table->pages)) {
		table->set = kho_pageset_create(claim, table->name);
		if (IS_ERR(table->set)) {
			err = PTR_ERR(table->set);
			table->set = NULL;
		}
	}

	list_for_each_entry(page, &table->pages, lru) {
		if (err)
			break;
		head = page_address(page);
		head->nr = table->nr;
		head->crc = __crc32c_le(~0, (void *)(head + 1), head->len);
		err = kho_pageset_add_folio(table->set, page_folio(page));
	}

	if (err)
		trace_kho_table_drop(table);
	return err;
}

/**
 * trace_kho_table_drop - take a table back and free it
 * @table: the table
 *
 * Context: May sleep.
 */
void trace_kho_table_drop(struct trace_kho_table *table)
{
	struct page *page, *tmp;

	if (table->set)
		kho_pageset_destroy(table->set);
	table->set = NULL;
	list_for_each_entry_safe(page, tmp, &table->pages, lru) {
		list_del(&page->lru);
		__free_page(page);
	}
	table->nr = 0;
	table->err = 0;
}

static const struct ftrace_kho_page *table_page(unsigned long pfn,
						enum ftrace_kho_table id,
						unsigned long nr)
{
	const struct ftrace_kho_page *head = pfn_to_kaddr(pfn);

	if (head->magic != FTRACE_KHO_MAGIC || head->table != id ||
	    head->nr != nr || head->seq >= nr || head->len > ROOM)
		return NULL;
	if (head->crc != __crc32c_le(~0, (void *)(head + 1), head->len))
		return NULL;
	return head;
}

static bool table_sort(struct kho_pageset *set, enum ftrace_kho_table id,
		       const struct ftrace_kho_page **heads, unsigned long nr)
{
	const struct ftrace_kho_page *head;
	struct kho_run run;

	kho_pageset_for_each_run(set, &run) {
		for (unsigned long i = 0; i < run.nr; i++) {
			head = table_page(run.pfn + i, id, nr);
			if (!head || heads[head->seq])
				return false;
			heads[head->seq] = head;
		}
	}

	for (unsigned long i = 0; i < nr; i++) {
		/* Only the last may be short: records lie across pages */
		if (!heads[i] || (i + 1 < nr && heads[i]->len != ROOM))
			return false;
	}
	return true;
}

/**
 * trace_kho_table_read - copy a table out of a claim
 * @claim: an incoming claim
 * @id: which table
 * @name: name of its page set
 * @size: where to put the size
 *
 * The pages of the table go back to the page allocator.
 *
 * Context: May sleep.
 * Return: the stream, to be freed with kvfree(); NULL if there is none that is
 *	complete and right.
 */
void *trace_kho_table_read(struct kho_claim *claim, enum ftrace_kho_table id,
			   const char *name, size_t *size)
{
	const struct ftrace_kho_page **heads;
	struct kho_pageset *set;
	void *stream = NULL;
	unsigned long nr;

	*size = 0;
	set = kho_pageset_find(claim, name);
	if (IS_ERR_OR_NULL(set))
		return NULL;

	nr = kho_pageset_pages(set);
	heads = kvcalloc(nr, sizeof(*heads), GFP_KERNEL);
	if (heads && table_sort(set, id, heads, nr)) {
		stream = kvmalloc_array(nr, ROOM, GFP_KERNEL);
		for (unsigned long i = 0; stream && i < nr; i++) {
			memcpy(stream + *size, heads[i] + 1, heads[i]->len);
			*size += heads[i]->len;
		}
	}
	if (!stream)
		pr_warn("table %s: %s\n", name,
			heads ? "damaged" : "no memory");

	kvfree(heads);
	kho_pageset_discard(set);
	return stream;
}

/**
 * trace_kho_cursor_take - take the next bytes
 * @cursor: the cursor
 * @len: how many
 *
 * Return: the bytes, or NULL if there are not so many.
 */
const void *trace_kho_cursor_take(struct trace_kho_cursor *cursor, size_t len)
{
	const void *data = cursor->pos;

	if (len > cursor->end - cursor->pos)
		return NULL;
	cursor->pos += len;
	return data;
}

/**
 * trace_kho_cursor_take_string - take the next string
 * @cursor: the cursor
 *
 * Return: the string, or NULL if there is no zero byte.
 */
const char *trace_kho_cursor_take_string(struct trace_kho_cursor *cursor)
{
	size_t max = cursor->end - cursor->pos;
	size_t len = strnlen(cursor->pos, max);

	return len < max ? trace_kho_cursor_take(cursor, len + 1) : NULL;
}
