# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A trace that was not shown as usual comes back as it was shown: in the format
# for latencies, and as a function graph with options of that tracer. From then
# on the options of the instance decide.
plan=16
boots=3
mem=2G
append=kho_scratch=64M
needs=kho

# show_and_go: the trace, stopped, as it is shown now
show_and_go() {
	echo 0 >"$TRACE/tracing_on"
	save trace <"$TRACE/trace"
	save cpu1 <"$TRACE/per_cpu/cpu1/trace"
	need_active
	kexec_into
}

shown_as_before() {
	need "something was handed over" handed_over
	same_file "$TRACE/trace" trace "$1: the trace and its header, line for line"
	same_file "$TRACE/per_cpu/cpu1/trace" cpu1 "$1: one CPU's trace"
	same_file "$TRACE/instances/last_boot/trace" trace "$1: the instance's trace"
}

boot1() {
	echo 512 >"$TRACE/buffer_size_kb"
	echo 0 >"$TRACE/options/hash-ptr"
	echo 1 >"$TRACE/options/latency-format"
	what_is_traced 1
	some_work
	what_is_traced 0
	show_and_go
}

boot2() {
	OLD=$TRACE/instances/last_boot
	shown_as_before "latencies"
	echo 0 >"$OLD/options/latency-format"
	is "$(grep -c 'latency trace' "$TRACE/trace")" 0 "latencies: in the usual format, if the instance is told so"
	rmdir "$OLD"

	echo 512 >"$TRACE/buffer_size_kb"
	echo 'vfs_*' >"$TRACE/set_graph_function"
	echo function_graph >"$TRACE/current_tracer"
	for option in proc abstime tail; do
		echo 1 >"$TRACE/options/funcgraph-$option"
	done
	echo 0 >"$TRACE/options/funcgraph-cpu"
	some_work
	show_and_go
}

boot3() {
	OLD=$TRACE/instances/last_boot
	shown_as_before "graph"
	is "$(cat "$TRACE/options/funcgraph-proc")" 0 "graph: the options for what is traced now are the usual ones"
	check "graph: others can be set for the instance" put nofuncgraph-abstime "$OLD/trace_options"
	is "$(grep -c '^# *TIME' "$TRACE/trace")" 0 "graph: they count for what is shown"
}
