# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A buffer that was stopped (tracing_on 0) is shown exactly as it was. The next
# kernel waits for no client that comes after the initcalls; ftrace is among them.
plan=6
boots=2
mem=4G
append=kho_scratch=64M
needs=kho

boot1() { hand_over_stopped "" kho.wait=0; }

boot2() {
	check "something was handed over" handed_over
	is "$(cat /sys/module/kho/parameters/wait)" 0 "nothing is kept for late clients"
	like "$(records | wc -l)" '[1-9][0-9][0-9]*' "there are records"
	same_records trace "every record, line for line"
}
