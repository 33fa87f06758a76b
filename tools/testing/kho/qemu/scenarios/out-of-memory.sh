# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Each allocation fails once: while the handover is activated, while a client registers,
# while the tree is read, and while scratch is resized. If that is an error, it is
# ENOMEM, and all is as before; and then it works.
plan=21
mem=2G
append=kho_scratch=64M
cfg=debug
limit=300
needs=kho
# The page allocator says where it failed
allow='Call [tT]race:'

ENOMEM=12

# all_allocations: those fail that may sleep, too, and small ones
all_allocations() {
	for _kind in failslab fail_page_alloc; do
		put N "/sys/kernel/debug/$_kind/ignore-gfp-wait" || return 1
		put 0 "/sys/kernel/debug/$_kind/verbose" || return 1
	done
	put N /sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem && put 0 /sys/kernel/debug/fail_page_alloc/min-order
}

state() { echo "$(cat "$KHO/active" "$KHO/scratch_size" | tr '\n' ' ')$(claims out)"; }

# sweep UNDO ARGUMENTS...: /kho/attempt with each of its allocations failing in turn;
# what works all the same is undone
sweep() {
	_undo=$1 _nth=0 _said=0 _left=0 _before=$(state)
	shift
	while [ "$_left" = 0 ]; do
		_nth=$((_nth + 1))
		_result=$(/kho/attempt -n "$_nth" "$@")
		_err=${_result% *} _left=${_result#* }
		case $_err in
		0) $_undo ;;
		"$ENOMEM") _said=$((_said + 1)) ;;
		*) echo "allocation $_nth: error $_err"; return 1 ;;
		esac
		if [ "$(state)" != "$_before" ]; then
			echo "allocation $_nth, error $_err: '$(state)' instead of '$_before'"
			return 1
		fi
	done
	[ "$_err" = 0 ] || { echo "error $_err without a failure"; return 1; }
	echo $((_nth - 1)) >/tmp/failed
	echo "$_said" >/tmp/said
}

# swept DESCRIPTION UNDO ARGUMENTS...: the sweep came to its end, and not for nothing
swept() {
	_op=$1
	shift
	check "$_op: the state as before, each time" sweep "$@" || return
	note "$_op: $(cat /tmp/failed) allocations failed, $(cat /tmp/said) were said to have"
	check "$_op: some failed" test "$(cat /tmp/failed)" -gt 2
	check "$_op: and were said to have" test "$(cat /tmp/said)" -gt 2
}

resize_back() { put 64M "$KHO/scratch_size"; }
unload() { rmmod kho_sample; }

boot1() {
	need "allocations can fail" all_allocations
	need "the test clients" module kho_test_client clients=2 scattered=500
	need_active
	need "abort" deactivate
	rmmod kho_test_client
	free=$(settled_memfree)
	need "the test clients again" module kho_test_client clients=2 scattered=500
	swept "active" deactivate "$KHO/active" 1
	swept "a client" unload -m "/lib/modules/$CFG/kho_sample.ko" ""
	swept "scratch_size" resize_back "$KHO/scratch_size" 96M
	need_active
	swept "dt" true "$KHO/dt"
	need "abort" deactivate
	rmmod kho_test_client
	check "each page once" census
	memfree_is "$free" 1024 "MemFree as before"
	find_leaks
}
