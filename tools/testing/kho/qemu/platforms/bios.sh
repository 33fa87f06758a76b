# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# SeaBIOS, one node.
archs=x86_64

platform_is() { ! booted_by_efi; }
