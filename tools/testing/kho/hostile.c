// SPDX-License-Identifier: GPL-2.0
/* Runs the cases that hostile.h is about. */
#include <errno.h>
#include <string.h>

#include "harness.h"
#include "hostile.h"

#define MAX_TESTS	256

static struct image image;
static struct test all[MAX_TESTS];
static size_t nr_all;

struct image *const img = &image;
struct verdict verdict;

void check_why(const char *is, const char *must)
{
	if (!is || strcmp(is, must))
		harness_fail(__FILE__, __LINE__, "refused because \"%s\", not \"%s\"",
			     is ?: "(accepted)", must);
}

static void run_hostile(const void *arg)
{
	const struct hostile *h = arg;
	unsigned int i;

	image_build(img);
	h->damage();
	if (!h->raw)
		image_seal(img);
	image_check(img->root, &verdict);

	if (h->scope == ROOT) {
		check_eq(verdict.root, -EINVAL);
		check_why(verdict.why, h->why);
		return;
	}
	check_eq(verdict.root, 1);
	if (h->scope == CLAIMS) {
		check_eq(verdict.claims, -EINVAL);
		check_why(verdict.why, h->why);
		return;
	}
	check_eq(verdict.claims, 0);
	check_eq(verdict.nr_claims, img->nr_claims);
	check_why(verdict.claim_why[h->claim], h->why);
	for (i = 0; i < img->nr_claims; i++)
		if (i != h->claim && verdict.claim_why[i])
			harness_fail(__FILE__, __LINE__,
				     "claim %u is lost too: %s", i,
				     verdict.claim_why[i]);
	check_eq(verdict.refused, 1);
}

void expect_good(void)
{
	image_seal(img);
	image_check(img->root, &verdict);
	check_eq(verdict.root, 1);
	if (verdict.why)
		note("%s", verdict.why);
	check_eq(verdict.claims, 0);
	check_eq(verdict.nr_claims, img->nr_claims);
	check_eq(verdict.refused, 0);
}

void hostile_add(const struct hostile *cases, size_t nr)
{
	for (; nr--; cases++) {
		check(nr_all < MAX_TESTS);
		all[nr_all++] = (struct test) {
			.name = cases->name, .run_case = run_hostile,
			.arg = cases,
		};
	}
}

int hostile_main(int argc, char **argv, const struct test *tests, size_t nr)
{
	check(nr_all + nr <= MAX_TESTS);
	while (nr--)
		all[nr_all++] = *tests++;
	return harness_main(argc, argv, all, nr_all);
}
