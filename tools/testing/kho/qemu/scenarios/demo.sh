# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# What make demo shows; as a test, that it has something to show.
plan=6
boots=2
mem=4G
append=kho_scratch=64M
needs=kho

report() { note "report $*"; }

preserved() { sed -n "s/^$1: //p" /sys/kernel/debug/kho/out/ftrace/info; }

count() {
	for c in "$TRACE"/per_cpu/cpu*; do
		report "$1 ${c##*/} $(cpu_records "${c##*/}")"
	done
}

boot1() {
	note "filling ftrace: scheduler events, system calls, functions, markers, trace_printk"
	trace_fill 1408
	need_active
	marker "after activation"
	report "bytes $(preserved bytes)"
	report "pages $(preserved pages)"
	need "kexec -s -l" kexec_load
	note "the end of this kernel's trace:"
	records | tail -n 4 | while IFS= read -r l; do note "| $l"; done
	marker "last words before the jump"
	count old
	kexec_jump
}

boot2() {
	check "something was handed over" handed_over
	check "there are records" grep -qv '^#' "$TRACE/trace"
	count new
	note "the previous kernel's trace, its end:"
	records | tail -n 8 | while IFS= read -r l; do note "| $l"; done
	report "marker $(records | grep tracing_mark_write | tail -n 1 | sed 's/.*tracing_mark_write: //')"
	check "the marker after activation" sees_marker "after activation"
	check "the last words" sees_marker "last words before the jump"
}
