# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# SeaBIOS, one node.
arch=x86_64

platform_is() { ! booted_by_efi; }
