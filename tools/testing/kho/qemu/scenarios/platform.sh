# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# It is the platform that its file says, before and after a handover; no page is
# missing, and what was preserved is intact.
plan=10
boots=2
mem=2G
append=kho_scratch=64M
needs=kho

boot1() {
	check "this is $PLATFORM" platform_is
	check "each page once" census
	need "the test clients" module kho_test_client clients=2 scattered=2000 folios=2 ranges=2
	need_active
	kexec_into
}

boot2() {
	check "this is still $PLATFORM" platform_is
	all_intact 2 $((2 * (2000 + 2 * 1023 + 2 * 768)))
	rmmod kho_test_client
	check "each page once, with all given back" census
}
