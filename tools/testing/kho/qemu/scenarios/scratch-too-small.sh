# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Scratch that is too small for the image: the load fails and says what lacks,
# and nothing is lost.
plan=8
mem=1G
append=kho_scratch=8M
needs=kho

boot1() {
	need "the test client" module kho_test_client folios=1
	need_active
	fails "kexec -s -l" . kexec_load
	check "the log says what lacks" logged 'no room in scratch for a segment of [0-9]* KiB'
	is "$(get /sys/kernel/kexec_loaded)" 0 "nothing is loaded"
	is "$(get "$KHO/active")" 1 "still active"
	is "$(claims out)" kho_test.0 "the claim is there"
	check "abort" deactivate
}
