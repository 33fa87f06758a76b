# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2016
# mem= cuts off pages of one claim in the next kernel: that claim is refused, the
# other is there, and so is all of the memory that is left. The first kernel has
# mem=, too, to have scratch, which must not be cut off, low in memory; and the
# highest memory is movable, so that only what is put there by a test is there.
plan=17
boots=4
mem=2500M
append='kho_scratch=64M nokaslr mem=1500M movablecore=600M'
second=same
needs=kho
FIRST_ONLY=mem=1500M

boot1() { kexec_into; }

boot2() {
	like "$(meminfo MemTotal)" 2[0-9][0-9][0-9][0-9][0-9][0-9] "all memory is there"
	need "the test clients" module kho_test_client clients=2 scattered=3000 folios=4 at=1000,2400
	need "what is to stay is low enough" awk '$2 + $3 >= 2300 * 256 { exit 1 }' /sys/kernel/debug/kho/out/kho_test.0/runs
	need_active
	kexec_into "" mem=2300M
}

boot3() {
	like "$(meminfo MemTotal)" 2[0-9][0-9][0-9][0-9][0-9][0-9] "the memory below the limit is there"
	check "the log says what is lost, and why" logged 'claim "kho_test.1" is lost: pages are not in usable memory'
	is "$(claims in)" kho_test.0 "the other claim is there"
	all_intact 2 $((3000 + 4 * 1023 + 768))
	all_returned
	kexec_into
}

boot4() {
	nothing_missing
}
