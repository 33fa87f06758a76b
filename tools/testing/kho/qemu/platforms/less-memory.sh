# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# mem= takes away the last of 4 GiB from the next kernels: above the hole of x86_64
# that is from 5 GiB on. What is preserved and scratch lie below, as the highest
# memory is movable and scratch is low.
archs='x86_64 arm64'
mem=4G
append='movablecore=2G kho_scratch=low:64M'
case $arch in
x86_64) later=mem=5G ;;
arm64) later=mem=3G ;;
esac

platform_is() { has_mib "$(if_first 4096 3072)"; }
