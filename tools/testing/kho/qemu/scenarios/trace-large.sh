# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The trace buffer takes most of the memory: what the records go to in the next
# kernel takes no more than they do.
plan=5
boots=2
mem=1G
append="kho_scratch=64M trace_buf_size=200M"
needs=kho

boot1() {
	check "the buffer is large" put 204800 "$TRACE/buffer_size_kb"
	marker "first words"
	need_active
	kexec_into
}

boot2() {
	need "something was handed over" handed_over
	check "the records are there" sees_marker "first words"
}
