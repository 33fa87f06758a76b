/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_CLAIMS_H
#define _KHO_CLAIMS_H

#include "image.h"

/*
 * Handovers with random claims to the memory of pages.h: as a kernel writes
 * them, good and bad, and as one may that is malicious.
 */

#define MAX_OWNERS	24
#define MAX_OWNER_SETS	4

/**
 * struct claims - what to make
 * @runs: at most so many runs for each page set
 * @bad: one in so many things is what it may not be; 0 for none, all are good
 * @raw: one in so many page sets is not as a kernel would write it; 0 for none
 */
struct claims {
	unsigned int	runs;
	unsigned int	bad;
	unsigned int	raw;
};

/* The handover that is made. */
extern struct image handover;

/* How many page sets had more runs than fit into a leaf. */
extern unsigned long claims_seen_large;

/* Begin one without claims. */
void claims_begin(void);

/* A claim without page sets, which gets those that are added from then on. */
void claims_add(void);

/* A page set of the last claim; the pages of @map go into the handover. */
void claims_add_set(struct kho_map *map);

/* A whole one. */
void claims_make(const struct claims *c);

#endif /* _KHO_CLAIMS_H */
