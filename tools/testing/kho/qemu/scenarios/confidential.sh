# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# In a guest whose memory is encrypted the registry is not activated. That this is one,
# the kernel is made to believe (fail_function).
plan=7
mem=1G
append=kho_scratch=64M
needs=kho

FAIL=/sys/kernel/debug/fail_function

boot1() {
	need "the test client" module kho_test_client
	need "the question" put in_confidential_guest $FAIL/inject
	echo 100 >$FAIL/probability
	echo -1 >$FAIL/times
	echo 0 >$FAIL/verbose
	fails "activate" "not supported" activate
	check "the log says why" logged "a guest whose memory is encrypted can't hand over"
	is "$(cat "$KHO/active")/$(events)" "0/" "not active, and no client was asked"
	echo >$FAIL/inject
	check "elsewhere it is activated" activate
	is "$(events)" "prepare 0" "and the client was asked"
}
