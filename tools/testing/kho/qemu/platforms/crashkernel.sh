# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# Memory is set aside for a crash kernel in each boot.
archs='x86_64 arm64'
append=crashkernel=128M

platform_is() { equal "$(cat /sys/kernel/kexec_crash_size)" $((128 << 20)); }
