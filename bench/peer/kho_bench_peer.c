// SPDX-License-Identifier: GPL-2.0
/*
 * Benchmark of a handover: the same on upstream's Kexec HandOver, to be built
 * there next to kho_bench.c.
 *
 * Upstream lists nothing of what was preserved, so the list of pieces has to be
 * handed over, too.
 */
#define pr_fmt(fmt) "bench: " fmt

#include <linux/io.h>
#include <linux/kexec_handover.h>
#include <linux/kho/abi/kexec_handover.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "kho_bench.h"

#define NAME	"kho_bench"

struct saved {
	u64			nr;
	u64			order;
	struct kho_vmalloc	list;
};

int kho_bench_add(const struct kho_bench *b)
{
	unsigned long i;
	int err = 0;

	for (i = 0; i < b->nr && !err; i++) {
		if (kho_bench_is_range(b))
			err = kho_preserve_pages(pfn_to_page(b->pfns[i]),
						 1UL << b->order);
		else
			err = kho_preserve_folio(pfn_folio(b->pfns[i]));
	}
	return err;
}

int kho_bench_save(const struct kho_bench *b)
{
	struct saved *saved = kho_alloc_preserve(sizeof(*saved));
	size_t size = max(b->nr, 1UL) * sizeof(*b->pfns);
	unsigned long *list = vmalloc(size);
	int err;

	if (IS_ERR(saved))
		return PTR_ERR(saved);
	if (!list)
		return -ENOMEM;
	memcpy(list, b->pfns, b->nr * sizeof(*list));
	saved->nr = b->nr;
	saved->order = b->order;
	err = kho_preserve_vmalloc(list, &saved->list);
	return err ?: kho_add_subtree(NAME, saved, sizeof(*saved));
}

int kho_bench_find(struct kho_bench *b)
{
	struct saved *saved;
	phys_addr_t phys;
	size_t size;
	int err;

	err = kho_retrieve_subtree(NAME, &phys, &size);
	if (err)
		return err;
	saved = phys_to_virt(phys);
	b->nr = saved->nr;
	b->order = saved->order;
	b->pfns = kho_restore_vmalloc(&saved->list);
	return b->pfns ? 0 : -ENODATA;
}

int kho_bench_restore(const struct kho_bench *b)
{
	unsigned long i;
	bool good = true;

	for (i = 0; i < b->nr && good; i++) {
		phys_addr_t phys = PFN_PHYS(b->pfns[i]);

		if (kho_bench_is_range(b))
			good = kho_restore_pages(phys, 1UL << b->order);
		else
			good = kho_restore_folio(phys);
	}
	return good ? 0 : -ENODATA;
}
