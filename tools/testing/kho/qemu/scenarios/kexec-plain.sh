# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Three kexecs in a row without any handover: the memory stays flat.
plan=6
boots=4
second=same

boot1() { kexec_into; }
boot2() { settled_memfree | save memfree; kexec_into; }
boot3() { flat; kexec_into; }
boot4() { flat; check "the first kernel's files came along" test -s "$STATE/memfree"; }

flat() {
	memfree_is "$(saved memfree)" 512 "MemFree as in boot 2"
}
