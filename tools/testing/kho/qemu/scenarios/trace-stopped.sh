# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A buffer that was stopped (tracing_on 0) is shown exactly as it was.
plan=5
boots=2
mem=4G
append=kho_scratch=64M
needs=kho

boot1() { hand_over_stopped; }

boot2() {
	check "something was handed over" handed_over
	like "$(records | wc -l)" '[1-9][0-9][0-9]*' "there are records"
	same_records trace "every record, line for line"
}
