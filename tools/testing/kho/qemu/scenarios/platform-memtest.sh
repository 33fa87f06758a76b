# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# memtest= in the next kernel overwrites all memory but what is preserved.
plan=13
boots=3
mem=1G
append='kho_scratch=64M nokaslr'
second=same
needs=kho

boot1() {
	need "the test clients" module kho_test_client clients=2 scattered=10000 folios=6 ranges=5
	need_active
	kexec_into "" memtest=1
}

boot2() {
	check "memory was tested" logged 'early_memtest: # of tests: 1'
	all_intact 2 $((2 * (10000 + 6 * 1023 + 5 * 768)))
	all_returned
	kexec_into
}

boot3() {
	check "memory was tested" logged 'early_memtest: # of tests: 1'
	nothing_missing
}
