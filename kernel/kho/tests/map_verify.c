// SPDX-License-Identifier: GPL-2.0
/*
 * What must be true of every map at all times, and how tests add to one. Included by
 * kho_map_kunit.c in the kernel, and by maptest.c of tools/testing/kho in user space,
 * which bring check(), check_eq(), rnd_below() and map_verify_owner().
 */

/**
 * struct seen - what a leaf was found to hold, bit by bit and word by word
 * @runs: number of runs
 * @pages: number of pages
 * @first: the first page
 * @end: behind the last page
 * @first_run: end of the first run
 * @last_run: start of the last run
 * @first_order: order of the first run
 * @last_order: order of the last run
 * @orders: bit mask of all orders
 */
struct seen {
	u64		runs, pages;
	u64		first, end;
	u64		first_run, last_run;
	unsigned int	first_order, last_order;
	u64		orders;
};

static void see_run(struct seen *s, u64 pfn, u64 end, unsigned int order)
{
	if (!s->runs++) {
		s->first = pfn;
		s->first_run = end;
		s->first_order = order;
	}
	check(pfn && pfn >= s->end && end > pfn);
	check(end <= KHO_RUN_PFN_MAX + 1);
	s->end = end;
	s->last_run = pfn;
	s->last_order = order;
	s->orders |= 1ULL << order;
	s->pages += end - pfn;
}

static struct seen see_leaf(const struct kho_leaf *leaf)
{
	struct seen s = { };
	u64 i, start = 0;
	bool before = false, set;

	check_eq(leaf->magic, KHO_LEAF_MAGIC);
	check_eq(leaf->version, KHO_LEAF_VERSION);
	check(leaf->nr);
	if (leaf->kind == KHO_LEAF_RUNS) {
		check(leaf->nr <= KHO_LEAF_CAPACITY);
		check(!leaf->order && !leaf->base);
		for (i = 0; i < leaf->nr; i++) {
			check(kho_word_is_valid(leaf->words[i]));
			see_run(&s, kho_word_pfn(leaf->words[i]),
				kho_word_end(leaf->words[i]),
				kho_word_order(leaf->words[i]));
		}
		return s;
	}
	check_eq(leaf->kind, KHO_LEAF_BITMAP);
	check_eq(leaf->base % ((u64)KHO_LEAF_BITS << leaf->order), 0);
	for (i = 0; i <= KHO_LEAF_BITS; i++, before = set) {
		set = i < KHO_LEAF_BITS && leaf->words[i / 64] >> i % 64 & 1;
		if (set && !before)
			start = leaf->base + (i << leaf->order);
		if (!set && before)
			see_run(&s, start, leaf->base + (i << leaf->order),
				leaf->order);
	}
	check_eq(s.runs, leaf->nr);
	return s;
}

static const struct kho_leaf_ref *first_ref(const struct kho_map *map)
{
	struct rb_node *rb = rb_first(&map->index);

	return rb ? rb_entry(rb, struct kho_leaf_ref, rb) : NULL;
}

void map_verify(const struct kho_map *map)
{
	struct rb_node *rb = rb_first(&map->index);
	const struct kho_leaf_ref *ref, *prev = NULL;
	u64 phys = kho_map_head(map), pages = 0, end = 1;
	unsigned long leaves = 0, runs = 0;
	struct seen s;

	/* The chain that crosses the kexec is the order of the index. */
	for (; phys; phys = ref->leaf->next) {
		check(rb);
		ref = rb_entry(rb, struct kho_leaf_ref, rb);
		check_eq(kho_virt_to_phys(ref->leaf), phys);
		check(ref->prev == prev);
		check(!prev || prev->next == ref);
		s = see_leaf(ref->leaf);
		check(s.first >= end);
		check_eq(ref->first, s.first);
		end = s.end;
		leaves++;
		runs += s.runs;
		pages += s.pages;
		prev = ref;
		rb = rb_next(rb);
	}
	check(!rb);
	check(!prev || !prev->next);
	check_eq(map->nr_leaves, leaves);
	check_eq(map->nr_runs, runs);
	check_eq(map->nr_pages, pages);
}

static u64 cell(u64 pfn, unsigned int order)
{
	return (pfn >> order) / KHO_LEAF_BITS;
}

u64 map_cells(const struct kho_map *map)
{
	u64 cells = 0, from, to, next = 0;
	struct kho_cursor c;
	unsigned int order;

	kho_cursor_for_each(&c, kho_map_head(map)) {
		order = kho_cursor_order(&c);
		from = cell(c.pfn, order);
		to = cell(c.end - 1, order);
		if (from < next)
			from = next;
		if (to >= from)
			cells += to + 1 - from;
		next = to + 1;
	}
	return cells;
}

unsigned long map_bitmaps(const struct kho_map *map)
{
	const struct kho_leaf_ref *ref = first_ref(map);
	unsigned long nr = 0;

	for (; ref; ref = ref->next)
		nr += ref->leaf->kind == KHO_LEAF_BITMAP;
	return nr;
}

void map_verify_bounds(const struct kho_map *map)
{
	/* With pages of 64 KiB a bitmap may hold a run of two words. */
	const unsigned int slack = 2 * ((KHO_LEAF_BITS - 1) / KHO_RUN_COUNT_MAX);
	const struct kho_leaf_ref *ref = first_ref(map);
	struct seen s, prev = { };
	u64 orders = 0;

	for (; ref; ref = ref->next, prev = s) {
		s = see_leaf(ref->leaf);
		orders |= s.orders;
		if (!prev.runs)
			continue;
		check(prev.runs + s.runs + slack > KHO_LEAF_CAPACITY);
		if (prev.last_order == s.first_order)
			check(cell(prev.end - 1, s.first_order) !=
			      cell(s.first, s.first_order));
	}
	check(map->nr_leaves * (KHO_LEAF_CAPACITY + 1 - slack) <=
	      2 * map->nr_runs + KHO_LEAF_CAPACITY + 1);
	if (orders && !(orders & (orders - 1)))
		check(map->nr_leaves <= map_cells(map));
}

u64 map_centibytes_a_run(const struct kho_map *map)
{
	return map->nr_runs ?
	       100ULL * map->nr_leaves * PAGE_SIZE / map->nr_runs : 0;
}

/* The fast way to add a page, if it can be had. */
static bool bulk_page(struct kho_bulk *bulk, u64 pfn)
{
	return kho_bulk_set(bulk, pfn - bulk->first) || kho_bulk_append(bulk, pfn);
}

int map_add(struct kho_map *map, u64 pfn, u64 nr, unsigned int order)
{
	struct kho_run run = { .pfn = pfn, .nr = nr, .order = order };
	struct kho_bulk bulk;
	bool added;

	/* Both ways to add a single page come to the same. */
	if (nr == 1 && !order && rnd_below(2)) {
		kho_bulk_begin(&bulk, map, pfn, 1, KHO_RUN_PFN_MAX + 1);
		added = bulk_page(&bulk, pfn);
		kho_bulk_end(&bulk, map);
		if (added)
			return 0;
	}
	return kho_map_add(map, &run);
}

unsigned int map_add_array(struct kho_map *map, const u64 *pfns,
			   unsigned int nr, u64 lo, u64 hi)
{
	struct kho_bulk bulk;
	unsigned int i;

	kho_bulk_begin(&bulk, map, pfns[0], lo, hi);
	for (i = 0; i < nr; i++) {
		struct kho_run run = { .pfn = pfns[i], .nr = 1 };

		if (bulk_page(&bulk, pfns[i])) {
			check(pfns[i] >= lo && pfns[i] < hi);
			continue;
		}
		kho_bulk_end(&bulk, map);
		if (kho_map_add(map, &run))
			return i;
		kho_bulk_begin(&bulk, map, pfns[i], lo, hi);
	}
	kho_bulk_end(&bulk, map);
	return nr;
}

void map_forget(struct kho_map *map)
{
	while (map->index.rb_node) {
		struct rb_node *rb = map->index.rb_node;

		rb_erase(rb, &map->index);
		kho_leaf_ref_free(rb_entry(rb, struct kho_leaf_ref, rb));
	}
	map->hint = NULL;
}

void map_finish(struct kho_map *map)
{
	kho_map_destroy(map);
	check_eq(map->nr_runs + map->nr_pages + map->nr_leaves, 0);
	check_eq(kho_map_head(map), 0);
	map_verify_owner(map);
}

void map_check_none(struct kho_map *map, u64 pfn)
{
	struct kho_run run;

	check(!kho_map_next(map, pfn, &run));
}
