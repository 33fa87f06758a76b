// SPDX-License-Identifier: GPL-2.0
/* Finding the event of this kernel that is equal to one of the previous kernel. */
#include <linux/irqflags.h>
#include <linux/string.h>

#include "trace.h"
#include "trace_kho_private.h"
#include "trace_output.h"

static struct trace_event_call *find_call(const char *system, const char *name)
{
	struct trace_event_call *call;
	const char *call_name;

	lockdep_assert_held(&trace_event_sem);

	list_for_each_entry(call, &ftrace_events, list) {
		call_name = trace_event_name(call);
		if (call_name && call->event.type && !strcmp(call_name, name) &&
		    !strcmp(call->class->system, system))
			return call;
	}
	return NULL;
}

static u64 hash_call(struct trace_event_call *call)
{
	struct ftrace_event_field *pos;
	struct ftrace_kho_field field;
	u64 hash = trace_kho_hash_start();

	list_for_each_entry_reverse(pos, trace_get_fields(call), link) {
		field = trace_kho_describe_field(pos);
		hash = trace_kho_hash_field(hash, pos->type, pos->name, &field);
	}
	return hash;
}

/**
 * trace_kho_event_find_equal - find an event of this kernel with the same fields
 * @event: an event of the previous kernel
 *
 * Context: Caller holds trace_event_sem.
 * Return: the event of the same system, name and fields, or NULL.
 */
struct trace_event_call *
trace_kho_event_find_equal(const struct trace_kho_event *event)
{
	struct trace_event_call *call;

	call = find_call(event->class.system, event->call.name);
	return call && hash_call(call) == event->hash ? call : NULL;
}

/**
 * trace_kho_print_is_safe - may an event's own function print old records?
 * @call: an event of this kernel
 *
 * Return: whether it relies on nothing but what is checked in each record.
 */
bool trace_kho_print_is_safe(const struct trace_event_call *call)
{
	return !call->print_fmt || trace_kho_print_fmt_is_safe(call->print_fmt);
}

/**
 * trace_kho_event_find_late - has the event turned up meanwhile?
 * @event: an event of the previous kernel
 *
 * Context: Caller holds trace_event_sem, or has interrupts off.
 * Return: the event of this kernel that can print it, or NULL.
 */
struct trace_event *trace_kho_event_find_late(const struct trace_kho_event *event)
{
	struct trace_event_call *call;

	/* In a dump nothing keeps events from being freed */
	if (!event->late || irqs_disabled())
		return NULL;
	call = trace_kho_event_find_equal(event);
	/* Its strings were in its module, whose memory is gone */
	if (!call || call->flags & TRACE_EVENT_FL_TEST_STR ||
	    !trace_kho_print_is_safe(call))
		return NULL;
	return &call->event;
}
