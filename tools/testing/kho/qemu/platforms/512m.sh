# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# 512 MiB.
archs='x86_64 arm64'
mem=512M

platform_is() { [ "$(meminfo MemTotal)" -lt 524288 ]; }
