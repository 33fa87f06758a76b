# SPDX-License-Identifier: GPL-2.0-only
#
# Lines of figures -> tables for people. What preserved memory adds is the
# difference to the same measurement with no pieces.

function read_line(i, pair) {
	for (i = 1; i <= NF; i++) {
		split($i, pair, "=")
		now[pair[1]] = pair[2]
	}
}

function has(k, what) { return (k, what) in v }

# The value, and by how much it is more than without pieces.
function over(k, what) {
	return v[k, what] - v[base[k], what]
}

function each(k, value) { return size[k] ? value / size[k] : 0 }

function cell(good, format, value) {
	printf " %*s", width, good ? sprintf(format, value) : "-"
}

function head(text, names, n, i, name) {
	n = split(names, name, ",")
	printf "\n%s\n%-30s", text, ""
	for (i = 1; i <= n; i++)
		printf " %*s", width, name[i]
	print ""
}

function label(k) { return sprintf("%-11s %-10s %7d", kernel[k], workload[k], size[k]) }

function row(k) {
	printf "%-30s", label(k)
	cell(has(k, "add") && size[k], "%.1f", each(k, v[k, "add"]))
	cell(has(k, "activate"), "%.1f", v[k, "activate"] / 1000)
	cell(has(k, "used"), "%d", v[k, "used"])
	cell(has(k, "saved"), "%d", v[k, "saved"])
	cell(size[k], "%.3f", over(k, "boot") / 1e6)
	cell(has(k, "validate") && size[k], "%.1f", each(k, over(k, "validate")))
	cell(has(k, "freed") && size[k], "%.1f", each(k, over(k, "freed")))
	cell(has(k, "restore") && size[k], "%.1f", each(k, v[k, "restore"]))
	cell(1, "%.1f", v[k, "jump"] / 1e6)
	print ""
}

function ratio(k, peer, what, difference, ours, theirs) {
	ours = difference ? over(k, what) : v[k, what]
	theirs = difference ? over(peer, what) : v[peer, what]
	cell(ours > 0 && theirs > 0, "%.2f", ours > 0 ? theirs / ours : 0)
}

function ratios(name, i, k, peer) {
	head("How many times as much as ours, " name ":", "add,metadata,early boot,restore,jump")
	for (i = 1; i <= nr; i++) {
		k = order[i]
		peer = name SUBSEP workload[k] SUBSEP size[k]
		if (kernel[k] != "bench" || !(peer in kernel) || !size[k])
			continue
		printf "%-30s", label(k)
		ratio(k, peer, "add")
		ratio(k, peer, "used")
		ratio(k, peer, "boot", 1)
		ratio(k, peer, "restore")
		ratio(k, peer, "jump")
		print ""
	}
}

function jumps(i, off, idle, none, full) {
	off = "off" SUBSEP "jump" SUBSEP 0
	idle = "idle" SUBSEP "jump" SUBSEP 0
	none = "bench" SUBSEP "scattered" SUBSEP 0
	full = "bench" SUBSEP "scattered" SUBSEP 262144
	if (!(off in kernel) || !(idle in kernel))
		return
	printf "\nFrom kexec -e to init, ms:\n"
	printf "%-30s %*.1f\n", "KHO off", width, v[off, "jump"] / 1e6
	printf "%-30s %*.1f\n", "KHO idle", width, v[idle, "jump"] / 1e6
	if (none in kernel)
		printf "%-30s %*.1f\n", "active with nothing", width, v[none, "jump"] / 1e6
	if (full in kernel)
		printf "%-30s %*.1f\n", "active with 1 GiB scattered", width, v[full, "jump"] / 1e6
	printf "\nMemory that an idle KHO costs, KiB: %d of MemTotal, %d of free memory\n",
		(v[off, "memtotal"] - v[idle, "memtotal"]) / 1024,
		(v[off, "memfree"] - v[idle, "memfree"]) / 1024
}

BEGIN { width = 11 }

{
	delete now
	read_line()
	k = now["kernel"] SUBSEP now["workload"] SUBSEP now["pieces"]
	order[++nr] = k
	kernel[k] = now["kernel"]
	workload[k] = now["workload"]
	size[k] = now["pieces"] + 0
	base[k] = now["kernel"] SUBSEP (now["workload"] == "huge" ? "huge" : "scattered") SUBSEP 0
	for (name in now)
		v[k, name] = now[name]
	if (kernel[k] ~ /^peer/)
		peers[kernel[k]]
}

END {
	head(FILENAME ":", "add,activate,metadata,list,early boot,validate,free,restore,jump")
	printf "%-30s", "kernel      workload    pieces"
	split("ns/piece,us,bytes,bytes,ms,ns/piece,ns/piece,ns/piece,ms", unit, ",")
	for (i = 1; i <= 9; i++)
		printf " %*s", width, unit[i]
	print ""
	for (i = 1; i <= nr; i++)
		if (workload[order[i]] != "jump")
			row(order[i])
	for (name in peers)
		ratios(name)
	jumps()
}
