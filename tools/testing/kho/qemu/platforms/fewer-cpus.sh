# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# The first kernel runs on four CPUs, the next ones on one.
archs='x86_64 arm64'
cpus=4
later=maxcpus=1

platform_is() { equal "$(nproc)" "$(if_first 4 1)"; }
