# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Two who switch the handover on and off, who resizes scratch, a module that comes and
# goes, and readers, all at once: each gets what is documented, no client sees an event
# that makes no sense, and then all is handed over.
plan=17
boots=2
mem=2G
cpus=4
append='kho_scratch=128M log_buf_len=4M'
second=same
needs=kho
limit=120

# repeat N COMMAND...: what it says when it fails is left in /tmp/said
repeat() {
	_n=$1
	shift
	for _i in $(seq "$_n"); do "$@" 2>>/tmp/said; done
}

on_and_off() { activate && deactivate; }
# Not while it is active, or an image is loaded
resize() { { put 192M "$KHO/scratch_size" && put 128M "$KHO/scratch_size"; } 2>&1 | grep -v 'busy$' >&2; }
come_and_go() { module kho_sample && rmmod kho_sample; }
# A client may go while a reader is at it, and then what it reads is gone
look() {
	cat "$KHO"/dt "$KHO"/scratch* /sys/kernel/debug/kho/out/kho_test.*/* >/dev/null
	cat /sys/kernel/debug/kho/out/kho_sample/* >/dev/null 2>&1
}

# alternate CLIENT: prepare and abort, one after the other
alternate() {
	dmesg | sed -n "s/.*kho_test: event: \\([a-z]*\\) $1\$/\\1/p" >/tmp/events
	awk 'NR % 2 ? $1 != "prepare" : $1 != "abort" { exit 1 } END { if (NR % 2 || !NR) exit 1 }' /tmp/events
}

boot1() {
	need "the test clients" module kho_test_client clients=2 scattered=500
	: >/tmp/said
	repeat 60 on_and_off & repeat 60 on_and_off &
	repeat 30 resize & repeat 10 come_and_go & repeat 40 look &
	wait
	is "$(cat /tmp/said)" "" "nobody got another error"
	need "the end: off" deactivate
	check "client 0: prepare and abort alternate" alternate 0
	check "client 1: prepare and abort alternate" alternate 1
	check "often enough" test "$(wc -l </tmp/events)" -gt 60
	put 128M "$KHO/scratch_size"
	is "$(scratch_size)" 131072 "scratch is as it was"
	is "$(claims out)" "kho_test.0 kho_test.1" "claims are as they were"
	need_active
	kexec_into
}

boot2() {
	need "the test clients" module kho_test_client clients=2
	is "$(intact)" 1000 "every page intact"
	is "$(events)" "restore 0,restore 1" "events"
	rmmod kho_test_client
	check "each page once" census
	is "$(claims in)" "" "no claim is left"
	need_active
	check "off" deactivate
	find_leaks
}
