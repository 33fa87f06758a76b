# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Reading recovered records consumes them in order and ends; new ones never mix
# with them; and to remove them gives the memory back.
plan=16
boots=2
mem=2G
append=kho_scratch=64M
needs=kho

# sched_events: some of a kernel's own, which also gives the buffer its usual size
sched_events() {
	echo 1 >"$TRACE/events/sched/sched_switch/enable"
	some_work
	echo 0 >"$TRACE/events/sched/sched_switch/enable"
}

boot1() {
	sched_events
	echo >"$TRACE/trace"
	settled_memfree | save memfree
	hand_over_stopped 4096
}

boot2() {
	OLD=$TRACE/instances/last_boot
	need "something was handed over" handed_over
	exec 3<"$OLD/trace_pipe"
	# The last line of a read may be cut: its rest comes with the next read
	check "a read from trace_pipe" sh -c 'dd bs=4096 count=1 <&3 >/tmp/pipe'
	like "$(grep -c '' /tmp/pipe)" '[1-9]*' "it consumes records"
	saved trace | tail -n "+$(($(grep -c '' /tmp/pipe) + 1))" | save rest
	same_records rest "the trace is without them"

	marker "first words of boot 2"
	is "$(records | wc -l)" 1 "a new record is shown alone"
	check "it is the new one" sees_marker "first words of boot 2"
	grep -v '^#' "$OLD/trace" >/tmp/records
	same_file /tmp/records rest "the old ones are where they were"

	check "they can be consumed to the end" sh -c 'cat <&3 >>/tmp/pipe'
	exec 3<&-
	same_file /tmp/pipe trace "every record, line for line, in order"
	is "$(grep -vc '^#' "$OLD/trace")" 0 "none is left"

	sched_events
	is "$(records | grep -vc -e sched_switch: -e 'first words')" 0 "only new records are shown"
	like "$(records | grep -c sched_switch:)" '[1-9]*' "new events are"
	echo >"$TRACE/trace"

	check "the instance can be removed" rmdir "$OLD"
	rm -f "$STATE/trace" "$STATE/rest" /tmp/pipe /tmp/saved /tmp/now /tmp/records
	# On arm64 QEMU's device tree takes 1 MiB, that of the next kernel a page or two
	memfree_is "$(saved memfree)" 1280 "free memory is what it was without"
}
