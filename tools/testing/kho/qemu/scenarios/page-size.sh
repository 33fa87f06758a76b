# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# arm64: a kernel with larger pages can take nothing over. While the registry is
# active it is not loaded; loaded before, it keeps the registry from being active.
# It boots as from cold and misses no memory, and the one after it, with the same
# pages, is handed what it preserved.
plan=16
boots=3
mem=4G
append=kho_scratch=512M
second=pages64k
needs=kho

boot1() {
	need "the test client" module kho_test_client scattered=3000 folios=4
	need_active
	fails "load, while active" "busy" kexec_load pages64k
	check "the log says why" logged "kho: a kernel with pages of 64 KiB can't restore"
	check "deactivate" deactivate
	need "load" kexec_load pages64k
	fails "activate" "busy" activate
	check "the log says why" logged "kho: the loaded image can't carry state"
	marker "words of boot 1"
	kexec_jump
}

boot2() {
	check "not handed over" not_handed_over
	check "each page once" census
	check "scratch is new" not_logged 'scratch: .* inherited'
	check "nothing is traced of boot 1" not_marked "words of boot 1"
	marker "words of boot 2"
	need_active
	kexec_into pages64k
}

not_marked() { ! sees_marker "$1"; }

boot3() {
	check "handed over" handed_over
	check "the words" sees_marker "words of boot 2"
}
