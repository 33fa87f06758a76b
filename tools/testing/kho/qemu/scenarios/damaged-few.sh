# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Four of the ways in which scenario damaged damages a handover: all is lost, or one
# claim, by what is checked first, and by what is checked last.
plan=34
boots=6
mem=2G
append='kho_scratch=64M nokaslr'
second=same
needs=kho

damages() { all_damages | grep -E '^(root_crc|claims_circle|tree_crc|map_twice) '; }
boot1() { kexec_into; }
for _boot in $(seq 2 "$boots"); do
	eval "boot$_boot() { boot_damaged; }"
done
