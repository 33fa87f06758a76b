# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# One page in eight is preserved, then one in three, in all of memory: what boot
# needs before the rest is free is found between them.
plan=19
boots=4
mem=1G
append='kho_scratch=64M nokaslr'
second=same
needs=kho

hand_over() {
	need "the test client" module kho_test_client "every=$1"
	dmesg | sed -n 's/.*kho_test: kho_test\.0: \([0-9]*\) pages preserved$/\1/p' | tail -n 1 | save pages
	note "$(saved pages) pages"
	need_active
	kexec_into
}

boot1() { hand_over 8; }

recover() {
	like "$(saved pages)" '[2-9][0-9][0-9][0-9][0-9]' "pages everywhere"
	check "each page once" census
	need "the test client" module kho_test_client
	is "$(intact)" "$(saved pages)" "every page intact"
	all_returned
}

boot2() { recover; hand_over 3; }

boot3() { recover; kexec_into; }

# Early boot has larger hash tables than it could have between those pages.
boot4() {
	check "each page once, in a boot that was given nothing" census
	check "the boot before had all of its memory" test "$(saved reserved)" -le "$(without_claims)"
}
