# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# IMA measures, and hands its list to the next kernel beside what KHO does: in
# setup_data of its own, or in /chosen.
archs='x86_64 arm64'
append=ima_policy=tcb

platform_is() { equal "$(grep -c boot_aggregate /sys/kernel/security/ima/ascii_runtime_measurements)" "$BOOT"; }
