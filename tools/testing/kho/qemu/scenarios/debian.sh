# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# The main job on Debian, as its administrator does it: kho-load, by its service or by
# hand, then systemctl kexec. What is traced while services are shut down, up to the
# last program before the jump, comes back, too.
plan=29
boots=3
mem=2G
append=kho_scratch=128M
cfg=debian
second=same
userspace=debian
needs=kho

loaded() { cat /sys/kernel/kexec_loaded; }
next_kernel() { echo "/boot/$CFG/kernel"; }

# says_loaded RELEASE: what kho-load says then
says_loaded() { echo "kho-load: the handover is active, and /boot/vmlinuz-$1 is loaded, initrd: /boot/initrd.img-$1"; }

# systemd_jump: never returns
systemd_jump() {
	note "end of boot $BOOT"
	need "systemctl kexec" systemctl kexec
	sleep 1000
	not_ok "systemctl kexec came back"
	finish
}

is_up() { is "$(systemctl is-system-running --wait)" running "Debian is up"; }

traced() {
	trace_fill
	records | save trace
}

# recovered HANDOVERS
recovered() {
	need "something was handed over" handed_over
	is "$(cat "$KHO/generation")" "$1" "handover $1"
	begins_with_records trace "every record, line for line"
	for m in "after activation" "services are stopped" "systemd-shutdown kexec"; do
		check "marker: $m" sees_marker "$m"
	done
	is "$(cat "$KHO/active") $(loaded)" "0 0" "not active, and nothing loaded"
}

boot1() {
	is_up
	traced
	printf 'KERNEL="%s"\nCOMMAND_LINE="%s"\n' "$(next_kernel)" "$(next_cmdline "$CFG")" >/etc/default/kho-load
	need "systemctl start kho-load" systemctl start kho-load
	is "$(cat "$KHO/active") $(loaded)" "1 1" "active, and an image is loaded"
	marker "after activation"
	systemd_jump
}

boot2() {
	is_up
	recovered 1
	check "systemctl start kho-load" systemctl start kho-load
	check "systemctl start kho-load, once more" systemctl start kho-load
	is "$(cat "$KHO/active") $(loaded)" "1 1" "active again, and an image is loaded"
	check "kho-load -u" kho-load -u
	is "$(cat "$KHO/active") $(loaded)" "0 0" "then not active any more, nor anything loaded"
	echo >"$TRACE/trace"
	traced
	cp "$(next_kernel)" "/boot/vmlinuz-$(uname -r)"
	echo etc | cpio -o -H newc 2>/dev/null | gzip >"/boot/initrd.img-$(uname -r)"
	is "$(kho-load -c "$(next_cmdline "$CFG")")" "$(says_loaded "$(uname -r)")" "kho-load by hand: the kernel and initrd that run"
	ln "/boot/vmlinuz-$(uname -r)" /boot/vmlinuz-next
	ln "/boot/initrd.img-$(uname -r)" /boot/initrd.img-next
	ln -s boot/vmlinuz-next /vmlinuz
	is "$(kho-load -c "$(next_cmdline "$CFG")")" "$(says_loaded next)" "with a link, those that the machine would boot"
	marker "after activation"
	systemd_jump
}

boot3() {
	is_up
	check "there was an initrd" logged "Freeing initrd memory"
	recovered 2
}
