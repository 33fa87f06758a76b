# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# Pages of 16 KiB, and so pageblocks of 32 MiB; Cortex-A57 knows none of that size.
archs=arm64
cfg=pages16k
qemu='-cpu cortex-a76'

platform_is() { equal "$(page_kib)" 16; }
