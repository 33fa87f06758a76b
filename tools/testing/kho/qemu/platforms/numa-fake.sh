# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# One node of hardware, four for the kernel. A device tree has to name that node, or
# 6.12 announces the others without making them.
archs='x86_64 arm64'
append=numa=fake=4
case $arch in
arm64)
	mem=4G
	qemu='-object memory-backend-ram,id=m0,size=4G -numa node,memdev=m0,cpus=0-1'
	;;
esac

platform_is() { equal "$(cat /sys/devices/system/node/has_normal_memory)" 0-3; }
