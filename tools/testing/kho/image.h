/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_IMAGE_H
#define _KHO_IMAGE_H

#include <linux/kho/abi/root.h>

#include "map.h"
#include "table.h"
#include "validate.h"

/*
 * A whole handover in simulated memory, written by what kernel/kho/outgoing.c writes
 * with: maps by map.c, root and tables by table.c, subtrees by libfdt.
 */

/* What fits into a table page. */
#define CLAIMS_A_TABLE \
	((PAGE_SIZE - sizeof(struct kho_table)) / sizeof(struct kho_claim_rec))
#define SETS_A_TABLE \
	((PAGE_SIZE - sizeof(struct kho_table)) / sizeof(struct kho_set_rec))

#define MAX_CLAIMS	1024
#define MAX_SETS	2048
#define MAX_TABLES	64

/**
 * struct image - a handover, and where everything in it is
 * @root: physical address of the root
 * @claim: records of the claims
 * @nr_claims: their number
 * @set: records of all page sets, those of one claim together
 * @nr_sets: their number
 * @table: table pages
 * @nr_tables: their number
 * @meta_pages: pages of metadata
 * @next_pfn: page frames from here on are in no page set
 */
struct image {
	u64			root;
	struct kho_claim_rec	*claim[MAX_CLAIMS];
	unsigned int		nr_claims;
	struct kho_set_rec	*set[MAX_SETS];
	unsigned int		nr_sets;
	u64			table[MAX_TABLES];
	unsigned int		nr_tables;
	u64			meta_pages;
	u64			next_pfn;
};

/* The names of the claims that the tests break. */
enum { ALPHA, BETA, GAMMA, DELTA };

struct kho_root *image_root(const struct image *img);
struct kho_table *image_claims(const struct image *img);
struct kho_set_rec *image_set(const struct image *img, unsigned int claim);
struct kho_leaf *image_leaf(const struct image *img, unsigned int claim);

void image_begin(struct image *img);
void image_claim(struct image *img, const char *name, void *fdt, u64 size);
void image_set_add(struct image *img, const char *name,
		   const struct kho_map *map);
void image_finish(struct image *img);

/*
 * A handover that has a bit of everything. The first page set of alpha is of
 * three leaves of runs, that of beta of three bitmaps and a leaf of runs.
 */
void image_build(struct image *img);
/* The smallest that has one of each, for the golden image. */
void image_build_small(struct image *img);

/* Put another subtree into a claim. */
void image_subtree(struct image *img, unsigned int claim, const void *fdt,
		   u64 size);

/* Make all checksums right again. */
void image_seal(struct image *img);

/**
 * struct verdict - what the checks say of a handover
 * @root: result of kho_check_root()
 * @claims: result of kho_check_claims()
 * @why: reason, if one of these is negative
 * @nr_claims: number of claims that were looked at
 * @refused: number of these that were refused
 * @claim_why: for each of the first claims why it was refused, or NULL
 * @pages: pages of metadata looked at
 * @check_ns: time that the checks took
 */
struct verdict {
	int		root;
	int		claims;
	const char	*why;
	unsigned int	nr_claims;
	unsigned int	refused;
	const char	*claim_why[MAX_CLAIMS];
	u64		pages;
	u64		check_ns;
};

/*
 * Check all, with no access to anything but what the checks asked for; then
 * use what was found good, as a kernel would.
 */
void image_check(u64 root, struct verdict *v);

/* Let there be no room for the @nth piece of metadata, 1 is the next. */
void image_fail_meta(unsigned long nth);

#endif /* _KHO_IMAGE_H */
