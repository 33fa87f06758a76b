// SPDX-License-Identifier: GPL-2.0
/*
 * Ring buffers over kexec: the part that knows how a ring is built.
 *
 * Included by ring_buffer.c, whose structures it needs; they are private there.
 *
 * What makes it work: while a ring is not resized, not exchanged for another, and
 * the reader's sub-buffer is not taken away, the sub-buffers of the ring and that of
 * the reader are a closed set. Writers and readers only change which of them is
 * where. So a list of them, taken once, stays right up to the jump.
 */
#include <linux/kho/abi/ftrace.h>

/**
 * trace_kho_ring_has_cpu - is there a ring for this CPU?
 * @buffer: the buffer
 * @cpu: number of the CPU
 *
 * Return: whether there is one.
 */
bool trace_kho_ring_has_cpu(struct trace_buffer *buffer, int cpu)
{
	return cpumask_test_cpu(cpu, buffer->cpumask);
}

/**
 * trace_kho_ring_add_cpu - make a ring for a CPU that is not online yet
 * @buffer: the buffer
 * @cpu: number of the CPU, a possible one
 *
 * Context: May sleep; CPUs must not come or go.
 * Return: 0, or -ENOMEM.
 */
int trace_kho_ring_add_cpu(struct trace_buffer *buffer, int cpu)
{
	return trace_rb_cpu_prepare(cpu, &buffer->node);
}

/**
 * trace_kho_ring_nr_subbufs - how many sub-buffers may a CPU have?
 * @buffer: the buffer
 * @cpu: number of a CPU that has a ring
 *
 * Return: the number of those in the ring and the reader's.
 */
unsigned long trace_kho_ring_nr_subbufs(struct trace_buffer *buffer, int cpu)
{
	return buffer->buffers[cpu]->nr_pages + 1;
}

static void trace_kho_ring_map(struct ring_buffer_per_cpu *cpu_buffer, int add)
{
	/* Readers copy what they take out of a mapped buffer */
	guard(raw_spinlock_irqsave)(&cpu_buffer->reader_lock);
	cpu_buffer->mapped += add;
}

/**
 * trace_kho_ring_pin - keep the sub-buffers of a CPU what they are
 * @buffer: the buffer
 * @cpu: number of a CPU that has a ring
 *
 * From now on the ring is neither resized nor are its sub-buffers given to
 * user space. The caller sees to it that the ring is not swapped for another.
 *
 * Context: May sleep.
 */
void trace_kho_ring_pin(struct trace_buffer *buffer, int cpu)
{
	struct ring_buffer_per_cpu *cpu_buffer = buffer->buffers[cpu];

	/* Waits for a resize that is on its way */
	guard(mutex)(&buffer->mutex);
	atomic_inc(&cpu_buffer->resize_disabled);
	trace_kho_ring_map(cpu_buffer, 1);
}

/**
 * trace_kho_ring_unpin - undo trace_kho_ring_pin()
 * @buffer: the buffer
 * @cpu: number of a CPU whose ring is pinned
 *
 * Context: May sleep.
 */
void trace_kho_ring_unpin(struct trace_buffer *buffer, int cpu)
{
	struct ring_buffer_per_cpu *cpu_buffer = buffer->buffers[cpu];

	guard(mutex)(&buffer->mutex);
	trace_kho_ring_map(cpu_buffer, -1);
	atomic_dec(&cpu_buffer->resize_disabled);
}

/**
 * trace_kho_ring_let_resize - let a pinned ring be resized, or no longer
 * @buffer: the buffer
 * @cpu: number of a CPU whose ring is pinned
 * @let: whether to let it
 *
 * Context: Any.
 */
void trace_kho_ring_let_resize(struct trace_buffer *buffer, int cpu, bool let)
{
	atomic_add(let ? -1 : 1, &buffer->buffers[cpu]->resize_disabled);
}

/**
 * trace_kho_ring_list - list the sub-buffers of a pinned ring
 * @buffer: the buffer
 * @cpu: number of the CPU
 * @pages: where to put the first page of each
 * @max: size of @pages
 *
 * The reader's comes first, then those of the ring from the oldest on.
 *
 * Return: how many there are, or 0 if the ring has not as many as it should.
 */
unsigned long trace_kho_ring_list(struct trace_buffer *buffer, int cpu,
				  struct page **pages, unsigned long max)
{
	struct ring_buffer_per_cpu *cpu_buffer = buffer->buffers[cpu];
	struct list_head *first, *pos;
	struct buffer_page *bpage;
	unsigned long nr = 0;

	guard(raw_spinlock_irqsave)(&cpu_buffer->reader_lock);
	if (max < 1 || !cpu_buffer->pages)
		return 0;

	pages[nr++] = virt_to_page(cpu_buffer->reader_page->page);
	bpage = rb_set_head_page(cpu_buffer);
	first = bpage ? &bpage->list : rb_list_head(cpu_buffer->pages);
	pos = first;
	do {
		if (nr == max)
			return 0;
		bpage = list_entry(pos, struct buffer_page, list);
		pages[nr++] = virt_to_page(bpage->page);
		pos = rb_list_head(pos->next);
	} while (pos != first);

	return nr == cpu_buffer->nr_pages + 1 ? nr : 0;
}

/**
 * trace_kho_ring_state - describe how far the writer and the reader are
 * @buffer: the buffer
 * @cpu: number of a CPU that has a ring
 * @state: where to put it
 */
void trace_kho_ring_state(struct trace_buffer *buffer, int cpu,
			  struct ftrace_kho_cpu *state)
{
	struct ring_buffer_per_cpu *cpu_buffer = buffer->buffers[cpu];
	struct buffer_page *reader;

	guard(raw_spinlock_irqsave)(&cpu_buffer->reader_lock);
	reader = cpu_buffer->reader_page;
	*state = (struct ftrace_kho_cpu) {
		.nr_subbufs	= cpu_buffer->nr_pages,
		.entries	= local_read(&cpu_buffer->entries),
		.overrun	= local_read(&cpu_buffer->overrun),
		.read		= cpu_buffer->read,
		.last_overrun	= cpu_buffer->last_overrun,
		.commit_overrun	= local_read(&cpu_buffer->commit_overrun),
		.dropped	= local_read(&cpu_buffer->dropped_events),
		.reader_pfn	= page_to_pfn(virt_to_page(reader->page)),
		.reader_stamp	= reader->page->time_stamp,
		.reader_read	= reader->read,
	};
}

static void trace_kho_ring_free(struct list_head *pages, bool with_data)
{
	struct buffer_page *bpage, *tmp;

	list_for_each_entry_safe(bpage, tmp, pages, list) {
		list_del_init(&bpage->list);
		if (with_data)
			free_buffer_page(bpage);
		else
			kfree(bpage);
	}
}

static int trace_kho_ring_wrap(struct ring_buffer_per_cpu *cpu_buffer,
			       const struct trace_kho_subbuf *subbufs,
			       unsigned long nr, struct list_head *pages)
{
	struct buffer_page *bpage;

	for (unsigned long i = 0; i < nr; i++) {
		bpage = kzalloc_node(ALIGN(sizeof(*bpage), cache_line_size()),
				     GFP_KERNEL | __GFP_RETRY_MAYFAIL,
				     cpu_to_node(cpu_buffer->cpu));
		if (!bpage)
			return -ENOMEM;

		bpage->page = (void *)subbufs[i].data;
		bpage->order = cpu_buffer->buffer->subbuf_order;
		local_set(&bpage->write, subbufs[i].commit);
		local_set(&bpage->entries, subbufs[i].entries);
		list_add_tail(&bpage->list, pages);
	}
	return 0;
}

static void trace_kho_ring_count(struct ring_buffer_per_cpu *cpu_buffer,
				 const struct trace_kho_subbuf *subbufs,
				 unsigned long nr,
				 const struct ftrace_kho_cpu *state)
{
	unsigned long entries = 0, bytes = 0;

	for (unsigned long i = 0; i < nr; i++) {
		entries += subbufs[i].entries;
		bytes += subbufs[i].commit;
	}

	local_set(&cpu_buffer->entries, entries + state->overrun + state->read);
	local_set(&cpu_buffer->entries_bytes, bytes);
	local_set(&cpu_buffer->overrun, state->overrun);
	local_set(&cpu_buffer->commit_overrun, state->commit_overrun);
	local_set(&cpu_buffer->dropped_events, state->dropped);
	local_set(&cpu_buffer->pages_touched, nr);
	cpu_buffer->read = state->read;
	cpu_buffer->last_overrun = min(state->last_overrun, state->overrun);
}

/* Make @pages, a list, the ring; leave the old one in @pages. */
static void trace_kho_ring_replace(struct ring_buffer_per_cpu *cpu_buffer,
				   struct list_head *pages,
				   struct buffer_page *last, unsigned long nr)
{
	struct list_head old;

	rb_head_page_deactivate(cpu_buffer);
	list_add(&old, cpu_buffer->pages);

	cpu_buffer->pages = pages->next;
	list_del(pages);
	cpu_buffer->head_page = list_entry(cpu_buffer->pages,
					   struct buffer_page, list);
	cpu_buffer->commit_page = last;
	cpu_buffer->tail_page = last;
	cpu_buffer->nr_pages = nr;
	cpu_buffer->cnt++;
	rb_head_page_activate(cpu_buffer);

	INIT_LIST_HEAD(pages);
	list_splice(&old, pages);
}

/**
 * trace_kho_ring_adopt - make a ring of what the previous kernel left
 * @buffer: an empty buffer of the right order, to which nothing is written
 * @cpu: number of a CPU that has a ring in @buffer
 * @subbufs: the sub-buffers, at least one, by age, the oldest first
 * @nr: number of them
 * @state: the counters to go on from
 *
 * The records must have been checked: readers believe them. On success the
 * sub-buffers belong to the ring.
 *
 * Context: May sleep.
 * Return: 0, or -ENOMEM.
 */
int trace_kho_ring_adopt(struct trace_buffer *buffer, int cpu,
			 const struct trace_kho_subbuf *subbufs,
			 unsigned long nr, const struct ftrace_kho_cpu *state)
{
	struct ring_buffer_per_cpu *cpu_buffer = buffer->buffers[cpu];
	struct buffer_page *last;
	LIST_HEAD(pages);
	LIST_HEAD(spare);
	int err;

	static_assert(offsetof(struct trace_kho_data, commit) ==
		      offsetof(struct buffer_data_page, commit));
	static_assert(offsetof(struct trace_kho_data, data) ==
		      offsetof(struct buffer_data_page, data));
	static_assert(sizeof_field(struct trace_kho_data, commit) ==
		      sizeof_field(struct buffer_data_page, commit));

	guard(mutex)(&buffer->mutex);

	err = trace_kho_ring_wrap(cpu_buffer, subbufs, nr, &pages);
	/* A ring has two sub-buffers at least */
	if (!err && nr < 2)
		err = __rb_allocate_pages(cpu_buffer, 1, &spare);
	if (err) {
		trace_kho_ring_free(&pages, false);
		return err;
	}
	last = list_last_entry(&pages, struct buffer_page, list);
	list_splice_tail(&spare, &pages);

	scoped_guard(raw_spinlock_irqsave, &cpu_buffer->reader_lock) {
		trace_kho_ring_replace(cpu_buffer, &pages, last,
				       max(nr, 2UL));
		trace_kho_ring_count(cpu_buffer, subbufs, nr, state);
	}
	trace_kho_ring_free(&pages, true);
	return 0;
}
