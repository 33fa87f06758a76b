# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# A kernel that is locked down starts no image without a signature, whoever asks; the
# handover that is active stays so, and nothing of it can be changed through debugfs.
# With Debian's configuration, which has signatures.
plan=9
boots=1
mem=2G
append='kho_scratch=128M lockdown=confidentiality'
cfg=debian
needs=kho

refused() { fails "$1" "not permitted\|rejected" kexec "$2" -l "/boot/$CFG/kernel" --reuse-cmdline; }

boot1() {
	check "locked down" logged "Kernel is locked down from command line"
	need_active
	refused "kexec_file_load() of an image without a signature" -s
	refused "kexec_load()" -c
	is "$(get "$KHO/active")" 1 "still active"
	is "$(cat /sys/kernel/kexec_loaded)" 0 "nothing is loaded"
	check "root may read the tree" test "$(wc -c <"$KHO/dt")" -gt 0
	fails "a test client without a signature" "not permitted\|rejected\|Required key" module kho_test_client
	check "abort" deactivate
}
