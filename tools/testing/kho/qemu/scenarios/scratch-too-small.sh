# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Scratch that is too small for the image: the load fails and says which size
# would do, and nothing is lost. That size does.
plan=17
boots=3
mem=1G
append=kho_scratch=8M
second=same
needs=kho
FIRST_ONLY=kho_scratch=8M

would_do() { dmesg | sed -n 's/.*kho: scratch of 8 MiB is too small for the image and its boot: need kho_scratch=\([0-9]*M\)$/\1/p' | tail -n 1; }
old_load() { pack_root && kexec -c -l "/boot/$CFG/kernel" --initrd=/tmp/initrd --command-line="$(next_cmdline "$CFG") kho_scratch=$1"; }

boot1() {
	need "the test client" module kho_test_client folios=1
	need_active
	fails "kexec -s -l" "Cannot assign requested address" kexec_load
	like "$(would_do)" '[1-9]*M' "the log says what would do"
	is "$(get /sys/kernel/kexec_loaded)" 0 "nothing is loaded"
	is "$(get "$KHO/active")" 1 "still active"
	is "$(claims out)" kho_test.0 "the claim is there"
	check "abort" deactivate
	need "load a kernel with that size" old_load "$(would_do)"
	kexec_jump
}

boot2() {
	note "scratch: $(get "$KHO/scratch_len")"
	need "the test client" module kho_test_client folios=1 scattered=3000
	need_active
	kexec_into
}

boot3() {
	is "$(claims in)" kho_test.0 "the claim is there"
	need "the test client" module kho_test_client
	is "$(intact)" 4023 "every page intact"
	check "each page once" census
	check "nothing was lost" not_logged "is lost"
}
