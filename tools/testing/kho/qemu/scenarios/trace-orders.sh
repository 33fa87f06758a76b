# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2016
# Sub-buffers of several pages on four CPUs, with records of nearly all kinds:
# the whole trace and its header come back line for line, and so do the counters
# of each CPU. %p is shown unhashed, as each boot hashes with another key; and of
# no event that points to static data, which moves with the kernel.
plan=14
boots=2
mem=2G
cpus=4
append=kho_scratch=64M
needs=kho

probe() { put 'p:kho_probe do_sys_openat2 dfd=$arg1' "$TRACE/kprobe_events"; }

# all_kinds 0|1: events whose text does not depend on where kernel and pages are
all_kinds() {
	what_is_traced "$1"
	for group in irq signal task kprobes timer/hrtimer_start timer/hrtimer_cancel; do
		echo "$1" >"$TRACE/events/$group/enable"
	done
}

boot1() {
	echo 512 >"$TRACE/buffer_size_kb"
	check "sub-buffers of 16 KiB" put 16 "$TRACE/buffer_subbuf_size_kb"
	echo 0 >"$TRACE/options/hash-ptr"
	check "a probe" probe
	echo schedule >"$TRACE/set_ftrace_filter"
	echo function >"$TRACE/current_tracer"
	echo 1 >"$TRACE/options/func_stack_trace"
	some_work
	echo panic >"$TRACE/set_ftrace_filter"
	all_kinds 1
	some_work
	echo 1 >"$TRACE/options/stacktrace"
	marker "with a stack"
	cat /proc/loadavg >/dev/null
	# To turn all of them off takes a slow guest long: its interrupts, with a stack
	# each, would fill the buffer
	echo 0 >"$TRACE/options/stacktrace"
	all_kinds 0
	echo 1 >"$TRACE/options/stacktrace"
	sample kho_trace_printk
	echo 0 >"$TRACE/tracing_on"
	save trace <"$TRACE/trace"
	save cpu3 <"$TRACE/per_cpu/cpu3/trace"
	cpu_stats | save stats
	need_active
	kexec_into
}

boot2() {
	need "something was handed over" handed_over
	for kind in sched_switch 'sys_read(' softirq_entry hrtimer_start task_newtask \
		'stack trace' ': schedule <-' kho_probe; do
		saved trace | grep -q "$kind" || not_ok "nothing was traced: $kind"
	done
	is "$(wc -l <"$TRACE/trace")" "$(saved trace | wc -l)" "as many lines, with no such probe"
	check "the probe once more" probe
	same_file "$TRACE/trace" trace "the trace and its header, line for line"
	same_file "$TRACE/per_cpu/cpu3/trace" cpu3 "the last CPU's trace"
	same_stats stats "the counters of each CPU"
	is "$(cat "$TRACE/instances/last_boot/buffer_subbuf_size_kb")" 16 "the size of sub-buffers"
	check "the records can be removed" rmdir "$TRACE/instances/last_boot"
	is "$(records | wc -l)" 0 "nothing is left"
	is "$(cat "$TRACE/buffer_subbuf_size_kb")" 4 "new records have small sub-buffers"
}
