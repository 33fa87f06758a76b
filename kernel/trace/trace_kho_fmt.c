// SPDX-License-Identifier: GPL-2.0
/*
 * Formats and records that nobody can vouch for: may one be used to print the
 * other?
 */
#include <linux/array_size.h>
#include <linux/ctype.h>
#include <linux/string.h>

#include "trace.h"
#include "trace_kho_private.h"

/* Widths and precisions have no more digits */
#define DIGITS_MAX	4

static const char *number_end(const char *pos)
{
	size_t len = strspn(pos, "0123456789");

	return len <= DIGITS_MAX ? pos + len : NULL;
}

/*
 * Where the conversion ends whose '%' is before @pos. NULL if it is unknown, if
 * its width makes no sense, or if the width is an argument.
 */
static const char *conversion_end(const char *pos)
{
	pos = number_end(pos + strspn(pos, "-+ #0"));
	if (pos && *pos == '.')
		pos = number_end(pos + 1);
	if (!pos)
		return NULL;
	if (strstarts(pos, "hh") || strstarts(pos, "ll"))
		pos += 2;
	else if (*pos && strchr("hlLzt", *pos))
		pos++;
	return *pos && strchr("cspdiuoxX%", *pos) ? pos + 1 : NULL;
}

/**
 * trace_kho_printf_is_sound - may bstr_printf() get this format?
 * @fmt: the format
 *
 * Return: whether it does nothing but print, whatever the arguments are, as long
 *	as there are enough.
 */
bool trace_kho_printf_is_sound(const char *fmt)
{
	for (fmt = strchr(fmt, '%'); fmt; fmt = strchr(fmt, '%')) {
		fmt = conversion_end(fmt + 1);
		if (!fmt)
			return false;
	}
	return true;
}

/* What the text of an event may call: its arguments are checked or are numbers */
static const char * const sound_calls[] = {
	"sizeof", "__print_flags", "__print_flags_u64", "__print_symbolic",
	"__print_symbolic_u64", "__print_ns_to_secs", "__print_ns_without_secs",
	"__get_str", "__get_rel_str", "__get_bitmask", "__get_rel_bitmask",
	"__get_cpumask", "__get_rel_cpumask", "__get_dynamic_array_len",
	"__get_rel_dynamic_array_len",
};

static const char * const array_calls[] = {
	"__print_hex", "__print_hex_str", "__print_array",
};

static size_t name_length(const char *pos)
{
	size_t len = 0;

	while (isalnum(pos[len]) || pos[len] == '_')
		len++;
	return len;
}

static bool is_one_of(const char *pos, size_t len, const char * const names[],
		      size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		if (strlen(names[i]) == len && !strncmp(names[i], pos, len))
			return true;
	}
	return false;
}

/*
 * The end of an array as argument, if the next one, its length, is a constant or
 * the length of what was located. NULL if it is something else.
 */
static const char *array_end(const char *pos)
{
	static const char * const located[] = {
		"__get_dynamic_array(%63[^)]), __get_dynamic_array_len(%63[^)])",
		"__get_rel_dynamic_array(%63[^)]), __get_rel_dynamic_array_len(%63[^)])",
	};
	char array[64], length[64];
	const char *comma = strchr(pos, ',');

	if (!comma)
		return NULL;
	if (strstarts(pos, "REC->") && isdigit(*skip_spaces(comma + 1)) &&
	    pos + 5 + name_length(pos + 5) == comma)
		return comma;
	for (size_t i = 0; i < ARRAY_SIZE(located); i++) {
		if (sscanf(pos, located[i], array, length) == 2 &&
		    !strcmp(array, length))
			return comma;
	}
	return NULL;
}

/* The end of a name, a number, a call or a field of the record; NULL if unsound */
static const char *operand_end(const char *pos)
{
	size_t len = name_length(pos);
	const char *next = skip_spaces(pos + len);

	if (len == 3 && strstarts(pos, "REC->"))
		return pos + 5;
	if (*next != '(')
		return pos + len;
	if (is_one_of(pos, len, array_calls, ARRAY_SIZE(array_calls)))
		return array_end(skip_spaces(next + 1));
	return is_one_of(pos, len, sound_calls, ARRAY_SIZE(sound_calls)) ?
	       next : NULL;
}

/* Behind an operator: no other pointer is followed, no index or divisor varies */
static const char *operator_end(const char *pos)
{
	const char *next = skip_spaces(pos + 1);

	if (strstarts(pos, "->"))
		return NULL;
	if (strchr("[/%", *pos) && !isdigit(*next) && !strstarts(next, "sizeof"))
		return NULL;
	return pos + 1;
}

static const char *quoted_end(const char *pos)
{
	if (*pos == '%')
		return conversion_end(pos + 1);
	return pos[0] == '\\' && pos[1] ? pos + 2 : pos + 1;
}

/**
 * trace_kho_print_fmt_is_sound - may an event's own function print old records?
 * @fmt: the event's print_fmt: a format and arguments, as C
 *
 * An event's function takes for granted what the kernel sees to when it records:
 * that a length in one field fits another, that an index is within its array.
 * Nobody sees to that here.
 *
 * Return: whether it relies on nothing but what is checked in each record.
 */
bool trace_kho_print_fmt_is_sound(const char *fmt)
{
	bool quoted = false;

	while (fmt && *fmt) {
		if (*fmt == '"') {
			quoted = !quoted;
			fmt++;
		} else if (quoted) {
			fmt = quoted_end(fmt);
		} else if (name_length(fmt)) {
			fmt = operand_end(fmt);
		} else {
			fmt = operator_end(fmt);
		}
	}
	return fmt;
}
