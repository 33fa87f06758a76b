# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# While the handover is active nothing may exchange sub-buffers, but everything
# else of tracefs goes on: writers, readers of trace and trace_pipe_raw, filters.
# Afterwards, all is as before; and what is written right before the jump, with
# writers and a reader at work, comes back.
plan=42
boots=2
mem=2G
append=kho_scratch=64M
needs=kho

# spam CPU: numbered markers
spam() {
	# shellcheck disable=SC2016
	taskset -c "$1" sh -c 'n=0; while :; do n=$((n + 1)); echo "spam $n"; usleep 2000; done' >"$TRACE/trace_marker" &
}

busy() {
	fails "round $1: a new size" "resource busy" put 256 "$TRACE/buffer_size_kb"
	fails "round $1: a new size for one CPU" "resource busy" put 256 "$TRACE/per_cpu/cpu1/buffer_size_kb"
	fails "round $1: larger sub-buffers" "resource busy" put 8 "$TRACE/buffer_subbuf_size_kb"
	fails "round $1: a snapshot" "resource busy" put 1 "$TRACE/snapshot"
}

usable() {
	# Where the raw reader does not take it away.
	taskset -c 1 sh -c "echo 'round $1' >$TRACE/trace_marker"
	check "round $1: the trace can be read" sees_marker "round $1"
	check "round $1: events can be set" put sched:sched_switch "$TRACE/set_event"
	check "round $1: and a filter" put 'vfs_read' "$TRACE/set_ftrace_filter"
	# ftrace refuses another tracer as long as somebody has a pipe open
	stop_reading
	echo nop >"$TRACE/current_tracer"
	check "round $1: and a tracer" put function "$TRACE/current_tracer"
	some_work
	echo >"$TRACE/set_event"
	echo panic >"$TRACE/set_ftrace_filter"
	like "$(grep -c -e sched_switch: -e 'vfs_read <-' "$TRACE/trace")" '[1-9]*' "round $1: they trace"
	echo nop >"$TRACE/current_tracer"
	read_raw
}

free_again() {
	check "round $1: a new size afterwards" put $((512 + $1)) "$TRACE/buffer_size_kb"
	check "round $1: larger sub-buffers afterwards" put 8 "$TRACE/buffer_subbuf_size_kb"
	check "round $1: small ones afterwards" put 4 "$TRACE/buffer_subbuf_size_kb"
	check "round $1: a snapshot afterwards" put 1 "$TRACE/snapshot"
	echo 0 >"$TRACE/snapshot"
}

# read_raw: a reader that takes whole sub-buffers. A change of their order ends
# its reading, so there is a new one for each activation.
read_raw() {
	cat "$TRACE/per_cpu/cpu0/trace_pipe_raw" >/dev/null &
	reader=$!
}

stop_reading() {
	kill "$reader"
	wait "$reader"
}

boot1() {
	trace_fill
	spam 0
	spam 1
	for round in 1 2; do
		read_raw
		need_active
		busy $round
		usable $round
		check "round $round: abort" deactivate
		is "$(grep -c = /sys/kernel/debug/kho/out/ftrace/tree)" 0 "round $round: nothing stays in the claim"
		stop_reading
		free_again $round
	done
	read_raw
	need_active
	need "kexec -s -l" kexec_load
	check "the reader is still at it" kill -0 $reader
	taskset -c 1 sh -c "echo 'last words before the jump' >$TRACE/trace_marker"
	kexec_jump
}

# in_order: the numbers of the spam rise one by one
in_order() {
	sed -n 's/.*: spam //p' "$TRACE/per_cpu/cpu1/trace" |
		awk 'NR > 1 && $1 != last + 1 { print last, $1; exit 1 } { last = $1 } END { print NR " of them" }'
}

boot2() {
	need "something was handed over" handed_over
	check "the last words" sees_marker "last words before the jump"
	like "$(grep -c spam "$TRACE/per_cpu/cpu1/trace")" '[1-9][0-9]*' "the last markers of the writer"
	check "in order, without a hole" in_order
	echo >"$TRACE/trace"
	is "$(records | wc -l)" 0 "after a write to trace, the new buffer is shown"
	check "the old one is where it was" grep -q "last words" "$TRACE/instances/last_boot/trace"
	check "it can be removed" rmdir "$TRACE/instances/last_boot"
}
