// SPDX-License-Identifier: GPL-2.0
/*
 * What the next kernel must know to make sense of the records of this one:
 * events, names of tasks, formats of trace_printk(), modules, clocks.
 */
#include <linux/buildid.h>
#include <linux/kho/claim.h>
#include <linux/module.h>
#include <linux/sched/clock.h>
#include <linux/sizes.h>
#include <linux/timekeeping.h>
#include <linux/timex.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>

#include <asm/sections.h>

#include "../module/internal.h"
#include "trace.h"
#include "trace_kho_private.h"
#include "trace_output.h"

#define FNV_BASIS	0xcbf29ce484222325ULL
#define FNV_PRIME	0x100000001b3ULL

static u64 hash_bytes(u64 hash, const void *data, size_t len)
{
	const u8 *p = data;

	while (len--)
		hash = (hash ^ *p++) * FNV_PRIME;
	return hash;
}

/**
 * trace_kho_hash_start - start to hash the fields of an event
 *
 * Return: the hash of no field.
 */
u64 trace_kho_hash_start(void)
{
	return FNV_BASIS;
}

/**
 * trace_kho_hash_field - hash one more field
 * @hash: the hash so far
 * @type: type of the field, as C
 * @name: its name
 * @field: where it is and what it is like
 *
 * Return: the hash with this field.
 */
u64 trace_kho_hash_field(u64 hash, const char *type, const char *name,
			 const struct ftrace_kho_field *field)
{
	u8 where[5] = {
		field->offset, field->offset >> 8,
		field->size, field->size >> 8, field->is_signed,
	};

	hash = hash_bytes(hash, type, strlen(type) + 1);
	hash = hash_bytes(hash, name, strlen(name) + 1);
	return hash_bytes(hash, where, sizeof(where));
}

/**
 * trace_kho_describe_field - describe a field of an event of this kernel
 * @field: the field
 *
 * Return: the description.
 */
struct ftrace_kho_field
trace_kho_describe_field(const struct ftrace_event_field *field)
{
	return (struct ftrace_kho_field) {
		.offset		= field->offset,
		.size		= field->size,
		.is_signed	= field->is_signed,
		.is_string	= strstr(field->type, "char") &&
				  strchr(field->type, '[') &&
				  !strstr(field->type, "unsigned"),
	};
}

static void save_string(struct trace_kho_table *table, const char *string)
{
	trace_kho_table_put(table, string, strlen(string) + 1);
}

static void save_event(struct trace_kho_table *table,
		       struct trace_event_call *call)
{
	const char *name = trace_event_name(call);
	const char *print_fmt = call->print_fmt ?: "";
	struct list_head *head = trace_get_fields(call);
	struct ftrace_kho_event event = {
		.hash	= trace_kho_hash_start(),
		.id	= call->event.type,
	};
	struct ftrace_event_field *pos;
	struct ftrace_kho_field field;
	size_t len;

	if (!name || !call->event.type)
		return;

	len = sizeof(event) + strlen(call->class->system) + 1 +
	      strlen(name) + 1 + strlen(print_fmt) + 1;
	list_for_each_entry_reverse(pos, head, link) {
		field = trace_kho_describe_field(pos);
		event.hash = trace_kho_hash_field(event.hash, pos->type,
						  pos->name, &field);
		event.nr_fields++;
		len += sizeof(field) + strlen(pos->type) + 1 +
		       strlen(pos->name) + 1;
	}
	event.len = ALIGN(len, 8);

	trace_kho_table_put(table, &event, sizeof(event));
	list_for_each_entry_reverse(pos, head, link) {
		field = trace_kho_describe_field(pos);
		trace_kho_table_put(table, &field, sizeof(field));
	}
	save_string(table, call->class->system);
	save_string(table, name);
	save_string(table, print_fmt);
	list_for_each_entry_reverse(pos, head, link) {
		save_string(table, pos->type);
		save_string(table, pos->name);
	}
	trace_kho_table_pad(table, len);
}

/**
 * trace_kho_save_events - fill the table of events
 * @table: the table
 *
 * Context: May sleep. Takes trace_event_sem.
 */
void trace_kho_save_events(struct trace_kho_table *table)
{
	struct trace_event_call *call;

	trace_event_read_lock();
	list_for_each_entry(call, &ftrace_events, list)
		save_event(table, call);
	trace_event_read_unlock();
}

/**
 * trace_kho_save_tasks - fill the table of tasks
 * @table: the table
 *
 * Context: May sleep.
 */
void trace_kho_save_tasks(struct trace_kho_table *table)
{
	unsigned int nr = trace_kho_nr_cmdlines();
	struct ftrace_kho_task task;

	for (unsigned int i = 0; i < nr; i++) {
		task = (struct ftrace_kho_task) {};
		if (!trace_kho_get_cmdline(i, &task.pid, task.comm))
			continue;
		task.tgid = trace_find_tgid(task.pid);
		trace_kho_table_put(table, &task, sizeof(task));
	}
}

static void save_format(const char *fmt, void *data)
{
	trace_kho_put_string(data, (unsigned long)fmt, fmt, NULL);
}

/**
 * trace_kho_save_formats - fill the table of trace_printk() formats
 * @table: the table
 *
 * Context: May sleep.
 */
void trace_kho_save_formats(struct trace_kho_table *table)
{
	trace_kho_walk_fmts(save_format, table);
}

#ifdef CONFIG_MODULES
static void save_module(struct trace_kho_table *table, struct module *mod)
{
	struct ftrace_kho_module module = {};

	strscpy(module.name, mod->name);
#ifdef CONFIG_STACKTRACE_BUILD_ID
	memcpy(module.build_id, mod->build_id, sizeof(module.build_id));
#endif
	for_each_mod_mem_type(type) {
		if (!mod->mem[type].size)
			continue;
		module.base = (unsigned long)mod->mem[type].base;
		module.size = mod->mem[type].size;
		module.type = type;
		trace_kho_table_put(table, &module, sizeof(module));
	}
}

/**
 * trace_kho_save_modules - fill the table of modules
 * @table: the table
 *
 * Context: May sleep. Takes module_mutex.
 */
void trace_kho_save_modules(struct trace_kho_table *table)
{
	struct module *mod;

	guard(mutex)(&module_mutex);
	list_for_each_entry(mod, &modules, list) {
		if (mod->state != MODULE_STATE_UNFORMED)
			save_module(table, mod);
	}
}
#else
void trace_kho_save_modules(struct trace_kho_table *table)
{
}
#endif

/**
 * trace_kho_describe_image - describe this kernel's image
 * @image: where to put it
 */
void trace_kho_describe_image(struct trace_kho_image *image)
{
	*image = (struct trace_kho_image) {
		.text	= (unsigned long)_text,
		.end	= (unsigned long)_end,
#if defined(CONFIG_ARM64)
		/* Around the image, which may be anywhere in vmalloc()'s area */
		.modules	= (unsigned long)_end - SZ_2G,
		.modules_end	= (unsigned long)_text + SZ_2G,
#elif defined(MODULES_VADDR)
		.modules	= MODULES_VADDR,
		.modules_end	= MODULES_END,
#endif
	};
	build_id_parse_buf(&__start_notes, image->build_id,
			   &__stop_notes - &__start_notes);
}

/**
 * trace_kho_save_image - put into a claim which kernel this is
 * @claim: the claim
 *
 * Context: May sleep.
 * Return: 0 or a negative errno.
 */
int trace_kho_save_image(struct kho_claim *claim)
{
	struct trace_kho_image image;
	int err;

	trace_kho_describe_image(&image);
	err = kho_put_string(claim, "kernel/release", init_utsname()->release);
	if (!err)
		err = kho_put_blob(claim, "kernel/build-id", image.build_id,
				   sizeof(image.build_id));
	if (!err)
		err = kho_put_u64(claim, "kernel/text", image.text);
	if (!err)
		err = kho_put_u64(claim, "kernel/end", image.end);
	if (!err)
		err = kho_put_u64(claim, "kernel/modules", image.modules);
	if (!err)
		err = kho_put_u64(claim, "kernel/modules-end", image.modules_end);
	if (!err)
		err = kho_put_u32(claim, "kernel/page-size", PAGE_SIZE);
	if (!err)
		err = kho_put_u32(claim, "kernel/nr-cpu-ids", nr_cpu_ids);
	return err;
}

/**
 * trace_kho_save_clocks - put the present time of all clocks into a claim
 * @claim: the claim
 * @buffer: buffer whose trace clock is meant
 *
 * All are read at one moment, so that the next kernel can tell how far its own
 * clocks are from these.
 *
 * Context: May sleep.
 * Return: 0 or a negative errno.
 */
int trace_kho_save_clocks(struct kho_claim *claim, struct trace_buffer *buffer)
{
	u64 trace, mono, boot, real, cycles;
	int err;

	scoped_guard(irqsave) {
		trace = ring_buffer_time_stamp(buffer);
		cycles = get_cycles();
		mono = ktime_get_mono_fast_ns();
		boot = ktime_get_boot_fast_ns();
		real = ktime_get_real_fast_ns();
	}

	err = kho_put_u64(claim, "time/trace", trace);
	if (!err)
		err = kho_put_u64(claim, "time/mono", mono);
	if (!err)
		err = kho_put_u64(claim, "time/boot", boot);
	if (!err)
		err = kho_put_u64(claim, "time/real", real);
	if (!err)
		err = kho_put_u64(claim, "time/cycles", cycles);
	return err;
}
