// SPDX-License-Identifier: GPL-2.0
/* Device trees as libfdt would never write them. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <linux/libfdt.h>

#include "rawfdt.h"

#define HEAD_SIZE	56	/* header and an empty memory reservation map */

void raw_word(struct rawfdt *f, u32 word)
{
	if (f->nr == f->max) {
		f->max = f->max ? 2 * f->max : 1024;
		f->word = realloc(f->word, f->max * sizeof(u32));
		if (!f->word)
			abort();
	}
	f->word[f->nr++] = word;
}

void raw_words(struct rawfdt *f, unsigned int nr, ...)
{
	va_list args;

	va_start(args, nr);
	while (nr--)
		raw_word(f, va_arg(args, u32));
	va_end(args);
}

void *raw_finish(struct rawfdt *f, u64 *size)
{
	u64 words = f->nr * sizeof(u32), i;
	struct fdt_header *head;
	u8 *fdt;

	*size = HEAD_SIZE + words + f->strings_size;
	fdt = calloc(1, *size);
	if (!fdt)
		abort();
	head = (void *)fdt;
	head->magic = cpu_to_fdt32(FDT_MAGIC);
	head->totalsize = cpu_to_fdt32(*size);
	head->version = cpu_to_fdt32(17);
	head->last_comp_version = cpu_to_fdt32(16);
	head->off_mem_rsvmap = cpu_to_fdt32(40);
	head->off_dt_struct = cpu_to_fdt32(HEAD_SIZE);
	head->size_dt_struct = cpu_to_fdt32(words);
	head->off_dt_strings = cpu_to_fdt32(HEAD_SIZE + words);
	head->size_dt_strings = cpu_to_fdt32(f->strings_size);
	for (i = 0; i < f->nr; i++)
		((u32 *)(fdt + HEAD_SIZE))[i] = cpu_to_fdt32(f->word[i]);
	if (f->strings_size)
		memcpy(fdt + HEAD_SIZE + words, f->strings, f->strings_size);
	free(f->word);
	memset(f, 0, sizeof(*f));
	return fdt;
}
