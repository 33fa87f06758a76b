# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# Memory below 4 GiB and above it.
archs=arm64
mem=6G

platform_is() { [ "$(meminfo MemTotal)" -gt $((5 << 20)) ]; }
