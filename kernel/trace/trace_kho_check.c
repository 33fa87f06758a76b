// SPDX-License-Identifier: GPL-2.0
/*
 * Records of the last boot, one sub-buffer at a time: validating them, and making them
 * records of this kernel.
 *
 * Nothing in a sub-buffer can be trusted. First the lengths are checked: a
 * sub-buffer that fails is not used. Then each record is made one of this
 * kernel: it gets the number that its event has here, and addresses within the
 * kernel's image those that they have here. A record that the event's own
 * function could not print safely goes to a function of ours that can.
 */
#include <linux/ctype.h>
#include <linux/ftrace.h>
#include <linux/log2.h>
#include <linux/ring_buffer.h>
#include <linux/trace_events.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>

#include <asm/sections.h>

#include "trace.h"
#include "trace_kho_private.h"

/* Constant strings that get printed are shorter */
#define TEXT_MAX	1024

/* Length of @event with its head, or 0. */
static size_t event_length(const struct ring_buffer_event *event, size_t room)
{
	u64 len;

	if (room < 8)
		return 0;

	switch (event->type_len) {
	case RINGBUF_TYPE_TIME_EXTEND:
	case RINGBUF_TYPE_TIME_STAMP:
		return 8;
	case RINGBUF_TYPE_PADDING:
		if (!event->time_delta)
			return 0;
		fallthrough;
	case 0:
		len = (u64)event->array[0] + sizeof(event->array[0]);
		break;
	default:
		len = (event->type_len + 1) * sizeof(event->array[0]);
	}
	return len >= 8 && len <= room && IS_ALIGNED(len, 4) ? len : 0;
}

static bool event_is_time(const struct ring_buffer_event *event)
{
	return event->type_len == RINGBUF_TYPE_TIME_EXTEND ||
	       event->type_len == RINGBUF_TYPE_TIME_STAMP;
}

/* Whether a record with its own trace entry follows, and ends where it should. */
static bool event_is_valid(struct ring_buffer_event *event, size_t len)
{
	void *end = (void *)event + len;
	void *entry;

	if (event->type_len > RINGBUF_TYPE_DATA_TYPE_LEN_MAX)
		return true;

	entry = ring_buffer_event_data(event);
	return entry + sizeof(struct trace_entry) <= end &&
	       entry + ring_buffer_event_length(event) <= end;
}

/*
 * Check the lengths in @data. A time must be followed by what it is the time of:
 * readers insist.
 */
static bool subbuf_is_valid(struct trace_kho_data *data)
{
	struct ring_buffer_event *event;
	bool time = false;
	size_t len;

	for (size_t pos = 0; pos < data->commit; pos += len) {
		event = (void *)data->data + pos;
		len = event_length(event, data->commit - pos);
		if (!len || !event_is_valid(event, len))
			return false;
		if (event_is_time(event) && time)
			return false;
		time = event_is_time(event);
	}
	return !time;
}

static u64 event_stamp(const struct ring_buffer_event *event)
{
	return ((u64)event->array[0] << 27) + event->time_delta;
}

/*
 * Drop what readers had consumed: as if the sub-buffer began behind it. They may
 * stand behind a time, before what it is the time of. Return whether @skip is a
 * place where they can stand.
 */
static bool subbuf_skip(struct trace_kho_data *data, size_t skip)
{
	struct ring_buffer_event *event;
	u64 stamp = data->time_stamp;
	size_t pos = 0;

	while (pos < skip) {
		event = (void *)data->data + pos;
		if (event->type_len == RINGBUF_TYPE_TIME_STAMP)
			stamp = (stamp & (0x1fULL << 59)) | event_stamp(event);
		else if (event->type_len == RINGBUF_TYPE_TIME_EXTEND)
			stamp += event_stamp(event);
		else if (event->type_len != RINGBUF_TYPE_PADDING)
			stamp += event->time_delta;
		pos += event_length(event, data->commit - pos);
	}
	if (pos != skip)
		return false;

	data->commit -= skip;
	data->time_stamp = stamp;
	memmove(data->data, data->data + skip, data->commit);
	return true;
}

/* Whether there is text at @addr in the constant data of this kernel. */
static bool is_constant_text(unsigned long addr)
{
	char c;

	for (unsigned int i = 0; i < TEXT_MAX; i++) {
		/* May be anything, so not even KASAN should mind */
		if (!is_kernel_rodata(addr + i) ||
		    copy_from_kernel_nofault(&c, (void *)(addr + i), 1))
			return false;
		if (!c)
			return i;
		if (!isprint(c) && !isspace(c))
			return false;
	}
	return false;
}

/* Whether it is a string of this kernel that lives as long as the kernel. */
static bool is_lasting_string(unsigned long addr)
{
	return trace_is_tracepoint_string((const char *)addr) ||
	       is_constant_text(addr);
}

/* Whether what the word at @pos of the record locates is within it, and valid. */
static bool loc_is_valid(const struct trace_kho_fix *fix, void *entry,
			 size_t pos, size_t size)
{
	u32 loc = get_unaligned((u32 *)(entry + pos));
	size_t offset = loc & 0xffff, len = loc >> 16;

	if (fix->relative)
		offset += pos + sizeof(u32);
	if (offset + len > size)
		return false;

	switch (fix->kind) {
	case TRACE_KHO_FIX_LOC_TEXT:
		return memchr(entry + offset, 0, len);
	case TRACE_KHO_FIX_LOC_MASK:
		return len >= BITS_TO_LONGS(nr_cpu_ids) * sizeof(long);
	default:
		return true;
	}
}

static bool locs_are_valid(const struct trace_kho_fix *fix, void *entry,
			   size_t size)
{
	for (size_t i = 0; i < fix->size; i += sizeof(u32)) {
		if (!loc_is_valid(fix, entry, fix->offset + i, size))
			return false;
	}
	return true;
}

static bool fix_field(const struct trace_kho_in *in,
		      const struct trace_kho_fix *fix, void *entry, size_t size)
{
	void *pos = entry + fix->offset;

	switch (fix->kind) {
	case TRACE_KHO_FIX_WORDS:
		trace_kho_translate_words(in, pos, fix->size);
		return true;
	case TRACE_KHO_FIX_TEXT:
		return memchr(pos, 0, fix->size);
	case TRACE_KHO_FIX_LOC:
	case TRACE_KHO_FIX_LOC_TEXT:
	case TRACE_KHO_FIX_LOC_MASK:
		return locs_are_valid(fix, entry, size);
	case TRACE_KHO_FIX_BOOL:
		return *(u8 *)pos <= 1;
	case TRACE_KHO_FIX_POINTER:
		/* The words before it are already those of this kernel */
		return is_lasting_string(get_unaligned((unsigned long *)pos));
	}
	return false;
}

static bool fix_stack(const struct trace_kho_in *in, struct stack_entry *entry,
		      size_t size)
{
	void *end = (void *)entry + size;

	for (void *pos = entry->caller; pos + sizeof(long) <= end;
	     pos += sizeof(long)) {
		if (get_unaligned((unsigned long *)pos) == ULONG_MAX)
			break;
		trace_kho_translate_code(in, pos);
	}
	return true;
}

/*
 * trace_printk(). The format stays an address of the old kernel: it is looked up
 * when it is printed.
 */
static bool fix_bprint(const struct trace_kho_in *in, struct bprint_entry *entry,
		       size_t size)
{
	const char *fmt = trace_kho_strings_find(&in->formats,
						 (unsigned long)entry->fmt);

	trace_kho_translate_code(in, &entry->ip);
	return !fmt || trace_kho_bprintf_fix(in, fmt, entry->buf,
					     size - sizeof(*entry));
}

#ifndef FTRACE_RETFUNC_DEPTH
#define FTRACE_RETFUNC_DEPTH	50
#endif

static bool depth_is_valid(int depth)
{
	return depth >= 0 && depth < FTRACE_RETFUNC_DEPTH;
}

/* Records of tracers, whose functions take a few things for granted. */
static bool fix_native(const struct trace_kho_in *in, int type, void *entry,
		       size_t size)
{
	const unsigned int states = ilog2(TASK_REPORT_MAX) + 1;
	struct ftrace_graph_ent_entry *ent = entry;
	struct ftrace_graph_ret_entry *ret = entry;
	struct osnoise_entry *osnoise = entry;
	struct timerlat_entry *timerlat = entry;
	struct ctx_switch_entry *ctx = entry;
	struct ftrace_entry *fn = entry;
	struct print_entry *print = entry;

	switch (type) {
	case TRACE_FN:
	case TRACE_FUNC_REPEATS:
		/* Both begin with the same two addresses */
		trace_kho_translate_code(in, &fn->ip);
		trace_kho_translate_code(in, &fn->parent_ip);
		return true;
	case TRACE_STACK:
		return fix_stack(in, entry, size);
	case TRACE_GRAPH_ENT:
		trace_kho_translate_code(in, &ent->graph_ent.func);
		return depth_is_valid(ent->graph_ent.depth);
	case TRACE_GRAPH_RET:
		trace_kho_translate_code(in, &ret->ret.func);
		return depth_is_valid(ret->ret.depth);
	case TRACE_PRINT:
		trace_kho_translate_code(in, &print->ip);
		return memchr(print->buf, 0, size - sizeof(*print));
	case TRACE_CTX:
	case TRACE_WAKE:
		return ctx->prev_state < states && ctx->next_state < states;
	case TRACE_OSNOISE:
		return (u32)osnoise->runtime;
	case TRACE_TIMERLAT:
		return timerlat->context >= 0 && timerlat->context < 3;
	}
	return true;
}

static bool record_fix(struct trace_kho_in *in, struct trace_kho_event *event,
		       void *entry, size_t size)
{
	bool valid = true;

	if (size < event->min_size)
		return false;

	if (event->printer == TRACE_KHO_PRINT_NATIVE &&
	    event->native < __TRACE_LAST_TYPE)
		return fix_native(in, event->native, entry, size);

	if (event->printer == TRACE_KHO_PRINT_BPRINT)
		return fix_bprint(in, entry, size);
	if (event->printer == TRACE_KHO_PRINT_BPUTS) {
		trace_kho_translate_code(in, &((struct bputs_entry *)entry)->ip);
		return true;
	}

	for (unsigned int i = 0; i < event->nr_fixes; i++) {
		if (!fix_field(in, &event->fixes[i], entry, size))
			valid = false;
	}
	if (event->syscall >= 0 &&
	    ((struct syscall_trace_enter *)entry)->nr != event->syscall)
		valid = false;
	return valid;
}

/* Make the record at @entry one of this kernel. */
static int record_adopt(struct trace_kho_in *in, struct trace_entry *entry,
			size_t size)
{
	struct trace_kho_event *event = trace_kho_event_get(in, entry->type);
	bool valid;
	int type;

	if (!event)
		return -ENOMEM;

	valid = record_fix(in, event, entry, size);
	if (valid && event->printer == TRACE_KHO_PRINT_NATIVE)
		type = event->native;
	else
		type = trace_kho_event_stand_in(event, valid);
	if (type <= 0)
		return -ENOMEM;

	entry->type = type;
	return 0;
}

/**
 * trace_kho_check_subbuf - check a sub-buffer and make it one of this kernel
 * @in: the records it belongs to
 * @data: the sub-buffer
 * @capacity: how many bytes of data it has room for
 * @consumed: how many bytes of data were consumed by readers
 *
 * Context: May sleep.
 * Return: the number of records; -EINVAL if the sub-buffer is damaged, -ENOMEM
 *	if memory ran out. It is unusable then.
 */
int trace_kho_check_subbuf(struct trace_kho_in *in, struct trace_kho_data *data,
			   size_t capacity, size_t consumed)
{
	struct ring_buffer_event *event;
	int entries = 0;
	size_t len;
	int err;

	if (data->commit > capacity || consumed > data->commit ||
	    !subbuf_is_valid(data) ||
	    (consumed && !subbuf_skip(data, consumed)))
		return -EINVAL;

	for (size_t pos = 0; pos < data->commit; pos += len) {
		event = (void *)data->data + pos;
		len = event_length(event, data->commit - pos);
		if (event->type_len > RINGBUF_TYPE_DATA_TYPE_LEN_MAX)
			continue;
		err = record_adopt(in, ring_buffer_event_data(event),
				   ring_buffer_event_length(event));
		if (err)
			return err;
		entries++;
	}
	return entries;
}
