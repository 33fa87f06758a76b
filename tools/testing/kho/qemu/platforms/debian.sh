# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# Debian's own configuration, but for its modules.
archs=x86_64
cfg=debian
append=kho_scratch=128M

platform_is() { zcat /proc/config.gz | grep -x CONFIG_SECURITY_APPARMOR=y; }
