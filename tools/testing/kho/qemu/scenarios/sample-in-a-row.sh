# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The sample client counts three kexecs and keeps its text.
plan=22
boots=4
mem=1G
append=kho_scratch=64M
second=same
needs=kho

param() { get "/sys/module/kho_sample/parameters/$1"; }

boot1() {
	need "the sample" module kho_sample
	is "$(param kexecs)" 0 "no kexec yet"
	is "$(param text)" "" "no text yet"
	hand_over
}

boot2() { counted; hand_over; }
boot3() { counted; hand_over; }
boot4() { counted; check "the sample goes" rmmod kho_sample; find_leaks; }

hand_over() {
	check "a text" put "text of boot $BOOT" /sys/module/kho_sample/parameters/text
	need_active
	kexec_into
}

counted() {
	need "the sample" module kho_sample
	is "$(param kexecs)" $((BOOT - 1)) "it counted"
	is "$(param text)" "text of boot $((BOOT - 1))" "and kept the text"
}
