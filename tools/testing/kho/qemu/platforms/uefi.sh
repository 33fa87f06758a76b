# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# OVMF or EDK2 starts the first kernel, with ACPI's tables; the next ones are given
# its memory map and runtime services by kexec.
archs='x86_64 arm64'
qemu=$efi

platform_is() { booted_by_efi && [ -e /sys/firmware/acpi/tables/APIC ]; }
