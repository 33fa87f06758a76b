# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# Memory that was added after boot, of which the next kernel, too, learns too late.
# As movable memory it is in nobody's way, but its pages can't be preserved. Where
# the kernel may allocate anything in it, nothing can be handed over: refused at
# activation, and before the jump, and nothing is lost. On one CPU: what another one
# keeps on its list of free pages the test client could not get. Scratch is low, for
# what lies on both sides of it is told apart anyway.
plan=22
boots=3
cpus=1
mem=4G,slots=2,maxmem=8G
append=kho_scratch=low:64M
second=same
qemu='-object memory-backend-ram,id=hot,size=1G -device pc-dimm,memdev=hot'
# Only ACPI tells of memory that is added
[ "$arch" = x86_64 ] || qemu="$efi $qemu"
needs=kho

MEMORY=/sys/devices/system/memory

# Where it is added, and what the test client finds there, in MiB. On x86 memory
# begins at 0, and two gigabytes are below 4 GiB, two above; on arm64 at 1 GiB, but for
# the firmware's at 64 MiB.
[ "$arch" = arm64 ] && hot=5120 at=5500 || hot=6144 at=6600

# added: the blocks of memory from there on
added() {
	for _block in "$MEMORY"/memory*; do
		[ $((0x$(cat "$_block/phys_index"))) -lt $(((hot << 20) / 0x$(cat $MEMORY/block_size_bytes))) ] || echo "$_block"
	done
}

# online HOW [BLOCKS]: so much of the added memory, or all, is online in that way, the
# rest is not
online() {
	for _block in $(added); do
		grep -q offline "$_block/state" || put offline "$_block/state" || return 1
	done
	for _block in $(added | head -n "${2:-99}"); do
		put "$1" "$_block/state" || return 1
	done
}

refused() { dmesg | grep -c 'kho: memory at 0x1[0-9a-f]* was added after boot'; }

boot1() {
	is "$(added | wc -l)" 8 "a gigabyte was added"
	check "as movable memory" online online_movable
	fails "its pages can't be preserved" "Invalid argument" module kho_test_client at="$at"
	check "the log says why" logged "can't be preserved: added after boot"
	need_active
	need "load" kexec_load
	check "some of it as memory for the kernel, while active" online online_kernel 1
	fails "jump" "busy" kexec -e
	is "$(refused)" 1 "the log says why"
	is "$(get "$KHO/active")" 0 "activation undone"
	fails "activate" "busy" activate
	is "$(refused)" 2 "the log says why"
	is "$(get "$KHO/active")" 0 "not active"
	# insmod tries once more, then with fewer pages to be had
	module kho_test_client every=32768 >/dev/null 2>&1
	check "a page of it is refused behind others in an array" logged "kho_test: kho_test.0: -61"
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
