# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# Memory below 4 GiB and above it, and a hole between. On arm64 it is what EDK2 leaves
# of its flash, below a gigabyte, and the rest.
archs='x86_64 arm64'
mem=6G
[ "$arch" = x86_64 ] || qemu=$efi

platform_is() {
	grep 'System RAM' /proc/iomem | {
		_end=0 _hole=
		while IFS='- ' read -r _first _last _; do
			[ $((0x$_first - _end)) -lt $((256 << 20)) ] || _hole=$_first
			_end=$((0x$_last))
		done
		echo "a hole before $_hole, memory up to $_end"
		[ -n "$_hole" ] && [ "$_end" -gt $((4 << 30)) ]
	}
}
