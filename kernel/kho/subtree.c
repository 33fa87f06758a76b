// SPDX-License-Identifier: GPL-2.0
/* The subtree of a claim: its properties. */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/kho/claim.h>
#include <linux/libfdt.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "kho_internal.h"

/* Whole pages, physically contiguous; the limit is the page allocator's. */
#define SUBTREE_MAX	((size_t)PAGE_SIZE << MAX_PAGE_ORDER)

/* What a tree takes in addition to the values: header, a few tags and names. */
#define SUBTREE_HEAD	256

/* A path has no more names than this, well below what the reader accepts. */
#define PATH_MAX_DEPTH	16

/* The one place where errors of libfdt become those of the kernel. */
static int fdt_errno(int err)
{
	if (err >= 0)
		return 0;
	switch (err) {
	case -FDT_ERR_NOTFOUND:
		return -ENOENT;
	case -FDT_ERR_EXISTS:
		return -EEXIST;
	case -FDT_ERR_NOSPACE:
		return -ENOSPC;
	default:
		return -EINVAL;
	}
}

/* Make room for @more bytes in the subtree. */
static int subtree_grow(struct kho_claim *claim, size_t more)
{
	size_t size = claim->fdt_size + max(claim->fdt_size, more) +
		      SUBTREE_HEAD;
	size_t used = 0;
	void *fdt;
	int err;

	if (claim->fdt)
		used = fdt_off_dt_strings(claim->fdt) +
		       fdt_size_dt_strings(claim->fdt);
	size = min(PAGE_ALIGN(size), SUBTREE_MAX);
	if (size == claim->fdt_size || used + more > SUBTREE_MAX) {
		pr_err("%s: subtree would be larger than %zu bytes\n",
		       claim->name, SUBTREE_MAX);
		return -E2BIG;
	}
	fdt = alloc_pages_exact(size, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	if (!fdt)
		return -ENOMEM;
	err = claim->fdt ? fdt_open_into(claim->fdt, fdt, size) :
			   fdt_create_empty_tree(fdt, size);
	if (err) {
		free_pages_exact(fdt, size);
		return fdt_errno(err);
	}
	if (claim->fdt)
		free_pages_exact(claim->fdt, claim->fdt_size);
	claim->fdt = fdt;
	claim->fdt_size = size;
	return 0;
}

static bool may_be_in_name(char c)
{
	return c && isascii(c) && (isalnum(c) || strchr(",._+?#-@", c));
}

/* Length of the path component at @path; 0 if it is not one. */
static size_t component_len(const char *path)
{
	size_t len = 0;

	while (may_be_in_name(path[len]))
		len++;

	if (len >= KHO_NAME_SIZE || (path[len] && path[len] != '/') ||
	    (path[0] == '.' && (len == 1 || (len == 2 && path[1] == '.'))))
		return 0;
	return len;
}

/* Name of the property in @path; NULL if the path is no good. */
static const char *path_property(const char *path)
{
	unsigned int depth;
	size_t len;

	for (depth = 0; depth < PATH_MAX_DEPTH; depth++) {
		len = component_len(path);
		if (!len)
			return NULL;
		if (!path[len])
			return path;
		path += len + 1;
	}
	return NULL;
}

/* The node of exactly this name: libfdt finds "cpu@1" for "cpu". */
static int node_find(const void *fdt, int parent, const char *name, size_t len)
{
	int node, its_len;

	fdt_for_each_subnode(node, fdt, parent) {
		const char *its_name = fdt_get_name(fdt, node, &its_len);

		if (its_name && its_len == len && !memcmp(its_name, name, len))
			break;
	}
	return node;
}

/* No name of a node begins with that. */
#define NEW_NODE	"/"

/* libfdt adds no "cpu" beside "cpu@1", but renames. */
static int node_add(void *fdt, int parent, const char *name, size_t len)
{
	char its_name[KHO_NAME_SIZE] = "";
	int node = fdt_add_subnode(fdt, parent, NEW_NODE), err;

	if (node < 0)
		return node;
	memcpy(its_name, name, len);
	err = fdt_set_name(fdt, node, its_name);
	if (err)
		fdt_del_node(fdt, node);
	return err ?: node;
}

/*
 * The node that @path leads to, up to its property @prop. With @make, missing
 * nodes are added, and *@made is set to the topmost one.
 */
static int path_node(void *fdt, const char *path, const char *prop, bool make,
		     int *made)
{
	int node = 0, kid;
	size_t len;

	for (; path < prop; path += len + 1, node = kid) {
		len = component_len(path);
		kid = node_find(fdt, node, path, len);
		if (kid == -FDT_ERR_NOTFOUND && make) {
			kid = node_add(fdt, node, path, len);
			if (kid >= 0 && *made < 0)
				*made = kid;
		}
		if (kid < 0)
			return kid;
	}
	return node;
}

/* Set a property, or leave the tree as it was. */
static int subtree_set(void *fdt, const char *path, const char *prop,
		       const void *data, size_t size)
{
	int made = -1, node, err;

	node = path_node(fdt, path, prop, true, &made);
	err = node < 0 ? node : fdt_setprop(fdt, node, prop, data, size);
	if (err && made >= 0)
		fdt_del_node(fdt, made);
	return err;
}

/**
 * kho_put_blob - set a property
 * @claim: an outgoing claim
 * @path: names of the nodes and of the property, 16 at most, with slashes
 *	between them; each has at most 31 characters of [A-Za-z0-9,._+?#@-]
 * @data: the value
 * @size: its bytes; 0 for a property without value
 *
 * Nodes that are missing are made.
 *
 * Context: Process context; may sleep.
 * Return: 0; -ENODEV without a claim, as the registry is not enabled; -EINVAL
 * for a bad path or an incoming claim; -E2BIG if the subtree
 * would be larger than 4 MiB (with pages of 4 KiB); -EBUSY if the registry is
 * frozen; -ENOMEM. On error the subtree is as it was.
 */
int kho_put_blob(struct kho_claim *claim, const char *path, const void *data,
		 size_t size)
{
	const char *prop = path_property(path);
	int err;

	if (!claim)
		return -ENODEV;
	if (!prop || claim->incoming) {
		pr_err("%s: property \"%s\" can't be set\n", claim->name, path);
		return -EINVAL;
	}
	if (size > SUBTREE_MAX)
		return -E2BIG;

	guard(mutex)(&kho_data_lock);
	if (kho_frozen)
		return -EBUSY;
	do {
		err = claim->fdt ? subtree_set(claim->fdt, path, prop, data,
					       size) : -FDT_ERR_NOSPACE;
		if (err != -FDT_ERR_NOSPACE)
			return fdt_errno(err);
		err = subtree_grow(claim, size);
	} while (!err);
	return err;
}
EXPORT_SYMBOL_GPL(kho_put_blob);

/**
 * kho_put_u32 - set a property to a number of one cell
 * @claim: an outgoing claim
 * @path: see kho_put_blob()
 * @value: the number
 *
 * Context: Process context; may sleep.
 * Return: see kho_put_blob().
 */
int kho_put_u32(struct kho_claim *claim, const char *path, u32 value)
{
	fdt32_t cell = cpu_to_fdt32(value);

	return kho_put_blob(claim, path, &cell, sizeof(cell));
}
EXPORT_SYMBOL_GPL(kho_put_u32);

/**
 * kho_put_u64 - set a property to a number of two cells
 * @claim: an outgoing claim
 * @path: see kho_put_blob()
 * @value: the number
 *
 * Context: Process context; may sleep.
 * Return: see kho_put_blob().
 */
int kho_put_u64(struct kho_claim *claim, const char *path, u64 value)
{
	fdt64_t cells = cpu_to_fdt64(value);

	return kho_put_blob(claim, path, &cells, sizeof(cells));
}
EXPORT_SYMBOL_GPL(kho_put_u64);

/**
 * kho_put_string - set a property to a string
 * @claim: an outgoing claim
 * @path: see kho_put_blob()
 * @value: the string
 *
 * Context: Process context; may sleep.
 * Return: see kho_put_blob().
 */
int kho_put_string(struct kho_claim *claim, const char *path, const char *value)
{
	return kho_put_blob(claim, path, value, strlen(value) + 1);
}
EXPORT_SYMBOL_GPL(kho_put_string);

/**
 * kho_del - delete a property, or a node with all that is in it
 * @claim: an outgoing claim
 * @path: see kho_put_blob()
 *
 * Context: Process context; may sleep.
 * Return: 0; -ENOENT if there is neither; -EINVAL for a bad path or an incoming
 * claim; -EBUSY if the registry is frozen.
 */
int kho_del(struct kho_claim *claim, const char *path)
{
	const char *last = path_property(path);
	int node, kid;

	if (!claim)
		return -ENODEV;
	if (!last || claim->incoming)
		return -EINVAL;
	guard(mutex)(&kho_data_lock);
	if (kho_frozen)
		return -EBUSY;
	if (!claim->fdt)
		return -ENOENT;
	node = path_node(claim->fdt, path, last, false, NULL);
	if (node < 0)
		return fdt_errno(node);
	kid = node_find(claim->fdt, node, last, strlen(last));
	if (kid >= 0)
		return fdt_errno(fdt_del_node(claim->fdt, kid));
	return fdt_errno(fdt_delprop(claim->fdt, node, last));
}
EXPORT_SYMBOL_GPL(kho_del);

/**
 * kho_get_blob - find a property
 * @claim: a claim
 * @path: see kho_put_blob()
 * @size: set to the bytes of its value, unless NULL
 *
 * The value lies in the subtree: aligned to 4 bytes only, and gone when the
 * claim is finished or changed.
 *
 * Context: Process context; may sleep.
 * Return: the value; NULL if there is no such property.
 */
const void *kho_get_blob(const struct kho_claim *claim, const char *path,
			 size_t *size)
{
	const char *prop = path_property(path);
	const void *data;
	int node, len;

	guard(mutex)(&kho_data_lock);
	if (!prop || !claim || !claim->fdt)
		return NULL;
	node = path_node(claim->fdt, path, prop, false, NULL);
	if (node < 0)
		return NULL;
	data = fdt_getprop(claim->fdt, node, prop, &len);
	if (data && size)
		*size = len;
	return data;
}
EXPORT_SYMBOL_GPL(kho_get_blob);

static int get_cells(const struct kho_claim *claim, const char *path,
		     void *cells, size_t want)
{
	size_t size;
	const void *data = kho_get_blob(claim, path, &size);

	if (!data)
		return -ENOENT;
	if (size != want)
		return -EINVAL;
	memcpy(cells, data, size);
	return 0;
}

/**
 * kho_get_u32 - get a number of one cell
 * @claim: a claim
 * @path: see kho_put_blob()
 * @value: set to the number; untouched on error
 *
 * Context: Process context; may sleep.
 * Return: 0; -ENOENT if there is no such property; -EINVAL if it has another
 * size.
 */
int kho_get_u32(const struct kho_claim *claim, const char *path, u32 *value)
{
	fdt32_t cell;
	int err = get_cells(claim, path, &cell, sizeof(cell));

	if (!err)
		*value = fdt32_to_cpu(cell);
	return err;
}
EXPORT_SYMBOL_GPL(kho_get_u32);

/**
 * kho_get_u64 - get a number of two cells
 * @claim: a claim
 * @path: see kho_put_blob()
 * @value: set to the number; untouched on error
 *
 * Context: Process context; may sleep.
 * Return: see kho_get_u32().
 */
int kho_get_u64(const struct kho_claim *claim, const char *path, u64 *value)
{
	fdt64_t cells;
	int err = get_cells(claim, path, &cells, sizeof(cells));

	if (!err)
		*value = fdt64_to_cpu(cells);
	return err;
}
EXPORT_SYMBOL_GPL(kho_get_u64);

/**
 * kho_get_string - get a string
 * @claim: a claim
 * @path: see kho_put_blob()
 *
 * Context: Process context; may sleep.
 * Return: the string, which lies in the subtree; NULL if there is no such
 * property or it does not end with its only NUL.
 */
const char *kho_get_string(const struct kho_claim *claim, const char *path)
{
	size_t size;
	const char *s = kho_get_blob(claim, path, &size);

	return s && size && strnlen(s, size) == size - 1 ? s : NULL;
}
EXPORT_SYMBOL_GPL(kho_get_string);

/**
 * kho_subtree_fdt - the subtree as device tree blob
 * @claim: a claim
 *
 * For readers that walk it with libfdt. An incoming one has been validated.
 *
 * Context: The caller keeps the claim from being changed meanwhile.
 * Return: the blob; NULL if nothing was ever put.
 */
const void *kho_subtree_fdt(const struct kho_claim *claim)
{
	return claim->fdt;
}
EXPORT_SYMBOL_GPL(kho_subtree_fdt);
