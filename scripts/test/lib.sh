# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the suites share: a line a test on stdout, the details in build/log/test.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

SUITE=$(basename "$0")
SUITE_LOG=$LOG/test/$SUITE
mkdir -p "$SUITE_LOG"

pass() { echo "ok $1"; }
skip() { echo "skip $1: $2"; }
fail() { echo "not ok $1: $2"; }

# attempt NAME COMMAND...: ok if it succeeds; what it said is kept, and its end
# shown when it fails
attempt() {
	local name=$1 log
	log=$SUITE_LOG/${name//[^A-Za-z0-9._-]/_}.log
	shift
	if (set -e; "$@") >"$log" 2>&1; then
		pass "$name"
	else
		tail -n 15 "$log" | sed 's/^/    /' >&2
		fail "$name" "see ${log#"$ROOT"/}"
	fi
}

# silent COMMAND...: fails if it fails or says anything
silent() {
	local out
	out=$("$@" 2>&1) || { printf '%s\n' "$out"; return 1; }
	[[ -z $out ]] || { printf '%s\n' "$out"; return 1; }
}

# ours PATTERN...: our overlay files whose names match (git pathspecs)
ours() {
	git -C "$ROOT" ls-files -co --exclude-standard -- "$@" | sort -u |
		while read -r f; do
			[[ -f $ROOT/$f ]] && echo "$f"
		done || true
}

# on_list FILE: the words of a list, without comments
on_list() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$1"; }
