# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Active, but the machine is rebooted: as if nothing had been.
plan=2
mem=4G
append=kho_scratch=64M
needs=kho

boot1() {
	trace_fill
	need_active
	need "kexec -s -l" kexec_load
	note "end of boot $BOOT"
	reboot -f
}
