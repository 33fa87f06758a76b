# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A gigabyte in a module of memory of its own, which EDK2 knows already at boot.
arch=arm64
mem=2G,slots=2,maxmem=8G
qemu='-L /usr/share/qemu-efi-aarch64 -bios QEMU_EFI.fd -object memory-backend-ram,id=hot,size=1G -device pc-dimm,memdev=hot'

platform_is() { has_mib 3072; }
