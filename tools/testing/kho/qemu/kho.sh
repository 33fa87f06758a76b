# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Steps that several scenarios share: the registry's switch, and ftrace as its
# first client.

activate() { put 1 "$KHO/active"; }
deactivate() { put 0 "$KHO/active"; }
need_active() { need "activate" activate; }

# handed_over: did the previous kernel hand anything to this one?
handed_over() { test -s /sys/firmware/kho/dt; }
not_handed_over() { ! handed_over; }

marker() { put "$*" "$TRACE/trace_marker"; }
sees_marker() { grep -qF "$1" "$TRACE/trace"; }
records() { grep -v '^#' "$TRACE/trace"; }
cpu_records() { awk '$1 == "entries:" { print $2 }' "$TRACE/per_cpu/$1/stats"; }

# what_is_traced 0|1: every scheduler event and every system call
what_is_traced() {
	echo "$1" >"$TRACE/events/sched/enable"
	echo "$1" >"$TRACE/events/syscalls/enable"
}

# some_work: something to trace, on every CPU
some_work() {
	for _cpu in $(seq 0 $(($(nproc) - 1))); do
		taskset -c "$_cpu" sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do cat /proc/loadavg >/dev/null; done'
	done
}

# sample MODULE: a module of samples/kho, if this build has it
sample() {
	[ ! -e "/lib/modules/$CFG/$1.ko" ] || insmod "/lib/modules/$CFG/$1.ko"
}

# trace_fill [KIB]: functions, events, system calls, a marker and trace_printk
# records in a buffer of KIB a CPU. Recording stays on, but only markers follow:
# changing the tracer would empty the buffer, so the function tracer is left with
# a function that nobody calls.
trace_fill() {
	echo "${1:-512}" >"$TRACE/buffer_size_kb"
	echo 'vfs_*' >"$TRACE/set_ftrace_filter"
	echo handle_mm_fault >>"$TRACE/set_ftrace_filter"
	echo function >"$TRACE/current_tracer"
	what_is_traced 1
	some_work
	what_is_traced 0
	echo panic >"$TRACE/set_ftrace_filter"
	sample kho_trace_printk
	marker "filled in boot $BOOT"
}

# hand_over_stopped [KIB [WORDS]]: a filled trace that is stopped and saved; the
# words are for the next command line
hand_over_stopped() {
	trace_fill "${1:-}"
	echo 0 >"$TRACE/tracing_on"
	records | save trace
	need_active
	kexec_into "" "${2:-}"
}

# show_diff A B: the first differing lines into the log
show_diff() {
	note "$(wc -l <"$1") lines before, $(wc -l <"$2") after; the first that differ:"
	diff "$1" "$2" | grep '^[-+][^-+]' | head -n 6 | while IFS= read -r _line; do note "$_line"; done
}

# same_file FILE SAVED DESCRIPTION: the file is what was saved, line for line
same_file() {
	cat "$1" >/tmp/now
	saved "$2" >/tmp/saved
	if cmp -s /tmp/saved /tmp/now; then
		ok "$3"
	else
		not_ok "$3"
		show_diff /tmp/saved /tmp/now
	fi
}

# same_records SAVED DESCRIPTION: the trace is what was saved, line for line
same_records() {
	records >/tmp/records
	same_file /tmp/records "$1" "$2"
}

# cpu_stats: the counters of each CPU's buffer; only the clock goes on
cpu_stats() {
	for _cpu in $(seq 0 $(($(nproc) - 1))); do
		echo "cpu$_cpu"
		grep -v '^now ts' "$TRACE/per_cpu/cpu$_cpu/stats"
	done
}

# same_stats SAVED DESCRIPTION: the counters are what was saved
same_stats() {
	cpu_stats >/tmp/stats
	same_file /tmp/stats "$1" "$2"
}

# begins_with_records SAVED DESCRIPTION: the trace starts with what was saved
begins_with_records() {
	records | head -n "$(saved "$1" | wc -l)" >/tmp/records
	same_file /tmp/records "$1" "$2"
}

# module NAME PARAMETERS...: a module of this build
module() {
	_ko=/lib/modules/$CFG/$1.ko
	shift
	insmod "$_ko" "$@"
}

# test_param NAME VALUE: set a parameter of the test clients
test_param() { put "$2" "/sys/module/kho_test_client/parameters/$1"; }

# events: what the test clients were called for since forget_events
events() { dmesg | sed -n 's/.*kho_test: event: //p' | tail -n "+$((EVENTS_SEEN + 1))" | tr '\n' ',' | sed 's/,$//'; }
forget_events() { EVENTS_SEEN=$(dmesg | grep -c 'kho_test: event: '); }
EVENTS_SEEN=0

# logged PATTERN: does the kernel's log say so?
logged() { dmesg | grep -v khotest: | grep -q "$1"; }
not_logged() { ! logged "$1"; }

# claims out|in: names of the claims, without ftrace's
claims() { find "/sys/kernel/debug/kho/$1" -mindepth 1 -maxdepth 1 ! -name ftrace | sed 's,.*/,,' | sort | tr '\n' ' ' | sed 's/ $//'; }

# intact: number of pages that the test clients found as they were
intact() { dmesg | sed -n 's/.*kho_test: kho_test\.[0-9]*: \([0-9]*\) pages intact$/\1/p' | awk '{ n += $1 } END { print n + 0 }'; }

# areas_intact PAGES: number of areas of that size that the test clients found as
# they were
areas_intact() { dmesg | grep -c "kho_test: kho_test\.[0-9]*: area of $1 pages intact\$"; }

# census: is each page that is not reserved in the page allocator's care once?
census() {
	module kho_test_census || { dmesg | grep 'kho_test: census' | tail -n 9; return 1; }
	rmmod kho_test_census
}

# all_intact CLIENTS PAGES: each page is there once, and so many test clients find
# so many pages as they were
all_intact() {
	check "each page once" census
	need "the test clients" module kho_test_client "clients=$1"
	is "$(intact)" "$2" "every page intact"
}

# reserved: number of pages that the last census found reserved
reserved() { dmesg | sed -n 's/.*kho_test: census: [0-9]* managed, \([0-9]*\) reserved.*/\1/p' | tail -n 1; }

# claimed: number of pages of all incoming claims that are left, and of their metadata
claimed() { cat /sys/kernel/debug/kho/in/*/info 2>/dev/null | awk '$1 == "bytes:" { n += $2 / 1024 } END { print n / page }' "page=$(page_kib)" -; }

# without_claims: number of reserved pages that belong to no claim
without_claims() { echo $(($(reserved) - $(claimed))); }

# A boot that is given nothing comes after one that gave all back: what is
# reserved, page for page, is the same. It needs nokaslr: depending on where the
# kernel is, early boot uses a page more or less.
nothing_missing() {
	check "each page once, in a boot that was given nothing" census
	is "$(saved reserved)" "$(without_claims)" "the boot before had all of its memory, to the page"
	is "$(saved memtotal)" "$(meminfo MemTotal)" "and so says MemTotal"
}

# all_returned: the test clients go; keep for nothing_missing() what there is then
all_returned() {
	rmmod kho_test_client
	check "each page once, with all given back" census
	without_claims | save reserved
	meminfo MemTotal | save memtotal
}

# memfree_is KIB TOLERANCE DESCRIPTION: free memory is what it was; the tolerance is
# for pages of 4 KiB, and there is more with larger ones. Two stacks a
# CPU are kept for the next tasks, and slabs are partly full: half a MiB is no news
# (that no page is lost, to the page, is what census() says).
memfree_is() {
	_slack=$(($2 * $(page_kib) / 4))
	near "$(settled_memfree)" "$1" "$_slack" "$3"
}

# scratch_size: all scratch in KiB
scratch_size() { echo $(($(cat "$KHO/scratch_size") / 1024)); }

# cma_areas: names of the CMA areas
cma_areas() { find /sys/kernel/mm/cma -mindepth 1 -maxdepth 1 -type d | sed 's,.*/,,' | sort | tr '\n' ' ' | sed 's/ $//'; }

# cma_blocks: number of pageblocks of type CMA
cma_blocks() {
	awk '/^Free pages count/ { c = 0 }
		/^Number of blocks type/ { for (i = 5; i <= NF; i++) if ($i == "CMA") c = i }
		c && /^Node/ { n += $c } END { print n + 0 }' /proc/pagetypeinfo
}

# scratch_test NAME VALUE: have the kernel get in the way of scratch
scratch_test() { put "$2" "/sys/module/kho_test_scratch/parameters/$1"; }

# hand_over_fixed: pages of clients, a random mixture, and among them ranges that the
# next kernel has at fixed addresses
hand_over_fixed() {
	seed=$(arg seed)
	seed=${seed:-$(($(date +%s) % 100000 * 1000 + BOOT))}
	note "seed $seed"
	need "the test clients" module kho_test_client clients=16 random=60 "seed=$seed"
	_fixed=/sys/module/kho_test_fixed/parameters
	need "ranges at fixed addresses" put "24 $seed" $_fixed/make
	preserved_pages | save pages
	sed 's/[^,]*://g; s/,/+/g' $_fixed/ranges | save fixed
	need_active
	# shellcheck disable=SC2034 # for next_cmdline()
	FIRST_ONLY='kho_test_fixed=[0-9a-fx:,]*'
	kexec_into "" "kho_test_fixed=$(cat $_fixed/ranges)"
}

# preserved_pages: number of pages that the test clients preserved
preserved_pages() {
	dmesg | sed -n 's/.*kho_test: kho_test\.[0-9]*: \([0-9]*\) pages preserved$/\1/p' | awk '{ n += $1 } END { print n }'
}

# tree_growth: pages that the device tree may have grown by since boot 1. On arm64 that is
# 200 bytes a kexec: a seed for random numbers, and the boot block, are not removed from
# it but become NOPs.
# shellcheck disable=SC2154 # lib.sh sets arch
tree_growth() { [ "$arch" != arm64 ] && echo 0 || echo $((1 + BOOT / 20)); }

# recover_fixed: all of that is there, and nothing else is missing
recover_fixed() {
	check "each page once, before" census
	is "$(cat /sys/module/kho_test_fixed/parameters/intact)" "$(($(saved fixed)))" \
		"what is at fixed addresses is reserved, and intact"
	without_claims | save without
	need "the test clients" module kho_test_client clients=16
	is "$(intact)" "$(saved pages)" "every page intact"
	rmmod kho_test_client
	check "each page once, after" census
	is "$(without_claims)" "$(saved without)" "all pages and metadata are given back, to the page"
	_others=$(($(without_claims) - ($(saved fixed))))
	[ -e "$STATE/reserved" ] || echo "$_others" | save reserved
	# With other memory between, early boot needs a page table more or less.
	near "$_others" "$(saved reserved)" $((4 + $(tree_growth))) "and no more than in other boots are reserved"
}
