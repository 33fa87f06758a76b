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
#include "trace_output.h"

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

struct field {
	const char	*type;
	u16		offset;
	u16		size;
	bool		is_string;
};

/* Describe event @id of the old kernel, with one field. */
static void add_event(struct kunit *test, u16 id, const struct field *field)
{
	struct records *r = test->priv;
	struct ftrace_kho_event *event;
	struct ftrace_kho_field *to;
	char *name;

	KUNIT_ASSERT_NULL(test, r->in->event_stream);
	event = kvzalloc(256, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, event);
	r->in->event_stream = event;
	event->len = 256;
	event->id = id;
	event->nr_fields = 1;
	to = (void *)(event + 1);
	to->offset = field->offset;
	to->size = field->size;
	to->is_string = field->is_string;
	name = (char *)(to + 1);
	/* System, name and print format, then type and name of the field */
	sprintf(name, "kunit%cnone%c%c%s%cfield", 0, 0, 0, field->type, 0);
	r->in->event_pos[id] = 1;
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

/*
 * What reading "trace" shows of a record that was checked; with interrupts off,
 * as when it is dumped because of an oops.
 */
static const char *print(struct kunit *test, void *entry, size_t size)
{
	struct records *r = test->priv;
	struct trace_iterator *iter = r->iter;
	struct trace_event *event;

	iter->ent = entry;
	iter->ent_size = size;
	trace_seq_init(&iter->seq);
	trace_event_read_lock();
	event = ftrace_find_event(iter->ent->type);
	local_irq_disable();
	if (event)
		event->funcs->trace(iter, 0, event);
	local_irq_enable();
	trace_event_read_unlock();
	KUNIT_EXPECT_NOT_NULL(test, event);
	trace_seq_putc(&iter->seq, 0);
	return iter->seq.buffer;
}

/* Text that the record locates where it can't be: nothing beyond is shown. */
static void test_bad_loc(struct kunit *test)
{
	static const struct field field = { "__data_loc char[]", 8, 4, true };
	static const u32 locs[] = {
		0x80000000, 0x8000000c, 0xffff000c, 0x0005000c, 0x0001ffff,
	};
	struct records *r = test->priv;
	char *entry, *text;

	add_event(test, 40000, &field);
	for (int i = 0; i < ARRAY_SIZE(locs); i++) {
		r->data->commit = 0;
		entry = add_record(r, 40000, 16, 0);
		*(u32 *)(entry + 8) = locs[i];
		memcpy(entry + 12, "text", 4);
		text = add_record(r, 40001, 32, 0) + 8;
		strscpy(text, "beyond", 24);

		KUNIT_ASSERT_EQ(test, check(r, 0), 2);
		KUNIT_EXPECT_NULL(test, strstr(print(test, entry, 16), "beyond"));
	}

	r->data->commit = 0;
	entry = add_record(r, 40000, 16, 0);
	*(u32 *)(entry + 8) = 0x0004000c;
	memcpy(entry + 12, "abc", 4);
	KUNIT_ASSERT_EQ(test, check(r, 0), 1);
	KUNIT_EXPECT_NOT_NULL(test, strstr(print(test, entry, 16), " field=abc"));
}

/* An array of strings: each is looked at. */
static void test_bad_locs(struct kunit *test)
{
	static const struct field field = { "__data_loc char[][3]", 8, 12, true };
	struct records *r = test->priv;
	struct trace_kho_event *event;
	struct trace_entry *entry;
	u32 *locs;

	add_event(test, 40000, &field);
	event = trace_kho_event_get(r->in, 40000);
	KUNIT_ASSERT_NOT_NULL(test, event);
	for (int bad = 0; bad <= 3; bad++) {
		r->data->commit = 0;
		entry = add_record(r, 40000, 24, 0);
		locs = (void *)entry + 8;
		memcpy(locs + 3, "abc", 4);
		for (int i = 0; i < 3; i++)
			locs[i] = i == bad ? 0x00050014 : 0x00040014;
		KUNIT_ASSERT_EQ(test, check(r, 0), 1);
		KUNIT_EXPECT_EQ(test, entry->type, bad == 3 ?
				event->call.event.type : event->invalid.event.type);
	}
}

static void test_print_fmt(struct kunit *test)
{
	static const char * const valid[] = {
		"",
		"\"text \\\"%d\\\" %s\", REC->a, __get_str(b)",
		"\"%s[%d]\", REC->comm, (unsigned int) ((REC->dev) >> 20)",
		"\"%s\", __print_flags(REC->f, \"|\", { 0x01UL, \"a/(\" }), REC->a[1]",
		"\"%s\", __print_hex(REC->a, 6), REC->n / 1000",
		"\"%s\", __print_array(__get_dynamic_array(l), __get_dynamic_array_len(l) / sizeof(int), sizeof(int))",
	};
	static const char * const bad[] = {
		"\"%*ph\", REC->len, REC->a",
		"\"%.*s\", REC->len, REC->a",
		"\"%s\", __print_hex(__get_dynamic_array(cmnd), REC->cmd_len)",
		"\"%s\", __print_hex(REC->a, REC->len)",
		"\"%s\", __print_array(REC->a + REC->i, 6, 1)",
		"\"%s\", __print_array(__get_dynamic_array(l), __get_dynamic_array_len(m), 1)",
		"\"%s\", parse(p, REC->a)",
		"\"%pM\", __get_dynamic_array(mac)",
		"\"%pISpc\", __get_sockaddr(addr)",
		"\"%s\", names[REC->i]",
		"\"%d\", REC->a / REC->b",
		"\"%d\", ((struct s *)REC->a)->b",
		"\"%d\", REC->a->b",
	};

	for (int i = 0; i < ARRAY_SIZE(valid); i++)
		KUNIT_EXPECT_TRUE_MSG(test, trace_kho_print_fmt_is_safe(valid[i]),
				      "%s", valid[i]);
	for (int i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE_MSG(test, trace_kho_print_fmt_is_safe(bad[i]),
				       "%s", bad[i]);
}

/* Those that everybody uses come back as they were. */
static void test_common_events(struct kunit *test)
{
	static const char * const systems[] = {
		"sched", "irq", "signal", "task", "timer", "syscalls",
	};
	struct trace_event_call *call;

	trace_event_read_lock();
	list_for_each_entry(call, &ftrace_events, list) {
		if (match_string(systems, ARRAY_SIZE(systems),
				 call->class->system) < 0 || !call->print_fmt)
			continue;
		KUNIT_EXPECT_TRUE_MSG(test, trace_kho_print_fmt_is_safe(call->print_fmt),
				      "%s: %s", trace_event_name(call), call->print_fmt);
	}
	trace_event_read_unlock();
}

#define ARGS_SIZE	64

/* Store arguments as trace_printk() does, and return how many bytes they take. */
static __printf(3, 4)
size_t store(u32 *args, const char **fmt_is, const char *fmt, ...)
{
	va_list ap;
	int words;

	*fmt_is = fmt;
	va_start(ap, fmt);
	words = vbin_printf(args, ARGS_SIZE / sizeof(*args), fmt, ap);
	va_end(ap);
	return words * sizeof(*args);
}

/* The arguments are valid, and invalid if they end sooner. */
static void check_args(struct kunit *test, const char *fmt, u32 *args,
		       size_t size)
{
	struct records *r = test->priv;
	u8 *copy = kunit_kmalloc(test, ARGS_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, copy);
	for (size_t len = 0; len <= size; len += sizeof(*args)) {
		/* At the end of the memory, for KASAN to see what is beyond */
		memcpy(copy + ARGS_SIZE - len, args, len);
		KUNIT_EXPECT_EQ_MSG(test, len == size,
				    trace_kho_bprintf_fix(r->in, fmt, copy + ARGS_SIZE - len, len),
				    "%s: %zu of %zu bytes", fmt, len, size);
	}
}

static void test_printf_args(struct kunit *test)
{
	u32 *args = kunit_kmalloc(test, ARGS_SIZE, GFP_KERNEL);
	const char *fmt;
	size_t size;
	u8 mac[6] = {};

	KUNIT_ASSERT_NOT_NULL(test, args);
	size = store(args, &fmt, "text, 100%%\n");
	check_args(test, fmt, args, size);
	size = store(args, &fmt, "%d %5u %-5.3d|", -1, 2, 3);
	check_args(test, fmt, args, size);
	size = store(args, &fmt, "%hhx %hd %c %#llx", 1, 2, 'c', 3ULL << 32);
	check_args(test, fmt, args, size);
	size = store(args, &fmt, "%c %s %zu %td %lld", 'c', "text", sizeof(mac),
		     args - args, 1LL);
	check_args(test, fmt, args, size);
	size = store(args, &fmt, "%*d %-*.*s %.*s", 5, 1, -8, 3, "four", -2, "x");
	check_args(test, fmt, args, size);
	size = store(args, &fmt, "%p %pS %ps+%lx %pK", args, args, args, 8L, args);
	check_args(test, fmt, args, size);
	size = store(args, &fmt, "%pM %lu %s", mac, 1UL, "end");
	check_args(test, fmt, args, size);
	size = store(args, &fmt, "%*ph %s", 6, mac, "end");
	check_args(test, fmt, args, size);
}

/* What would make bstr_printf() warn, or read what is not there. */
static void test_printf_bad(struct kunit *test)
{
	static const char * const bad[] = {
		"%", "%5", "%.", "%n", "%f", "%k", "%99999d", "%.65535s",
		"%lld %llld", "%d %hhhd", "%-", "%\x80", "%L", "%LLd", "%zzd",
		"%pM %*d", "%**d", "%5*d", "%*5d",
	};
	static const int widths[] = { 10000, -10000, INT_MAX, INT_MIN };
	struct records *r = test->priv;
	u32 *args = kunit_kzalloc(test, ARGS_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, args);
	for (int i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE_MSG(test,
				       trace_kho_bprintf_fix(r->in, bad[i], args, ARGS_SIZE),
				       "%s", bad[i]);
	for (int i = 0; i < ARRAY_SIZE(widths); i++) {
		args[0] = widths[i];
		KUNIT_EXPECT_FALSE(test, trace_kho_bprintf_fix(r->in, "%*d", args, ARGS_SIZE));
		KUNIT_EXPECT_FALSE(test, trace_kho_bprintf_fix(r->in, "%.*s", args, ARGS_SIZE));
	}
	memset(args, 'x', ARGS_SIZE);
	KUNIT_EXPECT_FALSE(test, trace_kho_bprintf_fix(r->in, "%s", args, ARGS_SIZE));
	KUNIT_EXPECT_FALSE(test, trace_kho_bprintf_fix(r->in, "%pM", args, ARGS_SIZE));
}

/* Functions are made those of this kernel, whatever else looks like one is not. */
static void test_printf_functions(struct kunit *test)
{
	struct records *r = test->priv;
	u64 old = 0xffffffff81000000;
	u32 args[6];

	r->in->same_build = true;
	r->in->old.text = old;
	r->in->old.end = old + SZ_16M;
	r->in->delta = SZ_2M;
	for (int i = 0; i < 3; i++)
		memcpy(args + 2 * i, &old, sizeof(old));

	KUNIT_EXPECT_TRUE(test, trace_kho_bprintf_fix(r->in, "%lx %ps %pK", args, sizeof(args)));
	KUNIT_EXPECT_MEMEQ(test, args, &old, sizeof(old));
	KUNIT_EXPECT_MEMEQ(test, args + 4, &old, sizeof(old));
	old += SZ_2M;
	KUNIT_EXPECT_MEMEQ(test, args + 2, &old, sizeof(old));
}

/* trace_printk(), with arguments that are what the format says and are not. */
static void test_bprint(struct kunit *test)
{
	static const struct field field = { "unsigned long", 8, 8 };
	struct records *r = test->priv;
	struct ftrace_kho_string *string;
	struct trace_kho_event *event;
	struct bprint_entry *entry;
	const size_t size = sizeof(*entry) + 16;

	/* Both are freed with the records */
	string = kvzalloc(64, GFP_KERNEL);
	r->in->formats.stream = string;
	r->in->formats.index = kvcalloc(1, sizeof(*r->in->formats.index), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, string);
	KUNIT_ASSERT_NOT_NULL(test, r->in->formats.index);
	r->in->formats.index[0] = string;
	r->in->formats.nr = 1;
	string->addr = 0x1234;
	string->len = 64;
	strscpy((char *)(string + 1), "%s is %*d\n", 32);

	add_event(test, 40000, &field);
	event = trace_kho_event_get(r->in, 40000);
	KUNIT_ASSERT_NOT_NULL(test, event);
	event->printer = TRACE_KHO_PRINT_BPRINT;
	r->iter->tr = top_trace_array();
	KUNIT_ASSERT_NOT_NULL(test, r->iter->tr);

	entry = add_record(r, 40000, size, 0);
	entry->fmt = (const char *)0x1234;
	memcpy(entry->buf, "six\0\3\0\0\0\6\0\0\0", 12);
	KUNIT_ASSERT_EQ(test, check(r, 0), 1);
	KUNIT_EXPECT_NOT_NULL(test, strstr(print(test, entry, size), ": six is   6\n"));

	entry->ent.type = 40000;
	memset(entry->buf, 'x', 16);
	KUNIT_ASSERT_EQ(test, check(r, 0), 1);
	KUNIT_EXPECT_NOT_NULL(test, strstr(print(test, entry, size), ": %s is %*d\n"));
}

/* Names longer than any kernel's are cut to the size of the buffer. */
static void test_long_names(struct kunit *test)
{
	const size_t size = 4096;
	struct ftrace_kho_string *string = kunit_kzalloc(test, size, GFP_KERNEL);
	char *sym = kunit_kmalloc(test, KSYM_NAME_LEN, GFP_KERNEL);
	struct trace_kho_strings functions = { .index = (void *)&string, .nr = 1 };
	char *text, *module;
	unsigned long off;

	KUNIT_ASSERT_NOT_NULL(test, string);
	KUNIT_ASSERT_NOT_NULL(test, sym);
	text = (char *)(string + 1);
	string->addr = 0x1000;
	string->len = size;
	memset(text, 'f', KSYM_NAME_LEN + 100);
	memset(text + KSYM_NAME_LEN + 101, 'm', MODULE_NAME_LEN);
	KUNIT_EXPECT_EQ(test, trace_kho_symbols_lookup(&functions, 0x1010, NULL, &off,
						       &module, sym), KSYM_NAME_LEN - 1);
	KUNIT_EXPECT_EQ(test, strlen(sym), KSYM_NAME_LEN - 1);
	KUNIT_EXPECT_EQ(test, off, 0x10);
	KUNIT_EXPECT_NULL(test, module);

	strscpy(text, "function", 64);
	memset(text + 9, 'm', MODULE_NAME_LEN - 1);
	text[9 + MODULE_NAME_LEN - 1] = 0;
	KUNIT_EXPECT_EQ(test, trace_kho_symbols_lookup(&functions, 0x1010, NULL, NULL,
						       &module, sym), strlen("function"));
	KUNIT_EXPECT_EQ(test, strlen(module), MODULE_NAME_LEN - 1);
	KUNIT_EXPECT_EQ(test, trace_kho_symbols_lookup(&functions, 0xfff, NULL, NULL,
						       &module, sym), 0);

	/* The name takes all the room there is */
	string->len = sizeof(*string) + 16;
	memset(text, 'f', 15);
	text[15] = 0;
	KUNIT_EXPECT_EQ(test, trace_kho_symbols_lookup(&functions, 0x1000, NULL, NULL,
						       &module, sym), 15);
	KUNIT_EXPECT_NULL(test, module);
}

static struct kunit_case records_cases[] = {
	KUNIT_CASE(test_consumed),
	KUNIT_CASE(test_consumed_time),
	KUNIT_CASE(test_bad_loc),
	KUNIT_CASE(test_bad_locs),
	KUNIT_CASE(test_print_fmt),
	KUNIT_CASE(test_common_events),
	KUNIT_CASE(test_bprint),
	KUNIT_CASE(test_long_names),
	KUNIT_CASE(test_printf_args),
	KUNIT_CASE(test_printf_bad),
	KUNIT_CASE(test_printf_functions),
	{}
};

static struct kunit_suite records_suite = {
	.name		= "kho_ftrace",
	.init		= records_init,
	.exit		= records_exit,
	.test_cases	= records_cases,
};

kunit_test_suites(&records_suite);
