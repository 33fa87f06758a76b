# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# One CPU is taken off before the handover; the next kernel finds it again.
archs='x86_64 arm64'
cpus=3

platform_setup() {
	found=$(nproc)
	put 0 /sys/devices/system/cpu/cpu2/online
}

platform_is() { equal "$found $(nproc)" "3 2"; }
