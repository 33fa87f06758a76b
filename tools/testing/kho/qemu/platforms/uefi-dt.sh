# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# EDK2 starts the first kernel, with a device tree.
archs=arm64
qemu="$efi -machine acpi=off"

platform_is() { booted_by_efi && [ ! -e /sys/firmware/acpi/tables ]; }
