# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Pages all over memory, with gaps too small for boot between them: refused at
# activation, at load and at the jump, with the size that would do; with less of
# them it works. On one CPU: what another one keeps on its list of free pages, and
# that may be much, the test client could not get.
plan=26
boots=2
mem=12G
cpus=1
append=kho_scratch=64M
second=same
needs=kho
limit=200

too_few() { dmesg | grep -c 'kho: too few pages would be left for boot between those preserved: [0-9]* MiB, need [1-9][0-9]* MiB$'; }

boot1() {
	settled_memfree | save free
	need "pages everywhere" module kho_test_client every=3
	fails "activation" "No space left on device" activate
	is "$(too_few)" 1 "the log says what would do"
	is "$(get "$KHO/active")" 0 "not active"
	is "$(claims out)" kho_test.0 "the claim is there"
	need "load" kexec_load
	fails "activation with an image loaded" "No space left on device" activate
	is "$(too_few)" 2 "said again"
	check "unload" kexec -u

	rmmod kho_test_client
	need_active
	need "pages everywhere, while active" module kho_test_client every=3
	fails "load" "Cannot assign requested address" kexec_load
	is "$(too_few)" 3 "said at load"
	rmmod kho_test_client
	need "load without them" kexec_load
	need "and with them again" module kho_test_client every=3
	fails "jump" "No space left on device" kexec -e
	is "$(too_few)" 4 "said before the jump"
	is "$(get "$KHO/active")" 0 "activation undone"
	rmmod kho_test_client
	check "unload what did not start" kexec -u
	memfree_is "$(saved free)" 1024 "no memory is missing"
	need "the test client" module kho_test_client every=64
	need_active
	kexec_into
}

boot2() {
	need "the test client" module kho_test_client
	check "every page intact" test "$(intact)" -gt 2000
	check "each page once" census
}
