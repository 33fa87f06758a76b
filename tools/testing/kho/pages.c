// SPDX-License-Identifier: GPL-2.0
/* The model of memory, one byte a page. */
#include <string.h>

#include "harness.h"
#include "pages.h"

u8 page[PAGES];

void pages_make(unsigned int pieces)
{
	static const u8 kinds[] = { HOLE, USED, SCRATCH };
	u64 pfn, nr;
	u8 kind;

	memset(page, 0, sizeof(page));
	while (pieces--) {
		kind = kinds[rnd_below(3)];
		nr = 1 + rnd_below(1ULL << rnd_below(12));
		pfn = FIRST_PFN + rnd_below(PAGES - nr);
		for (; nr; nr--, pfn++)
			/* Where metadata is there is memory. */
			if (!pages_are_simulated(pfn, 1))
				*page_at(pfn) |= kind;
	}
}

/* Windows end at random within free memory, too, as memblock's regions do. */
bool pages_window_next(struct kho_windows *w)
{
	u64 pfn = w->it ?: FIRST_PFN;

	while (page_is_in_model(pfn) && !page_is_free(pfn))
		pfn++;
	w->it = pfn;
	if (!page_is_in_model(pfn))
		return false;
	w->pfn = pfn;
	while (page_is_free(pfn) && (pfn == w->pfn || pfn % 1024))
		pfn++;
	w->end = pfn;
	w->it = pfn;
	return true;
}
