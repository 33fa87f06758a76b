/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_RAWFDT_H
#define _KHO_RAWFDT_H

#include <linux/types.h>

/*
 * Device trees as libfdt would never write them: words of the structure block
 * and a strings block, with a header around.
 */

/**
 * struct rawfdt - a device tree being made
 * @word: structure block, in the byte order of the machine
 * @nr: words in it
 * @strings: strings block
 * @strings_size: its bytes
 */
struct rawfdt {
	u32		*word;
	size_t		nr;
	size_t		max;
	const char	*strings;
	size_t		strings_size;
};

void raw_word(struct rawfdt *f, u32 word);
void raw_words(struct rawfdt *f, unsigned int nr, ...);

/* Header and all; free() it. Frees @f->word. */
void *raw_finish(struct rawfdt *f, u64 *size);

#endif /* _KHO_RAWFDT_H */
