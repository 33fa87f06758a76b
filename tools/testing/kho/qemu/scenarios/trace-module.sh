# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
# Events and trace_printk() of modules: without them in the next kernel the
# former are shown by their fields, the latter as before; with them, all is. And a
# module that takes the place of another while the handover is active.
plan=25
boots=2
mem=2G
append=kho_scratch=64M
needs=kho

# another_module: the module, with other names of its functions
another_module() {
	sed 's/simple_thread/sample_thread/g' "/lib/modules/$CFG/trace-events-sample.ko" >/tmp/other.ko
	insmod /tmp/other.ko && rm /tmp/other.ko
}

boot1() {
	# While functions are traced, the names of those for a module's start are kept
	echo panic >"$TRACE/set_ftrace_filter"
	echo function >"$TRACE/current_tracer"
	check "a module with events" module trace-events-sample
	need_active
	rmmod trace-events-sample
	check "another one in its place" another_module
	echo 'do_sample_thread*' >>"$TRACE/set_ftrace_filter"
	echo 1 >"$TRACE/events/sample-trace/enable"
	until [ "$(grep -c ' foo_bar: ' "$TRACE/trace")" -ge 4 ]; do usleep 100000; done
	echo 0 >"$TRACE/events/sample-trace/enable"
	check "a module that prints" module kho_trace_printk
	echo 0 >"$TRACE/tracing_on"
	save trace <"$TRACE/trace"
	kexec_into
}

# own_text FILE: its records; of foo_bar, whose text depends on lengths that nobody
# can check, without the text
own_text() { grep -v '^#' "$1" | sed 's/\(: foo_bar:\).*/\1/'; }

boot2() {
	need "something was handed over" handed_over
	check "a function of the module, by its name" grep -q ': do_sample_thread_func' "$TRACE/trace"
	for event in foo_bar foo_with_template_simple foo_rel_loc; do
		check "traced before: $event" eval "saved trace | grep -q ' $event: '"
	done
	for text in 'a constant string' 'another one' 'numbers -1 2 0x300000000   004|' \
		'round 2 is done' 'a string on the stack, a character x' \
		'width     6|wi     |6f 6e 20' \
		'functions schedule at '; do
		check "printed before: $text" eval "saved trace | grep -qF '$text'"
	done

	is "$(records | wc -l)" "$(saved trace | grep -vc '^#')" "as many lines without the modules"
	grep -v ': foo_' "$TRACE/trace" >/tmp/others
	saved trace | grep -v ': foo_' | save others
	same_file /tmp/others others "what the other module printed, and the header"
	check "the events by their fields" grep -q ': foo_bar: .*foo=hello' "$TRACE/trace"

	check "the module with events once more" module trace-events-sample
	check "the module that prints once more" module kho_trace_printk
	own_text "$TRACE/instances/last_boot/trace" >/tmp/records
	own_text "$STATE/trace" | save records
	same_file /tmp/records records "with the modules, line for line"
	check "without the module again" rmmod trace-events-sample
	is "$(grep -vc '^#' "$TRACE/instances/last_boot/trace")" "$(saved records | wc -l)" "as many lines"
}
