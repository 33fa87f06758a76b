# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A clock so coarse that many sub-buffers begin in the same tick: their order is
# that of the ring.
plan=5
boots=2
mem=2G
append=kho_scratch=64M
needs=kho

boot1() {
	echo 512 >"$TRACE/buffer_size_kb"
	echo uptime >"$TRACE/trace_clock"
	for i in $(seq 3000); do echo "number $i"; done | taskset -c 0 sh -c "while read -r l; do echo \"\$l\" >$TRACE/trace_marker; done"
	echo 0 >"$TRACE/tracing_on"
	records | save trace
	is "$(saved trace | grep -c 'number ')" 3000 "all markers are there"
	need_active
	kexec_into
}

boot2() {
	same_records trace "every record, line for line"
	is "$(records | sed -n 's/.*number //p' | sort -n -c 2>&1)" "" "in order"
}
