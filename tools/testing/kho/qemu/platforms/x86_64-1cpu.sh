# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# One CPU.
arch=x86_64
cpus=1

platform_is() { equal "$(nproc)" 1; }
