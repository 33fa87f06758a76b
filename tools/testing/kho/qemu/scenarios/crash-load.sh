# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A crash kernel beside an active handover: loads, takes over, knows nothing of it, and
# spends none of its memory on scratch, though its command line asks for that.
plan=7
boots=2
mem=4G
append='kho_scratch=64M crashkernel=192M'
second=same
limit=120
allow='Kernel panic - not syncing: sysrq triggered crash|Call [tT]race:'
needs=kho

crash_cmdline() {
	next_cmdline "$CFG" | sed -e 's/crashkernel=[^ ]*//'
}

crash_load() {
	pack_root && kexec -s -p "/boot/$CFG/kernel" --initrd=/tmp/initrd --command-line="$(crash_cmdline)"
}

boot1() {
	trace_fill
	need_active
	need "kexec -s -p" crash_load
	is "$(cat /sys/kernel/kexec_crash_loaded)" 1 "the crash kernel is loaded"
	note "end of boot $BOOT"
	echo c >/proc/sysrq-trigger
}

boot2() {
	check "there is a dump of the first kernel" test -s /proc/vmcore
	check "nothing was handed over" not_handed_over
	is "$(scratch_size)/$(meminfo CmaTotal)" 0/0 "no scratch"
	check "tracing works" grep -q tracer "$TRACE/trace"
}
