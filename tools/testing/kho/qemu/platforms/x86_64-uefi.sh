# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# OVMF starts the first kernel; the next ones are given its memory map and runtime
# services by kexec.
arch=x86_64
qemu='-bios OVMF.fd'

platform_is() { booted_by_efi; }
