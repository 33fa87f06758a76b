// SPDX-License-Identifier: GPL-2.0
/*
 * Formats and records that can't be trusted: which formats may be used to print which
 * records.
 */
#include <linux/array_size.h>
#include <linux/ctype.h>
#include <linux/string.h>

#include "trace.h"
#include "trace_kho_private.h"

/* Widths and precisions have no more digits */
#define DIGITS_MAX	4
#define NUMBER_MAX	9999

/* What stands for one argument in a format. */
struct conversion {
	char	type;		/* 'd' and the like */
	char	extension;	/* what comes behind "%p" */
	u8	size;		/* of its argument, if it is a number, in bytes */
	u8	stars;		/* further arguments, for width and precision */
};

static const char *number_parse(const char *pos, struct conversion *conv)
{
	size_t len = strspn(pos, "0123456789");

	if (*pos == '*') {
		conv->stars++;
		return pos + 1;
	}
	return len <= DIGITS_MAX ? pos + len : NULL;
}

/*
 * Take the conversion whose '%' is before @pos apart. Return where it ends; NULL
 * if it is unknown or makes no sense.
 */
static const char *conversion_parse(const char *pos, struct conversion *conv)
{
	*conv = (struct conversion) { .size = sizeof(int) };

	pos = number_parse(pos + strspn(pos, "-+ #0"), conv);
	if (pos && *pos == '.')
		pos = number_parse(pos + 1, conv);
	if (!pos)
		return NULL;

	if (strstarts(pos, "hh")) {
		conv->size = sizeof(char);
		pos += 2;
	} else if (*pos == 'h') {
		conv->size = sizeof(short);
		pos++;
	} else if (*pos && strchr("lLzt", *pos)) {
		conv->size = sizeof(long);
		pos += strstarts(pos, "ll") ? 2 : 1;
	}

	if (!*pos || !strchr("cspdiuoxX%", *pos))
		return NULL;
	conv->type = *pos++;
	conv->extension = *pos;
	return pos;
}

/* The arguments of a format lie one behind the other, see vbin_printf(). */
static void *arg_take(struct trace_kho_cursor *args, size_t size)
{
	const u8 *arg = PTR_ALIGN(args->pos, min(size, sizeof(u32)));

	if (arg + size > args->end)
		return NULL;
	args->pos = arg + size;
	return (void *)arg;
}

/* Whether it is stored as text, since what it points to may be gone later. */
static bool is_stored_as_text(const struct conversion *conv)
{
	return conv->type == 's' ||
	       (conv->type == 'p' && isalnum(conv->extension) &&
		!strchr("SsxKe", conv->extension));
}

static bool conversion_take(const struct trace_kho_in *in,
			    const struct conversion *conv,
			    struct trace_kho_cursor *args)
{
	void *arg;

	for (unsigned int i = 0; i < conv->stars; i++) {
		arg = arg_take(args, sizeof(int));
		if (!arg || *(int *)arg < -NUMBER_MAX || *(int *)arg > NUMBER_MAX)
			return false;
	}

	if (is_stored_as_text(conv))
		return trace_kho_cursor_take_string(args);
	switch (conv->type) {
	case '%':
		return true;
	case 'c':
		return arg_take(args, sizeof(char));
	case 'p':
		arg = arg_take(args, sizeof(void *));
		if (arg && tolower(conv->extension) == 's')
			trace_kho_translate_code(in, arg);
		return arg;
	default:
		return arg_take(args, conv->size);
	}
}

/**
 * trace_kho_bprintf_fix - make arguments of trace_printk() those of this kernel
 * @in: the records they belong to
 * @fmt: the format
 * @args: its arguments, as vbin_printf() stores them; aligned to four bytes
 * @size: how many bytes there are
 *
 * Functions are made those of this kernel.
 *
 * Return: whether the arguments are what the format says, and bstr_printf()
 *	does nothing but print them.
 */
bool trace_kho_bprintf_fix(const struct trace_kho_in *in, const char *fmt,
			   void *args, size_t size)
{
	struct trace_kho_cursor cursor = { .pos = args, .end = args + size };
	struct conversion conv;
	bool text = false;

	for (fmt = strchr(fmt, '%'); fmt; fmt = strchr(fmt, '%')) {
		fmt = conversion_parse(fmt + 1, &conv);
		if (!fmt || (text && conv.stars) ||
		    !conversion_take(in, &conv, &cursor))
			return false;
		/*
		 * When its buffer is full, bstr_printf() does not go past such
		 * text. From then on it looks for arguments too early: never
		 * beyond the last one, but a width can be anything there.
		 */
		text |= conv.type == 'p' && is_stored_as_text(&conv);
	}
	return true;
}

/* What the text of an event may call: its arguments are checked or are numbers */
static const char * const safe_calls[] = {
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

/* The end of a name, a number, a call or a field of the record; NULL if invalid */
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
	return is_one_of(pos, len, safe_calls, ARRAY_SIZE(safe_calls)) ?
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
	struct conversion conv;
	const char *end;

	if (*pos == '%') {
		end = conversion_parse(pos + 1, &conv);
		return end && !conv.stars ? end : NULL;
	}
	return pos[0] == '\\' && pos[1] ? pos + 2 : pos + 1;
}

/**
 * trace_kho_print_fmt_is_safe - may an event's own function print old records?
 * @fmt: the event's print_fmt: a format and arguments, as C
 *
 * An event's function takes for granted what the kernel sees to when it records:
 * that a length in one field fits another, that an index is within its array.
 * For old records that can't be relied on.
 *
 * Return: whether it relies on nothing but what is checked in each record.
 */
bool trace_kho_print_fmt_is_safe(const char *fmt)
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
