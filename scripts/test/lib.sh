# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the suites share: a line a test on stdout, the details in build/log/test.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

SUITE=$(basename "$0")
SUITE_LOG=$LOG/test/$SUITE
rm -rf "$SUITE_LOG"
mkdir -p "$SUITE_LOG"

pass() { echo "ok $1"; }
skip() { echo "skip $1: $2"; }
fail() { echo "not ok $1: $2"; }

# attempt NAME COMMAND...: ok if it succeeds; what it said is kept, and its end
# shown when it fails. A function fails at its first command that does: as a condition
# of an if, it would go on, set -e or not.
attempt() {
	local name=$1 log rc
	log=$SUITE_LOG/${name//[^A-Za-z0-9._-]/_}.log
	shift
	set +e
	(set -e; "$@") >"$log" 2>&1
	rc=$?
	set -e
	if ((rc == 0)); then
		pass "$name"
	else
		tail -n 15 "$log" | sed 's/^/    /' >&2
		fail "$name" "see ${log#"$ROOT"/}"
	fi
}

# start NAME COMMAND...: an attempt in the background, as many at a time as there are
# CPUs; wait for them all
start() {
	while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n || true; done
	attempt "$@" &
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

# kernel_sources: our C and header files that are kernel code (not user space tools)
kernel_sources() {
	ours '*.c' '*.h' | grep -E '^(kernel|include|mm|arch|drivers|lib|samples)/' || true
}

# compiled ARCH-CFG: our C files that this kernel has
compiled() {
	local file
	kernel_sources | grep '\.c$' | while read -r file; do
		[[ ! -f $BUILD/out/$1/${file%.c}.o ]] || echo "$file"
	done
}

# What is compiled in the decompressor has flags of its own, and only with all of it.
DECOMPRESSOR=arch/x86/boot/compressed

# sparse_each ARCH CFG FILE...: sparse's word on these, and the compiler's
sparse_each() {
	local arch=$1 cfg=$2 file objects=()
	shift 2
	for file; do
		[[ $file == "$DECOMPRESSOR"/* ]] || objects+=("${file%.c}.o")
	done
	"$ROOT/scripts/kernel" "$arch" "$cfg" C=2 "${objects[@]}" || return
	for file; do
		[[ $file == "$DECOMPRESSOR"/* ]] || continue
		rm -f "$BUILD/out/$arch-$cfg/${file%.c}.o"
		"$ROOT/scripts/kernel" "$arch" "$cfg" C=1 bzImage || return
	done
}

# sparse ARCH CFG FILE...: has nothing to say about our files in these
sparse() {
	local log=$SUITE_LOG/sparse-$1-$2.out
	sparse_each "$@" >"$log" 2>&1 || { cat "$log"; return 1; }
	# It does not see that a guard unlocks, as those of raw spin locks there do.
	diff /dev/null <(grep -E '(warning|error):' "$log" | grep -Ff <(ours '*.c' '*.h') |
		grep -v 'trace_kho_ring\.c:.*context imbalance')
}

# ladder TIER KERNEL [platform]: the scenarios, or platforms, that
# tools/testing/kho/qemu/ladder has there
ladder() {
	awk -v tier="$1" -v kernel="$2" -v rows="${3:-scenario}" '
		$1 == "#" && ($2 == "scenario" || $2 == "platform") {
			column = 0
			for (i = 3; $2 == rows && i <= NF; i++) if ($i == kernel) column = i - 1
		}
		!/^#/ && column && $column == tier { print $1 }' "$ROOT/tools/testing/kho/qemu/ladder"
}

# guests ARGUMENT... -- [PLATFORM/]NAME...: scripts/scenario with these arguments, for
# these scenarios; one that has no result, as a kernel was not built, has failed. What it
# printed is in $RESULTS.
guests() {
	local arguments=() name
	while [[ $1 != -- ]]; do
		arguments+=("$1")
		shift
	done
	shift
	RESULTS=$(mktemp "$SUITE_LOG/results.XXXXXX")
	{ "$ROOT/scripts/scenario" --jobs "$(nproc)" "${arguments[@]}" "$@" || true; } | tee "$RESULTS"
	for name; do
		grep -qE "^(ok|not ok|skip) ${name}[ :]" "$RESULTS" || fail "$name" "no result" | tee -a "$RESULTS"
	done
}

# scenarios TIER KERNEL: runs them; KERNEL is a column of the ladder
scenarios() {
	local names where
	case $2 in
	x86_64) where=(--arch x86_64) ;;
	arm64) where=(--arch arm64) ;;
	debug) where=(--arch x86_64 --cfg debug) ;;
	arm64-debug) where=(--arch arm64 --cfg debug) ;;
	*) die "the ladder has no kernel $2" ;;
	esac
	mapfile -t names < <(ladder "$1" "$2")
	((${#names[@]})) || die "the ladder has nothing for $2 in tier $1"
	guests "${where[@]}" -- "${names[@]}"
}

build() {
	"$ROOT/scripts/kernel" "${1%%-*}" "${1#*-}"
	diff /dev/null <(grep -i 'warning:' "$LOG/kernel-$1.log")
}

# builds ARCH-CFG: without a warning
builds() { attempt "build $1" build "$1"; }
