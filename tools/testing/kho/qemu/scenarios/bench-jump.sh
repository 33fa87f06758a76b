# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A kexec that hands nothing over, for make bench.
plan=1
boots=2
mem=4G
append=kho_scratch=64M

boot1() { trace_fill 1408; kexec_into; }
boot2() { :; }
