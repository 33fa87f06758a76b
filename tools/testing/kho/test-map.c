// SPDX-License-Identifier: GPL-2.0
/*
 * The map of a page set: unit tests, random operations against a naive model,
 * and every allocation failing once. Compiled with the real page size and with
 * pages so small that a leaf has room for five runs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "maptest.h"
#include "sim.h"

static struct kho_map map;

static void start(void)
{
	sim_reset();
	kho_map_init(&map);
}

static void finish(void)
{
	map_verify(&map);
	check_eq(sim_stats.leaves, map.nr_leaves);
	check_eq(sim_stats.refs, map.nr_leaves);
	kho_map_destroy(&map);
	check_eq(sim_stats.leaves, 0);
	check_eq(sim_stats.refs, 0);
	check_eq(map.nr_runs + map.nr_pages + map.nr_leaves, 0);
	check_eq(kho_map_head(&map), 0);
}

/* The run at @pfn or behind is [first, first + nr) of @order. */
static void check_next(u64 pfn, u64 first, u64 nr, unsigned int order)
{
	struct kho_run run;

	check(kho_map_next(&map, pfn, &run));
	check_eq(run.pfn, first);
	check_eq(run.nr, nr);
	check_eq(run.order, order);
}

static void check_none(u64 pfn)
{
	struct kho_run run;

	check(!kho_map_next(&map, pfn, &run));
}

static void test_empty(void)
{
	start();
	check_none(0);
	check_none(~0ULL);
	check_eq(kho_map_head(&map), 0);
	check_eq(kho_map_remove(&map, 1, 1), -ENOENT);
	finish();
}

static void test_word(void)
{
	u64 word = kho_word(KHO_RUN_PFN_MAX, 0, 1);

	check(kho_word_is_valid(word));
	check_eq(kho_word_end(word), KHO_RUN_PFN_MAX + 1);
	word = kho_word(0x12345600, 7, KHO_RUN_COUNT_MAX);
	check(kho_word_is_valid(word));
	check_eq(kho_word_pfn(word), 0x12345600);
	check_eq(kho_word_order(word), 7);
	check_eq(kho_word_count(word), KHO_RUN_COUNT_MAX);
	check_eq(kho_word_pages(word), KHO_RUN_COUNT_MAX << 7);
	check(kho_word_is_valid(kho_word(1ULL << 39, 39, 1)));

	/* beyond the end, order too large, not aligned, wraps */
	check(!kho_word_is_valid(kho_word(KHO_RUN_PFN_MAX, 0, 2)));
	check(!kho_word_is_valid(kho_word(0, 40, 1)));
	check(!kho_word_is_valid(kho_word(0, 63, 1)));
	check(!kho_word_is_valid(kho_word(0x101, 8, 1)));
	check(!kho_word_is_valid(kho_word(1ULL << 39, 39, KHO_RUN_COUNT_MAX)));
	check(!kho_word_is_valid(~0ULL));
}

static void test_add_bad(void)
{
	start();
	check_eq(map_add(&map, 0, 1, 0), -EINVAL);
	check_eq(map_add(&map, 8, 0, 0), -EINVAL);
	check_eq(map_add(&map, 8, 1, 1), -EINVAL);
	check_eq(map_add(&map, 8, 6, 2), -EINVAL);
	check_eq(map_add(&map, 9, 8, 3), -EINVAL);
	check_eq(map_add(&map, 8, 8, KHO_RUN_ORDER_MAX + 1), -EINVAL);
	check_eq(map_add(&map, 8, 8, 64), -EINVAL);
	check_eq(map_add(&map, 8, 8, ~0U), -EINVAL);
	check_eq(map_add(&map, KHO_RUN_PFN_MAX + 1, 1, 0), -EINVAL);
	check_eq(map_add(&map, KHO_RUN_PFN_MAX, 2, 0), -EINVAL);
	check_eq(map_add(&map, 1, ~0ULL, 0), -EINVAL);
	check_eq(map_add(&map, ~0ULL, 1, 0), -EINVAL);
	check_none(0);
	check_eq(map_add(&map, KHO_RUN_PFN_MAX, 1, 0), 0);
	check_eq(map_add(&map, 1, 1, 0), 0);
	check_eq(map_add(&map, 1ULL << 38, 1ULL << 38, 38), 0);
	finish();
}

static void test_overlap(void)
{
	start();
	check_eq(map_add(&map, 16, 16, 2), 0);
	check_eq(map_add(&map, 16, 16, 2), -EEXIST);
	check_eq(map_add(&map, 31, 1, 0), -EEXIST);
	check_eq(map_add(&map, 1, 16, 0), -EEXIST);
	check_eq(map_add(&map, 1, 64, 0), -EEXIST);
	check_eq(map_add(&map, 24, 64, 3), -EEXIST);
	check_eq(map_add(&map, 1, 15, 0), 0);
	check_eq(map_add(&map, 32, 1, 0), 0);
	check_eq(map.nr_runs, 3);
	check_eq(map.nr_pages, 32);
	finish();
}

static void test_merge(void)
{
	start();
	check_eq(map_add(&map, 8, 4, 2), 0);
	check_eq(map_add(&map, 16, 4, 2), 0);
	check_eq(map.nr_runs, 2);
	check_eq(map_add(&map, 12, 4, 2), 0);
	check_eq(map.nr_runs, 1);
	check_next(0, 8, 12, 2);
	/* Another order stays apart. */
	check_eq(map_add(&map, 20, 4, 1), 0);
	check_eq(map_add(&map, 4, 4, 0), 0);
	check_eq(map.nr_runs, 3);
	check_next(0, 4, 4, 0);
	check_next(8, 8, 12, 2);
	check_next(19, 8, 12, 2);
	check_next(20, 20, 4, 1);
	check_none(24);
	finish();
}

static void test_remove(void)
{
	start();
	check_eq(map_add(&map, 16, 64, 3), 0);
	check_eq(kho_map_remove(&map, 16, 0), -EINVAL);
	check_eq(kho_map_remove(&map, 17, 8), -EINVAL);
	check_eq(kho_map_remove(&map, 16, 4), -EINVAL);
	check_eq(kho_map_remove(&map, 8, 16), -ENOENT);
	check_eq(kho_map_remove(&map, 72, 16), -ENOENT);
	check_eq(kho_map_remove(&map, 80, 8), -ENOENT);
	check_eq(kho_map_remove(&map, ~0ULL, 2), -EINVAL);
	check_eq(kho_map_remove(&map, 16, ~0ULL - 16), -ENOENT);
	check_eq(map.nr_pages, 64);
	/* out of the middle, from the front, from the end, all */
	check_eq(kho_map_remove(&map, 40, 8), 0);
	check_next(0, 16, 24, 3);
	check_next(40, 48, 32, 3);
	check_eq(kho_map_remove(&map, 16, 8), 0);
	check_next(0, 24, 16, 3);
	check_eq(kho_map_remove(&map, 72, 8), 0);
	check_next(48, 48, 24, 3);
	check_eq(kho_map_remove(&map, 32, 24), -ENOENT);
	check_eq(map_add(&map, 40, 8, 0), 0);
	check_eq(kho_map_remove(&map, 24, 48), 0);
	check_none(0);
	check_eq(map.nr_leaves, 0);
	finish();
}

/* Runs of more than 2^18 folios take several words. */
static void test_long(void)
{
	const u64 max = KHO_RUN_COUNT_MAX;

	start();
	check_eq(map_add(&map, 1, 3 * max + 5, 0), 0);
	check_eq(map.nr_runs, 4);
	check_eq(map.nr_pages, 3 * max + 5);
	check_next(1, 1, max, 0);
	check_next(max, 1, max, 0);
	check_next(max + 1, max + 1, max, 0);
	check_eq(map_add(&map, 2 * max, max + 9, 0), -EEXIST);
	check_eq(kho_map_remove(&map, max - 1, max + 5), 0);
	check_eq(map.nr_pages, 2 * max);
	map_verify(&map);
	check_eq(kho_map_remove(&map, 1, max - 2), 0);
	check_eq(kho_map_remove(&map, 2 * max + 4, max + 2), 0);
	check_none(0);
	/* Folios: 2^18 of order 9 are 512 GiB. */
	check_eq(map_add(&map, 512, (max + 1) << 9, 9), 0);
	check_eq(map.nr_runs, 2);
	check_eq(map.nr_pages, (max + 1) << 9);
	check_eq(kho_map_remove(&map, 1024, max << 9), 0);
	check_next(0, 512, 512, 9);
	finish();
}

/* Longer than the longest: all that 40 bits of page frames can hold. */
static void test_whole_space(void)
{
	start();
	check_eq(map_add(&map, 1ULL << 20, (1ULL << 40) - (1ULL << 20), 20), 0);
	check_eq(map.nr_runs, 4);
	check_eq(map_add(&map, 1, 1, 0), 0);
	check_eq(kho_map_remove(&map, 1ULL << 20, (1ULL << 40) - (1ULL << 20)), 0);
	check_next(0, 1, 1, 0);
	finish();
}

enum pattern { ASCENDING, DESCENDING, SHUFFLED, GAP_DESCENDING, PATTERNS };

static const char *const pattern_name[] = {
	"ascending", "descending", "shuffled", "descending behind full leaves",
};

static u64 pattern_pfn(enum pattern pattern, u64 i, u64 nr)
{
	u64 full;

	switch (pattern) {
	case ASCENDING:
		return 2 + 2 * i;
	case DESCENDING:
		return 2 + 2 * (nr - i);
	case SHUFFLED:	/* any odd factor permutes a power of two */
		return 2 + 2 * (i * 2654435761ULL % nr);
	default:
		full = nr / 2 / KHO_LEAF_CAPACITY * KHO_LEAF_CAPACITY;
		return 2 + 2 * (i < full ? i : nr - (i - full));
	}
}

/* Single pages that never touch, in several orders. */
static void test_patterns(void)
{
	u64 nr = 1 << 15, i;
	int pattern;

	for (pattern = 0; pattern < PATTERNS; pattern++) {
		start();
		for (i = 0; i < nr; i++) {
			check_eq(map_add(&map, pattern_pfn(pattern, i, nr), 1, 0), 0);
			if (!(i & (i + 1)))
				map_verify(&map);
		}
		check_eq(map.nr_runs, nr);
		note("%s: %lu runs in %lu leaves, %llu.%02llu bytes a run",
		     pattern_name[pattern], map.nr_runs, map.nr_leaves,
		     (unsigned long long)map_centibytes_a_run(&map) / 100,
		     (unsigned long long)map_centibytes_a_run(&map) % 100);
		finish();
	}
}

/* What is left after most runs went takes no more than 16 bytes a run either. */
static void test_thin_out(void)
{
	u64 nr = 1 << 15, i;

	start();
	for (i = 0; i < nr; i++)
		check_eq(map_add(&map, 2 + 2 * i, 1, 0), 0);
	for (i = 0; i < nr; i++) {
		if (i % 64)
			check_eq(kho_map_remove(&map, 2 + 2 * i, 1), 0);
		if (i % 1024 == 5)
			map_verify(&map);
	}
	note("every 64th left: %lu runs in %lu leaves", map.nr_runs,
	     map.nr_leaves);
	finish();
}

/*
 * The model: for each cell of @scale pages the order of its folios plus one, or
 * 0 if they are not in the map. A folio is not larger than a cell, unless a
 * cell is a page.
 */
#define CELLS	2048

struct model {
	u8		cell[CELLS];
	u64		base;
	unsigned int	shift;
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

		if (!m->cell[i]) {
			may |= MAY_ENOENT;
			continue;
		}
		folio = model_folio(m, m->cell[i] - 1);
		if (i / folio * folio < from || (i / folio + 1) * folio > to)
			may |= MAY_EINVAL;
	}
	return may ?: MAY_SUCCEED;
}

static u64 model_pages(const struct model *m)
{
	u64 pages = 0;
	unsigned int i;

	for (i = 0; i < CELLS; i++)
		pages += m->cell[i] ? 1ULL << m->shift : 0;
	return pages;
}

/* The map holds what the model holds, in as few runs as there can be. */
static void model_compare(const struct model *m)
{
	u64 pfn = 0, min_runs = 0;
	unsigned int i = 0, at;
	struct kho_run run;

	map_verify(&map);
	check_eq(map.nr_pages, model_pages(m));
	for (; kho_map_next(&map, pfn, &run); pfn = run.pfn + run.nr) {
		at = (run.pfn - m->base) >> m->shift;
		check(at >= i);
		while (i < at)
			check_eq(m->cell[i++], 0);
		check_eq(run.nr & ((1ULL << m->shift) - 1), m->shift ?
			 run.nr & ((1ULL << run.order) - 1) : 0);
		for (; i < (run.pfn + run.nr - m->base) >> m->shift; i++)
			check_eq(m->cell[i], run.order + 1);
	}
	while (i < CELLS)
		check_eq(m->cell[i++], 0);
	for (i = 0; i < CELLS; i++)
		min_runs += m->cell[i] && (!i || m->cell[i] != m->cell[i - 1]);
	if (!m->shift)
		check(map.nr_runs >= min_runs &&
		      map.nr_runs <= min_runs + map.nr_leaves);
}

static void model_check_next(const struct model *m)
{
	unsigned int i = rnd_below(CELLS);
	u64 pfn = m->base + ((u64)i << m->shift);
	bool inside = m->cell[i];
	struct kho_run run;

	while (i < CELLS && !m->cell[i])
		i++;
	if (i == CELLS) {
		check_none(pfn);
		return;
	}
	check(kho_map_next(&map, pfn, &run));
	if (inside)
		check(run.pfn <= pfn && run.pfn + run.nr > pfn);
	else
		check_eq(run.pfn, m->base + ((u64)i << m->shift));
	check_eq(run.order + 1, m->cell[i]);
}

/* A random range of cells, in one of several manners. */
static void model_range(const struct model *m, unsigned int align,
			unsigned int *from, unsigned int *to)
{
	unsigned int len = rnd_below(8) ? 1 + rnd_below(4) : 1 + rnd_below(200);

	*from = rnd_below(CELLS);
	*to = *from + len * align;
	if (rnd_below(8)) {
		*from = *from / align * align;
		*to = *from + len * align;
	}
	if (*to > CELLS)
		*to = CELLS;
}

static void model_add_one(struct model *m)
{
	unsigned int order = rnd_below(m->max_order + 1), from, to, i;
	unsigned int folio = model_folio(m, order);
	int must = 0, err;

	model_range(m, folio, &from, &to);
	for (i = from; i < to; i++)
		if (m->cell[i])
			must = -EEXIST;
	if (from % folio || to % folio || from == to)
		must = -EINVAL;
	err = map_add(&map, m->base + ((u64)from << m->shift),
		      (u64)(to - from) << m->shift, order);
	if (err == -ENOMEM)
		return;
	check_eq(err, must);
	if (!err)
		memset(m->cell + from, order + 1, to - from);
}

static void model_remove_one(struct model *m)
{
	unsigned int order = rnd_below(m->max_order + 1), from, to;
	int may, err;

	model_range(m, model_folio(m, order), &from, &to);
	/* Often what is there, seldom with holes. */
	if (rnd_below(4)) {
		while (from < CELLS && !m->cell[from])
			from++;
		if (from == CELLS)
			return;
		for (to = from; to < CELLS && m->cell[to] == m->cell[from] &&
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
		memset(m->cell + from, 0, to - from);
}

static void model_run(unsigned int shift, unsigned int max_order,
		      unsigned int rounds, bool failures)
{
	static struct model m;
	unsigned int i, grow = 50;

	start();
	m = (struct model) {
		.base = 1ULL << 32, .shift = shift, .max_order = max_order,
	};
	for (i = 0; i < rounds; i++) {
		/* The map grows for some time, then shrinks. */
		if (i % 512 == 0)
			grow = 20 + rnd_below(60);
		if (failures && !rnd_below(3))
			sim_fail(1 + rnd_below(4));
		if (rnd_below(100) < grow)
			model_add_one(&m);
		else
			model_remove_one(&m);
		sim_fail(0);
		if (i % 16 == 0 || failures)
			model_compare(&m);
		check_eq(sim_stats.leaves, map.nr_leaves);
		check_eq(sim_stats.refs, map.nr_leaves);
		model_check_next(&m);
	}
	model_compare(&m);
	finish();
}

static void test_model_pages(void)
{
	model_run(0, 0, 40000, false);
}

static void test_model_folios(void)
{
	model_run(0, 5, 40000, false);
}

/* Cells of 2^17 pages: runs cross the border of 2^18 folios all the time. */
static void test_model_long(void)
{
	model_run(17, 0, 20000, false);
	model_run(17, 9, 20000, false);
}

static void test_model_failures(void)
{
	model_run(0, 2, 10000, true);
	model_run(17, 1, 5000, true);
}

/* All words, one behind the other. */
static u64 *snapshot(u64 *nr)
{
	u64 *words = malloc((map.nr_runs + 1) * sizeof(u64)), phys, n = 0;
	struct kho_leaf *leaf;

	for (phys = kho_map_head(&map); phys; phys = leaf->next) {
		leaf = kho_leaf_from_phys(phys);
		memcpy(words + n, leaf->runs, leaf->nr * sizeof(u64));
		n += leaf->nr;
	}
	*nr = n;
	return words;
}

/* A map whose leaves are all full, with room between the runs. */
static void fill(unsigned int leaves)
{
	u64 i;

	start();
	for (i = 0; i < leaves * KHO_LEAF_CAPACITY; i++)
		check_eq(map_add(&map, (i + 1) << 22, 1024, 0), 0);
}

/* Let the nth allocation fail, for every n, until the operation succeeds. */
static void sweep(bool add, u64 pfn, u64 nr, unsigned int leaves,
		  unsigned int *failures)
{
	u64 *before, *after, nr_before, nr_after, n;
	int err = -ENOMEM;

	for (n = 1; err; n++) {
		fill(leaves);
		before = snapshot(&nr_before);
		sim_fail(n);
		err = add ? map_add(&map, pfn, nr, 0) :
			    kho_map_remove(&map, pfn, nr);
		sim_fail(0);
		map_verify(&map);
		after = snapshot(&nr_after);
		if (err) {
			++*failures;
			check_eq(err, -ENOMEM);
			check_eq(nr_after, nr_before);
			check(!memcmp(before, after, nr_after * sizeof(u64)));
		} else {
			check(nr_after > nr_before);
		}
		free(before);
		free(after);
		finish();
	}
}

static void test_sweep_add(void)
{
	const u64 cap = KHO_LEAF_CAPACITY;
	unsigned int failures = 0;

	/* first leaf, front, middle, border of leaves, end */
	sweep(true, 1, 1, 0, &failures);
	sweep(true, 1, 1, 3, &failures);
	sweep(true, (cap / 2) << 22 | 4096, 1, 3, &failures);
	sweep(true, cap << 22 | 4096, 1, 3, &failures);
	sweep(true, (3 * cap + 1) << 22, 1, 3, &failures);
	/* several words, each of which may need a leaf */
	sweep(true, (3 * cap + 1) << 22, (2 * cap + 3) << 18, 3, &failures);
	sweep(true, (cap / 2) << 22 | 4096, 11 << 18, 3, &failures);
	note("%u failures", failures);
	check(failures >= 18);
}

static void test_sweep_remove(void)
{
	const u64 cap = KHO_LEAF_CAPACITY;
	unsigned int failures = 0;

	sweep(false, 1ULL << 22 | 5, 7, 3, &failures);
	sweep(false, (cap / 2) << 22 | 5, 7, 3, &failures);
	sweep(false, cap << 22 | 5, 7, 3, &failures);
	sweep(false, (3 * cap) << 22 | 5, 7, 3, &failures);
	note("%u failures", failures);
	check_eq(failures, 8);
}

static void test_load(void)
{
	struct kho_map old;
	u64 *before, *after, nr_before, nr_after, head;
	unsigned long n, leaves;
	struct kho_run run;
	int err = -ENOMEM;

	fill(7);
	check_eq(map_add(&map, 1ULL << 38, 1ULL << 20, 3), 0);
	before = snapshot(&nr_before);
	old = map;
	head = kho_map_head(&map);
	leaves = map.nr_leaves;
	for (n = 1; err; n++) {
		kho_map_init(&map);
		sim_fail(n);
		err = kho_map_load(&map, head);
		sim_fail(0);
		check_eq(sim_stats.leaves, leaves);
		check_eq(sim_stats.refs, leaves + (err ? 0 : leaves));
		if (err) {
			check_eq(err, -ENOMEM);
			check_eq(map.nr_leaves + map.nr_runs + map.nr_pages, 0);
			check_none(0);
		}
	}
	check_eq(n, leaves + 2);
	map_verify(&map);
	check_eq(map.nr_pages, old.nr_pages);
	after = snapshot(&nr_after);
	check_eq(nr_after, nr_before);
	check(!memcmp(before, after, nr_after * sizeof(u64)));
	free(before);
	free(after);
	/* The new map owns the leaves; the old index goes. */
	while (old.index.rb_node) {
		struct rb_node *rb = old.index.rb_node;

		rb_erase(rb, &old.index);
		kho_leaf_ref_free(rb_entry(rb, struct kho_leaf_ref, rb));
	}
	/* Taken over folio by folio, as a client does; then run by run. */
	for (n = 0; kho_map_next(&map, 0, &run); n++)
		check_eq(kho_map_remove(&map, run.pfn, n < 20000 ?
					1ULL << run.order : run.nr), 0);
	finish();
}

static void test_load_empty(void)
{
	start();
	check_eq(kho_map_load(&map, 0), 0);
	check_none(0);
	finish();
}

static const struct test tests[] = {
	{ "map: an empty one", test_empty },
	{ "map: words", test_word },
	{ "map: adding what is no run", test_add_bad },
	{ "map: adding what is there already", test_overlap },
	{ "map: neighbours become one run", test_merge },
	{ "map: removing", test_remove },
	{ "map: more than 2^18 folios", test_long },
	{ "map: the whole physical address space", test_whole_space },
	{ "map: at most 16 bytes a run, adding in any order", test_patterns },
	{ "map: at most 16 bytes a run after removing", test_thin_out },
	{ "map: random operations on pages", test_model_pages },
	{ "map: random operations on folios", test_model_folios },
	{ "map: random operations on long runs", test_model_long },
	{ "map: random operations while allocations fail", test_model_failures },
	{ "map: add with every allocation failing once", test_sweep_add },
	{ "map: remove with every allocation failing once", test_sweep_remove },
	{ "map: load with every allocation failing once", test_load },
	{ "map: load an empty one", test_load_empty },
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, sizeof(tests) / sizeof(*tests));
}
