# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Early boot can't have what it needs to take over a handover: each of its arrays
# in turn, then enough memory beside what is preserved, then a block that memblock
# has no room for, be it the first or a later one. The next kernel comes up as from
# cold, says one reason, and misses no page.
plan=76
boots=12
mem=2G
append='kho_scratch=64M nokaslr'
second=same
needs=kho
limit=200

# what fails, and what the next kernel says; there are a dozen blocks at least
failures() {
	cat <<'LIST'
1 too little scratch for its metadata
2 too little scratch for its claims
3 too little scratch for its page sets
4 too little scratch for its gaps
5 too little scratch for its blocks
6 too little memory is left for boot between its pages
7 memblock can't reserve its blocks
8 memblock can't reserve its blocks
14 memblock can't reserve its blocks
18 memblock can't reserve its blocks
LIST
}

# hand_over K: have the K'th failure in the next boot
hand_over() {
	need "the test clients" module kho_test_client clients=2 scattered=6000 at=200,300,400,500,600,700,800,900,1000,1100,1200,1300
	need_active
	FIRST_ONLY='kho_damage.fail=[0-9]*'
	# shellcheck disable=SC2046 # the words of the line
	set -- $(failures | sed -n "$1p")
	kexec_into "" "${1:+kho_damage.fail=$1}"
}

# see_failure K: what did this kernel make of it?
see_failure() {
	# shellcheck disable=SC2046 # the words of the line
	set -- $(failures | sed -n "$1p")
	_nth=$1
	shift
	is "$(dmesg | grep 'kho: what the previous kernel handed over is lost' | sed 's/.*is lost: \(.*\) (.*/\1/')" \
		"$*" "failure $_nth: one reason"
	check "failure $_nth: nothing is left" not_handed_over
	check "failure $_nth: each page once" census
	[ -e "$STATE/reserved" ] || without_claims | save reserved
	# On arm64 one page less is reserved when memblock had to make its array longer.
	near "$(without_claims)" "$(saved reserved)" 1 "failure $_nth: no page is missing"
}

boot1() { hand_over 1; }

boot_failed() {
	see_failure $((BOOT - 1))
	hand_over "$BOOT"
}

for _boot in 2 3 4 5 6 7 8 9 10 11; do
	eval "boot$_boot() { boot_failed; }"
done

boot12() {
	need "the test clients" module kho_test_client clients=2
	is "$(intact)" $((12000 + 12 * 768)) "without a failure, every page intact"
	check "each page once" census
}
