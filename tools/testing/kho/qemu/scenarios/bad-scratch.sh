# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Texts for kho_scratch= that are refused as a whole, each with a line in the log.
# Each resets what was there before; so at the end there is no scratch.
bad='64M,banana low: low:1M,low:2M node:0 64M,, ,64M 64M,32M high:64M low:64M,node 16E 64M:low'
plan=14
mem=1G
# shellcheck disable=SC2086
append="kho_scratch=64M$(printf ' kho_scratch=%s' $bad)"
needs=kho

boot1() {
	for text in $bad; do
		check "refused: $text" logged "kho: kho_scratch=$text: not a size; no scratch memory"
	done
	is "$(scratch_size)" 0 "no scratch"
	is "$(meminfo CmaTotal)" 0 "nothing in CMA"
	fails "activate" "Cannot allocate memory" activate
}
