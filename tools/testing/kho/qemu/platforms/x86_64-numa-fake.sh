# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# One node of hardware, four for the kernel.
arch=x86_64
append=numa=fake=4

platform_is() { equal "$(cat /sys/devices/system/node/has_normal_memory)" 0-3; }
