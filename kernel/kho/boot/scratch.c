// SPDX-License-Identifier: GPL-2.0
/* The table of scratch areas, and what can be asked of it. */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/align.h>
#include <linux/ctype.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kho_hooks.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include "scratch.h"

/* Protects the table of areas; the innermost lock. */
DEFINE_SEQLOCK(kho_scratch_lock);
struct kho_area kho_scratch[KHO_BOOT_MAX_AREAS];
unsigned int kho_scratch_nr;

bool kho_off __ro_after_init;

static int __init parse_kho(char *arg)
{
	if (!arg || kstrtobool(arg, &kho_off)) {
		pr_err("kho=%s: neither on nor off\n", arg ?: "");
		return 0;
	}
	kho_off = !kho_off;
	return 0;
}
early_param("kho", parse_kho);

/**
 * kho_scratch_parse_size - read a size
 * @arg: a number, maybe with one of the suffixes that memparse() knows
 * @size: set to the bytes, rounded up to a multiple of %KHO_SCRATCH_ALIGN
 *
 * Return: whether it is one; memparse() would wrap.
 */
bool kho_scratch_parse_size(const char *arg, u64 *size)
{
	static const char suffixes[] = "kmgtpe";
	const char *suffix;
	bool hex = str_has_prefix(arg, "0x") || str_has_prefix(arg, "0X");
	unsigned int shift = 0;
	char digits[24] = "";
	u64 number;
	size_t len;

	/* In a hexadecimal number, e is a digit. */
	len = hex ? 2 + strspn(arg + 2, "0123456789abcdefABCDEF") :
		    strspn(arg, "0123456789");
	if (len >= sizeof(digits))
		return false;
	memcpy(digits, arg, len);
	if (kstrtoull(digits, 0, &number))
		return false;
	arg += len;
	if (*arg) {
		suffix = strchr(suffixes, tolower(*arg++));
		if (!suffix)
			return false;
		shift = 10 * (suffix - suffixes + 1);
	}
	if (*arg || check_shl_overflow(number, shift, &number) ||
	    number > PHYS_ADDR_MAX - KHO_SCRATCH_ALIGN)
		return false;
	*size = ALIGN(number, KHO_SCRATCH_ALIGN);
	return true;
}

/**
 * kho_scratch_overlaps - does a range overlap scratch memory?
 * @base: first byte
 * @size: bytes
 *
 * Context: Any, from kho_memblock_setup() on.
 */
bool kho_scratch_overlaps(u64 base, u64 size)
{
	unsigned int i, seq;
	bool overlaps;

	do {
		seq = read_seqbegin(&kho_scratch_lock);
		overlaps = false;
		for (i = 0; i < kho_scratch_nr && !overlaps; i++)
			overlaps = base < kho_scratch[i].base +
					  kho_scratch[i].size &&
				   kho_scratch[i].base < base + size;
	} while (read_seqretry(&kho_scratch_lock, seq));
	return overlaps;
}

/**
 * kho_scratch_insert - add an area to a table, which stays in ascending order
 * @areas: the table, with room for %KHO_BOOT_MAX_AREAS
 * @nr: number of areas in it, fewer than that
 * @area: the area
 */
void kho_scratch_insert(struct kho_area *areas, unsigned int *nr,
			struct kho_area area)
{
	unsigned int i = (*nr)++;

	for (; i && areas[i - 1].base > area.base; i--)
		areas[i] = areas[i - 1];
	areas[i] = area;
}

/**
 * kho_scratch_total - all scratch memory
 *
 * Return: its bytes.
 */
u64 kho_scratch_total(void)
{
	unsigned int i, seq;
	u64 total;

	do {
		seq = read_seqbegin(&kho_scratch_lock);
		for (i = 0, total = 0; i < kho_scratch_nr; i++)
			total += kho_scratch[i].size;
	} while (read_seqretry(&kho_scratch_lock, seq));
	return total;
}

/**
 * kho_scratch_gap - memory around a page that no scratch is in
 * @pfn: the page
 * @lo: set to the first page of that memory
 * @hi: set to the first page behind it
 *
 * Context: Any, from kho_memblock_setup() on.
 * Return: whether the page is not in scratch; if it is, @lo and @hi mean nothing.
 */
bool kho_scratch_gap(u64 pfn, u64 *lo, u64 *hi)
{
	unsigned int i, seq;
	u64 base, end;
	bool in;

	do {
		seq = read_seqbegin(&kho_scratch_lock);
		in = false;
		*lo = 0;
		*hi = PHYS_PFN(~0ULL);
		for (i = 0; i < kho_scratch_nr && !in; i++) {
			base = PFN_DOWN(kho_scratch[i].base);
			end = PFN_UP(kho_scratch[i].base + kho_scratch[i].size);
			in = base <= pfn && pfn < end;
			if (end <= pfn)
				*lo = max(*lo, end);
			else
				*hi = min(*hi, base);
		}
	} while (read_seqretry(&kho_scratch_lock, seq));
	return !in;
}
