# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A client fails, in prepare or in freeze, at the first, the middle or the last
# place: exactly those that were prepared are aborted, in reverse order, the
# error arrives, and a later kexec works.
plan=31
boots=2
mem=2G
append=kho_scratch=64M
second=same
needs=kho

# The order is that of the priorities: 1, 2, 0.
boot1() {
	need "the test clients" module kho_test_client clients=3 prio=0,10,5 folios=1
	prepare_fails 1 "prepare 1 fails"
	prepare_fails 2 "prepare 1,prepare 2 fails,abort 1"
	prepare_fails 0 "prepare 1,prepare 2,prepare 0 fails,abort 2,abort 1"

	need "kexec -s -l" kexec_load
	freeze_fails 1 "freeze 1 fails"
	freeze_fails 2 "freeze 1,freeze 2 fails"
	freeze_fails 0 "freeze 1,freeze 2,freeze 0 fails"

	forget_events
	need_active
	is "$(events)" "prepare 1,prepare 2,prepare 0" "all are prepared"
	need "abort" deactivate
	is "$(events)" "prepare 1,prepare 2,prepare 0,abort 0,abort 2,abort 1" "and aborted in reverse"
	need_active
	kexec_jump
}

# prepare_fails CLIENT EVENTS
prepare_fails() {
	test_param fail_prepare "$1"
	forget_events
	fails "activate with client $1 failing" "put/output error" activate
	is "$(events)" "$2" "events"
	is "$(get "$KHO/active")" 0 "not active"
	test_param fail_prepare -1
}

# freeze_fails CLIENT EVENTS
freeze_fails() {
	test_param fail_freeze "$1"
	need_active
	forget_events
	fails "kexec -e with client $1 failing" . kexec -e
	is "$(events)" "$2,abort 0,abort 2,abort 1" "events"
	is "$(get "$KHO/active")" 0 "not active"
	test_param fail_freeze -1
}

boot2() {
	need "the test clients" module kho_test_client clients=3
	is "$(events)" "restore 0,restore 1,restore 2" "all are restored"
	is "$(intact)" 3069 "every page intact"
}
