# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A client fails when it gets its claim back: that is said, its memory is freed, and the
# others have theirs.
plan=9
boots=2
mem=1G
append='kho_scratch=64M kho.wait=-1'
second=same
needs=kho

boot1() {
	need "the test clients" module kho_test_client clients=2 scattered=1000
	need_active
	kexec_into
}

boot2() {
	need "the test clients" module kho_test_client clients=2 fail_restore=0
	is "$(events)" "restore 0 fails,restore 1" "events"
	check "the log says what is lost" logged 'kho_test.0: claim is lost, 1000 pages freed: -5'
	is "$(intact)" 1000 "the other one is intact"
	is "$(claims in)" "" "no claim is left"
	check "each page once" census
}
