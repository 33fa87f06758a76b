# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The unit tests ran at boot, with scratch memory: none of ours was skipped.
plan=8
append=kho_scratch=64M

results() { cat "/sys/kernel/debug/kunit/$1/results"; }
passed() { results "$1" | grep -q "^ok .* $1" && ! results "$1" | grep 'not ok\|SKIP'; }

boot1() {
	for suite in kho_format kho_map kho_tree kho_pageset kho_events kho_vmalloc kho_ftrace; do
		check "suite $suite" passed "$suite"
	done
	check "no leak" no_leak
}
