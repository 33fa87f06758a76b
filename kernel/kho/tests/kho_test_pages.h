/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_TEST_PAGES_H
#define _KHO_TEST_PAGES_H

#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/prandom.h>
#include <linux/types.h>

struct kho_pageset;
struct kho_run;

#define MAX_CLIENTS	16
#define WORDS		(PAGE_SIZE / sizeof(u64))

enum shape {
	SCATTERED,
	FOLIOS,
	RANGES,
	NR_SHAPES,
};

/* What a client owns. */
struct test_pages {
	int			nr;			/* of the client */
	struct list_head	owned[NR_SHAPES];	/* by folio->lru */
	unsigned long		kept;			/* pages on them */
	struct rnd_state	rnd;
};

u64 kho_test_pattern(unsigned long pfn, unsigned int order, unsigned int i);
void kho_test_fill(unsigned long pfn, unsigned long nr, unsigned int order);
bool kho_test_intact(const char *where, const struct kho_run *run, u64 *sum);

void kho_test_pages_init(struct test_pages *t, int nr, u32 seed);
void kho_test_own(struct test_pages *t, enum shape shape, struct folio *folio);
void kho_test_disown_all(struct test_pages *t);
int kho_test_alloc(struct test_pages *t, unsigned int clients);
int kho_test_thin_out(struct test_pages *t, enum shape shape,
		      struct kho_pageset *set);

#endif /* _KHO_TEST_PAGES_H */
