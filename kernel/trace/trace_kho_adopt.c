// SPDX-License-Identifier: GPL-2.0
/*
 * The trace buffer of the previous kernel, in this one: its sub-buffers become
 * the ring of an instance, "last_boot", which is as good as any other. It can be
 * read, consumed, cleared and removed.
 */
#define pr_fmt(fmt) "kho: ftrace: " fmt

#include <linux/cpu.h>
#include <linux/kho/claim.h>
#include <linux/kho/client.h>
#include <linux/kho/pageset.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

#include "trace.h"
#include "trace_kho_private.h"

#define INSTANCE	"last_boot"
#define ORDER_MAX	8

/*
 * The rings.
 */

struct adoption {
	struct trace_kho_in		*in;
	struct kho_claim		*claim;
	struct trace_buffer		*buffer;
	unsigned int			order;
	unsigned int			cpu;
	const struct ftrace_kho_cpu	*state;
	struct trace_kho_subbuf		*subbufs;
	const void			*rings;
	size_t				rings_size;
	struct xarray			places;
	unsigned long			nr;
	unsigned long			bad;
	/* of all CPUs: */
	unsigned long			entries;
	unsigned long			pages;
};

static int compare_subbufs(const void *a, const void *b)
{
	const struct trace_kho_subbuf *x = a, *y = b;

	if (x->stamp != y->stamp)
		return x->stamp > y->stamp ? 1 : -1;
	return (x->pos > y->pos) - (x->pos < y->pos);
}

/*
 * Note the places of the sub-buffers of this CPU. What the table says decides
 * between equal time stamps only, so a bad one does no harm, nor does none.
 */
static void load_places(struct adoption *a, unsigned long max)
{
	const struct ftrace_kho_ring *row;
	struct trace_kho_cursor c;
	const u64 *pfns;

	if (!a->rings)
		return;
	c = (struct trace_kho_cursor) { a->rings, a->rings + a->rings_size };
	while ((row = trace_kho_cursor_take(&c, sizeof(*row)))) {
		pfns = trace_kho_cursor_take(&c, row->nr * sizeof(*pfns));
		if (!pfns)
			break;
		if (row->cpu != a->cpu)
			continue;
		for (unsigned long i = 0; i < row->nr && i < max; i++)
			xa_store(&a->places, pfns[i], xa_mk_value(i),
				 GFP_KERNEL);
		break;
	}
}

static unsigned long place_of(struct adoption *a, unsigned long pfn)
{
	void *entry = xa_load(&a->places, pfn);

	return entry ? xa_to_value(entry) : 0;
}

static size_t consumed(const struct adoption *a,
		       const struct trace_kho_data *data, unsigned long pfn)
{
	if (pfn != a->state->reader_pfn ||
	    data->time_stamp != a->state->reader_stamp)
		return 0;
	return a->state->reader_read;
}

/* Add a sub-buffer to those to be adopted, if it holds records. */
static void add_subbuf(struct adoption *a, struct kho_pageset *set,
		       unsigned long pfn)
{
	struct trace_kho_data *data = pfn_to_kaddr(pfn);
	size_t capacity = (PAGE_SIZE << a->order) - sizeof(*data);
	int entries;

	if (!data->commit)
		return;

	entries = trace_kho_check_subbuf(a->in, data, capacity,
					 consumed(a, data, pfn));
	if (entries < 0)
		a->bad++;
	if (entries <= 0)
		return;

	if (IS_ERR_OR_NULL(kho_pageset_restore_folio(set, pfn))) {
		a->bad++;
		return;
	}
	a->subbufs[a->nr++] = (struct trace_kho_subbuf) {
		.data		= data,
		.stamp		= data->time_stamp,
		.pos		= place_of(a, pfn),
		.commit		= data->commit,
		.entries	= entries,
	};
	a->entries += entries;
	a->pages += 1UL << a->order;
}

static void collect_subbufs(struct adoption *a, struct kho_pageset *set)
{
	unsigned long step = 1UL << a->order;
	struct kho_run run;

	kho_pageset_for_each_run(set, &run) {
		if (run.order != a->order) {
			a->bad += run.nr >> run.order;
			continue;
		}
		for (unsigned long i = 0; i + step <= run.nr; i += step) {
			add_subbuf(a, set, run.pfn + i);
			cond_resched();
		}
	}
	sort(a->subbufs, a->nr, sizeof(*a->subbufs), compare_subbufs, NULL);
}

/* Can the records of this CPU be shown? Then there is a ring for it. */
static bool cpu_fits(const struct adoption *a)
{
	if (a->cpu >= nr_cpu_ids || !cpu_possible(a->cpu))
		return false;

	guard(cpus_read_lock)();
	return trace_kho_ring_has_cpu(a->buffer, a->cpu) ||
	       !trace_kho_ring_add_cpu(a->buffer, a->cpu);
}

static void free_subbufs(struct adoption *a)
{
	for (unsigned long i = 0; i < a->nr; i++)
		free_pages((unsigned long)a->subbufs[i].data, a->order);
}

static void adopt_set(struct adoption *a, struct kho_pageset *set)
{
	unsigned long max = kho_pageset_pages(set) >> a->order;
	int err = -ENOMEM;

	a->nr = 0;
	a->bad = 0;
	a->subbufs = kvcalloc(max + 1, sizeof(*a->subbufs), GFP_KERNEL);
	if (a->subbufs) {
		xa_init(&a->places);
		load_places(a, max);
		collect_subbufs(a, set);
		xa_destroy(&a->places);
		err = a->nr ? trace_kho_ring_adopt(a->buffer, a->cpu,
						   a->subbufs, a->nr,
						   a->state) : 0;
		if (err)
			free_subbufs(a);
		kvfree(a->subbufs);
	}
	if (err)
		pr_warn("CPU %u: records dropped: %pe\n", a->cpu, ERR_PTR(err));
	if (a->bad)
		pr_warn("CPU %u: %lu of %lu sub-buffers damaged and dropped\n",
			a->cpu, a->bad, max);
}

/* Restore what there is of one CPU, and free the rest. */
static void adopt_cpu(struct adoption *a)
{
	static const struct ftrace_kho_cpu no_state;
	struct kho_pageset *set;
	const void *state;
	unsigned long nr;
	char name[32];
	size_t size;

	snprintf(name, sizeof(name), "array0.cpu%u", a->cpu);
	set = kho_pageset_find(a->claim, name);
	if (IS_ERR_OR_NULL(set))
		return;

	snprintf(name, sizeof(name), "array0/cpu%u", a->cpu);
	state = kho_get_blob(a->claim, name, &size);
	if (IS_ERR_OR_NULL(state) || size != sizeof(*a->state))
		state = &no_state;
	/* A subtree is aligned to four bytes only */
	a->state = kmemdup(state, sizeof(*a->state), GFP_KERNEL);

	if (a->state && cpu_fits(a)) {
		adopt_set(a, set);
	} else {
		nr = kho_pageset_pages(set);
		pr_warn("CPU %u is not there: %lu pages dropped\n", a->cpu, nr);
	}
	kfree(a->state);
	kho_pageset_discard(set);
}

/*
 * The instance.
 */

static struct trace_array *instance_create(void)
{
	struct trace_array *tr;
	char name[16];

	for (int i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), i ? "%s.%d" : "%s", INSTANCE, i);
		tr = trace_array_find_get(name);
		if (!tr)
			return trace_kho_array_create(name);
		trace_array_put(tr);
	}
	return NULL;
}

static int instance_prepare(struct trace_array *tr, struct kho_claim *claim,
			    unsigned int order)
{
	struct trace_buffer *buffer = tr->array_buffer.buffer;
	const char *clock = kho_get_string(claim, "array0/clock");

	/* So that readers of trace_pipe come to an end */
	tracer_tracing_off(tr);
	/* Not even trace_marker may write */
	ring_buffer_record_disable(buffer);
	if (IS_ERR_OR_NULL(clock) || tracing_set_clock(tr, clock))
		pr_warn("trace clock not known here\n");
	return ring_buffer_subbuf_order_set(buffer, order);
}

static int adopt(struct trace_kho_in *in, struct trace_array *tr,
		 struct kho_claim *claim, struct adoption *a)
{
	u32 order, nr_cpus;
	void *rings;
	int err;

	if (kho_get_u32(claim, "array0/order", &order) || order > ORDER_MAX ||
	    kho_get_u32(claim, "kernel/nr-cpu-ids", &nr_cpus) ||
	    nr_cpus > U16_MAX)
		return -EINVAL;

	err = instance_prepare(tr, claim, order);
	if (err)
		return err;

	*a = (struct adoption) {
		.in = in, .claim = claim, .order = order,
		.buffer = tr->array_buffer.buffer,
	};
	rings = trace_kho_table_read(claim, FTRACE_KHO_RINGS, "rings",
				     &a->rings_size);
	a->rings = rings;
	for (a->cpu = 0; a->cpu < nr_cpus; a->cpu++)
		adopt_cpu(a);
	kvfree(rings);
	return 0;
}

/**
 * trace_kho_restore - restore the records of the previous kernel
 * @client: the ftrace client
 * @claim: what the previous kernel handed over
 * @format: its format
 *
 * Context: Process context, at the end of the initcalls.
 * Return: 0; or a negative errno, and the claim is left to the registry.
 */
int trace_kho_restore(struct kho_client *client, struct kho_claim *claim,
		      const struct kho_format *format)
{
	struct trace_array *tr;
	struct trace_kho_in *in;
	struct adoption a = {};
	int err;

	in = trace_kho_in_load(claim);
	if (IS_ERR(in))
		return PTR_ERR(in);

	tr = instance_create();
	err = tr ? adopt(in, tr, claim, &a) : -ENOMEM;
	if (!err && a.entries) {
		trace_kho_events_trim(in);
		trace_kho_show(in, tr, claim);
		pr_info("%lu records of the last boot in %lu pages, in instance %s%s\n",
			a.entries, a.pages, tr->name,
			in->same_build ? "" : ", by another kernel");
		trace_array_put(tr);
		kho_claim_finish(claim);
		return 0;
	}

	if (tr) {
		trace_array_put(tr);
		trace_array_destroy(tr);
	}
	trace_kho_in_free(in);
	if (!err)
		kho_claim_finish(claim);
	return err;
}
