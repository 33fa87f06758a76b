// SPDX-License-Identifier: GPL-2.0
/*
 * Printing records of the last boot that no event of this kernel can print.
 */
#include <linux/trace_seq.h>

#include "trace.h"
#include "trace_kho_private.h"
#include "trace_output.h"

/* So much of a record is shown if all that can be shown are bytes */
#define RAW_MAX		256

static void print_ip(struct trace_iterator *iter, unsigned long ip, int flags)
{
	if (iter->tr->trace_flags & TRACE_ITER_PRINTK_MSGONLY)
		return;
	seq_print_ip_sym(&iter->seq, ip, flags);
	trace_seq_puts(&iter->seq, ": ");
}

static void print_bprint(struct trace_iterator *iter,
			 const struct trace_kho_event *event, int flags,
			 bool valid)
{
	struct bprint_entry *entry = (void *)iter->ent;
	u64 addr = (unsigned long)entry->fmt;
	const char *fmt = trace_kho_strings_find(&event->in->formats, addr);

	print_ip(iter, entry->ip, flags);
	if (fmt && valid)
		trace_seq_bprintf(&iter->seq, fmt, entry->buf);
	else if (fmt)
		trace_seq_puts(&iter->seq, fmt);
	else
		trace_seq_printf(&iter->seq, "<fmt 0x%llx>\n", addr);
}

static void print_bputs(struct trace_iterator *iter,
			const struct trace_kho_event *event, int flags)
{
	struct bputs_entry *entry = (void *)iter->ent;
	u64 addr = (unsigned long)entry->str;
	const char *str = trace_kho_strings_find(&event->in->formats, addr);

	print_ip(iter, entry->ip, flags);
	if (str)
		trace_seq_puts(&iter->seq, str);
	else
		trace_seq_printf(&iter->seq, "<str 0x%llx>\n", addr);
}

static void print_raw(struct trace_iterator *iter,
		      const struct trace_kho_event *event)
{
	size_t size = iter->ent_size - sizeof(*iter->ent);
	size_t part = min(size, RAW_MAX);

	trace_seq_printf(&iter->seq, "%s: event %u:", event->call.name,
			 event->id);
	for (size_t i = 0; i < part; i++)
		trace_seq_printf(&iter->seq, " %02x", ((u8 *)(iter->ent + 1))[i]);
	trace_seq_puts(&iter->seq, part < size ? " ...\n" : "\n");
}

/*
 * A record is changed for the moment: its number must be that of the event that
 * prints it. A copy that is made meanwhile is valid, too: it means the same.
 */
static enum print_line_t print_late(struct trace_iterator *iter, int flags,
				    struct trace_event *native)
{
	struct trace_entry *entry = iter->ent;
	unsigned short type = entry->type;
	enum print_line_t ret;

	entry->type = native->type;
	ret = native->funcs->trace(iter, flags, native);
	entry->type = type;
	return ret;
}

static enum print_line_t kho_print(struct trace_iterator *iter, int flags,
				   struct trace_event *trace_event)
{
	struct trace_kho_event *event =
		container_of(trace_event, struct trace_kho_event, call.event);
	struct trace_event *native;

	if (iter->ent_size < event->min_size) {
		print_raw(iter, event);
		return trace_handle_return(&iter->seq);
	}

	switch (event->printer) {
	case TRACE_KHO_PRINT_BPRINT:
		print_bprint(iter, event, flags, true);
		break;
	case TRACE_KHO_PRINT_BPUTS:
		print_bputs(iter, event, flags);
		break;
	case TRACE_KHO_PRINT_RAW:
		print_raw(iter, event);
		break;
	default:
		native = trace_kho_event_find_late(event);
		if (native)
			return print_late(iter, flags, native);
		return print_event_fields(iter, trace_event);
	}
	return trace_handle_return(&iter->seq);
}

static enum print_line_t kho_print_invalid(struct trace_iterator *iter,
					   int flags,
					   struct trace_event *trace_event)
{
	struct trace_kho_event *event =
		container_of(trace_event, struct trace_kho_event, invalid.event);

	if (!event->fields || iter->ent_size < event->min_size)
		print_raw(iter, event);
	else if (event->printer == TRACE_KHO_PRINT_BPRINT)
		print_bprint(iter, event, flags, false);
	else
		return print_event_fields(iter, trace_event);
	return trace_handle_return(&iter->seq);
}

/* How the events that stand in for old ones get printed. */
struct trace_event_functions trace_kho_funcs = {
	.trace	= kho_print,
	.raw	= kho_print,
};

/* The same for records that are not what their event says they are. */
struct trace_event_functions trace_kho_invalid_funcs = {
	.trace	= kho_print_invalid,
	.raw	= kho_print_invalid,
};
