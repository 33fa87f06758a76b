# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A buffer that was stopped (tracing_on 0) is shown exactly as it was; options that
# make it look so come along, and nobody loses it to a snapshot. Who then uses the
# instance gets records of his own. The next kernel waits for no client that comes
# after the initcalls; ftrace is among them.
plan=16
boots=2
mem=4G
append=kho_scratch=64M
needs=kho

boot1() {
	echo 0 >"$TRACE/options/print-parent"
	echo 1 >"$TRACE/options/sym-userobj"
	hand_over_stopped "" kho.wait=0
}

boot2() {
	check "something was handed over" handed_over
	is "$(cat /sys/module/kho/parameters/wait)" 0 "nothing is kept for late clients"
	like "$(records | wc -l)" '[1-9][0-9][0-9]*' "there are records"
	same_records trace "every record, line for line"
	OLD=$TRACE/instances/last_boot
	switch=events/sched/sched_switch
	is "$(cat "$OLD/options/print-parent")" 0 "options come along"
	is "$(cat "$OLD/options/sym-userobj")" 0 "but not one that asks the tasks of this kernel"
	for n in 0 1; do
		fails "a snapshot: $n" "resource busy" put $n "$OLD/snapshot"
	done
	fails "a trigger that takes some" "resource busy" put snapshot "$OLD/$switch/trigger"
	same_records trace "the records are where they were"
	check "the instance can be used" put 1 "$OLD/$switch/enable"
	some_work
	like "$(grep -c sched_switch: "$OLD/trace")" '[1-9]*' "it records"
	is "$(grep -vc -e '^#' -e sched_switch: "$OLD/trace")" 0 "and the old records are gone"
	check "then it has snapshots" put 1 "$OLD/snapshot"
}
