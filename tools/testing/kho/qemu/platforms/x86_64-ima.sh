# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# IMA measures, and hands its list to the next kernel in setup_data of its own, beside KHO's.
arch=x86_64
append=ima_policy=tcb

platform_is() { equal "$(grep -c boot_aggregate /sys/kernel/security/ima/ascii_runtime_measurements)" "$BOOT"; }
