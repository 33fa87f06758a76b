/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_ABI_FTRACE_H
#define _LINUX_KHO_ABI_FTRACE_H

#include <linux/build_bug.h>
#include <linux/types.h>

/**
 * DOC: format of the ftrace claim, version 1
 *
 * What the ftrace client hands over. Numbers outside the subtree are in the
 * byte order of the machine; addresses and page frames are those of the kernel
 * that wrote them and must never be followed, only compared.
 *
 * Subtree::
 *
 *   kernel/        the kernel that wrote this
 *     release      string  uname -r
 *     build-id     bytes   build ID of the kernel image
 *     text         u64     address of _text
 *     end          u64     address of _end
 *     modules      u64     start of the area where modules are loaded, or 0
 *     modules-end  u64     its end
 *     page-size    u32     bytes
 *     nr-cpu-ids   u32     CPU numbers are smaller than this
 *   time/trace     u64     the trace clock ...
 *   time/mono      u64     ... CLOCK_MONOTONIC, nanoseconds
 *   time/boot      u64     ... CLOCK_BOOTTIME, nanoseconds
 *   time/real      u64     ... CLOCK_REALTIME, nanoseconds
 *   time/cycles    u64     ... and the cycle counter, read at one moment
 *   array0/        a trace array; 0 is the top level one
 *     instance     string  name of the instance, empty at the top level
 *     order        u32     a sub-buffer has 2^order pages
 *     clock        string  name of the trace clock
 *     time-start   u64     records that are older are not shown
 *     tracer       string  name of the tracer
 *     options      string  names of the options that are set, each with a
 *                          space behind it
 *     tracer-options
 *                  string  the same for the options of the tracer
 *     cpu0         struct ftrace_kho_cpu, one for each CPU with a buffer
 *
 * Page sets::
 *
 *   array0.cpu0    all sub-buffers of one CPU, in no order: those of the ring
 *                  and the reader's. Each is a folio of the array's order.
 *   rings          table of &struct ftrace_kho_ring
 *   events         table of &struct ftrace_kho_event
 *   tasks          table of &struct ftrace_kho_task
 *   formats        table of &struct ftrace_kho_string: trace_printk() formats
 *   modules        table of &struct ftrace_kho_module
 *   symbols        table of &struct ftrace_kho_string: functions of modules;
 *                  behind the zero byte of each the name of the module. An
 *                  empty one is where a function ends that no other follows;
 *                  of several at one address the first counts.
 *
 * A sub-buffer describes itself: time stamp, number of bytes committed, data
 * (see ``events/header_page`` in tracefs). One that holds nothing has zero
 * bytes committed. The order of those that do is the order of the time stamps,
 * and where these are equal, as a coarse clock makes them, that in the ring.
 * Sub-buffers are written up to the moment of the jump, so no checksum
 * covers them.
 *
 * A table is a stream of records, cut into single pages::
 *
 *   +--------------------+---------------------------+-----------+
 *   | ftrace_kho_page    | next @len bytes of stream | undefined |
 *   +--------------------+---------------------------+-----------+
 */

#define FTRACE_KHO_VERSION	1
#define FTRACE_KHO_MAGIC	0x63617274666f686bULL

#define FTRACE_KHO_NAME_MAX	64
#define FTRACE_KHO_COMM_MAX	16
#define FTRACE_KHO_BUILD_ID	20

/**
 * enum ftrace_kho_table - tables
 * @FTRACE_KHO_EVENTS: the events
 * @FTRACE_KHO_TASKS: names of the tasks
 * @FTRACE_KHO_FORMATS: formats of trace_printk()
 * @FTRACE_KHO_MODULES: where modules were loaded
 * @FTRACE_KHO_SYMBOLS: functions of modules
 * @FTRACE_KHO_RINGS: order of the sub-buffers of each ring
 */
enum ftrace_kho_table {
	FTRACE_KHO_EVENTS	= 1,
	FTRACE_KHO_TASKS	= 2,
	FTRACE_KHO_FORMATS	= 3,
	FTRACE_KHO_MODULES	= 4,
	FTRACE_KHO_SYMBOLS	= 5,
	FTRACE_KHO_RINGS	= 6,
};

/**
 * struct ftrace_kho_ring - row of the table of rings
 * @cpu: number of the CPU
 * @nr: number of entries of @pfns
 * @pfns: first page of the reader's sub-buffer, then of those in the ring,
 *	from the oldest on
 */
struct ftrace_kho_ring {
	__u32	cpu;
	__u32	nr;
	__u64	pfns[];
};

static_assert(sizeof(struct ftrace_kho_ring) == 8);

/**
 * struct ftrace_kho_page - head of a page of a table
 * @magic: FTRACE_KHO_MAGIC
 * @table: one of &enum ftrace_kho_table
 * @nr: number of pages of the table
 * @seq: which of them this is, from 0
 * @len: bytes of the stream that follow
 * @crc: CRC32C over those bytes, with ~0 to start from
 * @reserved: 0
 */
struct ftrace_kho_page {
	__u64	magic;
	__u32	table;
	__u32	nr;
	__u32	seq;
	__u32	len;
	__u32	crc;
	__u32	reserved;
};

static_assert(sizeof(struct ftrace_kho_page) == 32);

/**
 * struct ftrace_kho_event - an event
 * @hash: over name, type, offset, size and sign of the fields: FNV-1a
 * @len: bytes of this record with all that follows, a multiple of 8
 * @id: its number in trace records
 * @nr_fields: number of fields
 *
 * There follow @nr_fields times &struct ftrace_kho_field, then strings, each
 * with its zero byte: the system, the name, the print format, and type and name
 * of each field.
 */
struct ftrace_kho_event {
	__u64	hash;
	__u32	len;
	__u16	id;
	__u16	nr_fields;
};

static_assert(sizeof(struct ftrace_kho_event) == 16);

/**
 * struct ftrace_kho_field - a field of an event
 * @offset: bytes from the start of the record
 * @size: in bytes, 0 for an array that reaches to the end of the record
 * @is_signed: whether it is a signed number
 * @is_string: whether it holds or describes text
 * @reserved: 0
 */
struct ftrace_kho_field {
	__u16	offset;
	__u16	size;
	__u8	is_signed;
	__u8	is_string;
	__u16	reserved;
};

static_assert(sizeof(struct ftrace_kho_field) == 8);

/**
 * struct ftrace_kho_task - name of a task
 * @pid: its number, never 0
 * @tgid: that of its process, or 0 if it is not known
 * @comm: its name, filled up with zero bytes
 */
struct ftrace_kho_task {
	__s32	pid;
	__s32	tgid;
	char	comm[FTRACE_KHO_COMM_MAX];
};

static_assert(sizeof(struct ftrace_kho_task) == 24);

/**
 * struct ftrace_kho_string - a string, and the address that it goes with
 * @addr: where it was, or the symbol that it names
 * @len: bytes of this record with the string, a multiple of 8
 * @reserved: 0
 *
 * The string follows, with its zero byte.
 */
struct ftrace_kho_string {
	__u64	addr;
	__u32	len;
	__u32	reserved;
};

static_assert(sizeof(struct ftrace_kho_string) == 16);

/**
 * struct ftrace_kho_module - where a module was loaded
 * @base: address of a piece of its memory
 * @size: bytes of it
 * @name: its name, filled up with zero bytes
 * @build_id: build ID, or zero bytes
 * @type: which piece, enum mod_mem_type of the kernel that wrote it
 */
struct ftrace_kho_module {
	__u64	base;
	__u64	size;
	char	name[FTRACE_KHO_NAME_MAX];
	__u8	build_id[FTRACE_KHO_BUILD_ID];
	__u32	type;
};

static_assert(sizeof(struct ftrace_kho_module) == 104);

/**
 * struct ftrace_kho_cpu - a CPU's buffer, as of the last activation or freeze
 * @nr_subbufs: number of sub-buffers of the ring, not counting the reader's
 * @entries: records ever written
 * @overrun: of these, how many were overwritten unread
 * @read: of these, how many were consumed
 * @last_overrun: how many overwritten ones readers were told of
 * @commit_overrun: records lost because of nested writers
 * @dropped: records not written because the buffer was full
 * @reader_pfn: the reader's sub-buffer
 * @reader_stamp: time stamp of that sub-buffer
 * @reader_read: bytes of it that are consumed
 */
struct ftrace_kho_cpu {
	__u64	nr_subbufs;
	__u64	entries;
	__u64	overrun;
	__u64	read;
	__u64	last_overrun;
	__u64	commit_overrun;
	__u64	dropped;
	__u64	reader_pfn;
	__u64	reader_stamp;
	__u64	reader_read;
};

static_assert(sizeof(struct ftrace_kho_cpu) == 80);

/**
 * struct ftrace_kho_layout - all structures, for the fingerprint
 * @page: head of a page of a table
 * @event: an event
 * @field: a field of an event
 * @task: name of a task
 * @string: a string
 * @module: a module
 * @cpu: a CPU's buffer
 * @ring: row of the table of rings
 */
struct ftrace_kho_layout {
	struct ftrace_kho_page		page;
	struct ftrace_kho_event		event;
	struct ftrace_kho_field		field;
	struct ftrace_kho_task		task;
	struct ftrace_kho_string	string;
	struct ftrace_kho_module	module;
	struct ftrace_kho_cpu		cpu;
	struct ftrace_kho_ring		ring;
};

#endif /* _LINUX_KHO_ABI_FTRACE_H */
