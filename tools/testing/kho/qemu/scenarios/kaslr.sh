# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# Twenty handovers in a row, each kernel somewhere else: no preserved page is
# touched, and each brings back every line of the trace.
plan=122
boots=21
mem=1G
append=kho_scratch=192M
second=same
needs=kho
limit=300

# where_is: the kernel, in virtual and physical memory
where_is() {
	awk '$3 == "_text" { print $1 }' /proc/kallsyms
	sed -n 's/^ *\([0-9a-f]*\)-.* : Kernel code/\1/p' /proc/iomem
}

# places COLUMN: how many different addresses there were
places() { awk -v column="$1" '{ print $column }' "$STATE/where" | sort -u | wc -l; }

# On arm64 a kernel stays where kexec has put it.
many_places() {
	[ "$(places 1)" -ge 10 ] && { [ "$arch" = arm64 ] || [ "$(places 2)" -ge 10 ]; }
}

hand_over() {
	where_is | tr '\n' ' ' >>"$STATE/where"
	echo >>"$STATE/where"
	note "the kernel is at $(tail -n 1 "$STATE/where")"
	need "the test client" module kho_test_client scattered=4000 folios=4 ranges=4
	trace_fill
	records | save trace
	need_active
	kexec_into
}

recover() {
	begins_with_records trace "every record, line for line"
	echo >"$TRACE/trace"
	need "the test client" module kho_test_client
	is "$(intact)" $((4000 + 4 * 1023 + 4 * 768)) "every page intact"
	rmmod kho_test_client
}

boot1() { hand_over; }

again() { recover; hand_over; }

for _boot in 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	eval "boot$_boot() { again; }"
done

boot21() {
	recover
	note "$(places 1) virtual, $(places 2) physical addresses"
	check "the kernel was in many places, on x86 of physical memory, too" many_places
	check "each page once" census
}
