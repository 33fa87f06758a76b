// SPDX-License-Identifier: GPL-2.0
/* What describes the records of the previous kernel: which kernel it was, and tables. */
#include <linux/bsearch.h>
#include <linux/err.h>
#include <linux/kho/claim.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "trace.h"
#include "trace_kho_private.h"

/**
 * trace_kho_in_free - free what describes the records
 * @in: the records of the last boot; those stay where they are
 *
 * Context: May sleep. Takes trace_event_sem.
 */
void trace_kho_in_free(struct trace_kho_in *in)
{
	trace_kho_events_free(in);
	trace_kho_strings_free(&in->formats);
	trace_kho_strings_free(&in->symbols);
	kvfree(in->tasks);
	kvfree(in->modules);
	kfree(in);
}

/* Which kernel it was. */
static int load_image(struct trace_kho_in *in, struct kho_claim *claim)
{
	struct trace_kho_image now, *old = &in->old;
	const void *build_id;
	size_t size;
	u32 value;

	if (kho_get_u32(claim, "kernel/page-size", &value) ||
	    value != PAGE_SIZE ||
	    kho_get_u64(claim, "kernel/text", &old->text) ||
	    kho_get_u64(claim, "kernel/end", &old->end) ||
	    kho_get_u64(claim, "kernel/modules", &old->modules) ||
	    kho_get_u64(claim, "kernel/modules-end", &old->modules_end))
		return -EINVAL;

	build_id = kho_get_blob(claim, "kernel/build-id", &size);
	if (IS_ERR_OR_NULL(build_id) || size != sizeof(old->build_id))
		return -EINVAL;
	memcpy(old->build_id, build_id, size);

	trace_kho_describe_image(&now);
	in->same_build = memchr_inv(now.build_id, 0, size) &&
			 !memcmp(now.build_id, old->build_id, size) &&
			 now.end - now.text == old->end - old->text;
	in->delta = now.text - old->text;
	return 0;
}

static void load_modules(struct trace_kho_in *in, struct kho_claim *claim)
{
	size_t size;

	in->modules = trace_kho_table_read(claim, FTRACE_KHO_MODULES, "modules",
					   &size);
	in->nr_modules = size / sizeof(*in->modules);
}

static int compare_tasks(const void *a, const void *b)
{
	const struct ftrace_kho_task *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static void load_tasks(struct trace_kho_in *in, struct kho_claim *claim)
{
	size_t size;

	in->tasks = trace_kho_table_read(claim, FTRACE_KHO_TASKS, "tasks",
					 &size);
	in->nr_tasks = size / sizeof(*in->tasks);
	sort(in->tasks, in->nr_tasks, sizeof(*in->tasks), compare_tasks, NULL);
}

/**
 * trace_kho_task_find - find a task of the previous kernel
 * @in: the records of the last boot
 * @pid: its number
 *
 * Context: Any.
 * Return: the task, or NULL.
 */
const struct ftrace_kho_task *trace_kho_task_find(const struct trace_kho_in *in,
						  int pid)
{
	const struct ftrace_kho_task key = { .pid = pid };

	if (!in->nr_tasks)
		return NULL;
	return bsearch(&key, in->tasks, in->nr_tasks, sizeof(key),
		       compare_tasks);
}

/**
 * trace_kho_in_load - load what describes the records of the previous kernel
 * @claim: what the previous kernel handed over
 *
 * Context: May sleep.
 * Return: the records of the last boot, of which none is there yet; ERR_PTR() of
 * -EINVAL if it does not say which kernel it was, -ENOMEM.
 */
struct trace_kho_in *trace_kho_in_load(struct kho_claim *claim)
{
	struct trace_kho_in *in = kzalloc(sizeof(*in), GFP_KERNEL);
	int err;

	if (!in)
		return ERR_PTR(-ENOMEM);

	xa_init(&in->events);
	err = load_image(in, claim);
	if (!err)
		err = trace_kho_events_load(in, claim);
	if (!err)
		err = trace_kho_strings_load(&in->formats, claim,
					     FTRACE_KHO_FORMATS, "formats");
	if (!err)
		err = trace_kho_strings_load(&in->symbols, claim,
					     FTRACE_KHO_SYMBOLS, "symbols");
	if (err) {
		trace_kho_in_free(in);
		return ERR_PTR(err);
	}
	load_tasks(in, claim);
	load_modules(in, claim);
	return in;
}
