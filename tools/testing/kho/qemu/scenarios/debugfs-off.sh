# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Without debugfs nothing is shown there, and all else is as ever: scratch stays, and
# what is preserved comes back.
plan=14
boots=2
mem=1G
append='kho_scratch=64M debugfs=off'
second=same
needs=kho

no_debugfs() { ! test -e /sys/kernel/debug/kho; }

boot1() {
	check "there is no debugfs" no_debugfs
	is "$(meminfo CmaTotal)" "$(scratch_size)" "scratch is there"
	cat "$KHO/scratch_phys" "$KHO/scratch_len" | save scratch
	need "the test client" module kho_test_client scattered=1000
	need_active
	kexec_into
}

boot2() {
	check "there is no debugfs" no_debugfs
	check "something was handed over" handed_over
	is "$(cat "$KHO/scratch_phys" "$KHO/scratch_len")" "$(saved scratch)" "scratch is there"
	check "each page once" census
	need "the test client" module kho_test_client
	is "$(intact)" 1000 "every page intact"
	is "$(events)" "restore 0" "events"
	rmmod kho_test_client
	check "each page once, with all given back" census
	need_active
}
