# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The handover is activated before anybody traces: the first use makes the buffer
# as large as ever, all of it is handed over, and afterwards nothing is held.
plan=15
boots=2
mem=2G
append=kho_scratch=64M
needs=kho

# first_use: some events, the first that this kernel traces
first_use() {
	like "$(cat "$TRACE/buffer_size_kb")" '? (expanded: 1408)' "a small buffer"
	need_active
	fails "a new size" "resource busy" put 256 "$TRACE/buffer_size_kb"
	what_is_traced 1
	some_work
	what_is_traced 0
	like "$(cat "$TRACE/buffer_size_kb")" '14[01][0-9]' "the first use makes it grow"
}

boot1() {
	first_use
	fails "another size afterwards" "resource busy" put 256 "$TRACE/buffer_size_kb"
	echo 0 >"$TRACE/tracing_on"
	records | save trace
	kexec_into
}

boot2() {
	need "something was handed over" handed_over
	same_records trace "every record, line for line"
	like "$(records | wc -l)" '[1-9][0-9][0-9][0-9]*' "there are more than a small buffer holds"
	first_use
	check "abort" deactivate
	check "a new size afterwards" put 512 "$TRACE/buffer_size_kb"
}
