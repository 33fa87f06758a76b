# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The platforms, a plan of tests on each, and the table of both.

# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

PLATFORMS=$ROOT/tools/testing/kho/qemu/platforms

# of_file NAME VARIABLE: what the file sets it to
of_file() {
	# shellcheck source=/dev/null disable=SC2034 # for the file
	(arch='' efi='' && . "$PLATFORMS/$1.sh" && echo "${!2:-}")
}

# platforms: all of them, an architecture after the other; a file that can't be read
# as one is a platform that fails
platforms() {
	local file name arch archs
	for file in "$PLATFORMS"/*.sh; do
		name=$(basename -s .sh "$file")
		archs=$(of_file "$name" archs) || true
		for arch in ${archs:-unknown}; do
			echo "$arch-$name"
		done
	done | sort
}

# all_there RESULTS PREFIX TEST...: a test that has no result has failed
all_there() {
	local results=$1 prefix=$2 name
	shift 2
	for name in "$@"; do
		grep -qE "^(ok|not ok|skip) ${prefix}${name}[ :]" "$results" ||
			fail "$prefix$name" "no result" | tee -a "$results"
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
	local names=() all=() name test results=$SUITE_LOG/results
	while [[ $1 != -- ]]; do
		names+=("$1")
		shift
	done
	shift
	for name in "${names[@]}"; do
		for test; do all+=("$name/$test"); done
	done
	{ "$ROOT/scripts/scenario" --jobs "$(nproc)" "${all[@]}" || true; } | tee "$results"
	for name in "${names[@]}"; do
		all_there "$results" "$name/" "$@"
	done
	table "$results" "$@"
}
