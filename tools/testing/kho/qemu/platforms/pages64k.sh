# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# Pages of 64 KiB, and so pageblocks of 512 MiB, which scratch is made of.
archs=arm64
cfg=pages64k
mem=6G
append=kho_scratch=512M

platform_is() { equal "$(page_kib)" 64; }
