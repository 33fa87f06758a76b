# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# Handovers that are damaged right before the jump (kernel/kho/tests/kho_damage.c), one
# kexec after the other. A scenario says in which ways: damages() prints lines of
# all_damages().

# all_damages: what is damaged, what is left of the claims, and what the next kernel
# says
all_damages() {
	cat <<'LIST'
root_magic none root page has no magic
root_version none root has another ABI version
root_endian none root has the other byte order
root_arch none root is of another architecture
root_shift none root is of another page size
root_crc none checksum of the root is wrong
root_release none release in the root has no end
root_meta_none none number of metadata pages makes no sense
root_meta_huge none too little scratch for its metadata
root_meta_few others is not in usable memory
claims_mmio none table page is not in usable memory
claims_many none table page is not in usable memory
claims_circle none table runs in a circle
claim_name others claim has a bad name
claim_format others is not known here
claim_fingerprint others is not known here
claim_twice others claim "kho_test.0" is lost: -17
tree_crc others checksum of the subtree is wrong
tree_size others subtree is not in usable memory
tree_magic others subtree is no device tree
tree_total others subtree is no device tree
sets_crc others checksum of a table is wrong
sets_scratch others table page is not in usable memory
map_magic others leaf has no magic or another version
map_circle others runs do not ascend
map_count others number of runs makes no sense
map_order others run makes no sense
map_pages others map does not hold what its record says
map_kind others leaf is of an unknown kind
map_scratch others pages are not in usable memory
map_beyond others pages are not in usable memory
map_mmio others pages are not in usable memory
map_reserved others pages are not in usable memory
map_twice others pages are preserved twice
bits_base others bitmap is not where one can be
bits_order others bitmap is not where one can be
bits_count others number of runs makes no sense
bits_empty others number of runs makes no sense
bits_zero others runs do not ascend
bits_overlap others runs do not ascend
bits_twice others pages are preserved twice
LIST
	# Memory that is not in the linear map
	[ "$arch" != arm64 ] || echo sets_unmapped others table page is not in usable memory
}

# boot_damaged: boot 1 hands over nothing, and boot 2 keeps what memory there is then;
# it and all others but the last do the damages to what they hand over
boot_damaged() {
	if [ "$BOOT" = 2 ]; then
		check "each page once, in a boot that was given nothing" census
		reserved | save reserved
		settled_memfree | save memfree
	else
		see_damage $((BOOT - 2))
	fi
	hand_over_damaged $((BOOT - 1))
}

# hand_over_damaged K: preserve pages of two clients, have the K'th damage done
hand_over_damaged() {
	# shellcheck disable=SC2046 # the words of the line
	set -- $(damages | sed -n "$1p")
	[ $# -gt 0 ] || return 0
	need "the test clients" module kho_test_client clients=2 scattered=3000
	need_active
	echo "$1" >/sys/module/kho_damage/parameters/what
	kexec_into
}

# see_damage K: what did this kernel make of it?
see_damage() {
	# shellcheck disable=SC2046 # the words of the line
	set -- "$1" $(damages | sed -n "$1p")
	_name=$2 _left=$3
	shift 3
	[ "$_left" = none ] || module kho_test_client clients=2
	dmesg >/tmp/dmesg.now
	check "$_name: said" grep -qF "$*" /tmp/dmesg.now
	if [ "$_left" = none ]; then
		check "$_name: nothing is left" not_handed_over
	else
		is "$(intact)" 3000 "$_name: the other claim is intact"
		rmmod kho_test_client
	fi
	check "$_name: each page once" census
	is "$(without_claims)" "$(saved reserved)" "$_name: no page is lost"
	memfree_is "$(saved memfree)" 1024 "$_name: all memory is free"
}
