# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A guest of 64 GiB: 64 MiB of scratch are enough, as for a small one. And for one of
# 512 GiB, whose struct pages take 8 GiB of the host:
# make boot RUN="--set mem=512G platform-large"
plan=10
boots=3
mem=64G
# Not memory-backend-ram: of that the host would give a huge page for each touch
qemu="-object memory-backend-memfd,id=m,size=MEM,reserve=off -machine memory-backend=m"
append=kho_scratch=64M
needs=kho

boot1() {
	marker "first words"
	need "the test clients" module kho_test_client clients=2 scattered=4000 folios=8 ranges=8
	need_active
	kexec_into
}

boot2() {
	check "the trace came along" sees_marker "first words"
	need "the test clients" module kho_test_client clients=2 keep=1
	is "$(intact)" $((2 * (4000 + 8 * 1023 + 8 * 768))) "every page intact"
	need_active
	kexec_into
}

boot3() {
	need "the test clients" module kho_test_client clients=2
	is "$(intact)" $((2 * (4000 + 8 * 1023 + 8 * 768))) "every page intact, once more"
}
