# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# arm64: the next kernel has larger pages. It says why it takes nothing over, boots
# as from cold and misses no memory; and the one after it, with the same pages,
# is handed what it preserved.
plan=11
boots=3
mem=4G
append=kho_scratch=512M
second=pages64k
needs=kho

boot1() {
	need "the test client" module kho_test_client scattered=3000 folios=4
	marker "words of boot 1"
	need_active
	kexec_into pages64k
}

boot2() {
	check "not handed over" not_handed_over
	dmesg | grep 'kho: ' | while read -r _line; do note "$_line"; done
	check "the log says why" logged 'kho: .*\(page size\|pageblocks\)'
	check "each page once" census
	check "scratch is new" not_logged 'scratch: .* taken over'
	marker "words of boot 2"
	need_active
	kexec_into pages64k
}

boot3() {
	check "handed over" handed_over
	check "the words" sees_marker "words of boot 2"
}
