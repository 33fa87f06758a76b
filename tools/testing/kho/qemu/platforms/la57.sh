# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# Page tables of five levels.
archs=x86_64
qemu='-cpu qemu64,+smep,+smap,+rdrand,+ssse3,+la57'

platform_is() { grep -qw la57 /proc/cpuinfo; }
