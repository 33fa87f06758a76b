/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_TRACE_KHO_PRIVATE_H
#define _KERNEL_TRACE_KHO_PRIVATE_H

#include <linux/kho/abi/ftrace.h>
#include <linux/trace_events.h>
#include <linux/xarray.h>

#include "trace.h"
#include "trace_kho_table.h"

struct ftrace_event_field;
struct kho_claim;
struct kho_client;
struct kho_format;
struct trace_buffer;
struct trace_kho_in;

/**
 * struct trace_kho_image - which kernel it is and where it lies
 * @build_id: its build ID
 * @text: where it starts
 * @end: where it ends
 * @modules: where modules start, or 0
 * @modules_end: where they end
 */
struct trace_kho_image {
	u8	build_id[FTRACE_KHO_BUILD_ID];
	u64	text;
	u64	end;
	u64	modules;
	u64	modules_end;
};

/* The linker's: notes of the kernel image */
extern const void __start_notes;
extern const void __stop_notes;

/* trace_kho_save.c */
u64 trace_kho_hash_start(void);
u64 trace_kho_hash_field(u64 hash, const char *type, const char *name,
			 const struct ftrace_kho_field *field);
struct ftrace_kho_field
trace_kho_describe_field(const struct ftrace_event_field *field);
void trace_kho_save_events(struct trace_kho_table *table);
void trace_kho_save_tasks(struct trace_kho_table *table);
void trace_kho_save_formats(struct trace_kho_table *table);
void trace_kho_save_modules(struct trace_kho_table *table);
void trace_kho_describe_image(struct trace_kho_image *image);
int trace_kho_save_image(struct kho_claim *claim);
int trace_kho_save_clocks(struct kho_claim *claim, struct trace_buffer *buffer);

/**
 * enum trace_kho_fix_kind - what is to be done with a field of a record
 * @TRACE_KHO_FIX_WORDS: numbers of 8 bytes, maybe addresses
 * @TRACE_KHO_FIX_TEXT: text of a fixed size
 * @TRACE_KHO_FIX_LOC: offset and length of data elsewhere in the record, or an
 *	array of such
 * @TRACE_KHO_FIX_LOC_TEXT: the same, of text
 * @TRACE_KHO_FIX_LOC_MASK: the same, of a mask of CPUs
 * @TRACE_KHO_FIX_BOOL: nothing but 0 and 1
 * @TRACE_KHO_FIX_POINTER: pointer to text that gets printed
 */
enum trace_kho_fix_kind {
	TRACE_KHO_FIX_WORDS,
	TRACE_KHO_FIX_TEXT,
	TRACE_KHO_FIX_LOC,
	TRACE_KHO_FIX_LOC_TEXT,
	TRACE_KHO_FIX_LOC_MASK,
	TRACE_KHO_FIX_BOOL,
	TRACE_KHO_FIX_POINTER,
};

/**
 * struct trace_kho_fix - what is to be done with one field
 * @offset: where it is in a record
 * @size: how many bytes it has
 * @kind: what is to be done
 * @relative: @TRACE_KHO_FIX_LOC and the like: whether the offset counts from
 *	the end of the field
 */
struct trace_kho_fix {
	u16	offset;
	u16	size;
	u8	kind;
	bool	relative;
};

/**
 * enum trace_kho_printer - how the records of an event get printed
 * @TRACE_KHO_PRINT_RAW: nothing is known about the event: bytes
 * @TRACE_KHO_PRINT_FIELDS: by the description that came with the records
 * @TRACE_KHO_PRINT_BPRINT: trace_printk(), by the format that came along
 * @TRACE_KHO_PRINT_BPUTS: trace_puts(), by the string that came along
 * @TRACE_KHO_PRINT_NATIVE: like a record of this kernel
 */
enum trace_kho_printer {
	TRACE_KHO_PRINT_RAW,
	TRACE_KHO_PRINT_FIELDS,
	TRACE_KHO_PRINT_BPRINT,
	TRACE_KHO_PRINT_BPUTS,
	TRACE_KHO_PRINT_NATIVE,
};

/**
 * struct trace_kho_event - an event of the previous kernel
 * @in: the records it belongs to
 * @id: its number there
 * @native: its number here, if @printer is %TRACE_KHO_PRINT_NATIVE
 * @printer: how its records get printed
 * @late: may be printed by an event that turns up later
 * @syscall: number of the system call, or -1
 * @min_size: smallest size of a record
 * @nr_fixes: number of @fixes
 * @fixes: what is to be done with records
 * @fields: its fields, as &trace_event_class.fields links them
 * @class: system and fields
 * @call: the event that stands in for it here; registered if it has a type
 * @invalid: the same for records that no event of this kernel may ever print
 * @hash: of its fields
 */
struct trace_kho_event {
	struct trace_kho_in		*in;
	u16				id;
	u16				native;
	u8				printer;
	bool				late;
	int				syscall;
	unsigned int			min_size;
	unsigned int			nr_fixes;
	struct trace_kho_fix		*fixes;
	struct ftrace_event_field	*fields;
	struct trace_event_class	class;
	struct trace_event_call		call;
	struct trace_event_call		invalid;
	u64				hash;
};

/**
 * struct trace_kho_strings - strings of the previous kernel, by address
 * @stream: the table
 * @index: where in it each string is, ordered by address
 * @nr: how many
 */
struct trace_kho_strings {
	void					*stream;
	const struct ftrace_kho_string		**index;
	size_t					nr;
};

/**
 * struct trace_kho_in - records of the last boot
 * @tr: the trace array that holds them
 * @shown: whether the top level array shows them
 * @same_build: whether they were written by a kernel of this build
 * @old: which kernel wrote them
 * @delta: how much further this kernel's image lies
 * @event_stream: the table of events
 * @event_pos: where in it the event of a number is, plus one
 * @events: &struct trace_kho_event, by number
 * @tasks: the tasks, by number
 * @nr_tasks: how many
 * @formats: the formats
 * @symbols: functions of modules
 * @modules: where modules were
 * @nr_modules: how many
 */
struct trace_kho_in {
	struct trace_array			*tr;
	bool					shown;
	bool					same_build;
	struct trace_kho_image			old;
	u64					delta;
	void					*event_stream;
	u32					*event_pos;
	struct xarray				events;
	struct ftrace_kho_task			*tasks;
	size_t					nr_tasks;
	struct trace_kho_strings		formats;
	struct trace_kho_strings		symbols;
	struct ftrace_kho_module		*modules;
	size_t					nr_modules;
};

/* trace_kho_events.c */
int trace_kho_events_load(struct trace_kho_in *in, struct kho_claim *claim);
void trace_kho_events_trim(struct trace_kho_in *in);
void trace_kho_events_free(struct trace_kho_in *in);
struct trace_kho_event *trace_kho_event_get(struct trace_kho_in *in, u16 id);
int trace_kho_event_stand_in(struct trace_kho_event *event, bool valid);

/* trace_kho_match.c */
struct trace_event_call *
trace_kho_event_find_equal(const struct trace_kho_event *event);
bool trace_kho_print_is_safe(const struct trace_event_call *call);
struct trace_event *
trace_kho_event_find_late(const struct trace_kho_event *event);

/* trace_kho_fmt.c */
bool trace_kho_bprintf_fix(const struct trace_kho_in *in, const char *fmt,
			   void *args, size_t size);
bool trace_kho_print_fmt_is_safe(const char *fmt);

/* trace_kho_print.c */
extern struct trace_event_functions trace_kho_funcs;
extern struct trace_event_functions trace_kho_invalid_funcs;

/* trace_kho_strings.c */
void trace_kho_put_string(struct trace_kho_table *table, u64 addr,
			  const char *string, const char *more);
int trace_kho_strings_load(struct trace_kho_strings *strings,
			   struct kho_claim *claim, enum ftrace_kho_table id,
			   const char *name);
void trace_kho_strings_free(struct trace_kho_strings *strings);
const char *trace_kho_strings_find(const struct trace_kho_strings *strings,
				   u64 addr);
int trace_kho_symbols_lookup(const struct trace_kho_strings *functions,
			     u64 addr, unsigned long *size, unsigned long *off,
			     char **modname, char *sym);
void trace_kho_save_symbols(struct trace_kho_table *table);

/* trace_kho_addr.c */

/* Cleared in addresses of the old kernel that are none in this one */
#define TRACE_KHO_NO_SYMBOL	BIT_ULL(62)

void trace_kho_translate_words(const struct trace_kho_in *in, void *pos,
			       size_t size);
void trace_kho_translate_code(const struct trace_kho_in *in, void *addr);

/* trace_kho_check.c */
int trace_kho_check_subbuf(struct trace_kho_in *in, struct trace_kho_data *data,
			   size_t capacity, size_t consumed);

/* trace_kho_load.c */
struct trace_kho_in *trace_kho_in_load(struct kho_claim *claim);
void trace_kho_in_free(struct trace_kho_in *in);
const struct ftrace_kho_task *trace_kho_task_find(const struct trace_kho_in *in,
						  int pid);

/* trace_kho_adopt.c */
int trace_kho_restore(struct kho_client *client, struct kho_claim *claim,
		      const struct kho_format *format);

/* trace_kho_show.c */
void trace_kho_show(struct trace_kho_in *in, struct trace_array *tr,
		    struct kho_claim *claim);

/**
 * trace_kho_array_map - keep the buffer of an array from snapshots
 * @tr: the array
 * @add: 1, or -1 to undo it
 *
 * Snapshots of a mapped buffer are refused.
 */
static inline void trace_kho_array_map(struct trace_array *tr, int add)
{
#ifdef CONFIG_TRACER_MAX_TRACE
	spin_lock(&tr->snapshot_trigger_lock);
	tr->mapped += add;
	spin_unlock(&tr->snapshot_trigger_lock);
#else
	tr->mapped += add;
#endif
}

#endif /* _KERNEL_TRACE_KHO_PRIVATE_H */
