# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# One node of hardware, which the device tree has to name, or 6.12 announces the
# others without making them; four for the kernel.
arch=arm64
mem=4G
qemu='-object memory-backend-ram,id=m0,size=4G -numa node,memdev=m0,cpus=0-1'
append=numa=fake=4

platform_is() { equal "$(cat /sys/devices/system/node/has_normal_memory)" 0-3; }
