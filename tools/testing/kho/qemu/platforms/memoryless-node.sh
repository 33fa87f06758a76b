# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# Of three nodes, the last has no memory, but a CPU.
archs='x86_64 arm64'
mem=4G
cpus=3,sockets=3
qemu='-object memory-backend-ram,id=m0,size=2G -object memory-backend-ram,id=m1,size=2G
-numa node,memdev=m0,cpus=0 -numa node,memdev=m1,cpus=1 -numa node,cpus=2'

platform_is() {
	equal "$(cat /sys/devices/system/node/has_normal_memory)" 0-1 &&
		equal "$(cat /sys/devices/system/node/online)" 0-2 &&
		equal "$(nproc)" 3
}
