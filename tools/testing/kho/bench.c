// SPDX-License-Identifier: GPL-2.0
/* Figures for a million runs; nothing here passes or fails. */
#include <stdlib.h>

#include "harness.h"
#include "image.h"
#include "maptest.h"
#include "merge.h"
#include "sim.h"

#define RUNS	(1 << 20)
#define SETS	64

static u64 start;

static void begin(void)
{
	start = now_ns();
}

static void end_each(const char *what, u64 nr, const char *unit)
{
	u64 ns = now_ns() - start;

	printf("%-32s %8.1f ns a %s, %7.1f ms\n", what, (double)ns / nr, unit,
	       ns / 1e6);
}

static void end(const char *what, u64 nr)
{
	end_each(what, nr, "run");
}

static void walk(struct kho_map *map, const char *name)
{
	struct kho_run run;
	u64 pfn = 0, nr = 0;

	begin();
	for (; kho_map_next(map, pfn, &run); pfn = run.pfn + run.nr)
		nr++;
	end(name, nr);
}

static void bench_map(bool shuffled)
{
	const char *how = shuffled ? "shuffled" : "ascending";
	struct kho_map map, loaded;
	char name[64];
	u64 i, pfn;

	sim_reset();
	kho_map_init(&map);
	begin();
	for (i = 0; i < RUNS; i++) {
		pfn = shuffled ? i * 2654435761ULL % RUNS : i;
		map_add(&map, 2 + 2 * pfn, 1, 0);
	}
	snprintf(name, sizeof(name), "add, %s", how);
	end(name, RUNS);
	printf("%-32s %8.2f bytes a run, %lu leaves\n", "memory",
	       map_centibytes_a_run(&map) / 100.0, map.nr_leaves);
	snprintf(name, sizeof(name), "walk, %s", how);
	walk(&map, name);
	begin();
	kho_map_init(&loaded);
	kho_map_load(&loaded, kho_map_head(&map));
	end("load", RUNS);
	begin();
	for (i = 0; i < RUNS; i++) {
		pfn = shuffled ? i * 2654435761ULL % RUNS : i;
		kho_map_remove(&map, 2 + 2 * pfn, 1);
	}
	snprintf(name, sizeof(name), "remove, %s", how);
	end(name, RUNS);
}

/* One run of a million pages costs what a run of one page costs. */
static void bench_long(void)
{
	struct kho_map map;
	u64 i;

	sim_reset();
	kho_map_init(&map);
	begin();
	for (i = 0; i < 1000; i++)
		map_add(&map, 1 + (i << 19), 1 << 18, 0);
	end("add, runs of 1 GiB", 1000);
	kho_map_destroy(&map);
}

/* 1 TiB in one stretch, in pieces of 2^order pages; single ones from order 18. */
static void bench_terabyte(const char *name, unsigned int order)
{
	unsigned int folio = order < 18 ? order : 0;
	struct kho_map map;
	u64 pfn, nr = 1ULL << (40 - 12), first = 1ULL << 18;

	sim_reset();
	kho_map_init(&map);
	begin();
	for (pfn = first; pfn < first + nr; pfn += 1ULL << order)
		map_add(&map, pfn, 1ULL << order, folio);
	end_each(name, nr >> order, "piece");
	printf("%-32s %8lu runs, %lu bytes\n", "", map.nr_runs,
	       map.nr_leaves * PAGE_SIZE);
	kho_map_destroy(&map);
}

static void bench_image(void)
{
	static struct kho_map maps[SETS];
	static struct kho_merge_source sources[SETS];
	static struct verdict v;
	static struct image img;
	struct kho_merge m = { .sources = sources };
	struct kho_span span;
	char name[16];
	u64 i, nr = 0;

	sim_reset();
	image_begin(&img);
	image_claim(&img, "big", NULL, 0);
	for (i = 0; i < SETS; i++)
		kho_map_init(&maps[i]);
	for (i = 0; i < RUNS; i++)
		map_add(&maps[rnd_below(SETS)], 2 + 2 * i, 1, 0);
	for (i = 0; i < SETS; i++) {
		snprintf(name, sizeof(name), "set%u", (unsigned int)i);
		image_set_add(&img, name, &maps[i]);
	}
	image_finish(&img);

	begin();
	for (i = 0; i < SETS; i++)
		kho_merge_push(&m, kho_map_head(&maps[i]), i);
	while (kho_merge_next(&m, &span))
		nr++;
	end("merge of 64 page sets", nr);
	begin();
	image_check(img.root, &v);
	end("validate, load, walk and merge", RUNS);
	printf("%-32s %8.1f ns a run, %7.1f ms\n", "of that, validate",
	       (double)v.check_ns / RUNS, v.check_ns / 1e6);
	if (v.refused || v.nr_claims != 1)
		printf("REFUSED\n");
}

int main(void)
{
	rnd_seed(1);
	printf("%u runs of single pages\n", RUNS);
	bench_map(false);
	bench_map(true);
	bench_long();
	bench_terabyte("add 1 TiB in 4 KiB", 0);
	bench_terabyte("add 1 TiB in 2 MiB", 9);
	bench_terabyte("add 1 TiB in 1 GiB", 18);
	bench_image();
	return 0;
}
