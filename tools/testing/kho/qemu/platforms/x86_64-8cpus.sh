# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Eight CPUs.
arch=x86_64
cpus=8

platform_is() { equal "$(nproc)" 8; }
