/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_HOSTILE_H
#define _KHO_HOSTILE_H

#include "harness.h"
#include "image.h"

/*
 * Handovers from broken and from malicious kernels. Each case breaks one thing
 * in a good one, makes the checksums right again, and must be refused for the
 * reason given, while the other claims live.
 */

/* An address where there is no memory. */
#define FAR_AWAY	(SIM_BASE + SIM_SIZE + (1ULL << 40))

extern struct image *const img;
extern struct verdict verdict;

/* What a case breaks, and so how much may be lost. */
enum scope { ROOT, CLAIMS, CLAIM };

/**
 * struct hostile - a case
 * @name: what is broken
 * @scope: what is lost
 * @claim: which claim, if that is CLAIM
 * @why: the reason that is given
 * @damage: breaks it
 * @raw: leave the checksums as they were
 */
struct hostile {
	const char	*name;
	enum scope	scope;
	unsigned int	claim;
	const char	*why;
	void		(*damage)(void);
	bool		raw;
};

/* Define a function that breaks something. */
#define DAMAGE(name, ...) \
	static void damage_##name(void) { __VA_ARGS__; }

void check_why(const char *is, const char *must);

/* The handover as it is now is good. */
void expect_good(void);

/* As harness_main(), for tests and several tables of cases. */
int hostile_main(int argc, char **argv, const struct test *tests, size_t nr);
void hostile_add(const struct hostile *cases, size_t nr);

#define NR(a)	(sizeof(a) / sizeof(*(a)))

#endif /* _KHO_HOSTILE_H */
