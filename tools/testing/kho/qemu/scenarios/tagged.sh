# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A machine whose pages may have tags (Arm's Memory Tagging Extension): those that do are
# refused, in whatever way they are added; others are handed over.
plan=11
boots=2
mem=1G
append=kho_scratch=64M
second=same
needs=kho
qemu='-machine mte=on -cpu max,pauth-impdef=on'

boot1() {
	need "pages may have tags" grep -q '^Features.* mte' /proc/cpuinfo
	check "every case as documented" module kho_test_bad scratch="$(head -n 1 "$KHO/scratch_phys")"
	dmesg | sed -n 's/.*kho_test: \(not ok .*\)/\1/p' | while read -r l; do note "$l"; done
	check "all cases ran" logged "bad input: 69 cases, 0 failed"
	check "the log says why" logged "can't be preserved: with tags"
	check "the test goes" rmmod kho_test_bad
	need "the test client" module kho_test_client scattered=1000 folios=4 ranges=3
	need_active
	kexec_into
}

boot2() {
	all_intact 1 $((1000 + 4 * 1023 + 3 * 768))
}
