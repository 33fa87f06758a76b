# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# As scenario fixed-addresses, 200 times.
plan=2200
boots=201
mem=1G
append='kho_scratch=64M nokaslr dhash_entries=65536 ihash_entries=32768'
second=same
needs=kho
limit=3000

boot1() { hand_over_fixed; }
for _boot in $(seq 2 $((boots - 1))); do
	eval "boot$_boot() { recover_fixed; hand_over_fixed; }"
done
eval "boot$boots() { recover_fixed; }"
