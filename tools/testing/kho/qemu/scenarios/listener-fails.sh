# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A listener of the notifier chain fails, in prepare or in freeze, before, between and
# behind the clients: exactly those that were prepared are aborted, in reverse order,
# and a later kexec works.
plan=31
boots=2
mem=2G
append=kho_scratch=64M
cfg=debug
second=same
needs=kho

INJECT=/sys/kernel/debug/notifier-error-inject/kho/actions
all_aborted="abort 0,abort 2,abort 1"

# The order of the clients is that of the priorities: 1, 2, 0.
boot1() {
	need "the test clients" module kho_test_client clients=3 prio=0,10,5 folios=1
	need "errors for notifier chains" module notifier-error-inject
	need "kexec -s -l" kexec_load
	listener_fails 20 "" ""
	listener_fails 7 "prepare 1,abort 1" "freeze 1,"
	listener_fails -1 "prepare 1,prepare 2,prepare 0,$all_aborted" "freeze 1,freeze 2,freeze 0,"
	need_active
	kexec_jump
}

# listener_fails PRIORITY EVENTS_OF_PREPARE EVENTS_OF_FREEZE
listener_fails() {
	need "a listener of priority $1" module kho_notifier_error_inject priority="$1"
	put -5 "$INJECT/KHO_EVENT_PREPARE/error"
	forget_events
	fails "activate, with the listener failing" "put/output error" activate
	is "$(events)" "$2" "events"
	is "$(get "$KHO/active")" 0 "not active"
	put 0 "$INJECT/KHO_EVENT_PREPARE/error"

	put -5 "$INJECT/KHO_EVENT_FREEZE/error"
	need_active
	forget_events
	fails "kexec -e, with the listener failing" . kexec -e
	is "$(events)" "$3$all_aborted" "events"
	is "$(get "$KHO/active")" 0 "not active"
	rmmod kho_notifier_error_inject
}

boot2() {
	need "the test clients" module kho_test_client clients=3
	is "$(events)" "restore 0,restore 1,restore 2" "all are restored"
	is "$(intact)" 3069 "every page intact"
	find_leaks
}
