// SPDX-License-Identifier: GPL-2.0
/* Benchmark of a handover: the client whose claim it is. */
#define pr_fmt(fmt) "bench: " fmt

#include <linux/init.h>
#include <linux/kho/claim.h>
#include <linux/kho/client.h>
#include <linux/kho/pageset.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#include "kho_bench.h"

static struct kho_claim *incoming;

static int bench_restore(struct kho_client *client, struct kho_claim *claim,
			 const struct kho_format *format)
{
	incoming = claim;	/* until kho_bench_restore() */
	return 0;
}

static const struct kho_format bench_formats[] = {
	KHO_FORMAT_FDT("kho_bench", 1), { }
};

static const struct kho_ops bench_ops = {
	.restore	= bench_restore,
};

static struct kho_client bench_client = {
	.name		= "kho_bench",
	.formats	= bench_formats,
	.ops		= &bench_ops,
	.owner		= THIS_MODULE,
};

int kho_bench_add(const struct kho_bench *b)
{
	struct kho_pageset *set;
	unsigned long i;
	int err = 0;

	set = kho_pageset_create(kho_client_claim(&bench_client), "pieces");
	if (IS_ERR(set))
		return PTR_ERR(set);
	if (!kho_bench_is_range(b))
		return kho_pageset_add_pages(set, b->pages, b->nr) == b->nr ?
		       0 : -ENODATA;
	for (i = 0; i < b->nr && !err; i++)
		err = kho_pageset_add_range(set, b->pfns[i], 1UL << b->order);
	return err;
}

int kho_bench_save(const struct kho_bench *b)
{
	struct kho_claim *claim = kho_client_claim(&bench_client);

	return kho_put_u64(claim, "pieces", b->nr) ?:
	       kho_put_u32(claim, "order", b->order);
}

int kho_bench_find(struct kho_bench *b)
{
	struct kho_pageset *set;
	struct kho_run run;
	unsigned long i;
	u64 nr;
	int err;

	if (!incoming)
		return -ENOENT;
	err = kho_get_u64(incoming, "pieces", &nr) ?:
	      kho_get_u32(incoming, "order", &b->order);
	set = kho_pageset_find(incoming, "pieces");
	if (err || !set || kho_pageset_pages(set) != nr << b->order)
		return -ENODATA;
	b->pfns = vmalloc(max(nr, 1ULL) * sizeof(*b->pfns));
	if (!b->pfns)
		return -ENOMEM;
	b->nr = 0;
	kho_pageset_for_each_run(set, &run)
		for (i = 0; i < run.nr; i += 1UL << b->order)
			b->pfns[b->nr++] = run.pfn + i;
	return 0;
}

int kho_bench_restore(const struct kho_bench *b)
{
	struct kho_pageset *set = kho_pageset_find(incoming, "pieces");

	return kho_pageset_restore_all(set) == b->nr << b->order ? 0 : -ENODATA;
}

static int __init kho_bench_init(void)
{
	return kho_register(&bench_client);
}
device_initcall(kho_bench_init);
