// SPDX-License-Identifier: GPL-2.0
/*
 * ftrace as a client of Kexec HandOver: what it hands over.
 *
 * While the handover is active the sub-buffers of the top level buffer are
 * pinned and preserved where they are, and tracing goes on in them up to the
 * jump. Nothing is copied. tracefs stays usable; what would exchange
 * sub-buffers for others fails with -EBUSY: changing the size of the buffer or
 * of the sub-buffers, and snapshots. See Documentation/trace/ftrace-kho.rst.
 */
#define pr_fmt(fmt) "kho: ftrace: " fmt

#include <linux/cpu.h>
#include <linux/kho/claim.h>
#include <linux/kho/client.h>
#include <linux/kho/pageset.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "trace.h"
#include "trace_kho_private.h"

DEFINE_STATIC_KEY_FALSE(trace_kho_out_key);

/**
 * struct trace_kho_out - what is being handed over
 * @tr: the trace array, or NULL if nothing is
 * @rings: the page set of each CPU, or NULL if its ring is not pinned
 * @events: table of the events
 * @tasks: table of the tasks
 * @formats: table of the formats of trace_printk()
 * @modules: table of the modules
 * @symbols: table of their functions
 * @order: table of the order of the sub-buffers
 * @modules_seen: value of modules_come when @symbols was filled
 * @grown: there are sub-buffers that @rings have not
 *
 * Protected by the registry's lock, under which all callbacks run; @tr, @rings
 * and @grown by trace_types_lock, too. @tr is also read without either.
 */
struct trace_kho_out {
	struct trace_array	*tr;
	struct kho_pageset	**rings;
	struct trace_kho_table	events;
	struct trace_kho_table	tasks;
	struct trace_kho_table	formats;
	struct trace_kho_table	modules;
	struct trace_kho_table	symbols;
	struct trace_kho_table	order;
	int			modules_seen;
	bool			grown;
};

static struct trace_kho_out out;

/* How many modules have come since the start */
static atomic_t modules_come = ATOMIC_INIT(0);

bool __trace_kho_is_pinned(struct trace_array *tr)
{
	return READ_ONCE(out.tr) == tr;
}

/*
 * The array.
 */

static void array_pin(struct trace_array *tr)
{
	lockdep_assert_held(&trace_types_lock);

	WRITE_ONCE(out.tr, tr);
	static_branch_enable(&trace_kho_out_key);
	trace_kho_array_map(tr, 1);
	/* Buffers are swapped with interrupts off: wait for the last swap */
	synchronize_rcu();
}

static void array_unpin(void)
{
	lockdep_assert_held(&trace_types_lock);

	trace_kho_array_map(out.tr, -1);
	static_branch_disable(&trace_kho_out_key);
	WRITE_ONCE(out.tr, NULL);
	out.grown = false;
}

/*
 * The rings.
 */

static void rings_let_resize(bool let)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (out.rings[cpu])
			trace_kho_ring_let_resize(out.tr->array_buffer.buffer,
						  cpu, let);
	}
}

/*
 * The first use of a buffer makes it grow. No sub-buffer leaves it then, so all
 * that is preserved stays right; the new ones are added at freeze.
 */
bool __trace_kho_grow_start(struct trace_array *tr)
{
	lockdep_assert_held(&trace_types_lock);

	if (tr != out.tr)
		return false;
	rings_let_resize(true);
	out.grown = true;
	return true;
}

void __trace_kho_grow_end(void)
{
	rings_let_resize(false);
}

/* The sub-buffers of a CPU, to be freed with kvfree(). */
static struct page **ring_list(unsigned int cpu, unsigned long *nr)
{
	struct trace_buffer *buffer = out.tr->array_buffer.buffer;
	unsigned long max = trace_kho_ring_nr_subbufs(buffer, cpu);
	struct page **pages;

	pages = kvmalloc_array(max, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return ERR_PTR(-ENOMEM);
	*nr = trace_kho_ring_list(buffer, cpu, pages, max);
	if (*nr)
		return pages;
	kvfree(pages);
	return ERR_PTR(-EIO);
}

static int ring_add_pages(struct kho_pageset *set, struct page **pages,
			  unsigned long nr)
{
	long added;

	for (unsigned long i = 0; i < nr; i += added) {
		added = kho_pageset_add_pages(set, pages + i, nr - i);
		if (added <= 0)
			return added ?: -EIO;
	}
	return 0;
}

static void ring_put_order(unsigned int cpu, struct page **pages,
			   unsigned long nr)
{
	struct ftrace_kho_ring row = { .cpu = cpu, .nr = nr };
	u64 pfn;

	trace_kho_table_put(&out.order, &row, sizeof(row));
	for (unsigned long i = 0; i < nr; i++) {
		pfn = page_to_pfn(pages[i]);
		trace_kho_table_put(&out.order, &pfn, sizeof(pfn));
	}
}

static int ring_pin(struct kho_claim *claim, unsigned int cpu)
{
	struct kho_pageset *set;
	char name[32];

	snprintf(name, sizeof(name), "array0.cpu%u", cpu);
	set = kho_pageset_create(claim, name);
	if (IS_ERR(set))
		return PTR_ERR(set);

	trace_kho_ring_pin(out.tr->array_buffer.buffer, cpu);
	out.rings[cpu] = set;
	return 0;
}

static void ring_remove(unsigned int cpu)
{
	kho_pageset_destroy(out.rings[cpu]);
	out.rings[cpu] = NULL;
	trace_kho_ring_unpin(out.tr->array_buffer.buffer, cpu);
}

static int ring_put_state(struct kho_claim *claim, unsigned int cpu)
{
	struct ftrace_kho_cpu state;
	char name[32];

	trace_kho_ring_state(out.tr->array_buffer.buffer, cpu, &state);
	snprintf(name, sizeof(name), "array0/cpu%u", cpu);
	return kho_put_blob(claim, name, &state, sizeof(state));
}

static int ring_put(struct kho_claim *claim, unsigned int cpu)
{
	bool first = !out.rings[cpu];
	struct page **pages;
	unsigned long nr;
	int err = 0;

	if (first)
		err = ring_pin(claim, cpu);
	if (err)
		return err;

	pages = ring_list(cpu, &nr);
	if (IS_ERR(pages))
		return PTR_ERR(pages);
	if (first)
		err = ring_add_pages(out.rings[cpu], pages, nr);
	ring_put_order(cpu, pages, nr);
	kvfree(pages);
	return err ?: ring_put_state(claim, cpu);
}

/*
 * Also called when CPUs may have come online, or the rings grown, since it was
 * called before. What was done if it fails, take_all_back() undoes.
 */
static int rings_put(struct kho_claim *claim)
{
	unsigned int cpu;
	int err = 0;

	guard(cpus_read_lock)();
	for_each_possible_cpu(cpu) {
		if (!trace_kho_ring_has_cpu(out.tr->array_buffer.buffer, cpu))
			continue;
		if (out.rings[cpu] && out.grown)
			ring_remove(cpu);
		err = ring_put(claim, cpu);
		if (err)
			break;
	}
	if (err)
		return err;
	out.grown = false;
	return trace_kho_table_publish(&out.order, claim);
}

/*
 * What describes the records.
 */

static int module_comes(struct notifier_block *nb, unsigned long state,
			void *data)
{
	if (state == MODULE_STATE_COMING)
		atomic_inc(&modules_come);
	return NOTIFY_DONE;
}

static struct notifier_block module_nb = { .notifier_call = module_comes };

/*
 * The largest table, but one that hardly ever changes. It stays right when a
 * module goes: the records are still there. One that comes may lie where another
 * was, and look just like it.
 */
static int symbols_put(struct kho_claim *claim)
{
	int seen = atomic_read(&modules_come);

	if (out.symbols.set && seen == out.modules_seen)
		return 0;

	trace_kho_table_drop(&out.symbols);
	out.modules_seen = seen;
	trace_kho_save_symbols(&out.symbols);
	return trace_kho_table_publish(&out.symbols, claim);
}

static int tables_put(struct kho_claim *claim)
{
	int err;

	trace_kho_save_events(&out.events);
	trace_kho_save_tasks(&out.tasks);
	trace_kho_save_formats(&out.formats);
	trace_kho_save_modules(&out.modules);

	err = trace_kho_table_publish(&out.events, claim);
	if (!err)
		err = trace_kho_table_publish(&out.tasks, claim);
	if (!err)
		err = trace_kho_table_publish(&out.formats, claim);
	if (!err)
		err = trace_kho_table_publish(&out.modules, claim);
	if (!err)
		err = symbols_put(claim);
	return err;
}

static void tables_drop(void)
{
	trace_kho_table_drop(&out.events);
	trace_kho_table_drop(&out.tasks);
	trace_kho_table_drop(&out.formats);
	trace_kho_table_drop(&out.modules);
	trace_kho_table_drop(&out.order);
}

/* Options of the tracer itself, such as those of the function graph */
static void list_tracer_options(const struct tracer_flags *flags, char *options)
{
	for (unsigned int i = 0; flags->opts[i].name; i++) {
		if (!(flags->val & flags->opts[i].bit))
			continue;
		strlcat(options, flags->opts[i].name, PAGE_SIZE);
		strlcat(options, " ", PAGE_SIZE);
	}
}

static void list_array_options(const struct trace_array *tr, char *options)
{
#undef C
#define C(a, b) b " "
	static const char * const names[] = { TRACE_FLAGS };
#undef C

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		if (tr->trace_flags & (1U << i))
			strlcat(options, names[i], PAGE_SIZE);
	}
}

static int options_put(struct kho_claim *claim)
{
	char *options __free(kfree) = kzalloc(PAGE_SIZE, GFP_KERNEL);
	int err;

	if (!options)
		return -ENOMEM;
	list_array_options(out.tr, options);
	err = kho_put_string(claim, "array0/options", options);
	if (err)
		return err;

	options[0] = 0;
	list_tracer_options(out.tr->current_trace->flags, options);
	return kho_put_string(claim, "array0/tracer-options", options);
}

static int array_put(struct kho_claim *claim)
{
	struct trace_array *tr = out.tr;
	int err;

	err = kho_put_string(claim, "array0/instance", "");
	if (!err)
		err = kho_put_u32(claim, "array0/order",
				  ring_buffer_subbuf_order_get(tr->array_buffer.buffer));
	if (!err)
		err = kho_put_string(claim, "array0/clock",
				     trace_kho_clock_name(tr));
	if (!err)
		err = kho_put_u64(claim, "array0/time-start",
				  tr->array_buffer.time_start);
	if (!err)
		err = kho_put_string(claim, "array0/tracer",
				     tr->current_trace->name);
	if (!err)
		err = options_put(claim);
	if (!err)
		err = trace_kho_save_clocks(claim, tr->array_buffer.buffer);
	return err;
}

static int put_all(struct kho_claim *claim)
{
	int err;

	err = rings_put(claim);
	if (!err)
		err = array_put(claim);
	if (!err)
		err = tables_put(claim);
	return err;
}

static void take_all_back(struct kho_claim *claim)
{
	unsigned int cpu;

	tables_drop();
	trace_kho_table_drop(&out.symbols);
	kho_del(claim, "kernel");
	kho_del(claim, "array0");
	kho_del(claim, "time");
	for_each_possible_cpu(cpu) {
		if (out.rings[cpu])
			ring_remove(cpu);
	}
}

/*
 * The callbacks.
 */

static int trace_kho_prepare(struct kho_client *client, struct kho_claim *claim)
{
	struct trace_array *tr;
	int err;

	guard(mutex)(&trace_types_lock);
	tr = top_trace_array();
	if (!tr || !tr->array_buffer.buffer)
		return -ENODEV;

	array_pin(tr);
	err = trace_kho_save_image(claim);
	if (!err)
		err = put_all(claim);
	if (err) {
		take_all_back(claim);
		array_unpin();
	}
	return err;
}

static int trace_kho_freeze(struct kho_client *client, struct kho_claim *claim)
{
	guard(mutex)(&trace_types_lock);

	/* Once more: tasks and events have come since */
	tables_drop();
	return put_all(claim);
}

static void trace_kho_abort(struct kho_client *client, struct kho_claim *claim)
{
	guard(mutex)(&trace_types_lock);
	take_all_back(claim);
	array_unpin();
}

static const struct kho_format trace_kho_formats[] = {
	KHO_FORMAT("ftrace", FTRACE_KHO_VERSION, struct ftrace_kho_layout,
		   page, event, field, task, string, module, cpu, ring),
	{}
};

static const struct kho_ops trace_kho_ops = {
	.prepare	= trace_kho_prepare,
	.freeze		= trace_kho_freeze,
	.abort		= trace_kho_abort,
	.restore	= trace_kho_restore,
};

static struct kho_client trace_kho_client = {
	.name		= "ftrace",
	.formats	= trace_kho_formats,
	.ops		= &trace_kho_ops,
	.owner		= THIS_MODULE,
	/* Others shall still be traced when they prepare and freeze */
	.priority	= -100,
};

/* After all initcalls that may start to trace, and that set the clock */
static int __init trace_kho_init(void)
{
	int err;

	if (tracing_is_disabled())
		return 0;

	out.rings = kcalloc(nr_cpu_ids, sizeof(*out.rings), GFP_KERNEL);
	if (!out.rings)
		return -ENOMEM;
	trace_kho_table_init(&out.events, FTRACE_KHO_EVENTS, "events");
	trace_kho_table_init(&out.tasks, FTRACE_KHO_TASKS, "tasks");
	trace_kho_table_init(&out.formats, FTRACE_KHO_FORMATS, "formats");
	trace_kho_table_init(&out.modules, FTRACE_KHO_MODULES, "modules");
	trace_kho_table_init(&out.symbols, FTRACE_KHO_SYMBOLS, "symbols");
	trace_kho_table_init(&out.order, FTRACE_KHO_RINGS, "rings");

	err = register_module_notifier(&module_nb);
	if (!err)
		err = kho_register(&trace_kho_client);
	if (err) {
		unregister_module_notifier(&module_nb);
		kfree(out.rings);
	}
	return err;
}
late_initcall_sync(trace_kho_init);
