# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What every script here shares: where things are, how to talk, how to lock.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=${KHO_BUILD:-$ROOT/build}
LINUX=$BUILD/linux
LOG=$BUILD/log
OVERLAY=(kernel include mm arch drivers lib samples Documentation tools)
export ROOT BUILD LINUX LOG OVERLAY LC_ALL=C

mkdir -p "$LOG"

say() { printf '==> %s\n' "$*" >&2; }
warn() { printf '!!! %s\n' "$*" >&2; }
die() { warn "$*"; exit 1; }

# pin KEY: the value of KEY in the KERNEL file
pin() { sed -n "s/^$1 *= *//p" "$ROOT/KERNEL"; }

# lock NAME COMMAND...: run COMMAND while nobody else holds NAME.
# Nested use by the holder's children is a no-op.
lock() {
	local name=$1 held=KHO_LOCK_${1//[^a-z]/_}
	shift
	if [[ -n ${!held:-} ]]; then
		"$@"
		return
	fi
	exec {LOCK_FD}>"$BUILD/.$name.lock"
	if ! flock -n "$LOCK_FD"; then
		say "waiting for build/.$name.lock (someone else is at it)"
		flock "$LOCK_FD"
	fi
	export "$held=1"
	"$@"
	unset "$held"
	exec {LOCK_FD}>&-
}

# logged NAME COMMAND...: output into build/log/NAME.log, its tail on failure
logged() {
	local log=$LOG/$1.log
	shift
	mkdir -p "$(dirname "$log")"
	if ! "$@" >"$log" 2>&1; then
		tail -n 40 "$log" >&2
		warn "failed: $* (all of it: $log)"
		return 1
	fi
}

# newer_than TARGET FILE...: is it newer than all of these, and what is in them?
newer_than() {
	local target=$1
	shift
	[[ -f $target && -z $(find "$@" -newer "$target" -print -quit) ]]
}

# git in the kernel tree, deaf to the user's configuration
kgit() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null \
		git -C "$LINUX" -c core.fsync=none -c gc.auto=0 -c core.abbrev=12 "$@"
}

# series: the patch file names, in order
series() {
	[[ -f $ROOT/patches/series ]] || return 0
	sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$ROOT/patches/series"
}

# series_id: changes when any patch or their order does
series_id() {
	local name
	while read -r name; do
		[[ -f $ROOT/patches/$name ]] || die "patches/series names $name, which does not exist"
		printf '%s\n' "$name"
		cat "$ROOT/patches/$name"
	done < <(series) | sha256sum | cut -d' ' -f1
}

# series_files: the files the series touches
series_files() {
	local name
	while read -r name; do
		sed -n -e 's,^--- a/,,p' -e 's,^+++ b/,,p' "$ROOT/patches/$name"
	done < <(series) | sed 's/[[:space:]]*$//' | sort -u
}

# overlay_files: our own files, by their kernel paths
overlay_files() {
	local f
	git -C "$ROOT" ls-files -co --exclude-standard -- "${OVERLAY[@]}" | sort -u |
		while read -r f; do
			[[ -f $ROOT/$f ]] && printf '%s\n' "$f"
		done || true
}

# kernel_arch NAME: x86_64 -> x86
kernel_arch() { case $1 in x86_64) echo x86 ;; arm64) echo arm64 ;; *) die "unknown ARCH $1" ;; esac; }
deb_arch() { case $1 in x86_64) echo amd64 ;; arm64) echo arm64 ;; *) die "unknown ARCH $1" ;; esac; }
kernel_image() { case $1 in x86_64) echo arch/x86/boot/bzImage ;; arm64) echo arch/arm64/boot/Image ;; *) die "unknown ARCH $1" ;; esac; }
cross_compile() {
	[[ $(uname -m) == x86_64 && $1 == arm64 ]] && { echo aarch64-linux-gnu-; return; }
	[[ $(uname -m) == aarch64 && $1 == x86_64 ]] && { echo x86_64-linux-gnu-; return; }
	echo ""
}
