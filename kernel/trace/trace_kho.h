/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_TRACE_KHO_H
#define _KERNEL_TRACE_KHO_H

#include <linux/cleanup.h>
#include <linux/jump_label.h>
#include <linux/trace.h>
#include <linux/types.h>

struct trace_array;
struct trace_buffer;
struct trace_iterator;
struct trace_seq;

#ifdef CONFIG_FTRACE_KHO

struct ftrace_kho_cpu;
struct page;

DECLARE_STATIC_KEY_FALSE(trace_kho_out_key);
DECLARE_STATIC_KEY_FALSE(trace_kho_in_key);

/*
 * Words: to pin a ring is to keep its set of sub-buffers as it is; to adopt
 * sub-buffers is to make them the ring of a CPU; records of the last boot are
 * those that came from the previous kernel.
 */

/**
 * struct trace_kho_data - a sub-buffer as it lies in memory
 * @time_stamp: of the first record
 * @commit: bytes of @data that are committed
 * @data: the records
 */
struct trace_kho_data {
	u64			time_stamp;
	unsigned long		commit;
	u8			data[];
};

/**
 * struct trace_kho_subbuf - a sub-buffer to be adopted
 * @data: where it is
 * @stamp: its time stamp
 * @pos: its place in the old ring, for those with equal time stamps
 * @commit: bytes that hold records
 * @entries: number of records
 */
struct trace_kho_subbuf {
	struct trace_kho_data	*data;
	u64			stamp;
	unsigned long		pos;
	u32			commit;
	u32			entries;
};

/* trace_kho_ring.c */
bool trace_kho_ring_has_cpu(struct trace_buffer *buffer, int cpu);
int trace_kho_ring_add_cpu(struct trace_buffer *buffer, int cpu);
unsigned long trace_kho_ring_nr_subbufs(struct trace_buffer *buffer, int cpu);
void trace_kho_ring_pin(struct trace_buffer *buffer, int cpu);
void trace_kho_ring_unpin(struct trace_buffer *buffer, int cpu);
void trace_kho_ring_let_resize(struct trace_buffer *buffer, int cpu, bool let);
unsigned long trace_kho_ring_list(struct trace_buffer *buffer, int cpu,
				  struct page **pages, unsigned long max);
void trace_kho_ring_state(struct trace_buffer *buffer, int cpu,
			  struct ftrace_kho_cpu *state);
int trace_kho_ring_adopt(struct trace_buffer *buffer, int cpu,
			 const struct trace_kho_subbuf *subbufs,
			 unsigned long nr,
			 const struct ftrace_kho_cpu *state);

/* trace.c */
struct trace_array *trace_kho_array_create(const char *name);
const char *trace_kho_clock_name(struct trace_array *tr);
struct tracer *trace_kho_find_tracer(const char *name);

/* trace_sched_switch.c */
unsigned int trace_kho_nr_cmdlines(void);
bool trace_kho_get_cmdline(unsigned int idx, int *pid, char *comm);

/* trace_printk.c */
void trace_kho_walk_fmts(void (*fn)(const char *fmt, void *data), void *data);

/* trace_kho.c, trace_kho_show.c */
bool __trace_kho_is_pinned(struct trace_array *tr);
bool __trace_kho_grow_start(struct trace_array *tr);
void __trace_kho_grow_end(void);
struct trace_array *__trace_kho_get_shown(struct trace_array *tr);
struct trace_array *trace_kho_hold_shown(struct trace_array *tr);
bool __trace_kho_is_last_boot(struct trace_array *tr);
void __trace_kho_hide(struct trace_array *tr);
bool __trace_kho_drop(struct trace_array *tr);
bool __trace_kho_print_start(struct trace_iterator *iter);
void __trace_kho_print_end(void);
bool __trace_kho_find_cmdline(int pid, char comm[]);
int __trace_kho_find_tgid(int pid);
bool __trace_kho_print_nameless(struct trace_seq *s, unsigned long addr);

/* Whether the sub-buffers of @tr may not be exchanged for others now. */
static inline bool trace_kho_is_pinned(struct trace_array *tr)
{
	return static_branch_unlikely(&trace_kho_out_key) &&
	       __trace_kho_is_pinned(tr);
}

static inline bool trace_kho_grow_start(struct trace_array *tr)
{
	return static_branch_unlikely(&trace_kho_out_key) &&
	       __trace_kho_grow_start(tr);
}

static inline void trace_kho_grow_end(bool started)
{
	if (started)
		__trace_kho_grow_end();
}

/* In this scope sub-buffers may be added to @tr, even if it is pinned. */
DEFINE_CLASS(trace_kho_grow, bool, trace_kho_grow_end(_T),
	     trace_kho_grow_start(tr), struct trace_array *tr)
#define trace_kho_grow_scope(tr) \
	CLASS(trace_kho_grow, __trace_kho_scope)(tr)

/*
 * What a reader of "trace" of @tr is shown: either @tr, or with
 * a reference the array that holds the records of the last boot.
 */
static inline struct trace_array *trace_kho_get_shown(struct trace_array *tr)
{
	if (static_branch_unlikely(&trace_kho_in_key))
		return __trace_kho_get_shown(tr);
	return tr;
}

/* The same, always with a reference, and for a scope. */
DEFINE_CLASS(trace_kho_shown, struct trace_array *, trace_array_put(_T),
	     trace_kho_hold_shown(tr), struct trace_array *tr)
#define trace_kho_shown_scope(name, tr) \
	CLASS(trace_kho_shown, name)(tr)

/* Whether @tr holds the records of the last boot. */
static inline bool trace_kho_is_last_boot(struct trace_array *tr)
{
	return static_branch_unlikely(&trace_kho_in_key) &&
	       __trace_kho_is_last_boot(tr);
}

/* @tr is going to be used: show nothing but its own records from now on. */
static inline void trace_kho_hide(struct trace_array *tr)
{
	if (static_branch_unlikely(&trace_kho_in_key))
		__trace_kho_hide(tr);
}

/*
 * If @tr holds records of the last boot, drop what is known about them.
 * Return whether it did, so that the caller resets its buffers.
 */
static inline bool trace_kho_drop(struct trace_array *tr)
{
	return static_branch_unlikely(&trace_kho_in_key) &&
	       __trace_kho_drop(tr);
}

static inline bool trace_kho_print_start(struct trace_iterator *iter)
{
	return static_branch_unlikely(&trace_kho_in_key) &&
	       __trace_kho_print_start(iter);
}

static inline void trace_kho_print_end(bool started)
{
	if (started)
		__trace_kho_print_end();
}

static inline bool trace_kho_find_cmdline(int pid, char comm[])
{
	return static_branch_unlikely(&trace_kho_in_key) &&
	       __trace_kho_find_cmdline(pid, comm);
}

/* Return: negative if it is not for the records of the last boot. */
static inline int trace_kho_find_tgid(int pid)
{
	return static_branch_unlikely(&trace_kho_in_key) ?
		__trace_kho_find_tgid(pid) : -1;
}

/* If @addr is code of the previous kernel that had no name, print it. */
static inline bool trace_kho_print_nameless(struct trace_seq *s,
					    unsigned long addr)
{
	return static_branch_unlikely(&trace_kho_in_key) &&
	       __trace_kho_print_nameless(s, addr);
}

/* Names of tasks and functions in this scope are those of the records that @iter shows. */
DEFINE_CLASS(trace_kho_print, bool, trace_kho_print_end(_T),
	     trace_kho_print_start(iter), struct trace_iterator *iter)
#define trace_kho_print_scope(iter) \
	CLASS(trace_kho_print, __trace_kho_scope)(iter)

#else /* !CONFIG_FTRACE_KHO */

static inline bool trace_kho_is_pinned(struct trace_array *tr)
{
	return false;
}

#define trace_kho_grow_scope(tr)	((void)(tr))

static inline struct trace_array *trace_kho_get_shown(struct trace_array *tr)
{
	return tr;
}

#define trace_kho_shown_scope(name, tr) struct trace_array *name = (tr)

static inline bool trace_kho_is_last_boot(struct trace_array *tr)
{
	return false;
}

static inline void trace_kho_hide(struct trace_array *tr)
{
}

static inline bool trace_kho_drop(struct trace_array *tr)
{
	return false;
}

static inline bool trace_kho_find_cmdline(int pid, char comm[])
{
	return false;
}

static inline int trace_kho_find_tgid(int pid)
{
	return -1;
}

static inline bool trace_kho_print_nameless(struct trace_seq *s,
					    unsigned long addr)
{
	return false;
}

#define trace_kho_print_scope(iter)	((void)(iter))

#endif /* CONFIG_FTRACE_KHO */

#endif /* _KERNEL_TRACE_KHO_H */
