// SPDX-License-Identifier: GPL-2.0
/*
 * Writes records of trace_printk() whose formats and strings lie in a module:
 * what the next kernel shows of them must not depend on this one's memory.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched.h>

static const char * const moods[] = { "calm", "busy", "done" };

static void kho_trace_printk_func(void)
{
}

static int __init kho_trace_printk_init(void)
{
	char local[16];
	int i;

	trace_printk("a constant string\n");	/* stored as a pointer to it */
	trace_puts("another one\n");
	trace_printk("numbers %d %u %#llx %5.3d|\n", -1, 2U, 3ULL << 32, 4);
	for (i = 0; i < ARRAY_SIZE(moods); i++)
		trace_printk("round %d is %s\n", i, moods[i]);
	snprintf(local, sizeof(local), "on the %s", "stack");
	trace_printk("a string %s, a character %c\n", local, 'x');
	trace_puts(local);			/* no constant: copied */
	trace_printk("width %*d|%-*.*s|%*ph\n", 5, 6, 7, 2, "wide", 3, local);
	trace_printk("functions %ps at %lx and %pS at %lx\n",
		     schedule, (unsigned long)schedule, kho_trace_printk_func,
		     (unsigned long)kho_trace_printk_func);
	return 0;
}
module_init(kho_trace_printk_init);

static void __exit kho_trace_printk_exit(void)
{
}
module_exit(kho_trace_printk_exit);

MODULE_DESCRIPTION("Trace records for the tests of Kexec HandOver");
MODULE_LICENSE("GPL");
