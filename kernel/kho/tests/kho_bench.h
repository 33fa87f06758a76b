/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_BENCH_H
#define _KHO_BENCH_H

#include <linux/mmzone.h>
#include <linux/types.h>

/**
 * struct kho_bench - memory that the benchmark preserves
 * @pfns: first page of each piece
 * @pages: the same as an array of pages, while memory is preserved
 * @nr: number of pieces
 * @order: a piece has 2^order pages
 */
struct kho_bench {
	unsigned long	*pfns;
	struct page	**pages;
	unsigned long	nr;
	unsigned int	order;
};

/* Pieces that are too large for a folio of the page allocator are ranges. */
static inline bool kho_bench_is_range(const struct kho_bench *b)
{
	return b->order > MAX_PAGE_ORDER;
}

/*
 * Brought by whoever hands memory over. Only kho_bench_add() and
 * kho_bench_restore() are timed. kho_bench_save() hands over what the next
 * kernel needs besides, kho_bench_find() fills in @b there, with a list from
 * vmalloc(). All return 0 or an errno.
 */
int kho_bench_add(const struct kho_bench *b);
int kho_bench_save(const struct kho_bench *b);
int kho_bench_find(struct kho_bench *b);
int kho_bench_restore(const struct kho_bench *b);

#endif /* _KHO_BENCH_H */
