# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the files in platforms/ may use in the guest, in platform_is() above all: is
# this the platform that is meant? Its last command has the say, and what doesn't
# hold is printed.

# shellcheck disable=SC2034
efi=

booted_by_efi() { [ -d /sys/firmware/efi ]; }

# if_first A B: A in the first boot, B in later ones
if_first() { if [ "$BOOT" = 1 ]; then echo "$1"; else echo "$2"; fi; }

# equal GOT WANTED
equal() { [ "$1" = "$2" ] || { echo "got '$1', wanted '$2'"; return 1; }; }

# has_mib MIB: does the kernel have so much memory, but for what it uses itself?
has_mib() {
	_mib=$(($(meminfo MemTotal) / 1024))
	echo "$_mib MiB"
	[ "$_mib" -le "$1" ] && [ "$_mib" -ge $(($1 * 7 / 8)) ]
}
