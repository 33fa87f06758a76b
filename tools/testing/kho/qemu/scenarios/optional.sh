# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# An optional client that fails is left out, loudly; the others come through.
plan=13
boots=2
mem=2G
append=kho_scratch=64M
second=same
needs=kho

boot1() {
	need "the test clients" module kho_test_client clients=3 optional=0,1,0 fail_prepare=1 folios=1
	need_active
	is "$(events)" "prepare 0,prepare 1 fails,prepare 2" "all were asked"
	check "the log names the one left out" logged "kho_test.1: left out"
	need "abort" deactivate
	is "$(events)" "prepare 0,prepare 1 fails,prepare 2,abort 2,abort 0" "it is not aborted"
	need_active
	kexec_into
}

boot2() {
	is "$(claims in)" "kho_test.0 kho_test.2" "the others' claims are there"
	need "the test clients" module kho_test_client clients=3
	is "$(events)" "restore 0,restore 2" "the others are restored"
	is "$(intact)" 2046 "every page intact"
	check "nothing was lost" not_logged "claim is lost"
}
