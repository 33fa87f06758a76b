# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Memory below and above the PCI hole: pages are preserved around both sides of it.
plan=13
boots=3
mem=6G
append='kho_scratch=64M nokaslr'
second=same
needs=kho

pages=$((2 * (3000 + 4 * 1023 + 3 * 768) + 4 * 768))

# on_side CONDITION: how many runs of both claims meet it
on_side() { cat /sys/kernel/debug/kho/in/*/runs | awk "{ pfn = \$2 + 0 } $1 { n++ } END { print n + 0 }"; }

boot1() {
	need "the test clients" module kho_test_client clients=2 low=1,0 scattered=3000 folios=4 ranges=3 at=1700,4900,1000,5500
	need_active
	kexec_into
}

boot2() {
	like "$(on_side 'pfn < 0x80000')" '[1-9]*' "there are runs below the hole"
	like "$(on_side 'pfn >= 0x100000')" '[1-9]*' "there are runs above it"
	all_intact 2 "$pages"
	all_returned
	kexec_into
}

boot3() {
	nothing_missing
}
