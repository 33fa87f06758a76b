# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The next kernel is of another build: all records come back, with tasks, times,
# events and text of the old kernel; functions are numbers, as no name came along.
# Meant for a debug kernel: with the release kernel first, both would be the same build.
plan=16
boots=2
mem=2G
append=kho_scratch=64M
cfg=debug
second=release
needs=kho

boot1() { hand_over_stopped; }

# columns: task, CPU, flags and time of each record
columns() { awk '{ print $1, $2, $3, $4 }'; }

boot2() {
	need "something was handed over" handed_over
	check "it is known to be of another build" logged "ftrace: .* by another kernel"
	saved trace | columns | save columns
	records | columns >/tmp/columns
	same_file /tmp/columns columns "task, CPU, flags and time of every record"
	for event in sched_switch: ' <-'; do
		is "$(records | grep -c "$event")" "$(saved trace | grep -c "$event")" "as many records with $event"
	done
	is "$(records | grep -c ': sys_enter_read:')" "$(saved trace | grep -c ': sys_read(')" "as many system calls, by their fields"
	check "marker" sees_marker "filled in boot 1"
	for text in 'a constant string' 'another one' 'numbers -1 2 0x300000000   004|' \
		'round 2 is done' 'a string on the stack, a character x'; do
		check "printed before: $text" grep -qF "$text" "$TRACE/trace"
	done
	check "it can be removed" rmdir "$TRACE/instances/last_boot"
	is "$(records | wc -l)" 0 "nothing is left"
}
