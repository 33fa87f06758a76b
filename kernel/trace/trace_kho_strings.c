// SPDX-License-Identifier: GPL-2.0
/*
 * Strings that go with a trace buffer over kexec, found by the address that they
 * had or name: formats of trace_printk(), and functions of modules.
 */
#define pr_fmt(fmt) "kho: ftrace: " fmt

#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/module_symbol.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/vmalloc.h>

#include "../module/internal.h"
#include "trace.h"
#include "trace_kho_private.h"

/**
 * trace_kho_put_string - append a string to a table
 * @table: the table
 * @addr: its address
 * @string: the string
 * @more: another one to follow it, or NULL
 *
 * Context: May sleep.
 */
void trace_kho_put_string(struct trace_kho_table *table, u64 addr,
			  const char *string, const char *more)
{
	size_t len = strlen(string) + 1, more_len = more ? strlen(more) + 1 : 0;
	struct ftrace_kho_string head = {
		.addr	= addr,
		.len	= ALIGN(sizeof(head) + len + more_len, 8),
	};

	trace_kho_table_put(table, &head, sizeof(head));
	trace_kho_table_put(table, string, len);
	trace_kho_table_put(table, more, more_len);
	trace_kho_table_pad(table, len + more_len);
}

struct symbol {
	unsigned long	value;
	char		type;
	char		name[KSYM_NAME_LEN];
	char		module[MODULE_NAME_LEN];
};

static bool is_function(const struct symbol *sym)
{
	return sym->type && strchr("tTwW", sym->type) && sym->name[0] &&
	       !is_mapping_symbol(sym->name);
}

/* Here ends what has a name. */
static void put_end(struct trace_kho_table *table, u64 addr)
{
	trace_kho_put_string(table, addr, "", NULL);
}

static void save_module_functions(struct trace_kho_table *table,
				  struct symbol *sym)
{
	int exported;

	for (unsigned int i = 0;
	     !module_get_kallsym(i, &sym->value, &sym->type, sym->name,
				 sym->module, &exported); i++) {
		if (is_function(sym))
			trace_kho_put_string(table, sym->value, sym->name,
					     sym->module);
	}
}

#ifdef CONFIG_MODULES
/*
 * What modules had for their start only, as long as it was traced: either the
 * functions or, if @ends, where they end. Trampolines are listed as well, but
 * addresses in them have never been shown by name.
 */
static void save_init_functions(struct trace_kho_table *table,
				struct symbol *sym, bool ends)
{
	unsigned long size, offset;
	int exported;

	for (unsigned int i = 0;
	     !ftrace_mod_get_kallsym(i, &sym->value, &sym->type, sym->name,
				     sym->module, &exported); i++) {
		if (!ftrace_mod_address_lookup(sym->value, &size, &offset, NULL,
					       NULL, sym->name))
			continue;
		if (ends)
			put_end(table, sym->value + size);
		else
			trace_kho_put_string(table, sym->value, sym->name,
					     sym->module);
	}
}

static void save_module_ends(struct trace_kho_table *table)
{
	const struct module_memory *mem;
	struct module *mod;

	guard(mutex)(&module_mutex);
	list_for_each_entry(mod, &modules, list) {
		if (mod->state == MODULE_STATE_UNFORMED)
			continue;
		for_each_mod_mem_type(type) {
			mem = &mod->mem[type];
			if (mem->size)
				put_end(table, (unsigned long)mem->base + mem->size);
		}
	}
}
#else
static void save_init_functions(struct trace_kho_table *table,
				struct symbol *sym, bool ends)
{
}

static void save_module_ends(struct trace_kho_table *table)
{
}
#endif

/**
 * trace_kho_save_symbols - fill the table of functions of modules
 * @table: the table
 *
 * Context: May sleep. Takes module_mutex.
 */
void trace_kho_save_symbols(struct trace_kho_table *table)
{
	struct symbol *sym __free(kfree) = kzalloc(sizeof(*sym), GFP_KERNEL);

	if (!sym) {
		table->err = -ENOMEM;
		return;
	}
	save_module_functions(table, sym);
	save_init_functions(table, sym, false);
	/* Ends come last: at one address, what was put first counts */
	save_init_functions(table, sym, true);
	save_module_ends(table);
}

/* By address, and at one address those last that were put first. */
static int compare_strings(const void *a, const void *b)
{
	const struct ftrace_kho_string *const *x = a, *const *y = b;

	if ((*x)->addr != (*y)->addr)
		return (*x)->addr > (*y)->addr ? 1 : -1;
	return (*x < *y) - (*x > *y);
}

static size_t parse(struct trace_kho_strings *strings, size_t size)
{
	struct trace_kho_cursor cursor = {
		.pos = strings->stream, .end = strings->stream + size,
	};
	const struct ftrace_kho_string *string;
	size_t nr = 0, room;

	while (cursor.pos < cursor.end) {
		room = cursor.end - cursor.pos;
		string = (const void *)cursor.pos;
		if (room < sizeof(*string) || string->len <= sizeof(*string) ||
		    string->len > room || !IS_ALIGNED(string->len, 8))
			break;
		/* Whatever is in it ends here, at the latest */
		if (cursor.pos[string->len - 1])
			break;
		if (strings->index)
			strings->index[nr] = string;
		nr++;
		cursor.pos += string->len;
	}
	return nr;
}

/**
 * trace_kho_strings_load - take a table of strings out of a claim
 * @strings: where to put them
 * @claim: the claim
 * @id: which table
 * @name: name of its page set
 *
 * A damaged table is used as far as it is right.
 *
 * Context: May sleep.
 * Return: 0, or -ENOMEM.
 */
int trace_kho_strings_load(struct trace_kho_strings *strings,
			   struct kho_claim *claim, enum ftrace_kho_table id,
			   const char *name)
{
	size_t size, nr;

	strings->stream = trace_kho_table_read(claim, id, name, &size);
	if (!strings->stream)
		return 0;

	nr = parse(strings, size);
	strings->index = kvcalloc(nr + 1, sizeof(*strings->index), GFP_KERNEL);
	if (!strings->index)
		return -ENOMEM;
	strings->nr = parse(strings, size);
	sort(strings->index, nr, sizeof(*strings->index), compare_strings, NULL);
	return 0;
}

/**
 * trace_kho_strings_free - free strings
 * @strings: the strings
 */
void trace_kho_strings_free(struct trace_kho_strings *strings)
{
	kvfree(strings->index);
	kvfree(strings->stream);
	*strings = (struct trace_kho_strings) {};
}

/* The last string at or below an address, or NULL; the next one is at @end. */
static const struct ftrace_kho_string *
find_below(const struct trace_kho_strings *strings, u64 addr, u64 *end)
{
	size_t low = 0, high = strings->nr, mid;

	/* All before low are at or below, none from high on */
	while (low < high) {
		mid = low + (high - low) / 2;
		if (strings->index[mid]->addr <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low)
		return NULL;
	*end = low < strings->nr ? strings->index[low]->addr : U64_MAX;
	return strings->index[low - 1];
}

/* The function that an address is in; NULL if it has no name. */
static const struct ftrace_kho_string *
find_function(const struct trace_kho_strings *functions, u64 addr, u64 *end)
{
	const struct ftrace_kho_string *function;

	function = find_below(functions, addr, end);
	return function && *(const char *)(function + 1) ? function : NULL;
}

/* The module that a function is of; NULL if it has no name that can be one. */
static const char *module_of(const struct ftrace_kho_string *function)
{
	const char *name = (const char *)(function + 1);
	const char *module = name + strlen(name) + 1;

	if (module >= (const char *)function + function->len || !*module ||
	    strlen(module) >= MODULE_NAME_LEN)
		return NULL;
	return module;
}

/**
 * trace_kho_symbols_lookup - find a function of the previous kernel
 * @functions: functions of modules
 * @addr: an address in it
 * @size: where to put how far it is from this function to the next, or NULL
 * @off: where to put how far @addr is into it, or NULL
 * @modname: where to put the name of its module, or NULL
 * @sym: where to put its name, at most KSYM_NAME_LEN bytes; or NULL
 *
 * Return: length of the name; 0 if there is none.
 */
int trace_kho_symbols_lookup(const struct trace_kho_strings *functions,
			     u64 addr, unsigned long *size, unsigned long *off,
			     char **modname, char *sym)
{
	const struct ftrace_kho_string *function;
	const char *name;
	u64 end;

	function = find_function(functions, addr, &end);
	if (!function)
		return 0;
	name = (const char *)(function + 1);
	if (size)
		*size = end - function->addr;
	if (off)
		*off = addr - function->addr;
	if (modname)
		*modname = (char *)module_of(function);
	if (sym)
		strscpy(sym, name, KSYM_NAME_LEN);
	return strnlen(name, KSYM_NAME_LEN - 1);
}

/**
 * trace_kho_strings_find - find the string at an address
 * @strings: the strings
 * @addr: the address
 *
 * Return: the string, or NULL if there is none.
 */
const char *trace_kho_strings_find(const struct trace_kho_strings *strings,
				   u64 addr)
{
	const struct ftrace_kho_string *string;
	u64 end;

	string = find_below(strings, addr, &end);
	return string && string->addr == addr ? (const char *)(string + 1) : NULL;
}
