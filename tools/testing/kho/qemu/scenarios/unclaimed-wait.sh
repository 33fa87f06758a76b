# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Claims that nobody takes are released when kho.wait= seconds are over.
plan=6
boots=2
mem=1G
append='kho_scratch=64M nokaslr'
second=same
needs=kho

boot1() {
	need "the test clients" module kho_test_client clients=2 scattered=1000
	need_active
	kexec_into "$CFG" kho.wait=5
}

boot2() {
	while [ -n "$(claims in)" ]; do sleep 0.2; done
	check "the log names them" logged 'claim "kho_test.1" unclaimed, freeing '
	need "the test clients" module kho_test_client clients=2
	is "$(events)" "" "they come too late"
}
