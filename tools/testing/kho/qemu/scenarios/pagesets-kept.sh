# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Pages and areas of vmalloc() that are preserved again and again, over four kexecs.
plan=21
boots=5
mem=2G
append=kho_scratch=64M
second=same
needs=kho

pages_and_areas() {
	is "$(intact)" $((2 * (2000 + 2 * 1023 + 2 * 768))) "every page intact"
	is "$(areas_intact 700)" 2 "every area intact"
}

boot1() {
	need "the test clients" module kho_test_client clients=2 scattered=2000 folios=2 ranges=2 area=700
	need_active
	kexec_into
}

boot2() { again; }
boot3() { again whole=1; }
boot4() { again; }

again() {
	need "the test clients" module kho_test_client clients=2 keep=1 "$@"
	pages_and_areas
	need_active
	kexec_into
}

boot5() {
	need "the test clients" module kho_test_client clients=2
	pages_and_areas
}
