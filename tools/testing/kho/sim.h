/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_SIM_H
#define _KHO_SIM_H

#include <linux/types.h>

/*
 * Simulated physical memory, and what the pure core wants from whoever
 * compiles it. Pages that are free, or that the code under test has not asked
 * for, are poisoned: touching them ends the program.
 */

#define SIM_BASE	0x100000000ULL
#define SIM_SIZE	(1ULL << 30)

/* Start over with empty memory. */
void sim_reset(void);

/* @nr pages one after the other, zeroed; their physical address. */
u64 sim_alloc(u64 nr);
void sim_free_page(u64 phys);

/* Allocate all pages that are free, so that everything can be touched. */
void sim_take_free(void);
void *sim_virt(u64 phys);
u64 sim_phys(const void *virt);
bool sim_is_memory(u64 phys, u64 size);

/* End of what was ever allocated. */
u64 sim_end(void);

/* Poison all, and give access to pieces again. */
void sim_protect(void);
void sim_unprotect(void);
void sim_grant(u64 phys, u64 size);

/* Let the @nth allocation from now on fail, 1 is the next; 0 for none. */
void sim_fail(unsigned long nth);

/* Has one failed since then? */
bool sim_failed(void);

/**
 * struct sim_stats - what is allocated
 * @pages: pages of metadata
 * @refs: index entries
 */
struct sim_stats {
	unsigned long	pages;
	unsigned long	refs;
};

extern struct sim_stats sim_stats;

#endif /* _KHO_SIM_H */
