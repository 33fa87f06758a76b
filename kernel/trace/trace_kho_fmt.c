// SPDX-License-Identifier: GPL-2.0
/*
 * Formats and records that nobody can vouch for: may one be used to print the
 * other?
 */
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
