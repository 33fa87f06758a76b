# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# Memory below 4 GiB and above it, and a hole between.
archs=x86_64
mem=6G

platform_is() { grep -q '^100000000-.*System RAM' /proc/iomem; }
