// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of what is made of records of the previous kernel, with records
 * that no kernel writes.
 */
#include <kunit/test.h>
#include <linux/ring_buffer.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "trace.h"
#include "trace_kho_private.h"

#define CAPACITY	1024

/* A sub-buffer, what goes with it, and how a record of it is printed. */
struct records {
	struct trace_kho_in	*in;
	struct trace_kho_data	*data;
	struct trace_iterator	*iter;
};

static int records_init(struct kunit *test)
{
	struct records *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	test->priv = r;
	r->data = kunit_kzalloc(test, sizeof(*r->data) + CAPACITY, GFP_KERNEL);
	r->iter = kunit_kzalloc(test, sizeof(*r->iter), GFP_KERNEL);
	r->in = kzalloc(sizeof(*r->in), GFP_KERNEL);
	if (!r->data || !r->iter || !r->in)
		return -ENOMEM;
	xa_init(&r->in->events);
	r->in->event_pos = kvcalloc(U16_MAX + 1, sizeof(*r->in->event_pos),
				    GFP_KERNEL);
	return r->in->event_pos ? 0 : -ENOMEM;
}

static void records_exit(struct kunit *test)
{
	struct records *r = test->priv;

	if (r && r->in)
		trace_kho_in_free(r->in);
}

/* Append a record of event @id: @size bytes, a multiple of four up to 112. */
static void *add_record(struct records *r, u16 id, size_t size, u32 delta)
{
	struct ring_buffer_event *event = (void *)r->data->data + r->data->commit;
	struct trace_entry *entry = (void *)event->array;

	event->type_len = size / sizeof(event->array[0]);
	event->time_delta = delta;
	entry->type = id;
	r->data->commit += sizeof(event->array[0]) + size;
	return entry;
}

static void add_time(struct records *r, u8 type, u64 time)
{
	struct ring_buffer_event *event = (void *)r->data->data + r->data->commit;

	event->type_len = type;
	event->time_delta = time & (BIT(27) - 1);
	event->array[0] = time >> 27;
	r->data->commit += 2 * sizeof(event->array[0]);
}

static int check(struct records *r, size_t consumed)
{
	return trace_kho_check_subbuf(r->in, r->data, CAPACITY, consumed);
}

static void test_consumed(struct kunit *test)
{
	struct records *r = test->priv;
	size_t at;

	r->data->time_stamp = 1000;
	add_record(r, 40000, 16, 5);
	at = r->data->commit;
	add_record(r, 40001, 16, 7);

	KUNIT_EXPECT_EQ(test, check(r, at + 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, check(r, r->data->commit + 8), -EINVAL);
	KUNIT_EXPECT_EQ(test, check(r, 0), 2);
	KUNIT_EXPECT_EQ(test, r->data->time_stamp, 1000);
	KUNIT_EXPECT_EQ(test, check(r, at), 1);
	KUNIT_EXPECT_EQ(test, r->data->time_stamp, 1005);
	KUNIT_EXPECT_EQ(test, check(r, r->data->commit), 0);
}

/* Readers go past a time before they stop at what it is the time of. */
static void test_consumed_time(struct kunit *test)
{
	static const u8 types[] = {
		RINGBUF_TYPE_TIME_EXTEND, RINGBUF_TYPE_TIME_STAMP,
	};
	struct records *r = test->priv;
	u64 time = BIT_ULL(30) + 3;

	for (int i = 0; i < ARRAY_SIZE(types); i++) {
		r->data->commit = 0;
		r->data->time_stamp = 1000;
		add_record(r, 40000, 16, 5);
		add_time(r, types[i], time);
		KUNIT_EXPECT_EQ(test, check(r, 0), -EINVAL);
		add_record(r, 40001, 16, 0);

		KUNIT_EXPECT_EQ(test, check(r, 20 + 8), 1);
		KUNIT_EXPECT_EQ(test, r->data->commit, 20);
		KUNIT_EXPECT_EQ(test, r->data->time_stamp,
				i ? time : 1000 + 5 + time);
	}
}

static struct kunit_case records_cases[] = {
	KUNIT_CASE(test_consumed),
	KUNIT_CASE(test_consumed_time),
	{}
};

static struct kunit_suite records_suite = {
	.name		= "kho_ftrace",
	.init		= records_init,
	.exit		= records_exit,
	.test_cases	= records_cases,
};

kunit_test_suites(&records_suite);
