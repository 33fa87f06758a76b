# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The function graph, with scheduler events between and functions of a module that
# the next kernel lacks: line for line.
plan=12
boots=2
mem=2G
append=kho_scratch=64M
needs=kho

boot1() {
	echo 512 >"$TRACE/buffer_size_kb"
	echo 'vfs_*' >"$TRACE/set_ftrace_filter"
	echo 'schedule*' >>"$TRACE/set_ftrace_filter"
	check "a module" module trace-events-sample
	echo function_graph >"$TRACE/current_tracer"
	echo 1 >"$TRACE/events/sched/enable"
	some_work
	marker "between functions"
	# Of what follows nothing else, for the marker to stay
	echo 'do_simple_thread*' >"$TRACE/set_ftrace_filter"
	until grep -q do_simple_thread "$TRACE/trace"; do
		sleep 0.1
	done
	echo 0 >"$TRACE/events/sched/enable"
	echo 0 >"$TRACE/tracing_on"
	save trace <"$TRACE/trace"
	save cpu1 <"$TRACE/per_cpu/cpu1/trace"
	cpu_stats | save stats
	need_active
	kexec_into
}

boot2() {
	need "something was handed over" handed_over
	for name in 'vfs_read' 'schedule() {' 'sched_switch:' 'between functions' \
		'[trace_events_sample]() {'; do
		check "there is $name" grep -qF "$name" "$TRACE/trace"
	done
	same_file "$TRACE/trace" trace "the trace and its header, line for line"
	same_file "$TRACE/per_cpu/cpu1/trace" cpu1 "one CPU's trace"
	same_stats stats "the counters of each CPU"
}
