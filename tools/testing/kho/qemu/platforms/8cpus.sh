# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# Eight CPUs.
archs='x86_64 arm64'
cpus=8

platform_is() { equal "$(nproc)" 8; }
