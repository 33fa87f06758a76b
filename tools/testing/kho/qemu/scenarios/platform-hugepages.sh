# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# A gigantic page allocated at boot: it finds a place between what is preserved;
# if none is left, there is no such page, and nothing else is amiss. Highest memory
# is movable, so that only what is put there by a test is there.
plan=21
boots=4
mem=5G
[ "$arch" = arm64 ] || qemu='-cpu qemu64,+smep,+smap,+rdrand,+ssse3,+pdpe1gb'
append='kho_scratch=64M nokaslr movablecore=2G'
second=same
needs=kho

# in each GiB that a page could be; on x86 the last one has scratch, and there is a hole
if [ "$arch" = arm64 ]; then
	MOST=3600,1500 EVERYWHERE=600,1500,2600,3600,4600
else
	MOST=4600,1500 EVERYWHERE=600,1500,4600,5600,6400
fi
huge_pages() { cat /sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages; }

hand_over() {
	need "the test clients" module kho_test_client clients=1 scattered=3000 folios=4 "at=$1"
	note "runs in each GiB: $(awk '{ n[int($2 / 0x40000)]++ } END { for (i in n) printf "%d: %d, ", i, n[i] }' /sys/kernel/debug/kho/out/kho_test.0/runs)"
	need_active
}

boot1() {
	hand_over "$MOST"
	kexec_into "" 'hugepagesz=1G hugepages=1'
}

boot2() {
	is "$(huge_pages)" 1 "a gigantic page"
	all_intact 1 $((3000 + 4 * 1023 + 2 * 768))
	check "the gigantic page goes" put 0 /sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages
	rmmod kho_test_client
	hand_over "$EVERYWHERE"
	kexec_into
}

boot3() {
	is "$(huge_pages)" 0 "no gigantic page"
	check "the log says so" logged 'HugeTLB: allocating 1 of page size 1.00 GiB failed'
	all_intact 1 $((3000 + 4 * 1023 + 5 * 768))
	all_returned
	# As many words: copies of the command line are in memory, too.
	FIRST_ONLY='hugepagesz=1G hugepages=1'
	kexec_into "" 'hugepagesz=1G hugepages=0'
}

boot4() {
	nothing_missing
}
