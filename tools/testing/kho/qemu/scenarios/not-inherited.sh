# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# What a kernel was told is for this boot only: one that it starts through
# kexec_load(), which may give it the same device tree, boots as from cold. And on
# arm64, where memory is shown to user space as memblock knows it, scratch is not
# to be seen there. On x86 the boot parameters are, without the boot block.
plan=12
boots=3
append=kho_scratch=64M
second=same
needs=kho

iomem() { [ ! -e /sys/firmware/fdt ] || grep 'System RAM' /proc/iomem; }
old_load() { pack_root && kexec -c -l "/boot/$CFG/kernel" --initrd=/tmp/initrd --command-line="$(next_cmdline "$CFG")"; }

# no_addresses: is nothing left of the boot block in the boot parameters?
no_addresses() {
	[ "$arch" = x86_64 ] || return 0
	for _node in /sys/kernel/boot_params/setup_data/*; do
		[ "$(cat "$_node/type")" = 0x4b484f ] || continue
		[ "$(wc -c <"$_node/data")" -gt 0 ] && [ -z "$(tr -d '\0' <"$_node/data")" ]
		return
	done
	return 1
}

boot1() {
	iomem | save iomem
	note "$(iomem)"
	marker "words of boot 1"
	need_active
	kexec_into
}

boot2() {
	check "handed over" handed_over
	check "scratch was taken over" logged 'scratch: .* inherited'
	is "$(iomem)" "$(saved iomem)" "the same memory"
	check "no boot block in the device tree" test ! -e /proc/device-tree/chosen/linux,kho-boot
	check "no boot block in the boot parameters" no_addresses
	need "kexec -c -l" old_load
	kexec_jump
}

boot3() {
	check "not handed over" not_handed_over
	check "scratch is new" not_logged 'scratch: .* inherited'
	is "$(scratch_size)" 65536 "and of the size that was asked for"
	is "$(iomem)" "$(saved iomem)" "the same memory"
}
