# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A module that is loaded late gets its claim, once.
plan=14
boots=3
mem=1G
append='kho_scratch=64M kho.wait=-1'
second=same
needs=kho

boot1() {
	need "the test clients" module kho_test_client folios=1
	need_active
	kexec_into
}

boot2() {
	is "$(claims in)" kho_test.0 "the claim waits"
	need "the test client" module kho_test_client folios=1
	is "$(events),$(intact)" "restore 0,1023" "it is restored"
	check "the client goes" rmmod kho_test_client
	need "and comes again" module kho_test_client folios=1
	is "$(events),$(intact)" "restore 0,1023" "there is nothing to restore"
	need_active
	kexec_into
}

boot3() {
	check "release" put 1 "$KHO/release"
	need "the test client" module kho_test_client
	is "$(events)" "" "it comes too late"
}
