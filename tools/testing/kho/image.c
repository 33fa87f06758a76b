// SPDX-License-Identifier: GPL-2.0
/* A whole handover in simulated memory, and its reader. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/libfdt.h>

#include "harness.h"
#include "image.h"
#include "maptest.h"
#include "merge.h"
#include "sim.h"

struct kho_root *image_root(const struct image *img)
{
	return sim_virt(img->root);
}

struct kho_table *image_claims(const struct image *img)
{
	return sim_virt(image_root(img)->claims);
}

/* The first page set of a claim. */
struct kho_set_rec *image_set(const struct image *img, unsigned int claim)
{
	return (void *)((struct kho_table *)sim_virt(img->claim[claim]->sets) + 1);
}

struct kho_leaf *image_leaf(const struct image *img, unsigned int claim)
{
	return sim_virt(image_set(img, claim)->map);
}

static struct kho_table_writer claims, sets;

/* Append a record; notes which pages the table takes. */
static void *table_add(struct image *img, struct kho_table_writer *w)
{
	u64 pages = w->pages;
	void *rec = kho_table_add(w);

	check(rec);
	if (w->pages != pages) {
		img->table[img->nr_tables++] = sim_phys(w->last);
		img->meta_pages++;
	}
	return rec;
}

void image_begin(struct image *img)
{
	struct kho_root *root;

	memset(img, 0, sizeof(*img));
	claims = (struct kho_table_writer) {
		.rec_size = sizeof(struct kho_claim_rec),
	};
	img->next_pfn = 0x4000000;
	img->root = sim_alloc(1);
	img->meta_pages = 1;
	root = image_root(img);
	kho_root_init(root, 3);
	root->flags = KHO_ROOT_SEALED;
	strcpy((char *)root->release, "6.12.0-golden");
	memset(root->build_id, 0xb1, 20);
}

void image_claim(struct image *img, const char *name, void *fdt, u64 size)
{
	struct kho_claim_rec *rec = table_add(img, &claims);

	snprintf((char *)rec->name, sizeof(rec->name), "%s", name);
	snprintf((char *)rec->format, sizeof(rec->format), "%s-format", name);
	rec->version = 7;
	rec->fingerprint = 0x1122334455667788;
	sets = (struct kho_table_writer) {
		.rec_size = sizeof(struct kho_set_rec),
	};
	img->claim[img->nr_claims++] = rec;
	if (fdt)
		image_subtree(img, img->nr_claims - 1, fdt, size);
}

void image_set_add(struct image *img, const char *name,
		   const struct kho_map *map)
{
	struct kho_claim_rec *claim = img->claim[img->nr_claims - 1];
	struct kho_set_rec *rec = table_add(img, &sets);

	claim->nr_sets++;
	snprintf((char *)rec->name, sizeof(rec->name), "%s", name);
	rec->map = kho_map_head(map);
	rec->leaves = map->nr_leaves;
	rec->runs = map->nr_runs;
	rec->pages = map->nr_pages;
	img->set[img->nr_sets++] = rec;
	claim->sets = kho_table_close(&sets);
	img->meta_pages += map->nr_leaves;
}

void image_finish(struct image *img)
{
	struct kho_root *root = image_root(img);

	sim_take_free();
	root->claims = kho_table_close(&claims);
	root->nr_claims = img->nr_claims;
	root->meta_pages = img->meta_pages;
	image_seal(img);
}

void image_subtree(struct image *img, unsigned int claim, const void *fdt,
		   u64 size)
{
	struct kho_claim_rec *rec = img->claim[claim];
	u64 pages = (size + PAGE_SIZE - 1) / PAGE_SIZE;

	img->meta_pages += pages - rec->subtree_size / PAGE_SIZE;
	image_root(img)->meta_pages = img->meta_pages;
	rec->subtree = sim_alloc(pages);
	rec->subtree_size = pages * PAGE_SIZE;
	memcpy(sim_virt(rec->subtree), fdt, size);
}

static void subtree_seal(struct kho_claim_rec *rec)
{
	/* Broken ones have no checksum that could be right. */
	if (rec->subtree % PAGE_SIZE == 0 && rec->subtree_size < SIM_SIZE &&
	    sim_is_memory(rec->subtree, rec->subtree_size ?: 1))
		rec->subtree_crc = kho_crc(sim_virt(rec->subtree),
					   rec->subtree_size, NULL);
}

void image_seal(struct image *img)
{
	struct kho_table *t;
	unsigned int i;

	for (i = 0; i < img->nr_claims; i++)
		subtree_seal(img->claim[i]);
	for (i = 0; i < img->nr_tables; i++) {
		t = sim_virt(img->table[i]);
		t->crc = kho_crc(t, PAGE_SIZE, &t->crc);
	}
	kho_root_close(image_root(img));
}

static void *small_tree(u64 *size)
{
	static u8 buf[4096];

	memset(buf, 0, sizeof(buf));
	check_eq(fdt_create(buf, sizeof(buf)), 0);
	check_eq(fdt_finish_reservemap(buf), 0);
	check_eq(fdt_begin_node(buf, ""), 0);
	check_eq(fdt_property_u32(buf, "nr", 5), 0);
	check_eq(fdt_begin_node(buf, "child"), 0);
	check_eq(fdt_property_string(buf, "clock", "local"), 0);
	check_eq(fdt_property_u64(buf, "start", 0x123456789abc), 0);
	check_eq(fdt_end_node(buf), 0);
	check_eq(fdt_end_node(buf), 0);
	check_eq(fdt_finish(buf), 0);
	*size = fdt_totalsize(buf);
	return buf;
}

/* Adds @runs runs of three folios each to @map, one every @step folios. */
static void add_runs(struct image *img, struct kho_map *map, unsigned int runs,
		     unsigned int order, u64 step)
{
	for (; runs--; img->next_pfn += step << order)
		check_eq(map_add(map, img->next_pfn, 3ULL << order, order), 0);
}

/* Adds every other folio from the beginning of a cell on: a bitmap. */
static void add_bits(struct image *img, struct kho_map *map, unsigned int order)
{
	const u64 cell = (u64)KHO_LEAF_BITS << order;
	u64 pfn = (img->next_pfn / cell + 1) * cell;
	unsigned int i;

	for (i = 0; i < KHO_LEAF_CAPACITY + 9; i++, pfn += 2ULL << order)
		check_eq(map_add(map, pfn, 1ULL << order, order), 0);
	img->next_pfn = (pfn / cell + 1) * cell;
}

static void set_add(struct image *img, const char *name, struct kho_map *map)
{
	image_set_add(img, name, map);
	map_forget(map);
}

static void add_map(struct image *img, const char *name, unsigned int runs,
		    unsigned int order)
{
	struct kho_map map;

	kho_map_init(&map);
	add_runs(img, &map, runs, order, 4);
	set_add(img, name, &map);
}

/* Three leaves of runs, far from each other. */
static void add_sparse_map(struct image *img, const char *name)
{
	struct kho_map map;

	kho_map_init(&map);
	add_runs(img, &map, 3 * KHO_LEAF_CAPACITY - 64, 0, 1 << 16);
	check_eq(map.nr_leaves, 3);
	set_add(img, name, &map);
}

/* Three bitmaps of two orders, and runs behind them. */
static void add_dense_map(struct image *img, const char *name)
{
	struct kho_map map;

	kho_map_init(&map);
	add_bits(img, &map, 0);
	add_bits(img, &map, 0);
	add_bits(img, &map, 3);
	add_runs(img, &map, 3, 2, 4);
	check_eq(map.nr_leaves, 4);
	check_eq(map_bitmaps(&map), 3);
	set_add(img, name, &map);
}

/* With large pages there are many more records: most lead to nothing. */
#define SPARSE	(PAGE_SIZE > 4096 ? PAGE_SIZE / 2048 : 2)

void image_build(struct image *img)
{
	unsigned int i;
	char name[16];
	u64 size;
	u8 *fdt;

	sim_reset();
	image_begin(img);
	fdt = small_tree(&size);

	image_claim(img, "alpha", fdt, size);
	add_sparse_map(img, "data");
	add_map(img, "extra", 1, 3);

	image_claim(img, "beta", fdt, 3 * PAGE_SIZE < 4096 ? size : 4096);
	add_dense_map(img, "data");

	image_claim(img, "gamma", NULL, 0);
	for (i = 0; i < SETS_A_TABLE + 7; i++) {
		snprintf(name, sizeof(name), "set%u", i);
		add_map(img, name, i % SPARSE ? 0 : 1 + i % 3, i % 3);
	}
	for (i = 3; i < CLAIMS_A_TABLE + 4; i++) {
		snprintf(name, sizeof(name), "claim%u", i);
		image_claim(img, name, i % SPARSE ? NULL : fdt, size);
		if (i % 16 == 0)
			add_map(img, "pages", 5, 1);
	}
	image_finish(img);
}

void image_build_small(struct image *img)
{
	struct kho_map map;
	u64 size;
	u8 *fdt;

	sim_reset();
	image_begin(img);
	fdt = small_tree(&size);
	image_claim(img, "golden", fdt, size);
	kho_map_init(&map);
	add_runs(img, &map, 2, 0, 4);
	check_eq(map_add(&map, 0x5000000, 8 << 9, 9), 0);
	check_eq(map_add(&map, 0x8000000, 2 << 18, 0), 0);
	set_add(img, "pages", &map);
	kho_map_init(&map);
	img->next_pfn = 0xa000000;
	add_bits(img, &map, 0);
	add_bits(img, &map, 4);
	set_add(img, "folios", &map);
	image_finish(img);
}

/* The reader. */

static struct kho_meta *metas;
static unsigned long nr_metas, max_metas;
static u64 looked_at, look_limit;
static unsigned long meta_fails_in;
static u32 owner;

static void *give_page(struct kho_checker *c, u64 phys, u64 size)
{
	bool there = sim_is_memory(phys, size);

	/* What is promised to those who bring it. */
	check(phys && size && !((phys | size) % PAGE_SIZE));
	check(phys + size > phys);
	looked_at += there ? size / PAGE_SIZE : 1;
	if (looked_at > look_limit) {
		fprintf(stderr, "the check looks at too many pages\n");
		abort();
	}
	if (!there)
		return NULL;
	sim_grant(phys, size);
	return sim_virt(phys);
}

void image_fail_meta(unsigned long nth)
{
	meta_fails_in = nth;
}

static int note_meta(struct kho_checker *c, u64 phys, u64 size)
{
	if (meta_fails_in && !--meta_fails_in)
		return -ENOMEM;
	if (nr_metas == max_metas) {
		max_metas = max_metas ? 2 * max_metas : 1024;
		metas = realloc(metas, max_metas * sizeof(*metas));
		if (!metas)
			abort();
	}
	metas[nr_metas++] = (struct kho_meta) {
		.pfn = phys / PAGE_SIZE, .nr = size / PAGE_SIZE, .owner = owner,
	};
	return 0;
}

static int cmp_meta(const void *a, const void *b)
{
	const struct kho_meta *l = a, *r = b;

	return l->pfn < r->pfn ? -1 : l->pfn > r->pfn;
}

/* As kho_tree_build() does: what was found good must be good for this. */
static void use_subtree(const struct kho_claim_rec *rec)
{
	const void *fdt = sim_virt(rec->subtree);
	size_t room = 2 * rec->subtree_size + 4096;
	int offset = 0, next, depth = 0, len;
	const struct fdt_property *prop;
	const char *name;
	u8 *to;

	to = malloc(room);
	check_eq(fdt_create(to, room), 0);
	check_eq(fdt_finish_reservemap(to), 0);
	do {
		switch (fdt_next_tag(fdt, offset, &next)) {
		case FDT_BEGIN_NODE:
			depth++;
			check_eq(fdt_begin_node(to, fdt_get_name(fdt, offset,
								 NULL)), 0);
			break;
		case FDT_END_NODE:
			depth--;
			check_eq(fdt_end_node(to), 0);
			break;
		case FDT_PROP:
			prop = fdt_get_property_by_offset(fdt, offset, &len);
			check(prop);
			name = fdt_string(fdt, fdt32_to_cpu(prop->nameoff));
			check(name);
			/* Long names of many properties need not fit. */
			if (strlen(name) < 64)
				fdt_property(to, name, prop->data, len);
			break;
		case FDT_NOP:
			break;
		default:
			check(!"the root node has no end");
		}
		offset = next;
	} while (depth);
	free(to);
	/* What clients do. */
	fdt_getprop(fdt, 0, "nr", NULL);
	fdt_path_offset(fdt, "/child/x");
	fdt_first_subnode(fdt, 0);
}

static void use_map(const struct kho_set_rec *rec)
{
	struct kho_map map;
	struct kho_run run;
	struct kho_cursor c;
	u64 pfn = 0, pages = 0;

	kho_map_init(&map);
	check_eq(kho_map_load(&map, rec->map), 0);
	check_eq(map.nr_leaves, rec->leaves);
	check_eq(map.nr_runs, rec->runs);
	check_eq(map.nr_pages, rec->pages);
	for (; kho_map_next(&map, pfn, &run); pfn = run.pfn + run.nr) {
		check(run.pfn >= pfn && run.nr);
		pages += run.nr;
	}
	check_eq(pages, rec->pages);
	kho_cursor_for_each(&c, rec->map)
		pages -= c.end - c.pfn;
	check_eq(pages, 0);
	map_forget(&map);
}

static void use_claims(const struct kho_root *root, const struct verdict *v)
{
	struct kho_merge_source *sources;
	struct kho_table_iter it, sit;
	struct kho_claim_rec *rec;
	struct kho_set_rec *set;
	unsigned long nr = 0;
	struct kho_merge m = { };
	struct kho_span span, prev = { };
	u32 i = 0;

	kho_table_for_each(rec, it, root->claims)
		nr += rec->refused ? 0 : rec->nr_sets;
	sources = malloc((nr ?: 1) * sizeof(*sources));
	m.sources = sources;
	kho_table_for_each(rec, it, root->claims) {
		i++;
		if (rec->refused)
			continue;
		if (rec->subtree)
			use_subtree(rec);
		kho_table_for_each(set, sit, rec->sets) {
			use_map(set);
			kho_merge_push(&m, set->map, i);
		}
	}
	check(m.nr <= nr);
	qsort(metas, nr_metas, sizeof(*metas), cmp_meta);
	m.meta = metas;
	m.nr_meta = nr_metas;
	while (kho_merge_next(&m, &span)) {
		check(span.pfn >= prev.pfn && span.end > span.pfn);
		prev = span;
	}
	free(sources);
}

static void check_each(struct kho_checker *c, const struct kho_root *root,
		       struct verdict *v)
{
	struct kho_table_iter it;
	struct kho_claim_rec *rec;

	kho_table_for_each(rec, it, root->claims) {
		unsigned long metas_before = nr_metas;
		u64 left = c->meta_left;

		c->why = NULL;
		rec->refused = 0;
		if (kho_check_claim(c, rec)) {
			rec->refused = 1;
			check(c->why);
			nr_metas = metas_before;
			c->meta_left = left;
			v->refused++;
		}
		if (v->nr_claims < MAX_CLAIMS)
			v->claim_why[v->nr_claims] = rec->refused ? c->why : NULL;
		v->nr_claims++;
		owner++;
	}
}

void image_check(u64 phys, struct verdict *v)
{
	struct kho_checker c = { .page = give_page, .meta = note_meta };
	struct kho_root *root;
	u64 all = (sim_end() - SIM_BASE) / PAGE_SIZE;

	memset(v, 0, sizeof(*v));
	nr_metas = 0;
	looked_at = 0;
	/* Once for each claim, as refused ones give back what they used. */
	look_limit = 4096 + all * 64;
	owner = 0;
	sim_protect();
	v->check_ns = now_ns();
	v->root = kho_check_root(&c, phys, &root);
	if (v->root > 0) {
		v->claims = kho_check_claims(&c, root);
		if (!v->claims)
			check_each(&c, root, v);
	}
	v->check_ns = now_ns() - v->check_ns;
	v->pages = looked_at;
	if (v->root < 0 || v->claims) {
		v->why = c.why;
		check(c.why);
	} else if (v->root) {
		use_claims(root, v);
	}
	sim_unprotect();
}
