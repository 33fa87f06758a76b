# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# An interrupt controller that goes on writing to its tables where the previous kernel
# had them: the next one takes them for its own only if they are reserved, and what is
# free memory by now, between preserved pages, is not. Nor does /proc/iomem call it
# reserved.
plan=17
boots=3
mem=1G
append='kho_scratch=64M'
second=same
needs=kho
qemu='-machine gic-version=3'

iomem_reserved() { grep -c reserved /proc/iomem; }

# hand_over MORE: one page in seven, in boot 1 only where the tables are
hand_over() {
	need "the test clients" module kho_test_client clients=1 every=7 "$@"
	preserved_pages | save pages
	need_active
	kexec_into
}

recover() {
	check "each page once" census
	need "the test clients" module kho_test_client clients=1
	is "$(intact)" "$(saved pages)" "every page intact"
	near "$(iomem_reserved)" "$(saved iomem)" 16 "as much as in boot 1 is reserved in /proc/iomem"
}

no_old_tables() { check "no table where memory is free" not_logged 'Using preallocated redistributor tables'; }

boot1() {
	# Below 0x44000000, where pages are preserved around it
	check "there are LPIs" logged 'GICv3: CPU0: using allocated LPI pending table @0x000000004[0-3]'
	iomem_reserved | save iomem
	hand_over below=64
}

boot2() {
	no_old_tables
	recover
	rmmod kho_test_client
	hand_over
}

boot3() {
	no_old_tables
	recover
}
