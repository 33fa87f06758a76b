// SPDX-License-Identifier: GPL-2.0
/* The map of a page set: random operations against a naive model. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "harness.h"
#include "maptest.h"
#include "sim.h"

/*
 * The model: for each unit of 2^shift pages the order of its folios plus one, or
 * 0 if they are not in the map. A folio is not larger than a unit, unless a
 * unit is a page.
 */
#define UNITS	(PAGE_SIZE > 4096 ? 32768 : PAGE_SIZE == 4096 ? 8192 : 2048)

/**
 * struct model - a model
 * @unit: what is in the map
 * @base: first page of the first unit
 * @shift: pages of a unit
 * @order: that most folios have
 * @max_order: that some folios have
 */
struct model {
	u8		unit[UNITS];
	u64		base;
	unsigned int	shift;
	unsigned int	order;
	unsigned int	max_order;
};

static unsigned int model_folio(const struct model *m, unsigned int order)
{
	return order > m->shift ? 1U << (order - m->shift) : 1;
}

/* Bits of what kho_map_remove() may return. */
#define MAY_SUCCEED	1
#define MAY_ENOENT	2
#define MAY_EINVAL	4

static int model_remove(const struct model *m, unsigned int from,
			unsigned int to)
{
	int may = 0;
	unsigned int i;

	if (from == to)
		return MAY_EINVAL;
	for (i = from; i < to; i++) {
		unsigned int folio;

		if (!m->unit[i]) {
			may |= MAY_ENOENT;
			continue;
		}
		folio = model_folio(m, m->unit[i] - 1);
		if (i / folio * folio < from || (i / folio + 1) * folio > to)
			may |= MAY_EINVAL;
	}
	return may ?: MAY_SUCCEED;
}

static u64 model_pages(const struct model *m)
{
	u64 pages = 0;
	unsigned int i;

	for (i = 0; i < UNITS; i++)
		pages += m->unit[i] ? 1ULL << m->shift : 0;
	return pages;
}

/* The run at @pfn or behind it, with all that touch it and have its order. */
static bool next_span(u64 pfn, struct kho_run *span)
{
	struct kho_run run;

	if (!kho_map_next(&map, pfn, span))
		return false;
	while (kho_map_next(&map, span->pfn + span->nr, &run) &&
	       run.pfn == span->pfn + span->nr && run.order == span->order)
		span->nr += run.nr;
	return true;
}

/* The map holds what the model holds, and no run is cut but where a leaf ends. */
static void model_compare(const struct model *m)
{
	u64 pfn = 0, spans = 0;
	unsigned int i = 0, to;
	struct kho_run span;

	verify();
	check_eq(map.nr_pages, model_pages(m));
	for (; next_span(pfn, &span); pfn = span.pfn + span.nr) {
		check_eq((span.pfn | span.nr) & ((1ULL << m->shift) - 1), 0);
		to = (span.pfn - m->base) >> m->shift;
		check(to >= i);
		while (i < to)
			check_eq(m->unit[i++], 0);
		for (to += span.nr >> m->shift; i < to; i++)
			check_eq(m->unit[i], span.order + 1);
		spans++;
	}
	while (i < UNITS)
		check_eq(m->unit[i++], 0);
	/* Longer ones do not fit into a word. */
	if (!m->shift)
		check(map.nr_runs <= spans + map.nr_leaves);
}

static void model_check_next(const struct model *m)
{
	unsigned int i = rnd_below(UNITS);
	u64 pfn = m->base + ((u64)i << m->shift);
	bool inside = m->unit[i];
	struct kho_run run;

	while (i < UNITS && !m->unit[i])
		i++;
	if (i == UNITS) {
		map_check_none(&map, pfn);
		return;
	}
	check(kho_map_next(&map, pfn, &run));
	if (inside)
		check(run.pfn <= pfn && run.pfn + run.nr > pfn);
	else
		check_eq(run.pfn, m->base + ((u64)i << m->shift));
	check_eq(run.order + 1, m->unit[i]);
}

/* A random range of units, in one of several manners. */
static void model_range(const struct model *m, unsigned int align,
			unsigned int *from, unsigned int *to)
{
	unsigned int len = rnd_below(8) ? 1 + rnd_below(4) : 1 + rnd_below(200);

	*from = rnd_below(UNITS);
	*to = *from + len * align;
	if (rnd_below(8)) {
		*from = *from / align * align;
		*to = *from + len * align;
	}
	if (*to > UNITS)
		*to = UNITS;
}

static unsigned int model_order(const struct model *m)
{
	return rnd_below(8) ? m->order : rnd_below(m->max_order + 1);
}

static void model_add_one(struct model *m)
{
	unsigned int order = model_order(m), from, to, i;
	unsigned int folio = model_folio(m, order);
	int must = 0, err;

	model_range(m, folio, &from, &to);
	for (i = from; i < to; i++)
		if (m->unit[i])
			must = -EEXIST;
	if (from % folio || to % folio || from == to)
		must = -EINVAL;
	err = map_add(&map, m->base + ((u64)from << m->shift),
		      (u64)(to - from) << m->shift, order);
	if (err == -ENOMEM)
		return;
	check_eq(err, must);
	if (!err)
		memset(m->unit + from, order + 1, to - from);
}

static void model_remove_one(struct model *m)
{
	unsigned int order = model_order(m), from, to;
	int may, err;

	model_range(m, model_folio(m, order), &from, &to);
	/* Often what is there, seldom with holes. */
	if (rnd_below(4)) {
		while (from < UNITS && !m->unit[from])
			from++;
		if (from == UNITS)
			return;
		for (to = from; to < UNITS && m->unit[to] == m->unit[from] &&
		     rnd_below(6);)
			to++;
	}
	if (to < from)
		to = from;
	may = model_remove(m, from, to);
	err = kho_map_remove(&map, m->base + ((u64)from << m->shift),
			     (u64)(to - from) << m->shift);
	if (err == -ENOMEM)
		return;
	check(may & (!err ? MAY_SUCCEED :
		     err == -ENOENT ? MAY_ENOENT : MAY_EINVAL));
	if (!err)
		memset(m->unit + from, 0, to - from);
}

/* Every other folio: that is what bitmaps are for. */
static void model_add_comb(struct model *m)
{
	unsigned int folio = model_folio(m, m->order), left, i, k;
	int err;

	i = rnd_below(UNITS) / folio * folio;
	for (left = rnd_below(300); left && i < UNITS; left--, i += 2 * folio) {
		for (k = i; k < i + folio && !m->unit[k]; k++)
			;
		if (k < i + folio)
			continue;
		err = map_add(&map, m->base + ((u64)i << m->shift),
			      (u64)folio << m->shift, m->order);
		if (err == -ENOMEM)
			continue;
		check_eq(err, 0);
		memset(m->unit + i, m->order + 1, folio);
	}
}

/* Single pages from an array: stretches that go up, with jumps between them. */
static void model_add_array(struct model *m)
{
	unsigned int units[300], nr = 1 + rnd_below(300), jump = 1 + rnd_below(16);
	unsigned int unit = rnd_below(UNITS), must = nr, done, i;
	u64 pfns[300], lo = m->base + rnd_below(UNITS) / 4;

	for (i = 0; i < nr; i++) {
		units[i] = unit;
		pfns[i] = m->base + unit;
		if (m->unit[unit] && must == nr)
			must = i;
		if (i < must)
			m->unit[unit] = 1;
		unit += 1 + rnd_below(2);
		if (unit >= UNITS || !rnd_below(jump))
			unit = rnd_below(UNITS);
	}
	done = map_add_array(&map, pfns, nr, lo, m->base + UNITS);
	if (!sim_failed())
		check_eq(done, must);
	for (i = done; i < must; i++)
		m->unit[units[i]] = 0;
}

static void model_run(unsigned int shift, unsigned int order,
		      unsigned int max_order, unsigned int rounds,
		      bool failures)
{
	/* It takes long to look at each bit of large pages. */
	const unsigned int compare = PAGE_SIZE > 4096 ? 4096 : 16;
	/* A border of cells is near the beginning. */
	const u64 border = ((1ULL << 30) / BITS * BITS) << order >> shift << shift;
	unsigned int i, grow = 50, combs = 0, bitmaps = 0, changes = 0;
	static struct model m;

	if (PAGE_SIZE > 4096)
		rounds /= 8;
	start();
	m = (struct model) {
		.base = border - (512ULL << shift), .shift = shift,
		.order = order, .max_order = max_order,
	};
	for (i = 0; i < rounds; i++) {
		/* The map grows for some time, then shrinks. */
		if (i % 512 == 0) {
			grow = 20 + rnd_below(60);
			combs = rnd_below(8);
		}
		sim_fail(failures && !rnd_below(3) ? 1 + rnd_below(4) : 0);
		if (rnd_below(100) >= grow)
			model_remove_one(&m);
		else if (!shift && !rnd_below(16))
			model_add_array(&m);
		else if (rnd_below(8) < combs)
			model_add_comb(&m);
		else
			model_add_one(&m);
		any_failed |= sim_failed();
		if (i % compare == 0 || (i % (compare / 4) == 0 && sim_failed())) {
			model_compare(&m);
			changes += map_bitmaps(&map) != bitmaps;
			bitmaps = map_bitmaps(&map);
		}
		sim_fail(0);
		check_eq(sim_stats.pages, map.nr_leaves);
		check_eq(sim_stats.refs, map.nr_leaves);
		model_check_next(&m);
	}
	model_compare(&m);
	note("order %u, up to %u, shift %u: %u changes of the number of bitmaps",
	     order, max_order, shift, changes);
	finish();
}

static void test_model_pages(void)
{
	model_run(0, 0, 0, 40000, false);
}

static void test_model_folios(void)
{
	model_run(0, 0, 5, 40000, false);
	model_run(0, 2, 3, 20000, false);
	model_run(9, 9, 9, 20000, false);
}

/* Units of 2^17 pages: runs cross the border of 2^18 folios all the time. */
static void test_model_long(void)
{
	model_run(17, 0, 0, 20000, false);
	model_run(17, 9, 9, 20000, false);
}

static void test_model_failures(void)
{
	model_run(0, 0, 0, 10000, true);
	model_run(0, 0, 2, 10000, true);
	model_run(17, 1, 1, 5000, true);
}

static const struct test tests[] = {
	{ "map: random operations on pages", test_model_pages },
	{ "map: random operations on folios", test_model_folios },
	{ "map: random operations on long runs", test_model_long },
	{ "map: random operations while allocations fail", test_model_failures },
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, sizeof(tests) / sizeof(*tests));
}
