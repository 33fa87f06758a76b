# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Free pages are not mapped, and kmemleak looks at all memory that is: it keeps off
# scratch, and what is preserved comes back mapped.
plan=9
boots=2
mem=2G
append='kho_scratch=64M debug_pagealloc=on'
cfg=debug
second=same
needs=kho

boot1() {
	is "$(meminfo DirectMap2M)" 0 "each page is mapped by itself"
	need "the test client" module kho_test_client scattered=3000 folios=4
	need_active
	find_leaks
	kexec_into
}

boot2() {
	check "something was handed over" handed_over
	need "the test client" module kho_test_client
	is "$(intact)" "$((3000 + 4 * 1023))" "every page intact"
	rmmod kho_test_client
	check "each page once" census
	need_active
	find_leaks
}
