# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# One CPU.
archs='x86_64 arm64'
cpus=1

platform_is() { equal "$(nproc)" 1; }
