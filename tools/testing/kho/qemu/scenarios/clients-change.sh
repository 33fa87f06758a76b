# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Clients come and go from handover to handover: who is there gets what it kept, and what
# nobody takes is released when the next handover is activated.
plan=29
boots=5
mem=2G
append='kho_scratch=64M kho.wait=-1 nokaslr'
second=same
needs=kho

boot1() { hand_over 3; }
boot2() { take 3 1 "restore 0"; hand_over 1; }
boot3() { take 1 4 "restore 0"; hand_over 4; }
boot4() { take 4 2 "restore 0,restore 1"; hand_over 2; }
boot5() { take 2 2 "restore 0,restore 1"; }

hand_over() {
	[ "$BOOT" != 1 ] || need "clients" module kho_test_client clients="$1" folios=1
	need_active
	is "$(claims in)" "" "nothing is left of the kernel before"
	kexec_into
}

# take HAD HAS EVENTS: clients that there were, that there are, and what they see
take() {
	is "$(claims in | wc -w)" "$1" "the claims are there"
	need "clients" module kho_test_client clients="$2" folios=1
	is "$(events)" "$3" "events"
	is "$(intact)" $((($1 < $2 ? $1 : $2) * 1023)) "every page intact"
}
