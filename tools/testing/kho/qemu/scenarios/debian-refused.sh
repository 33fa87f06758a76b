# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# kho-load says why not, in the kernel's words where it is the kernel that refuses, and
# leaves what was loaded and active as it was.
plan=41
boots=1
mem=2G
cfg=debian
userspace=debian
needs=kho

kernel=/boot/$CFG/kernel
state() { echo "$(cat "$KHO/active") $(cat /sys/kernel/kexec_loaded)"; }

# refused WHY STATE DESCRIPTION ARGUMENTS...: fails, says so, and the state is that
refused() {
	_why=$1 _state=$2 _description=$3
	shift 3
	fails "$_description" "$_why" kho-load "$@"
	is "$(state)" "$_state" "$_description: all as before"
}

as_nobody() { setpriv --reuid=65534 --clear-groups kho-load "$@"; }

in_journal() { journalctl -b -u kho-load | grep -q "$1"; }

# interrupted: all of kho-load is told to stop right before its second step
interrupted() {
	mkdir /tmp/bin
	printf '#!/bin/sh\nkill -TERM 0\nexec /usr/sbin/kexec "$@"\n' >/tmp/bin/kexec
	chmod 755 /tmp/bin/kexec
	PATH=/tmp/bin:$PATH setsid --wait kho-load -k "$kernel"
}

somebody_waits() { grep -q -e '-> FLOCK' /proc/locks; }

boot1() {
	refused "not enabled: no scratch memory" "0 0" "no scratch" -k "$kernel"
	echo "KERNEL=$kernel" >/etc/default/kho-load
	fails "the service fails as well" "failed" systemctl start kho-load
	check "its journal says why" in_journal "not enabled: no scratch memory"
	check "Debian is up all the same" systemctl is-active multi-user.target

	echo 16M >"$KHO/scratch_size"
	refused "scratch of 16 MiB is too small .*: need kho_scratch=" "0 0" "too little scratch" -k "$kernel"
	echo 128M >"$KHO/scratch_size"
	refused "no kernel /nowhere" "0 0" "no such kernel" -k /nowhere
	refused "no initrd /nowhere" "0 0" "no such initrd" -k "$kernel" -i /nowhere
	refused "cannot load /etc/passwd" "0 0" "what is no kernel" -k /etc/passwd
	refused "no kernel /boot/vmlinuz-$(uname -r)" "0 0" "the kernel that runs, which is not installed"
	cp "$kernel" /boot/vmlinuz-stock
	refused "no initrd /boot/initrd.img-stock; with -i none" "0 0" "an installed kernel without its initrd" -k /boot/vmlinuz-stock
	echo "# CONFIG_KHO is not set" >/boot/config-stock
	refused "/boot/vmlinuz-stock has no Kexec HandOver" "0 0" "a kernel without KHO" -k /boot/vmlinuz-stock -i none
	refused "Usage: kho-load" "0 0" "an unknown option" -x
	refused "Usage: kho-load" "0 0" "a word too many" -k "$kernel" now
	fails "for root only" "only root may do that" as_nobody -k "$kernel"

	check "an image that can't carry state" kexec -c -l "$kernel" --reuse-cmdline
	refused "the loaded image can't carry state" "0 1" "with it" -k "$kernel"
	check "unload" kho-load -u
	is "$(state)" "0 0" "nothing loaded"

	check "kho-load" kho-load -k "$kernel"
	refused "cannot load /etc/passwd" "1 1" "no kernel, when another is loaded" -k /etc/passwd
	check "again" kho-load -k "$kernel"
	check "undone" kho-load -u
	is "$(state)" "0 0" "not active, and nothing loaded"

	check "a signal between its steps" interrupted
	is "$(state)" "1 1" "then both are done"
	check "undone" kho-load -u

	exec 9<"$KHO/active"
	flock 9
	kho-load -k "$kernel" 9<&- &
	until somebody_waits; do sleep 0.1; done
	is "$(state)" "0 0" "while another one is at it, it waits"
	flock -u 9
	check "then it is its turn" wait $!
	is "$(state)" "1 1" "active, and an image is loaded"
}
