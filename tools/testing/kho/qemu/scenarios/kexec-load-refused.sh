# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Images of kexec_load(2) can't carry state: none may be loaded while active,
# and with one loaded there is no activation.
plan=12
mem=1G
append=kho_scratch=64M
needs=kho

old_load() { kexec -c -l "/boot/$CFG/kernel" --command-line="$(next_cmdline "$CFG")"; }

boot1() {
	need_active
	fails "kexec -c -l while active" "busy" old_load
	check "the log says why" logged "kexec_load can't carry what is preserved"
	is "$(get "$KHO/active")" 1 "still active"
	is "$(get /sys/kernel/kexec_loaded)" 0 "nothing is loaded"
	need "abort" deactivate
	check "kexec -c -l" old_load
	fails "activate" "busy" activate
	check "the log says why" logged "the loaded image can't carry state"
	is "$(get "$KHO/active")" 0 "not active"
	check "unload" kexec -c -u
	check "activate" activate
}
