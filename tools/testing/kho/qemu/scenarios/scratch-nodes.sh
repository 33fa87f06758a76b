# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Low memory, each node, and anywhere: all areas are handed over twice, and can
# be returned.
plan=23
boots=3
mem=6G
cpus=2,sockets=2
qemu='-object memory-backend-ram,id=m0,size=2G -object memory-backend-ram,id=m1,size=4G -numa node,memdev=m0,cpus=0 -numa node,memdev=m1,cpus=1 -numa node'
append='kho_scratch=64M,low:32M,node:48M'
needs=kho

areas() { paste "$KHO/scratch_phys" "$KHO/scratch_len"; }

# below_4g MIB: is there an area of that size below 4 GiB?
below_4g() {
	areas | while read -r _phys _len; do
		[ $((_phys + _len)) -gt $((1 << 32)) ] || echo $((_len / 1048576))
	done | grep -qx "$1"
}

hand_over() {
	need_active
	marker "words of boot $BOOT"
	kexec_into "$CFG"
}

boot1() {
	check "64 MiB of low memory" below_4g 32
	is "$(grep -c . "$KHO/scratch_len")" 4 "four areas"
	is "$(scratch_size)" $((192 * 1024)) "192 MiB in all"
	is "$(meminfo CmaTotal)" $((192 * 1024)) "all of it in CMA"
	for node in 0 1; do
		check "scratch on node $node" logged "scratch: 48 MiB at 0x.* on node $node"
	done
	check "nothing is wrong with a node without memory" not_logged "no 48 MiB"
	trace_fill
	areas | save areas
	hand_over
}

boot2() {
	check "handed over" handed_over
	check "the words" sees_marker "words of boot 1"
	is "$(areas)" "$(saved areas)" "all areas were taken over"
	check "more scratch" put 256M "$KHO/scratch_size"
	is "$(scratch_size)" 262144 "is there"
	areas | save areas
	hand_over
}

boot3() {
	check "handed over" handed_over
	check "the words" sees_marker "words of boot 2"
	is "$(areas)" "$(saved areas)" "all areas were taken over"
	check "return all" put 0 "$KHO/scratch_size"
	is "$(meminfo CmaTotal)/$(meminfo CmaFree)/$(cma_blocks)" 0/0/0 "nothing in CMA"
	check "set up again" put 128M "$KHO/scratch_size"
	is "$(scratch_size)" 131072 "is there"
}
