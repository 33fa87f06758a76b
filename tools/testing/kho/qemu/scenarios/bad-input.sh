# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Nonsense on the command line and in sysfs: a clear error, the state as before.
plan=10
mem=1G
append=kho_scratch=banana
needs=kho

boot1() {
	check "the log names the parameter" eval 'dmesg | grep -i "kho.*kho_scratch.*banana"'
	fails "activate" "Cannot allocate memory" activate
	for v in 2 -1 banana ''; do
		fails "active: '$v'" "Invalid argument" put "$v" "$KHO/active"
	done
	is "$(cat "$KHO/active")" 0 "not active"
	for v in banana -1; do
		fails "dt_max: '$v'" "Invalid argument" put "$v" "$KHO/dt_max"
	done
	like "$(settled_memfree)" '[1-9]*' "memory is there"
}
