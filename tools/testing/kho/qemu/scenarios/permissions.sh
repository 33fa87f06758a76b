# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Who may see and do what: modes of all files, a user who is not root, and root without
# CAP_SYS_BOOT.
plan=31
boots=2
mem=1G
append=kho_scratch=64M
second=same
needs=kho

EPERM=1
EACCES=13
CAP_SYS_BOOT=22

modes() { (cd "$1" && stat -c '%n %a' -- * | tr '\n' ' '); }
# as_user, without_cap: print the error number
as_user() { /kho/attempt -u 65534 "$@" | cut -d' ' -f1; }
without_cap() { /kho/attempt -d "$CAP_SYS_BOOT" "$@" | cut -d' ' -f1; }

# state: what must not change
state() { cat "$KHO/active" "$KHO/dt_max" "$KHO/scratch_size" "$KHO/scratch_phys" | tr '\n' ' '; }

# may_not_write FILE TEXT
may_not_write() {
	is "$(as_user "$KHO/$1" "$2")" "$EACCES" "$1: a user may not write"
	is "$(without_cap "$KHO/$1" "$2")" "$EPERM" "$1: root without CAP_SYS_BOOT may not write"
}

boot1() {
	is "$(modes "$KHO")" "active 644 dt 400 dt_max 644 generation 444 previous_release 444 release 200 scratch_len 444 scratch_phys 400 scratch_size 644 " \
		"modes in sysfs"
	is "$(stat -c %a /sys/kernel/debug)" 700 "debugfs is root's"
	need "a test client" module kho_test_client
	is "$(modes /sys/kernel/debug/kho/out/kho_test.0)" "info 400 pagesets 400 runs 400 tree 400 " "modes in debugfs"
	before=$(state)
	may_not_write active 1
	may_not_write dt_max 65536
	may_not_write scratch_size 128M
	may_not_write release 1
	is "$(state)" "$before" "nothing has changed"
	need_active
	before=$(state)
	may_not_write active 0
	is "$(state)" "$before" "nothing has changed"
	for file in scratch_phys dt; do
		is "$(as_user "$KHO/$file")" "$EACCES" "$file: a user may not read"
	done
	for file in active scratch_len scratch_size; do
		is "$(as_user "$KHO/$file")" 0 "$file: a user may read"
	done
	is "$(as_user /sys/kernel/debug/kho/out/kho_test.0/tree)" "$EACCES" "debugfs: a user may not read"
	is "$(without_cap "$KHO/dt")" 0 "dt: root may read, without CAP_SYS_BOOT"
	kexec_into
}

boot2() {
	is "$(modes /sys/firmware/kho)" "dt 400 " "modes of what came in"
	is "$(as_user /sys/firmware/kho/dt)" "$EACCES" "a user may not read it"
	is "$(/kho/attempt /sys/firmware/kho/dt)" "0 0" "root may read it"
	is "$(modes /sys/kernel/debug/kho/in/kho_test.0)" "info 400 pagesets 400 runs 400 tree 400 " "modes in debugfs"
	is "$(without_cap "$KHO/release" 1)" "$EPERM" "release: root without CAP_SYS_BOOT may not write"
	check "something was handed over" handed_over
}
