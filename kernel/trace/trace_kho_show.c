// SPDX-License-Identifier: GPL-2.0
/*
 * How the records of the last boot are shown.
 *
 * As long as the top level array holds nothing of its own, its files "trace"
 * show the array that has the records of the previous kernel. So those never
 * get into one ring with records of this kernel, and nothing is lost when
 * tracing starts.
 */
#include <linux/kho/claim.h>
#include <linux/rcupdate.h>

#include "trace.h"
#include "trace_kho_private.h"
#include "trace_output.h"

/*
 * What of an old array's options has to do with how records look. But for
 * sym-userobj: it looks for user space addresses in tasks of this kernel, which
 * are others.
 */
#define SHOW_OPTIONS	(TRACE_ITER_PRINT_PARENT | TRACE_ITER_SYM_OFFSET | \
			 TRACE_ITER_SYM_ADDR | TRACE_ITER_VERBOSE | \
			 TRACE_ITER_RAW | TRACE_ITER_HEX | TRACE_ITER_BIN | \
			 TRACE_ITER_FIELDS | TRACE_ITER_ANNOTATE | \
			 TRACE_ITER_PRINTK_MSGONLY | \
			 TRACE_ITER_CONTEXT_INFO | TRACE_ITER_LATENCY_FMT | \
			 TRACE_ITER_RECORD_TGID | TRACE_ITER_IRQ_INFO | \
			 TRACE_ITER_HASH_PTR)

DEFINE_STATIC_KEY_FALSE(trace_kho_in_key);

/*
 * The records of the last boot. Changed under trace_types_lock and, for write,
 * trace_event_sem; so either is enough to look at them. A dump of a trace array
 * has neither, but interrupts off: what it has found stays that long.
 */
static struct trace_kho_in *last_boot;

/* Looks like the tracer that was used, but does not trace. */
static struct tracer old_tracer;
static char old_tracer_name[FTRACE_KHO_NAME_MAX];

/* Its options: those of the tracer are for what is traced now. */
static struct tracer_flags old_tracer_flags;

/* Whether @name is one of @options, each of which has a space behind it. */
static bool has_option(const char *options, const char *name)
{
	size_t len;

	for (; *options; options += len + !!options[len]) {
		len = strcspn(options, " ");
		if (strlen(name) == len && !strncmp(name, options, len))
			return true;
	}
	return false;
}

static void instance_set_options(struct trace_array *tr,
				 struct kho_claim *claim)
{
#undef C
#define C(a, b) b
	static const char * const names[] = { TRACE_FLAGS };
#undef C
	const char *options = kho_get_string(claim, "array0/options");
	unsigned int set = 0;

	tr->trace_flags &= ~TRACE_ITER_SYM_USEROBJ;
	if (IS_ERR_OR_NULL(options))
		return;
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		if (has_option(options, names[i]))
			set |= 1U << i;
	}
	tr->trace_flags = (tr->trace_flags & ~SHOW_OPTIONS) |
			  (set & SHOW_OPTIONS);
}

/* Nothing but how records look depends on an option of the old tracer. */
static int set_old_tracer_flag(struct trace_array *tr, u32 old_flags, u32 bit,
			       int set)
{
	return 0;
}

static void tracer_set_options(const struct tracer_flags *like,
			       struct kho_claim *claim)
{
	const char *options = kho_get_string(claim, "array0/tracer-options");

	old_tracer_flags = *like;
	old_tracer_flags.trace = &old_tracer;
	if (IS_ERR_OR_NULL(options))
		return;
	old_tracer_flags.val = 0;
	for (unsigned int i = 0; like->opts[i].name; i++) {
		if (has_option(options, like->opts[i].name))
			old_tracer_flags.val |= like->opts[i].bit;
	}
}

#ifdef CONFIG_FUNCTION_GRAPH_TRACER
static enum print_line_t print_graph(struct trace_iterator *iter)
{
	return print_graph_function_flags(iter, old_tracer_flags.val);
}

static void print_graph_header(struct seq_file *s)
{
	print_graph_headers_flags(s, old_tracer_flags.val);
}

static void tracer_become_graph(void)
{
	old_tracer.open = graph_trace_open;
	old_tracer.close = graph_trace_close;
	old_tracer.pipe_open = graph_trace_open;
	old_tracer.pipe_close = graph_trace_close;
	old_tracer.print_header = print_graph_header;
	old_tracer.print_line = print_graph;
}
#else
static void tracer_become_graph(void)
{
}
#endif

static void instance_set_tracer(struct trace_array *tr, struct kho_claim *claim)
{
	const char *name = kho_get_string(claim, "array0/tracer");
	struct tracer *t;

	if (IS_ERR_OR_NULL(name) || !strcmp(name, "nop"))
		return;

	strscpy(old_tracer_name, name);
	old_tracer = (struct tracer) {
		.name		 = old_tracer_name,
		.flags		 = &old_tracer_flags,
		.set_flag	 = set_old_tracer_flag,
		.allow_instances = true,
		.enabled	 = 1,
	};
	t = trace_kho_find_tracer(name);
	tracer_set_options(t ? t->flags : nop_trace.flags, claim);
	/* The only one that prints nothing but what was checked */
	if (t && !strcmp(name, "function_graph"))
		tracer_become_graph();
	tr->current_trace = &old_tracer;
}

static bool is_tracing(struct trace_array *tr)
{
	struct trace_event_file *file;

	if (tr->current_trace != &nop_trace ||
	    !ring_buffer_empty(tr->array_buffer.buffer))
		return true;
	list_for_each_entry(file, &tr->events, list) {
		if (file->flags & EVENT_FILE_FL_ENABLED)
			return true;
	}
	return false;
}

/**
 * trace_kho_show - let users see the records of the last boot
 * @in: the records
 * @tr: the array that holds them
 * @claim: what the previous kernel handed over
 *
 * Context: May sleep. Takes event_mutex and trace_types_lock.
 */
void trace_kho_show(struct trace_kho_in *in, struct trace_array *tr,
		    struct kho_claim *claim)
{
	struct trace_array *top;
	u64 start = 0;
	int cpu;

	guard(mutex)(&event_mutex);
	guard(mutex)(&trace_types_lock);

	kho_get_u64(claim, "array0/time-start", &start);
	tr->array_buffer.time_start = start;
	for_each_possible_cpu(cpu)
		per_cpu_ptr(tr->array_buffer.data, cpu)->entries =
			ring_buffer_size(tr->array_buffer.buffer, cpu);
	instance_set_options(tr, claim);
	instance_set_tracer(tr, claim);
	/* A snapshot would exchange the records for none */
	trace_kho_array_map(tr, 1);

	top = top_trace_array();
	in->tr = tr;
	in->shown = top && !is_tracing(top);
	down_write(&trace_event_sem);
	last_boot = in;
	up_write(&trace_event_sem);
	static_branch_enable(&trace_kho_in_key);
}

/*
 * What the rest of ftrace asks, see trace_kho.h.
 */

struct trace_array *__trace_kho_get_shown(struct trace_array *tr)
{
	lockdep_assert_held(&trace_types_lock);

	if (!(tr->flags & TRACE_ARRAY_FL_GLOBAL) || !last_boot)
		return tr;
	if (tr->current_trace != &nop_trace ||
	    !ring_buffer_empty(tr->array_buffer.buffer))
		last_boot->shown = false;
	if (!last_boot->shown)
		return tr;
	last_boot->tr->ref++;
	return last_boot->tr;
}

struct trace_array *trace_kho_hold_shown(struct trace_array *tr)
{
	struct trace_array *shown;

	guard(mutex)(&trace_types_lock);
	shown = __trace_kho_get_shown(tr);
	if (shown == tr)
		tr->ref++;
	return shown;
}

bool __trace_kho_is_last_boot(struct trace_array *tr)
{
	guard(mutex)(&trace_types_lock);
	return last_boot && last_boot->tr == tr;
}

void __trace_kho_hide(struct trace_array *tr)
{
	if (!(tr->flags & TRACE_ARRAY_FL_GLOBAL))
		return;
	guard(rwsem_read)(&trace_event_sem);
	if (last_boot)
		WRITE_ONCE(last_boot->shown, false);
}

bool __trace_kho_drop(struct trace_array *tr)
{
	struct trace_kho_in *in = last_boot;

	lockdep_assert_held(&trace_types_lock);

	if (!in || in->tr != tr)
		return false;

	down_write(&trace_event_sem);
	last_boot = NULL;
	up_write(&trace_event_sem);

	if (tr->current_trace == &old_tracer)
		tr->current_trace = &nop_trace;
	trace_kho_array_map(tr, -1);
	/* Undo what instance_prepare() did */
	ring_buffer_record_enable(tr->array_buffer.buffer);
	tracer_tracing_on(tr);
	static_branch_disable(&trace_kho_in_key);
	synchronize_rcu();
	trace_kho_in_free(in);
	return true;
}

bool __trace_kho_print_start(struct trace_iterator *iter)
{
	const struct trace_kho_in *in = READ_ONCE(last_boot);

	if (!in || iter->tr != in->tr)
		return false;
	trace_recursion_set(TRACE_KHO_BIT);
	return true;
}

void __trace_kho_print_end(void)
{
	trace_recursion_clear(TRACE_KHO_BIT);
}

static const struct ftrace_kho_task *find_task(int pid)
{
	const struct trace_kho_in *in = READ_ONCE(last_boot);

	return in ? trace_kho_task_find(in, pid) : NULL;
}

bool __trace_kho_find_cmdline(int pid, char comm[])
{
	const struct ftrace_kho_task *task;

	if (!trace_recursion_test(TRACE_KHO_BIT))
		return false;

	task = pid > 0 ? find_task(pid) : NULL;
	if (task)
		snprintf(comm, TASK_COMM_LEN, "%.*s",
			 (int)sizeof(task->comm), task->comm);
	else if (!pid)
		strscpy(comm, "<idle>", TASK_COMM_LEN);
	else
		strscpy(comm, pid < 0 ? "<XXX>" : "<...>", TASK_COMM_LEN);
	return true;
}

/* Code of the old kernel that has no address here, see translate_code() */
static bool is_old_code(unsigned long addr)
{
	return trace_recursion_test(TRACE_KHO_BIT) && addr >> 63 &&
	       !(addr & TRACE_KHO_NO_SYMBOL);
}

/**
 * trace_kho_address_lookup - find a function that only the previous kernel had
 * @addr: an address in it, as records of the last boot have it
 * @size: where to put how far it is from this function to the next, or NULL
 * @off: where to put how far @addr is into it, or NULL
 * @modname: where to put the name of its module, or NULL
 * @modbuildid: set to NULL, as the module's build ID is not known; or NULL
 * @sym: where to put its name, at most KSYM_NAME_LEN bytes; or NULL
 *
 * What kallsyms asks last, so that all that prints a record finds these names.
 *
 * Context: Any. Finds nothing but while such a record is printed.
 * Return: length of the name; 0 if there is none.
 */
int trace_kho_address_lookup(unsigned long addr, unsigned long *size,
			     unsigned long *off, char **modname,
			     const unsigned char **modbuildid, char *sym)
{
	const struct trace_kho_in *in;

	if (!static_branch_unlikely(&trace_kho_in_key) || !is_old_code(addr))
		return 0;
	in = READ_ONCE(last_boot);
	if (!in)
		return 0;
	if (modbuildid)
		*modbuildid = NULL;
	return trace_kho_symbols_lookup(&in->symbols,
					addr | TRACE_KHO_NO_SYMBOL, size, off,
					modname, sym);
}

/* The old kernel had no name for it either: show what it showed */
bool __trace_kho_print_nameless(struct trace_seq *s, unsigned long addr)
{
	if (!is_old_code(addr) ||
	    trace_kho_address_lookup(addr, NULL, NULL, NULL, NULL, NULL))
		return false;
	trace_seq_printf(s, "0x%08lx", addr | (unsigned long)TRACE_KHO_NO_SYMBOL);
	return true;
}

int __trace_kho_find_tgid(int pid)
{
	const struct ftrace_kho_task *task;

	if (!trace_recursion_test(TRACE_KHO_BIT))
		return -1;
	task = pid > 0 ? find_task(pid) : NULL;
	return task ? max(task->tgid, 0) : 0;
}
