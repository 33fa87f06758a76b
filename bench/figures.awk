# SPDX-License-Identifier: GPL-2.0-only
#
# The serial log of a measurement -> one line of figures, in nanoseconds and
# bytes. Set head (what the line begins with) and icount (1: on x86 a cycle of the
# guest is 1 ns, whatever it measured).

function field(name, i) {
	for (i = 1; i <= NF; i++)
		if (index($i, name "=") == 1)
			return substr($i, length(name) + 2)
}

function ns(cycles) { return icount ? cycles : cycles * 1000 / mhz }

function put(name, value) { line = line sprintf(" %s=%.0f", name, value) }

{ sub(/\r$/, "") }

/tsc: Detected .* MHz processor/ { mhz = $(NF - 2) + 0 }
/timer\(s\) running at/ { sub(/.*running at /, ""); mhz = $0 + 0; icount = 0 }

/op=memory / { total = field("total"); free = field("free") }
/op=add / { add = field("cycles"); used = field("used") * 4096 }
/op=save / { save = field("used") * 4096 }
/op=activate / { activate = field("cycles") }
/op=jump / { jump = field("at") }
/op=leave / && !leave { leave = field("at") }
/op=enter / { enter = field("at") }
/op=init / { init = field("at") }
/op=restore / { restore = field("cycles") }
/kho: validated and reserved in / { validate = $(NF - 1) }
/kho: unpreserved memory freed in / { freed = $(NF - 1) }

END {
	line = head
	if (restore != "") {
		put("add", ns(add))
		put("used", used)
		put("saved", save)
		put("restore", ns(restore))
	}
	if (activate != "")
		put("activate", ns(activate))
	if (leave)
		put("boot", ns(enter - leave))
	if (validate != "") {
		put("validate", ns(validate))
		put("freed", ns(freed))
	}
	put("jump", ns(init - jump))
	put("memtotal", total * 1024)
	put("memfree", free * 1024)
	print line
}
