# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The platforms, a plan of tests on each, and the table of both.

# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# platforms TIERS: those that the ladder has there, an architecture after the other
platforms() {
	local arch tier
	for arch in arm64 x86_64; do
		for tier in $1; do
			ladder "$tier" "$arch" platform | sed "s/^/$arch-/"
		done
	done
}

# table RESULTS TEST...: a row for each platform that has a result, a column for
# each test
table() {
	awk -v tests="${*:2}" '
		/^(ok|not ok|skip) [^ ]*\// {
			split($1 == "not" ? $3 : $2, at, "[/:]")
			if (!(at[1] in seen)) rows[++nr] = at[1]
			seen[at[1]] = 1
			result[at[1], at[2]] = $1 == "not" ? "FAILED" : $1
		}
		END {
			n = split(tests, name, " ")
			line = sprintf("# %-24s", "platform")
			for (t = 1; t <= n; t++) line = line " " name[t]
			print line
			for (r = 1; r <= nr; r++) {
				line = sprintf("# %-24s", rows[r])
				for (t = 1; t <= n; t++) {
					w = result[rows[r], name[t]]
					line = line sprintf(" %-" length(name[t]) "s", w == "" ? "NONE" : w)
				}
				sub(/ *$/, "", line)
				print line
			}
		}' "$1"
}

# matrix PLATFORM... -- TEST...: runs the tests on each platform, then the table
matrix() {
	local names=() all=() name test
	while [[ $1 != -- ]]; do
		names+=("$1")
		shift
	done
	shift
	for name in "${names[@]}"; do
		for test; do all+=("$name/$test"); done
	done
	guests -- "${all[@]}"
	table "$RESULTS" "$@"
}
