# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Files all over memory: setting scratch up moves their pages and leaves the
# contents alone; more than can be had is refused, and nobody is killed for it.
plan=11
mem=512M
needs=kho

scratch() { put "$1" "$KHO/scratch_size"; }
migrated() { awk '$1 == "pgmigrate_success" { print $2 }' /proc/vmstat; }

# scatter N: N files of 4 MiB, each different, every second removed again
scatter() {
	yes "what a file contains" | head -c 4190000 >/tmp/filling
	for i in $(seq "$1"); do
		{ echo "file $i"; cat /tmp/filling; } >"/tmp/file$i"
	done
	for i in $(seq 2 2 "$1"); do rm "/tmp/file$i"; done
}

intact() {
	for i in $(seq 1 2 "$1"); do
		{ echo "file $i"; cat /tmp/filling; } | cmp - "/tmp/file$i" || return 1
	done
}

boot1() {
	mount -o remount,size=95% /tmp
	# No piece of 128 MiB is left without a file
	nr=$(($(meminfo MemFree) * 85 / 100 / 4096))
	check "files all over memory" scatter "$nr"
	before=$(migrated)
	check "set up 128 MiB" scratch 128M
	is "$(meminfo CmaTotal)" 131072 "is there"
	check "pages were moved" test "$(migrated)" -gt "$before"
	check "the files are as before" intact "$nr"
	fails "more than there is" "Cannot allocate memory" scratch 480M
	is "$(meminfo CmaTotal)" 131072 "nothing has changed"
	check "nobody was killed" not_logged "Out of memory"
	check "return it" scratch 0
	check "the files are as before" intact "$nr"
	is "$(meminfo CmaTotal)/$(cma_blocks)" 0/0 "nothing in CMA"
}
