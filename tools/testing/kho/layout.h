/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_LAYOUT_H
#define _KHO_LAYOUT_H

#include "blocks.h"
#include "claims.h"
#include "pages.h"

/*
 * From a handover to blocks and unpreserved memory as kernel/kho/boot/reserve.c does it, and what
 * must be true of each step, by the model of pages.h.
 */

#define MAX_GAPS	255

/**
 * struct layout - what became of a handover
 * @b: the gaps; what is behind the room for them may not be touched
 * @blocks: the blocks
 * @nr_blocks: their number
 * @nr_invalid: number of claims that the validator refused
 * @nr_refused: number of claims that were refused later, as they don't fit
 * @why: the reason of the last of these
 */
struct layout {
	struct kho_blocks	b;
	struct kho_range	blocks[PAGES];
	unsigned long		nr_blocks;
	unsigned int		nr_invalid;
	unsigned int		nr_refused;
	const char		*why;
};

extern struct layout layout;

/**
 * struct layout_seen - counts over all layouts
 * @kept: claims with pages that were kept
 * @invalid: claims that the validator refused
 * @refused: claims that were refused later
 * @full: layouts in which all gaps were used
 */
struct layout_seen {
	unsigned long	kept;
	unsigned long	invalid;
	unsigned long	refused;
	unsigned long	full;
};

extern struct layout_seen layout_seen;

/* Room for @nr gaps. */
struct kho_blocks layout_room(unsigned int nr);

/* Take the handover of claims.h; the verdict on each claim is looked at. */
void layout_take(unsigned int max_gaps, bool thorough);

bool layout_is_refused(u32 owner);

/* Each page of the blocks is kept or unpreserved, and the gaps are the largest. */
void layout_check(void);

/* Make memory and claims at random, take them, and check it. */
void layout_random(unsigned int pieces, const struct claims *c);

#endif /* _KHO_LAYOUT_H */
