# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# The first kernel runs on one CPU, the next ones on four.
archs='x86_64 arm64'
cpus=4
append=maxcpus=1
first=maxcpus=1

platform_is() { equal "$(nproc)" "$(if_first 1 4)"; }
