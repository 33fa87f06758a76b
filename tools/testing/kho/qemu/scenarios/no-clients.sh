# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A kernel without any client: the handover is activated, aborted and made, with nothing
# in it but scratch.
plan=10
boots=2
mem=1G
append=kho_scratch=64M
cfg=noclient
second=same
needs=kho

boot1() {
	is "$(claims out)$(ls /sys/kernel/debug/kho/out)" "" "there is no client"
	need_active
	need "abort" deactivate
	need_active
	kexec_into
}

boot2() {
	check "something was handed over" handed_over
	is "$(get "$KHO/generation")" 1 "generation"
	is "$(ls /sys/kernel/debug/kho/in)" "" "there is no claim"
	is "$(scratch_size)" 65536 "scratch is what it was"
	check "each page once" census
}
