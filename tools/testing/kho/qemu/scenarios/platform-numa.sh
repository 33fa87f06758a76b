# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2016
# The next kernel finds two nodes: pages are preserved on both, and one run lies
# across their border. The first one sees one node, as memory at a border is in
# use by whoever knows of it.
plan=14
boots=3
mem=2G
qemu='-smp cpus=2,sockets=2 -object memory-backend-ram,id=m0,size=1G -object memory-backend-ram,id=m1,size=1G -numa node,memdev=m0,cpus=0 -numa node,memdev=m1,cpus=1'
append='kho_scratch=64M nokaslr numa=off'
second=same
needs=kho
FIRST_ONLY=numa=off

# border: the first page of the second node
border() { printf '%d' "0x$(dmesg | sed -n 's/.* node   1: \[mem 0x0*\([0-9a-f]*\)000-0x.*/\1/p' | head -n 1)"; }

pages=$((2 * (3000 + 4 * 1023 + 3 * 768) + 3 * 768))

boot1() {
	is "$(cat /sys/devices/system/node/online)" 0 "one node"
	need "the test clients" module kho_test_client clients=2 scattered=3000 folios=4 ranges=3 at=1024,700,1500
	need_active
	kexec_into
}

boot2() {
	is "$(cat /sys/devices/system/node/online)" 0-1 "two nodes"
	check "one run is on both" awk -v border="$(border)" '$1 == "ranges" { pfn = $2 + 0; if (pfn < border && pfn + $3 > border) ok = 1 } END { exit !ok }' \
		/sys/kernel/debug/kho/in/kho_test.0/runs
	all_intact 2 "$pages"
	all_returned
	kexec_into
}

boot3() {
	nothing_missing
}
