# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2016
# The largest initrd with which an image still loads is also one with which it
# boots and takes over what is preserved: the bound that is checked at load is
# enough.
plan=11
boots=2
mem=1G
append=kho_scratch=64M
second=same
needs=kho
limit=200

# load_with KIB: an initrd that has so many KiB of zeroes behind it
load_with() {
	truncate -s "$ROOT_SIZE" /tmp/initrd
	truncate -s $(((ROOT_SIZE + 4095) / 4096 * 4096 + $1 * 1024)) /tmp/initrd
	kexec_file "$CFG" -l >/tmp/kexec.out 2>&1
}

boot1() {
	need "the test clients" module kho_test_client clients=2 scattered=6000 folios=4
	need_active
	need "pack" pack_root
	ROOT_SIZE=$(stat -c %s /tmp/initrd)
	_fits=0 _too_much=65536
	while [ $((_too_much - _fits)) -gt 16 ]; do
		_try=$(((_fits + _too_much) / 2))
		if load_with "$_try"; then _fits=$_try; else _too_much=$_try; fi
	done
	note "$_fits KiB more fit into scratch, $_too_much KiB do not"
	like "$_fits" '[1-9]*' "there is room for more"
	check "a larger one does not load" eval '! load_with $_too_much'
	check "and the log says what would do" logged 'scratch of 64 MiB is too small for the image and its boot: need kho_scratch=68M'
	need "the largest one loads" load_with "$_fits"
	kexec_jump
}

boot2() {
	is "$(claims in)" "kho_test.0 kho_test.1" "the claims are there"
	need "the test clients" module kho_test_client clients=2
	is "$(intact)" $((2 * (6000 + 4 * 1023))) "every page intact"
	check "each page once" census
}
