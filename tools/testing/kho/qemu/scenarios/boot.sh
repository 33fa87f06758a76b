# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The kernel boots, has what the tests need, and powers off.
plan=4
boots=1

boot1() {
	like "$(uname -r)" '6.12.*-kho' "kernel release"
	check "ftrace is there" test -e "$TRACE/trace"
	check "kexec is there" test -e /sys/kernel/kexec_loaded
	check "kexec runs" kexec -v
}
