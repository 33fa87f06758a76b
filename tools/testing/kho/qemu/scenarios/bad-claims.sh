# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The registry is told nonsense by its clients: the documented errno each time,
# and everything as before.
plan=5
mem=1G
append=kho_scratch=64M
needs=kho

view() { (cd /sys/kernel/debug/kho && find . -type f | sort | xargs cat) >"/tmp/$1"; }

boot1() {
	before=$(settled_memfree)
	view before
	check "every case as documented" module kho_test_bad scratch="$(head -n 1 "$KHO/scratch_phys")"
	dmesg | sed -n 's/.*kho_test: \(not ok .*\)/\1/p' | while read -r l; do note "$l"; done
	check "all cases ran" logged "bad input: 59 cases, 0 failed"
	check "the test goes" rmmod kho_test_bad
	view after
	check "the registry is as it was" cmp /tmp/before /tmp/after
	memfree_is "$before" 512 "MemFree as before"
	find_leaks
}
