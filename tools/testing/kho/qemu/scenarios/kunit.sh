# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The unit tests ran at boot, with scratch memory: all of ours, and none was skipped.
plan=8
cfg=debug
append='kho_scratch=64M kunit.enable=1'

suites='kho_events kho_format kho_ftrace kho_map kho_pageset kho_tree kho_vmalloc'

results() { cat "/sys/kernel/debug/kunit/$1/results"; }
passed() { results "$1" | grep -q "^ok .* $1" && ! results "$1" | grep 'not ok\|SKIP'; }

boot1() {
	is "$(find /sys/kernel/debug/kunit -name 'kho*' | sed 's,.*/,,' | sort | xargs)" "$suites" "the suites"
	for suite in $suites; do
		check "suite $suite" passed "$suite"
	done
	find_leaks
}
