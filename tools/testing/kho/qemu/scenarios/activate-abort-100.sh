# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Activate and abort a hundred times: nothing leaks, the trace stays.
plan=7
mem=4G
append=kho_scratch=64M
needs=kho

again() {
	for i in $(seq "$1"); do
		if ! { activate && is_active 1 && deactivate && is_active 0; }; then
			echo "round $i"
			return 1
		fi
	done
}

is_active() { [ "$(cat "$KHO/active")" = "$1" ]; }

boot1() {
	trace_fill
	records | save trace
	check "once" again 1
	before=$(settled_memfree)
	check "a hundred times" again 100
	near "$(settled_memfree)" "$before" 512 "MemFree as before"
	same_records trace "the trace as before"
	is "$(cat "$KHO/active")" 0 "not active"
	check "activate while active is no error" eval 'activate && activate && is_active 1'
	check "abort while inactive is no error" eval 'deactivate && deactivate && is_active 0'
	find_leaks
}
