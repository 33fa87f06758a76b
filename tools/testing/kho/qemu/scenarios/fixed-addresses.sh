# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Memory at fixed addresses that early boot reserves when the blocks around preserved
# pages are known already, as it does for ACPI's tables: it is reserved, and intact, and
# so is what is preserved beside it. On and on, with another seed each time; the log
# has it, and khotest.seed=N on the command line has all boots use that one.
plan=44
boots=5
mem=1G
append='kho_scratch=64M nokaslr dhash_entries=65536 ihash_entries=32768'
second=same
needs=kho
limit=240

boot1() { hand_over_fixed; }
for _boot in $(seq 2 $((boots - 1))); do
	eval "boot$_boot() { recover_fixed; hand_over_fixed; }"
done
eval "boot$boots() { recover_fixed; }"
