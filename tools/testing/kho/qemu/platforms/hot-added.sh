# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# A gigabyte that the kernel learns of after boot, from ACPI, used as movable memory.
archs='x86_64 arm64'
mem=2G,slots=2,maxmem=8G
qemu='-object memory-backend-ram,id=hot,size=1G -device pc-dimm,memdev=hot'
[ "$arch" = x86_64 ] || qemu="$efi $qemu"
append=memhp_default_state=online_movable

platform_is() { has_mib 3072; }
