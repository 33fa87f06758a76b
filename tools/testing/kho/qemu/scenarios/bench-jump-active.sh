# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The same with a handover.
plan=3
boots=2
mem=4G
append=kho_scratch=64M
needs=kho

boot1() { trace_fill 1408; need_active; kexec_into; }
boot2() { check "something was handed over" handed_over; }
