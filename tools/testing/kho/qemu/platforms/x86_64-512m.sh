# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# 512 MiB.
arch=x86_64
mem=512M

platform_is() { [ "$(meminfo MemTotal)" -lt 524288 ]; }
