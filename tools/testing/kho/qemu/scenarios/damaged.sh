# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# A handover that is damaged in each possible way, one kexec after the other: the next
# kernel always comes up, names the reason, and misses no memory. If only one claim is
# damaged, the others are there.
plan=330
boots=43
mem=2G
append='kho_scratch=64M nokaslr'
second=same
needs=kho
limit=500
# On arm64 one way more, that needs EFI
[ "$arch" != arm64 ] || plan=$((plan + 8)) boots=$((boots + 1)) qemu=$efi

damages() { all_damages; }
boot1() { kexec_into; }
for _boot in $(seq 2 "$boots"); do
	eval "boot$_boot() { boot_damaged; }"
done
