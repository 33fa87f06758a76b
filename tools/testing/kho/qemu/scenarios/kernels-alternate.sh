# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Kernels of several builds in a row, with and without clients, and one without KHO
# between them: each takes over what the one before kept, behind the one without KHO
# there is nothing, and it starts again.
plan=25
boots=6
mem=2G
append='kho_scratch=64M nokaslr'
second=noclient
kernels=off
needs=kho

boot1() { hand_over noclient; }
boot2() { take_over 1; hand_over release; }
boot3() { take_over 2; hand_over off; }
boot4() { kexec_into release; }

boot5() {
	check "nothing was handed over" not_handed_over
	is "$(get "$KHO/generation")" 0 "generation"
	check "each page once" census
	hand_over release
}

boot6() { take_over 1; }

hand_over() {
	need "the test client" module kho_test_client scattered=1000
	need_active
	kexec_into "$1"
}

# take_over GENERATION
take_over() {
	is "$(get "$KHO/generation")" "$1" "generation"
	need "the test client" module kho_test_client
	is "$(intact)" 1000 "every page intact"
	rmmod kho_test_client
}
