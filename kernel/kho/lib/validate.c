// SPDX-License-Identifier: GPL-2.0
/*
 * Validation of an incoming handover.
 *
 * Nothing here trusts a length, a count or an address. Chains end because each
 * link uses up a page of kho_checker.meta_left.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/libfdt.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "env.h"
#include "leaf.h"
#include "table.h"
#include "validate.h"

/* A subtree nests no deeper than this. */
#define KHO_FDT_MAX_DEPTH	32
/*
 * The name of a property is no longer than this. Many properties may share one
 * name, so the search for its end must be short.
 */
#define KHO_FDT_MAX_NAME	256U

static int refuse(struct kho_checker *c, const char *why, u64 where)
{
	c->why = why;
	c->where = where;
	return -EINVAL;
}

/* Access to a piece of metadata of whole pages. */
static void *meta_page(struct kho_checker *c, u64 phys, u64 size)
{
	if (!phys || !size || (phys | size) % PAGE_SIZE || phys + size < phys)
		return NULL;
	if (size / PAGE_SIZE > c->meta_left)
		return NULL;
	c->meta_left -= size / PAGE_SIZE;
	return c->page(c, phys, size);
}

/**
 * kho_check_name - is this the name of a client, a format or a page set?
 * @name: the name
 * @size: bytes that may be read at @name
 *
 * Return: whether it has 1 to 31 characters of [A-Za-z0-9._-], starts with a
 * letter or a digit, and ends with a NUL within @size bytes.
 */
bool kho_check_name(const char *name, size_t size)
{
	size_t i;

	for (i = 0; i < size && i < KHO_NAME_SIZE; i++) {
		char ch = name[i];
		bool alnum = (ch >= 'a' && ch <= 'z') ||
			     (ch >= 'A' && ch <= 'Z') ||
			     (ch >= '0' && ch <= '9');

		if (!ch)
			return i > 0;
		if (!alnum && (!i || !strchr("._-", ch)))
			return false;
	}
	return false;
}

/**
 * kho_check_boot - validate a boot block
 * @boot: the boot block
 * @size: bytes that may be read at @boot
 * @align: what base and size of scratch areas are multiples of, a power of 2
 *
 * It is good if it has 1 to %KHO_BOOT_MAX_AREAS scratch areas that are aligned,
 * not empty, ascending and disjoint, and that end below 2^64. For the root that
 * it leads to see kho_check_root().
 *
 * Return: NULL if it is good; else the reason why not.
 */
const char *kho_check_boot(const struct kho_boot *boot, size_t size, u64 align)
{
	u64 end = 0;
	u32 i;

	if (size < sizeof(*boot) || boot->magic != KHO_BOOT_MAGIC)
		return "no magic";
	if (boot->version != KHO_BOOT_VERSION)
		return "another version";
	if (!boot->nr_areas || boot->nr_areas > KHO_BOOT_MAX_AREAS ||
	    size < kho_boot_size(boot->nr_areas))
		return "number of scratch areas makes no sense";
	for (i = 0; i < boot->nr_areas; i++) {
		const struct kho_area *a = &boot->scratch[i];

		if (a->base < end || a->base + a->size <= a->base)
			return "scratch areas make no sense";
		if (!IS_ALIGNED(a->base | a->size, align))
			return "scratch is not made of whole pageblocks";
		end = a->base + a->size;
	}
	return NULL;
}

/**
 * kho_check_root - validate a root page
 * @c: the checker
 * @phys: physical address of the root page
 * @proot: set to the root
 *
 * Return: 1 if the root is good and something was preserved; 0 if the root is
 * good and nothing was; -EINVAL with @c->why if it is not good.
 */
int kho_check_root(struct kho_checker *c, u64 phys, struct kho_root **proot)
{
	struct kho_root *root;

	c->meta_left = 1;
	root = meta_page(c, phys, PAGE_SIZE);
	if (!root)
		return refuse(c, "root page is not in usable memory", phys);
	if (root->magic != KHO_ROOT_MAGIC)
		return refuse(c, "root page has no magic", phys);
	if (root->endian != KHO_ROOT_ENDIAN)
		return refuse(c, "root has the other byte order", phys);
	if (root->version != KHO_ROOT_VERSION || root->size != sizeof(*root))
		return refuse(c, "root has another ABI version", root->version);
	if (root->crc != kho_crc(root, sizeof(*root), &root->crc))
		return refuse(c, "checksum of the root is wrong", phys);
	if (root->arch != KHO_ARCH)
		return refuse(c, "root is of another architecture", root->arch);
	if (root->page_shift != PAGE_SHIFT)
		return refuse(c, "root is of another page size", root->page_shift);
	if (!memchr(root->release, 0, sizeof(root->release)))
		return refuse(c, "release in the root has no end", phys);
	*proot = root;
	if (!(root->flags & KHO_ROOT_SEALED))
		return 0;
	if (!root->meta_pages || root->meta_pages > KHO_RUN_PFN_MAX)
		return refuse(c, "number of metadata pages makes no sense",
			      root->meta_pages);
	c->meta_left = root->meta_pages - 1;
	if (c->meta(c, phys, PAGE_SIZE))
		return refuse(c, "too little memory for the metadata", phys);
	return 1;
}

/* Check a table of @nr records of @rec_size bytes. */
static int check_table(struct kho_checker *c, u64 first, u64 nr, u32 rec_size)
{
	u64 phys = first, left = nr, seen = 0, pages = 0;

	while (left) {
		struct kho_table *t = meta_page(c, phys, PAGE_SIZE);

		if (!t)
			return refuse(c, "table page is not in usable memory", phys);
		/* Some page of a circle is the one to compare with before long. */
		if (phys == seen)
			return refuse(c, "table runs in a circle", phys);
		if (is_power_of_2(++pages))
			seen = phys;
		if (t->magic != KHO_TABLE_MAGIC || t->rec_size != rec_size)
			return refuse(c, "table page is of another kind", phys);
		if (!t->nr || t->nr > kho_table_capacity(rec_size) || t->nr > left)
			return refuse(c, "number of records makes no sense", phys);
		if (t->crc != kho_crc(t, PAGE_SIZE, &t->crc))
			return refuse(c, "checksum of a table is wrong", phys);
		if (c->meta(c, phys, PAGE_SIZE))
			return refuse(c, "too little memory for the metadata", phys);
		left -= t->nr;
		phys = t->next;
	}
	if (phys)
		return refuse(c, "table goes on behind its last record", phys);
	return 0;
}

/**
 * kho_check_claims - validate the table of claims
 * @c: the checker
 * @root: the root
 *
 * Return: 0, or -EINVAL with @c->why. The claims are checked one by one with
 * kho_check_claim().
 */
int kho_check_claims(struct kho_checker *c, const struct kho_root *root)
{
	return check_table(c, root->claims, root->nr_claims,
			   sizeof(struct kho_claim_rec));
}

/* Whether the name of a property ends within KHO_FDT_MAX_NAME. */
static bool fdt_prop_is_named(const void *fdt, int offset)
{
	const struct fdt_property *prop;
	u32 name, size = fdt_size_dt_strings(fdt);
	int len;

	prop = fdt_get_property_by_offset(fdt, offset, &len);
	if (!prop)
		return false;
	name = fdt32_to_cpu(prop->nameoff);
	return name < size &&
	       memchr((const char *)fdt + fdt_off_dt_strings(fdt) + name, 0,
		      min(size - name, KHO_FDT_MAX_NAME));
}

/* Walk all tags of a device tree whose header is good: one node, and its own. */
static int check_fdt_structure(const void *fdt)
{
	int offset = 0, next, depth = 0, roots = 0;

	for (;; offset = next) {
		switch (fdt_next_tag(fdt, offset, &next)) {
		case FDT_BEGIN_NODE:
			if ((!depth && roots++) ||
			    ++depth > KHO_FDT_MAX_DEPTH ||
			    !fdt_get_name(fdt, offset, NULL))
				return -EINVAL;
			break;
		case FDT_END_NODE:
			if (--depth < 0)
				return -EINVAL;
			break;
		case FDT_PROP:
			if (!depth || !fdt_prop_is_named(fdt, offset))
				return -EINVAL;
			break;
		case FDT_NOP:
			break;
		default:	/* FDT_END, good or bad */
			return next < 0 || depth || !roots ? -EINVAL : 0;
		}
		if (next <= offset)
			return -EINVAL;
	}
}

/* The size comes first: libfdt trusts the header. */
static bool fdt_is_valid(const void *fdt, u64 size)
{
	return fdt_magic(fdt) == FDT_MAGIC && fdt_totalsize(fdt) <= size &&
	       !fdt_check_header(fdt) &&
	       /* Older versions have no length of the structure. */
	       fdt_version(fdt) >= FDT_LAST_SUPPORTED_VERSION &&
	       fdt_off_dt_struct(fdt) % FDT_TAGSIZE == 0 &&
	       !check_fdt_structure(fdt);
}

static int check_subtree(struct kho_checker *c, const struct kho_claim_rec *rec)
{
	const void *fdt;

	if (!rec->subtree && !rec->subtree_size)
		return 0;
	fdt = meta_page(c, rec->subtree, rec->subtree_size);
	if (!fdt)
		return refuse(c, "subtree is not in usable memory", rec->subtree);
	if (rec->subtree_crc != kho_crc(fdt, rec->subtree_size, NULL))
		return refuse(c, "checksum of the subtree is wrong", rec->subtree);
	if (!fdt_is_valid(fdt, rec->subtree_size))
		return refuse(c, "subtree is no device tree", rec->subtree);
	if (c->meta(c, rec->subtree, rec->subtree_size))
		return refuse(c, "too little memory for the metadata", rec->subtree);
	return 0;
}

/* A leaf of runs; *@end is where the previous run ended. */
static int check_runs(struct kho_checker *c, const struct kho_leaf *leaf,
		      u64 *end, u64 *pages)
{
	u64 pos = *end, sum = 0;
	unsigned int i;

	if (leaf->order || leaf->base)
		return refuse(c, "leaf of runs has an order or a base",
			      leaf->base);
	for (i = 0; i < leaf->nr; i++) {
		u64 word = leaf->words[i];
		unsigned int order = kho_word_order(word);

		if (order && !kho_word_is_valid(word))
			return refuse(c, "run makes no sense", word);
		if (kho_word_pfn(word) < pos)
			return refuse(c, "runs do not ascend", kho_word_pfn(word));
		pos = kho_word_end(word);
		sum += kho_word_pages(word);
	}
	/* All others end before another begins, and so in time. */
	if (pos > KHO_RUN_PFN_MAX + 1)
		return refuse(c, "run makes no sense", pos);
	*end = pos;
	*pages += sum;
	return 0;
}

/* A bitmap; *@end is where the previous run ended. */
static int check_bitmap(struct kho_checker *c, const struct kho_leaf *leaf,
			u64 *end, u64 *pages)
{
	u64 first, last, folios;

	/* 2^19 bits << order can't wrap. */
	if (leaf->order > KHO_RUN_ORDER_MAX || leaf->base > KHO_RUN_PFN_MAX ||
	    leaf->base % ((u64)KHO_LEAF_BITS << leaf->order))
		return refuse(c, "bitmap is not where one can be", leaf->base);
	if (leaf->nr != kho_leaf_count_bits(leaf, &folios))
		return refuse(c, "number of runs makes no sense", leaf->nr);
	first = kho_leaf_first(leaf);
	last = kho_leaf_bit_pfn(leaf, kho_leaf_last_bit(leaf));
	if (first < *end)
		return refuse(c, "runs do not ascend", first);
	if (last > KHO_RUN_PFN_MAX)
		return refuse(c, "run makes no sense", last);
	*end = last + (1ULL << leaf->order);
	*pages += folios << leaf->order;
	return 0;
}

static int check_leaf(struct kho_checker *c, const struct kho_leaf *leaf,
		      u64 phys, u64 *end, u64 *pages)
{
	if (leaf->magic != KHO_LEAF_MAGIC || leaf->version != KHO_LEAF_VERSION)
		return refuse(c, "leaf has no magic or another version", phys);
	if (!leaf->nr || (leaf->kind == KHO_LEAF_RUNS &&
			  leaf->nr > KHO_LEAF_CAPACITY))
		return refuse(c, "number of runs makes no sense", phys);
	switch (leaf->kind) {
	case KHO_LEAF_RUNS:
		return check_runs(c, leaf, end, pages);
	case KHO_LEAF_BITMAP:
		return check_bitmap(c, leaf, end, pages);
	default:
		return refuse(c, "leaf is of an unknown kind", phys);
	}
}

static int check_map(struct kho_checker *c, const struct kho_set_rec *rec)
{
	u64 phys = rec->map, left = rec->leaves, runs = 0, pages = 0, end = 1;

	for (; left; left--) {
		struct kho_leaf *leaf = meta_page(c, phys, PAGE_SIZE);
		int err;

		if (!leaf)
			return refuse(c, "leaf is not in usable memory", phys);
		err = check_leaf(c, leaf, phys, &end, &pages);
		if (err)
			return err;
		if (c->meta(c, phys, PAGE_SIZE))
			return refuse(c, "too little memory for the metadata", phys);
		runs += leaf->nr;
		phys = leaf->next;
	}
	if (phys)
		return refuse(c, "map goes on behind its last leaf", phys);
	if (runs != rec->runs || pages != rec->pages)
		return refuse(c, "map does not hold what its record says",
			      rec->map);
	return 0;
}

/**
 * kho_check_claim - validate a claim with all that belongs to it
 * @c: the checker
 * @rec: the claim's record
 *
 * Whether its pages overlap with those of others shows only when all are put
 * in order, see merge.h.
 *
 * Return: 0, or -EINVAL with @c->why.
 */
int kho_check_claim(struct kho_checker *c, const struct kho_claim_rec *rec)
{
	struct kho_table_iter it;
	struct kho_set_rec *set;
	int err;

	if (!kho_check_name(rec->name, sizeof(rec->name)) ||
	    !kho_check_name(rec->format, sizeof(rec->format)))
		return refuse(c, "claim has a bad name", 0);
	err = check_subtree(c, rec);
	if (err)
		return err;
	if (!rec->nr_sets)
		return rec->sets ? refuse(c, "page sets that are not counted",
					  rec->sets) : 0;
	err = check_table(c, rec->sets, rec->nr_sets, sizeof(*set));
	if (err)
		return err;
	kho_table_for_each(set, it, rec->sets) {
		if (!kho_check_name(set->name, sizeof(set->name)))
			return refuse(c, "page set has a bad name", rec->sets);
		err = check_map(c, set);
		if (err)
			return err;
	}
	return 0;
}
