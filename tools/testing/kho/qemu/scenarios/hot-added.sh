# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Memory that was added after boot, of which the next kernel, too, learns too late.
# As movable memory it is in nobody's way, but its pages can't be preserved. Where
# the kernel may allocate anything in it, nothing can be handed over: refused at
# activation, and before the jump, and nothing is lost.
plan=21
boots=3
mem=2G,slots=2,maxmem=8G
cfg=platform
append=kho_scratch=64M
second=same
qemu='-object memory-backend-ram,id=hot,size=1G -device pc-dimm,memdev=hot'
needs=kho

MEMORY=/sys/devices/system/memory

# added: the blocks of memory from 4 GiB on
added() {
	for _block in "$MEMORY"/memory*; do
		[ $((0x$(cat "$_block/phys_index"))) -lt $(((4 << 30) / 0x$(cat $MEMORY/block_size_bytes))) ] || echo "$_block"
	done
}

# online HOW: the added memory is online in that way, whatever it was
online() {
	for _block in $(added); do
		grep -q offline "$_block/state" || put offline "$_block/state" || return 1
	done
	for _block in $(added); do
		put "$1" "$_block/state" || return 1
	done
}

refused() { dmesg | grep -c 'kho: memory at 0x1[0-9a-f]* was added after boot'; }

boot1() {
	is "$(added | wc -l)" 8 "a gigabyte was added"
	check "as movable memory" online online_movable
	fails "its pages can't be preserved" "Invalid argument" module kho_test_client at=4600
	check "the log says why" logged "can't be preserved: added after boot"
	need_active
	need "load" kexec_load
	check "as memory for the kernel, while active" online online_kernel
	fails "jump" "busy" kexec -e
	is "$(refused)" 1 "the log says why"
	is "$(get "$KHO/active")" 0 "activation undone"
	fails "activate" "busy" activate
	is "$(refused)" 2 "the log says why"
	is "$(get "$KHO/active")" 0 "not active"
	kexec_jump
}

boot2() {
	check "nothing was handed over" not_handed_over
	check "each page once" census
	check "as movable memory" online online_movable
	marker "words of boot 2"
	need_active
	kexec_into
}

boot3() {
	check "handed over" handed_over
	check "the words" sees_marker "words of boot 2"
	check "each page once" census
}
