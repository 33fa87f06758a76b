/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_TRACE_KHO_TABLE_H
#define _KERNEL_TRACE_KHO_TABLE_H

#include <linux/kho/abi/ftrace.h>
#include <linux/list.h>
#include <linux/types.h>

struct kho_claim;
struct kho_pageset;

/**
 * struct trace_kho_table - a table that is handed over
 * @id: which one
 * @name: name of its page set
 * @pages: its pages, in order, linked by &page.lru
 * @nr: number of pages
 * @err: what went wrong while it was filled
 * @set: its page set, or NULL
 */
struct trace_kho_table {
	enum ftrace_kho_table	id;
	const char		*name;
	struct list_head	pages;
	u32			nr;
	int			err;
	struct kho_pageset	*set;
};

void trace_kho_table_init(struct trace_kho_table *table,
			  enum ftrace_kho_table id, const char *name);
void trace_kho_table_put(struct trace_kho_table *table, const void *data,
			 size_t len);
void trace_kho_table_pad(struct trace_kho_table *table, size_t len);
int trace_kho_table_publish(struct trace_kho_table *table,
			    struct kho_claim *claim);
void trace_kho_table_drop(struct trace_kho_table *table);

/**
 * struct trace_kho_cursor - position in bytes that can't be trusted
 * @pos: what comes next
 * @end: where it ends
 */
struct trace_kho_cursor {
	const u8	*pos;
	const u8	*end;
};

void *trace_kho_table_read(struct kho_claim *claim, enum ftrace_kho_table id,
			   const char *name, size_t *size);
const void *trace_kho_cursor_take(struct trace_kho_cursor *cursor, size_t len);
const char *trace_kho_cursor_take_string(struct trace_kho_cursor *cursor);

#endif /* _KERNEL_TRACE_KHO_TABLE_H */
