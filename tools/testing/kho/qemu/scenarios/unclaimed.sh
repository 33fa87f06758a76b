# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Claims of clients that the next kernel does not have: their memory comes back
# when root says so, after kho.wait= seconds, and on activation.
plan=21
boots=4
mem=2G
append='kho_scratch=64M kho.wait=-1'
second=same
needs=kho

pages=$((2 * (1000 + 2 * 1023 + 768)))

hand_over() {
	need "the test clients" module kho_test_client clients=2 scattered=1000 folios=2 ranges=1
	need_active
	kexec_into "$CFG" "${1:-}"
}

boot1() { hand_over; }

boot2() {
	is "$(claims in)" "kho_test.0 kho_test.1" "the claims are there"
	before=$(settled_memfree)
	check "release" put 1 "$KHO/release"
	is "$(claims in)" "" "the claims are gone"
	memfree_is $((before + $(in_kib $pages))) 1024 "their memory is free"
	check "the log names them" logged 'claim "kho_test.1" unclaimed, freeing '
	check "release of nothing" put 1 "$KHO/release"
	settled_memfree | save memfree
	hand_over kho.wait=0
}

boot3() {
	is "$(claims in)" "" "nothing waits for a client"
	check "the log names the claims" logged 'claim "kho_test.0" unclaimed, freeing '
	memfree_is "$(saved memfree)" 1024 "their memory is free"
	hand_over kho.wait=-1
}

boot4() {
	before=$(settled_memfree)
	need_active
	is "$(claims in)" "" "the claims are gone"
	memfree_is $((before + $(in_kib $pages))) 1024 "their memory is free"
}
