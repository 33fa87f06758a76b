// SPDX-License-Identifier: GPL-2.0
/* All claims of one direction as one device tree, for people to read. */
#include <linux/err.h>
#include <linux/libfdt.h>
#include <linux/slab.h>

#include "kho_internal.h"

size_t kho_dt_max = 10 << 20;

/* Copy the contents of a tree's root node into the node that is open. */
static int copy_subtree(void *to, const void *from)
{
	const struct fdt_property *prop;
	int offset = 0, next, depth = 0, len, err = 0;
	u32 tag;

	for (; !err; offset = next) {
		tag = fdt_next_tag(from, offset, &next);
		if (tag == FDT_BEGIN_NODE) {
			if (depth++)
				err = fdt_begin_node(to, fdt_get_name(from, offset,
								      NULL));
		} else if (tag == FDT_END_NODE) {
			if (!--depth)
				return 0;
			err = fdt_end_node(to);
		} else if (tag == FDT_PROP) {
			prop = fdt_get_property_by_offset(from, offset, &len);
			err = fdt_property(to, fdt_string(from,
							  fdt32_to_cpu(prop->nameoff)),
					   prop->data, len);
		} else if (tag == FDT_END) {
			return -FDT_ERR_BADSTRUCTURE;
		}
	}
	return err;
}

static int build_sets(void *to, const struct kho_claim *claim)
{
	struct kho_pageset *set;
	int err = fdt_begin_node(to, "pagesets");

	list_for_each_entry(set, &claim->sets, list) {
		guard(mutex)(&set->lock);
		err = err ?: fdt_begin_node(to, set->name);
		err = err ?: fdt_property_u64(to, "map", kho_map_head(&set->map));
		err = err ?: fdt_property_u64(to, "runs", set->map.nr_runs);
		err = err ?: fdt_property_u64(to, "pages", set->map.nr_pages);
		err = err ?: fdt_end_node(to);
	}
	return err ?: fdt_end_node(to);
}

static int build_claim(void *to, const struct kho_claim *claim)
{
	int err = fdt_begin_node(to, claim->name);

	err = err ?: fdt_property_string(to, "format", claim->format);
	err = err ?: fdt_property_u32(to, "version", claim->version);
	err = err ?: fdt_property_u64(to, "fingerprint", claim->fingerprint);
	err = err ?: fdt_begin_node(to, "tree");
	if (claim->fdt)
		err = err ?: copy_subtree(to, claim->fdt);
	err = err ?: fdt_end_node(to);
	err = err ?: build_sets(to, claim);
	return err ?: fdt_end_node(to);
}

static int build_root(void *to, size_t size, struct list_head *claims,
		      u64 generation)
{
	struct kho_claim *claim;
	int err = fdt_create(to, size);

	err = err ?: fdt_finish_reservemap(to);
	err = err ?: fdt_begin_node(to, "");
	err = err ?: fdt_property_string(to, "compatible",
					 "linux,kho-registry-v1");
	err = err ?: fdt_property_u64(to, "generation", generation);
	list_for_each_entry(claim, claims, list) {
		if (!claim->incoming && !kho_claim_goes_out(claim))
			continue;
		err = err ?: build_claim(to, claim);
	}
	err = err ?: fdt_end_node(to);
	return err ?: fdt_finish(to);
}

/**
 * kho_tree_build - one device tree of all claims, for people
 * @claims: kho_claims_out or kho_claims_in
 * @generation: to show in it
 * @max: largest size, in bytes
 * @size: set to its bytes
 *
 * Context: Process context; may sleep.
 * Return: the blob, to be freed with kvfree(); ERR_PTR() of -E2BIG if it would
 * be larger than @max, -ENOMEM, -EINVAL.
 */
void *kho_tree_build(struct list_head *claims, u64 generation, size_t max,
		     size_t *size)
{
	size_t room = PAGE_SIZE;
	void *fdt;
	int err;

	guard(mutex)(&kho_data_lock);
	for (;; room *= 2) {
		fdt = kvzalloc(room, GFP_KERNEL);
		if (!fdt)
			return ERR_PTR(-ENOMEM);
		err = build_root(fdt, room, claims, generation);
		*size = err ? room : fdt_totalsize(fdt);
		if (!err && *size <= max)
			return fdt;
		kvfree(fdt);
		if (*size > max)
			return ERR_PTR(-E2BIG);
		if (err != -FDT_ERR_NOSPACE)
			return ERR_PTR(-EINVAL);
	}
}
