# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Records of the first kernel are consumed one by one before the jump. Who reads
# trace_pipe looks at the next record of each CPU to take the earliest; before a
# record that comes after a long silence, that leaves the reader behind its time.
plan=7
boots=2
mem=2G
append=kho_scratch=64M
needs=kho

# words CPU TEXT: a marker after so long a silence that it needs a time of its own
words() {
	usleep 300000
	taskset -c "$1" sh -c "echo '$2' >$TRACE/trace_marker"
}

# consume: the next record; a read ends with the record that fills it
consume() { dd if="$TRACE/trace_pipe" bs=1 count=1 of=/tmp/byte 2>/dev/null; }

boot1() {
	for n in 1 2 3; do
		words 0 "zero $n"
		words 1 "one $n"
	done
	consume
	is "$(records | grep -c 'zero 1')" 0 "the first record is consumed"
	consume
	is "$(records | wc -l)" 4 "and the second, no more"
	records | save trace
	need_active
	kexec_into
}

boot2() {
	need "something was handed over" handed_over
	check "nothing is said to be damaged" not_logged "damaged"
	same_records trace "what was not consumed, line for line"
}
