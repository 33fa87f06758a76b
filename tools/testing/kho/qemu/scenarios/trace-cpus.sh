# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The next kernel brings up fewer CPUs: all records are shown, those of CPUs that
# are off as well. One that can have no more than one drops the records of the
# others, says so, and has the memory.
plan=15
boots=4
mem=2G
cpus=4
append=kho_scratch=64M
needs=kho

boot1() {
	trace_fill 2048
	echo 0 >"$TRACE/tracing_on"
	save trace <"$TRACE/trace"
	cpu_stats | save stats
	need_active
	kexec_into "" maxcpus=2
}

boot2() {
	is "$(nproc)" 2 "two CPUs"
	save now <"$TRACE/trace"
	sed 's/#P:2$/#P:4/' "$STATE/now" >/tmp/trace
	same_file /tmp/trace trace "the trace, line for line"
	like "$(cpu_records cpu3)" '[1-9]*' "there are records of a CPU that is off"
	check "the records can be removed" rmdir "$TRACE/instances/last_boot"

	trace_fill 2048
	echo 0 >"$TRACE/tracing_on"
	records | grep '\[000\]' | save trace
	rm -f "$STATE/now"
	need_active
	kexec_into "" nr_cpus=1
}

boot3() {
	is "$(nproc)" 1 "one CPU"
	same_records trace "its records, line for line"
	check "the others are said to be dropped" logged "ftrace: CPU 1 is not there: [0-9]* pages dropped"
	check "the records can be removed" rmdir "$TRACE/instances/last_boot"
	rm -f "$STATE/trace" /tmp/saved /tmp/now /tmp/records
	settled_memfree | save memfree
	kexec_into
}

boot4() {
	check "nothing was handed over" not_handed_over
	memfree_is "$(saved memfree)" 1024 "free memory was as if nothing had been"
}
