# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# mem= takes away the last of 4 GiB from the next kernels. What is preserved and
# scratch lie below, as the highest memory is movable and scratch is low.
arch=arm64
mem=4G
append='movablecore=2G kho_scratch=low:64M'
later=mem=3G

platform_is() { has_mib "$(if_first 4096 3072)"; }
