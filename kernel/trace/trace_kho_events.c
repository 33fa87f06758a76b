// SPDX-License-Identifier: GPL-2.0
/*
 * Events of the previous kernel.
 *
 * A record names its event by a number, and numbers change from kernel to
 * kernel. So the records come with a table of the events. The first record of
 * an event decides how all of them get printed: if this kernel has an event of
 * the same system and name whose fields are the same, its records are simply
 * records of that event. Otherwise an event is made up that stands in for the
 * old one: it has a number of its own, and knows the old fields.
 *
 * An event that may vanish, because a module or the user made it, is never used
 * directly: the stand-in looks for it each time a record gets printed. So the
 * records become readable as soon as their module is loaded.
 */
#define pr_fmt(fmt) "kho: ftrace: " fmt

#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/vmalloc.h>

#include "trace.h"
#include "trace_kho_private.h"
#include "trace_output.h"

/* An event as it stands in the table. */
struct description {
	const struct ftrace_kho_event	*event;
	const struct ftrace_kho_field	*fields;
	const char			*system;
	const char			*name;
	const char			*print_fmt;
	struct trace_kho_cursor		names;
};

static bool describe(const struct ftrace_kho_event *event, size_t room,
		     struct description *desc)
{
	struct trace_kho_cursor cursor;

	if (room < sizeof(*event) || event->len < sizeof(*event) ||
	    event->len > room || !IS_ALIGNED(event->len, 8))
		return false;

	cursor.pos = (void *)(event + 1);
	cursor.end = (void *)event + event->len;
	desc->event = event;
	desc->fields = trace_kho_cursor_take(&cursor, event->nr_fields *
					     sizeof(*desc->fields));
	if (!desc->fields)
		return false;
	desc->system = trace_kho_cursor_take_string(&cursor);
	desc->name = desc->system ? trace_kho_cursor_take_string(&cursor) : NULL;
	desc->print_fmt = desc->name ? trace_kho_cursor_take_string(&cursor) : NULL;
	desc->names = cursor;
	return desc->print_fmt;
}

/**
 * trace_kho_events_load - take the table of events out of a claim
 * @in: where to put them
 * @claim: the claim
 *
 * Without a table, or as far as it is damaged, records are shown as bytes.
 *
 * Context: May sleep.
 * Return: 0, or -ENOMEM.
 */
int trace_kho_events_load(struct trace_kho_in *in, struct kho_claim *claim)
{
	const struct ftrace_kho_event *event;
	struct description desc;
	size_t size, pos;

	in->event_pos = kvcalloc(U16_MAX + 1, sizeof(*in->event_pos),
				 GFP_KERNEL);
	if (!in->event_pos)
		return -ENOMEM;

	in->event_stream = trace_kho_table_read(claim, FTRACE_KHO_EVENTS,
						"events", &size);
	for (pos = 0; in->event_stream && pos < size; pos += event->len) {
		event = in->event_stream + pos;
		if (pos >= U32_MAX || !describe(event, size - pos, &desc)) {
			pr_warn("table events: damaged at byte %zu\n", pos);
			break;
		}
		in->event_pos[event->id] = pos + 1;
	}
	return 0;
}

static void add_fix(struct trace_kho_event *event, u8 kind,
		    const struct ftrace_kho_field *field, bool relative)
{
	event->fixes[event->nr_fixes++] = (struct trace_kho_fix) {
		.kind		= kind,
		.offset		= field->offset,
		.size		= field->size,
		.relative	= relative,
	};
}

static void add_field(struct trace_kho_event *event,
		      const struct ftrace_kho_field *field, const char *type,
		      const char *name, struct ftrace_event_field *to)
{
	bool relative = strstarts(type, "__rel_loc");
	bool located = relative || strstarts(type, "__data_loc");
	int filter = FILTER_OTHER;

	if (located && field->size && !(field->size % sizeof(u32))) {
		if (field->is_string)
			add_fix(event, TRACE_KHO_FIX_LOC_TEXT, field, relative);
		else if (strstr(type, "cpumask"))
			add_fix(event, TRACE_KHO_FIX_LOC_MASK, field, relative);
		else
			add_fix(event, TRACE_KHO_FIX_LOC, field, relative);
		if (field->is_string)
			filter = relative ? FILTER_RDYN_STRING : FILTER_DYN_STRING;
	} else if (field->is_string && field->size &&
		   field->size <= S16_MAX) {
		/* Longer ones are too long for a precision */
		add_fix(event, TRACE_KHO_FIX_TEXT, field, false);
		filter = FILTER_STATIC_STRING;
	} else if (!strcmp(type, "bool") && field->size == 1) {
		add_fix(event, TRACE_KHO_FIX_BOOL, field, false);
	} else if (field->size && !(field->size % sizeof(u64))) {
		add_fix(event, TRACE_KHO_FIX_WORDS, field, false);
	}

	event->min_size = max_t(unsigned int, event->min_size,
				field->offset + field->size);
	*to = (struct ftrace_event_field) {
		.name		= name,
		.type		= type,
		.filter_type	= filter,
		.offset		= field->offset,
		.size		= field->size,
		.is_signed	= field->is_signed,
	};
	list_add(&to->link, &event->class.fields);
}

static bool add_fields(struct trace_kho_event *event, struct description *desc)
{
	const char *type, *name;

	event->hash = trace_kho_hash_start();
	for (unsigned int i = 0; i < desc->event->nr_fields; i++) {
		type = trace_kho_cursor_take_string(&desc->names);
		name = type ? trace_kho_cursor_take_string(&desc->names) : NULL;
		if (!name)
			return false;
		event->hash = trace_kho_hash_field(event->hash, type, name,
						   &desc->fields[i]);
		add_field(event, &desc->fields[i], type, name,
			  &event->fields[i]);
	}
	return true;
}

static int native_syscall(struct trace_event_call *call)
{
#ifdef CONFIG_FTRACE_SYSCALLS
	struct syscall_metadata *meta = call->data;

	if (!strcmp(call->class->system, "syscalls") && meta)
		return meta->syscall_nr;
#endif
	return -1;
}

/* Pointers to strings that the event's function will follow. */
static void add_pointers(struct trace_kho_event *event,
			 struct trace_event_call *call)
{
	struct ftrace_event_field *pos;
	struct ftrace_kho_field field;

	if (!(call->flags & TRACE_EVENT_FL_TEST_STR))
		return;

	list_for_each_entry(pos, trace_get_fields(call), link) {
		if (!pos->needs_test)
			continue;
		field = trace_kho_describe_field(pos);
		add_fix(event, TRACE_KHO_FIX_POINTER, &field, false);
	}
}

static enum trace_kho_printer tracer_printer(int type)
{
	switch (type) {
	case TRACE_BPRINT:
		return TRACE_KHO_PRINT_BPRINT;
	case TRACE_BPUTS:
		return TRACE_KHO_PRINT_BPUTS;
	case TRACE_FN:
	case TRACE_CTX:
	case TRACE_WAKE:
	case TRACE_STACK:
	case TRACE_PRINT:
	case TRACE_GRAPH_RET:
	case TRACE_GRAPH_ENT:
	case TRACE_USER_STACK:
	case TRACE_HWLAT:
	case TRACE_OSNOISE:
	case TRACE_TIMERLAT:
	case TRACE_RAW_DATA:
	case TRACE_FUNC_REPEATS:
		return TRACE_KHO_PRINT_NATIVE;
	default:
		return TRACE_KHO_PRINT_FIELDS;
	}
}

static void choose_printer(struct trace_kho_event *event)
{
	struct trace_event_call *call;

	event->printer = TRACE_KHO_PRINT_FIELDS;
	event->late = event->in->same_build;

	trace_event_read_lock();
	call = trace_kho_event_find_equal(event);
	if (call && call->event.type < __TRACE_LAST_TYPE) {
		event->printer = tracer_printer(call->event.type);
		event->late = false;
		/* Said to have eight addresses, it has as many as it needs */
		if (call->event.type == TRACE_STACK)
			event->min_size = sizeof(struct stack_entry);
	} else if (call && event->in->same_build && !call->module &&
		   !(call->flags & TRACE_EVENT_FL_DYNAMIC) &&
		   trace_kho_print_is_safe(call)) {
		/* It may print more than its fields */
		event->printer = TRACE_KHO_PRINT_NATIVE;
		event->late = false;
		event->syscall = native_syscall(call);
		add_pointers(event, call);
	}
	if (event->printer == TRACE_KHO_PRINT_NATIVE)
		event->native = call->event.type;
	trace_event_read_unlock();
}

static int event_init(struct trace_kho_event *event)
{
	u32 pos = event->in->event_pos[event->id];
	struct description desc;

	INIT_LIST_HEAD(&event->class.fields);
	event->min_size = sizeof(struct trace_entry);
	event->class.system = "unknown";
	event->call.class = &event->class;
	event->call.name = "unknown";
	event->call.event.funcs = &trace_kho_funcs;
	event->invalid.class = &event->class;
	event->invalid.name = "unknown";
	event->invalid.event.funcs = &trace_kho_invalid_funcs;
	event->printer = TRACE_KHO_PRINT_RAW;
	if (!pos)
		return 0;

	/* Was checked when the table was loaded */
	describe(event->in->event_stream + pos - 1, U32_MAX, &desc);
	event->class.system = desc.system;
	event->call.name = (char *)desc.name;
	event->invalid.name = event->call.name;

	/* One for each field, and one more for each that is a pointer */
	event->fixes = kcalloc(2 * desc.event->nr_fields + 1,
			       sizeof(*event->fixes), GFP_KERNEL);
	event->fields = kcalloc(desc.event->nr_fields + 1,
				sizeof(*event->fields), GFP_KERNEL);
	if (!event->fixes || !event->fields)
		return -ENOMEM;
	if (add_fields(event, &desc))
		choose_printer(event);
	return 0;
}

static void event_free(struct trace_kho_event *event)
{
	if (event->call.event.type)
		unregister_trace_event(&event->call.event);
	if (event->invalid.event.type)
		unregister_trace_event(&event->invalid.event);
	kfree(event->fixes);
	kfree(event->fields);
	kfree(event);
}

/**
 * trace_kho_event_get - find an event of the previous kernel
 * @in: the records of the last boot
 * @id: its number there
 *
 * Context: May sleep. Takes trace_event_sem.
 * Return: the event; NULL if memory ran out.
 */
struct trace_kho_event *trace_kho_event_get(struct trace_kho_in *in, u16 id)
{
	struct trace_kho_event *event = xa_load(&in->events, id);

	if (event)
		return event;

	event = kzalloc(sizeof(*event), GFP_KERNEL);
	if (!event)
		return NULL;
	event->in = in;
	event->id = id;
	event->syscall = -1;
	if (event_init(event) ||
	    xa_err(xa_store(&in->events, id, event, GFP_KERNEL))) {
		event_free(event);
		return NULL;
	}
	return event;
}

/**
 * trace_kho_event_stand_in - get the number of an event that stands in
 * @event: the event
 * @valid: whether the record is what the event says
 *
 * Context: May sleep. Takes trace_event_sem.
 * Return: the number, or 0 if there is none left.
 */
int trace_kho_event_stand_in(struct trace_kho_event *event, bool valid)
{
	struct trace_event *stand_in = valid ? &event->call.event :
					       &event->invalid.event;

	if (!stand_in->type)
		register_trace_event(stand_in);
	return stand_in->type;
}

/**
 * trace_kho_events_trim - all records are adopted, free what was for that
 * @in: the records of the last boot
 */
void trace_kho_events_trim(struct trace_kho_in *in)
{
	struct trace_kho_event *event;
	bool stands_in = false;
	unsigned long id;

	xa_for_each(&in->events, id, event) {
		if (event->call.event.type || event->invalid.event.type) {
			stands_in = true;
			continue;
		}
		xa_erase(&in->events, id);
		event_free(event);
	}

	kvfree(in->event_pos);
	in->event_pos = NULL;
	if (!stands_in) {
		kvfree(in->event_stream);
		in->event_stream = NULL;
	}
}

/**
 * trace_kho_events_free - free all events
 * @in: the records of the last boot
 *
 * Context: May sleep. Takes trace_event_sem.
 */
void trace_kho_events_free(struct trace_kho_in *in)
{
	struct trace_kho_event *event;
	unsigned long id;

	xa_for_each(&in->events, id, event)
		event_free(event);
	xa_destroy(&in->events);
	kvfree(in->event_pos);
	kvfree(in->event_stream);
}
