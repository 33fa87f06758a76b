# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Without kho_scratch= KHO reserves nothing and says so; kexec works as ever.
plan=6
boots=2
mem=1G
second=same
needs=kho

boot1() {
	fails "activate" "Cannot allocate memory" activate
	is "$(cat "$KHO/active")" 0 "not active"
	is "$(cat "$KHO/scratch_len")" "" "no scratch"
	is "$(meminfo CmaTotal)" 0 "nothing in CMA"
	kexec_into
}

boot2() {
	check "nothing was handed over" not_handed_over
}
