# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A second boot with kho=off: nothing is taken over, no memory is missing.
plan=11
boots=3
mem=2G
append=kho_scratch=64M
second=same
needs=kho

boot1() {
	need "the test client" module kho_test_client folios=4 ranges=2
	need_active
	need "kexec -s -l" kexec_load "$CFG" kho=off
	kexec_jump
}

boot2() {
	check "nothing was handed over" not_handed_over
	fails "activate" "Cannot allocate memory" activate
	is "$(meminfo CmaTotal)" 0 "no scratch"
	fails "set up scratch" "not supported" put 64M "$KHO/scratch_size"
	check "the log says why" logged "no scratch: switched off by kho=off"
	settled_memfree | save memfree
	kexec_into
}

boot3() {
	memfree_is "$(saved memfree)" 512 "boot 2 had all of its memory"
	check "nothing was handed over" not_handed_over
}
