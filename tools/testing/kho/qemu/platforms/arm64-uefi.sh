# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# EDK2 starts the first kernel, with ACPI's tables; the next ones are given the
# memory map and the runtime services in /chosen.
arch=arm64
qemu='-L /usr/share/qemu-efi-aarch64 -bios QEMU_EFI.fd'

platform_is() { booted_by_efi && [ -e /sys/firmware/acpi/tables/APIC ]; }
