// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses of the previous kernel. Those within its image have one in this kernel if
 * it is the same build. Others that would be shown as a symbol get bit 62 cleared: no
 * address is like that, so no symbol of this kernel, which would be the wrong one, will
 * be shown for them.
 */
#include <linux/unaligned.h>

#include "trace_kho_private.h"

#define NO_SYMBOL(addr)	((addr) & ~TRACE_KHO_NO_SYMBOL)

static bool in_old_image(const struct trace_kho_in *in, u64 addr)
{
	return addr >= in->old.text && addr < in->old.end;
}

static bool in_old_module(const struct trace_kho_in *in, u64 addr)
{
	for (size_t i = 0; i < in->nr_modules; i++) {
		if (addr - in->modules[i].base < in->modules[i].size)
			return true;
	}
	return false;
}

static u64 translate(const struct trace_kho_in *in, u64 value)
{
	if (!in->same_build)
		return value;
	if (in_old_image(in, value))
		return value + in->delta;
	if (value >= in->old.modules && value < in->old.modules_end &&
	    in_old_module(in, value))
		return NO_SYMBOL(value);
	return value;
}

/* Of what is known to be an address of code. */
static u64 translate_code(const struct trace_kho_in *in, u64 addr)
{
	if (in_old_image(in, addr))
		return in->same_build ? addr + in->delta : NO_SYMBOL(addr);
	if (addr >= in->old.modules && addr < in->old.modules_end)
		return NO_SYMBOL(addr);
	return addr;
}

/**
 * trace_kho_translate_words - make what may be addresses those of this kernel
 * @in: the records they belong to
 * @pos: where they are, at any alignment
 * @size: bytes; what is left over of whole words stays as it is
 */
void trace_kho_translate_words(const struct trace_kho_in *in, void *pos,
			       size_t size)
{
	for (; size >= 8; size -= 8, pos += 8)
		put_unaligned(translate(in, get_unaligned((u64 *)pos)),
			      (u64 *)pos);
}

/**
 * trace_kho_translate_code - make an address of code one of this kernel
 * @in: the records it belongs to
 * @addr: where it is, at any alignment
 */
void trace_kho_translate_code(const struct trace_kho_in *in, void *addr)
{
	unsigned long old = get_unaligned((unsigned long *)addr);

	put_unaligned((unsigned long)translate_code(in, old),
		      (unsigned long *)addr);
}
