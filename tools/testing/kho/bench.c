// SPDX-License-Identifier: GPL-2.0
/* Figures of the pure core; nothing here passes or fails. */
#include <stdlib.h>

#include "harness.h"
#include "image.h"
#include "maptest.h"
#include "merge.h"
#include "sim.h"

#define RUNS	0x100000ULL
#define SETS	64

/**
 * struct workload - what a map is filled with
 * @name: what it is called
 * @pieces: number of pieces
 * @nr: pages of a piece
 * @order: order of its folios
 * @step: pages from the first page of a piece to that of the next
 * @shuffled: in random order, else ascending
 */
struct workload {
	const char	*name;
	u64		pieces;
	u64		nr;
	unsigned int	order;
	u64		step;
	bool		shuffled;
};

static u64 piece_pfn(const struct workload *w, u64 i)
{
	/* Any odd factor permutes a power of two. */
	if (w->shuffled)
		i = i * 2654435761ULL % w->pieces;
	/* Off the grid of cells, behind what is below 4 GiB. */
	return (1ULL << 20) + i * w->step;
}

static u64 start;

static void begin(void)
{
	start = now_ns();
}

/* Time since begin() for each of @nr. */
static double each(u64 nr)
{
	return (double)(now_ns() - start) / nr;
}

static double time_add(const struct workload *w, struct kho_map *map)
{
	u64 i;

	kho_map_init(map);
	begin();
	for (i = 0; i < w->pieces; i++)
		map_add(map, piece_pfn(w, i), w->nr, w->order);
	return each(w->pieces);
}

static double time_remove(const struct workload *w, struct kho_map *map)
{
	u64 i;

	begin();
	for (i = 0; i < w->pieces; i++)
		kho_map_remove(map, piece_pfn(w, i), w->nr);
	return each(w->pieces);
}

static double time_next(struct kho_map *map)
{
	struct kho_run run;
	u64 pfn = 0, nr = 0;

	begin();
	for (; kho_map_next(map, pfn, &run); pfn = run.pfn + run.nr)
		nr++;
	return each(nr);
}

static double time_load(struct kho_map *map)
{
	struct kho_map loaded;
	double ns;

	begin();
	kho_map_init(&loaded);
	kho_map_load(&loaded, kho_map_head(map));
	ns = each(map->nr_runs);
	map_forget(&loaded);
	return ns;
}

static double time_merge(struct kho_map *map)
{
	struct kho_merge_source source;
	struct kho_merge m = { .sources = &source };
	struct kho_span span;

	begin();
	kho_merge_push(&m, kho_map_head(map), 1);
	while (kho_merge_next(&m, &span))
		;
	return each(map->nr_runs);
}

static double time_check(struct kho_map *map)
{
	static struct verdict v;
	static struct image img;

	image_begin(&img);
	image_claim(&img, "big", NULL, 0);
	image_set_add(&img, "set", map);
	image_finish(&img);
	image_check(img.root, &v);
	if (v.refused || v.nr_claims != 1)
		printf("REFUSED\n");
	return (double)v.check_ns / map->nr_runs;
}

static void bench(const struct workload *w)
{
	struct kho_map map;
	double add;

	sim_reset();
	add = time_add(w, &map);
	printf("%-30s %9llu %8lu %6.2f %6.2f %6.1f", w->name, w->pieces,
	       map.nr_leaves, map_centibytes_a_run(&map) / 100.0,
	       map.nr_leaves * PAGE_SIZE * 8.0 /
	       (w->pieces * w->step >> w->order), add);
	printf(" %6.1f", time_next(&map));
	printf(" %6.1f", time_check(&map));
	printf(" %6.1f", time_merge(&map));
	printf(" %6.1f", time_load(&map));
	printf(" %6.1f\n", time_remove(w, &map));
}

static void head(const char *what)
{
	printf("\n%s; sizes in bytes a run and bits a page or folio, times in ns a run\n",
	       what);
	printf("%-30s %9s %8s %6s %6s %6s %6s %6s %6s %6s %6s\n", "", "pieces",
	       "leaves", "bytes", "bits", "add", "next", "check", "merge",
	       "load", "remove");
}

static void bench_patterns(void)
{
	static const struct workload workloads[] = {
		{ "every other page", RUNS, 1, 0, 2 },
		{ "every other page, shuffled", RUNS, 1, 0, 2, true },
		{ "one page in 8", RUNS, 1, 0, 8 },
		{ "one page in 8, shuffled", RUNS, 1, 0, 8, true },
		{ "one page in 100", RUNS, 1, 0, 100 },
		{ "one page in 512", RUNS, 1, 0, 512 },
		{ "one page in 512, shuffled", RUNS, 1, 0, 512, true },
		{ "one page in 40000", RUNS, 1, 0, 40000 },
		{ "every other 2 MiB, folios", RUNS, 512, 9, 1024 },
		{ "every other 2 MiB, pages", RUNS, 512, 0, 1024 },
		{ "every other 1 GiB, pages", RUNS, 1 << 18, 0, 1 << 19 },
	};
	unsigned int i;

	head("Ascending, if not said otherwise");
	for (i = 0; i < sizeof(workloads) / sizeof(*workloads); i++)
		bench(&workloads[i]);
}

/* Hosts, of which half is preserved: the law of growth. */
static void bench_hosts(void)
{
	static const unsigned int tebibytes[] = { 1, 16, 64 };
	static const struct workload workloads[] = {
		{ "2 MiB folios", 0, 512, 9, 1024 },
		{ "2 MiB folios, shuffled", 0, 512, 9, 1024, true },
		{ "2 MiB of pages", 0, 512, 0, 1024 },
		{ "1 GiB of pages", 0, 1 << 18, 0, 1 << 19 },
	};
	struct workload w;
	unsigned int i, k;
	char name[64];

	head("Half of the memory of a host");
	for (k = 0; k < sizeof(workloads) / sizeof(*workloads); k++) {
		for (i = 0; i < sizeof(tebibytes) / sizeof(*tebibytes); i++) {
			w = workloads[k];
			snprintf(name, sizeof(name), "%2u TiB, %s",
				 tebibytes[i], w.name);
			w.name = name;
			w.pieces = ((u64)tebibytes[i] << 28) / w.step;
			bench(&w);
		}
	}
}

/* Contiguous memory, in pieces that become one run of many. */
static void bench_stretch(const char *name, unsigned int order)
{
	const struct workload w = {
		.name = name, .pieces = 1ULL << 28 >> order,
		.nr = 1ULL << order, .order = order < 18 ? order : 0,
		.step = 1ULL << order,
	};
	struct kho_map map;
	double add;

	sim_reset();
	add = time_add(&w, &map);
	printf("%-30s %6.1f ns a piece, %lu runs, %lu bytes\n", name, add,
	       map.nr_runs, map.nr_leaves * PAGE_SIZE);
	kho_map_destroy(&map);
}

static void bench_sets(void)
{
	static struct kho_map maps[SETS];
	static struct kho_merge_source sources[SETS];
	struct kho_merge m = { .sources = sources };
	struct kho_span span;
	u64 i;

	sim_reset();
	for (i = 0; i < SETS; i++)
		kho_map_init(&maps[i]);
	for (i = 0; i < RUNS; i++)
		map_add(&maps[rnd_below(SETS)], 2 + 2 * i, 1, 0);
	begin();
	for (i = 0; i < SETS; i++)
		kho_merge_push(&m, kho_map_head(&maps[i]), i);
	while (kho_merge_next(&m, &span))
		;
	printf("%-30s %6.1f ns a run\n", "merge of 64 page sets", each(RUNS));
}

int main(void)
{
	rnd_seed(1);
	bench_patterns();
	bench_hosts();
	printf("\n");
	bench_stretch("1 TiB in 4 KiB", 0);
	bench_stretch("1 TiB in 2 MiB", 9);
	bench_stretch("1 TiB in 1 GiB", 18);
	bench_sets();
	return 0;
}
