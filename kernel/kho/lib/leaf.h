/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_LEAF_H
#define _KERNEL_KHO_LEAF_H

#include <linux/bitops.h>
#include <linux/kho/abi/map.h>
#include <linux/kho/run.h>
#include <linux/types.h>

#include <asm/page.h>

/*
 * One leaf of a map (see kho/abi/map.h), and the walk from leaf to leaf. A word is an
 * encoded run, kho_word_*(), or in a bitmap 64 bits.
 *
 * A cell is what one bitmap spans: memory is cut into cells at the same places
 * for all maps, for each order anew.
 */

/* Words of a leaf, so runs that fit into it. */
#define KHO_LEAF_CAPACITY \
	((unsigned int)((PAGE_SIZE - sizeof(struct kho_leaf)) / sizeof(u64)))
/* Bits of a leaf, so folios in a cell. */
#define KHO_LEAF_BITS	(64 * KHO_LEAF_CAPACITY)

static inline u64 kho_word(u64 pfn, unsigned int order, u64 count)
{
	return ((count - 1) << (KHO_RUN_PFN_BITS + KHO_RUN_ORDER_BITS)) |
	       ((u64)order << KHO_RUN_PFN_BITS) | pfn;
}

static inline u64 kho_word_pfn(u64 word)
{
	return word & KHO_RUN_PFN_MAX;
}

static inline unsigned int kho_word_order(u64 word)
{
	return (word >> KHO_RUN_PFN_BITS) & ((1U << KHO_RUN_ORDER_BITS) - 1);
}

static inline u64 kho_word_count(u64 word)
{
	return (word >> (KHO_RUN_PFN_BITS + KHO_RUN_ORDER_BITS)) + 1;
}

static inline u64 kho_word_pages(u64 word)
{
	return kho_word_count(word) << kho_word_order(word);
}

static inline u64 kho_word_end(u64 word)
{
	return kho_word_pfn(word) + kho_word_pages(word);
}

/* Do order, alignment and end of a word make sense? */
static inline bool kho_word_is_valid(u64 word)
{
	unsigned int order = kho_word_order(word);

	/* count << order can't wrap: 18 + 39 bits */
	return order <= KHO_RUN_ORDER_MAX &&
	       !(kho_word_pfn(word) & ((1ULL << order) - 1)) &&
	       kho_word_end(word) <= KHO_RUN_PFN_MAX + 1;
}

/* The number of the cell of its order that a page lies in. */
static inline u64 kho_cell(u64 pfn, unsigned int order)
{
	return (pfn >> order) / KHO_LEAF_BITS;
}

/* Behind the last page of that cell. */
static inline u64 kho_cell_end(u64 pfn, unsigned int order)
{
	return (kho_cell(pfn, order) + 1) * KHO_LEAF_BITS << order;
}

/* Does a word begin in one cell and end in another? */
static inline bool kho_word_crosses(u64 word)
{
	unsigned int order = kho_word_order(word);

	return kho_cell(kho_word_pfn(word), order) !=
	       kho_cell(kho_word_end(word) - 1, order);
}

/* Does the word @a end in the cell that the word @b behind it begins in? */
static inline bool kho_words_meet(u64 a, u64 b)
{
	unsigned int order = kho_word_order(a);

	return order == kho_word_order(b) &&
	       kho_cell(kho_word_end(a) - 1, order) ==
	       kho_cell(kho_word_pfn(b), order);
}

/* Split a word at @pfn, which is in it: the lower and the upper part. */
static inline u64 kho_word_below(u64 word, u64 pfn)
{
	unsigned int order = kho_word_order(word);

	return kho_word(kho_word_pfn(word), order,
			(pfn - kho_word_pfn(word)) >> order);
}

static inline u64 kho_word_above(u64 word, u64 pfn)
{
	unsigned int order = kho_word_order(word);

	return kho_word(pfn, order, (kho_word_end(word) - pfn) >> order);
}

/* The word for @a and @b in one, 0 if they do not go together. */
static inline u64 kho_word_merge(u64 a, u64 b)
{
	u64 count = kho_word_count(a) + kho_word_count(b);

	if (kho_word_order(a) != kho_word_order(b) ||
	    kho_word_end(a) != kho_word_pfn(b) || count > KHO_RUN_COUNT_MAX)
		return 0;
	return kho_word(kho_word_pfn(a), kho_word_order(a), count);
}

static inline bool kho_leaf_is_bitmap(const struct kho_leaf *leaf)
{
	return leaf->kind == KHO_LEAF_BITMAP;
}

/* The bit of a bitmap that @pfn, at or behind its base, belongs to. */
static inline u64 kho_leaf_bit(const struct kho_leaf *leaf, u64 pfn)
{
	return (pfn - leaf->base) >> leaf->order;
}

static inline u64 kho_leaf_bit_pfn(const struct kho_leaf *leaf, u64 bit)
{
	return leaf->base + (bit << leaf->order);
}

/* The first word of a leaf; of a bitmap, one folio at its base, to tell the cell. */
static inline u64 kho_leaf_first_word(const struct kho_leaf *leaf)
{
	return kho_leaf_is_bitmap(leaf) ? kho_word(leaf->base, leaf->order, 1) :
					  leaf->words[0];
}

static inline u64 kho_leaf_last_word(const struct kho_leaf *leaf)
{
	return kho_leaf_is_bitmap(leaf) ? kho_word(leaf->base, leaf->order, 1) :
					  leaf->words[leaf->nr - 1];
}

/* Is this a bitmap, and @word in its cell? */
static inline bool kho_leaf_fits(const struct kho_leaf *leaf, u64 word)
{
	return kho_leaf_is_bitmap(leaf) &&
	       kho_word_order(word) == leaf->order &&
	       kho_word_pfn(word) >= leaf->base &&
	       kho_word_end(word) <= kho_leaf_bit_pfn(leaf, KHO_LEAF_BITS);
}

void kho_leaf_init_runs(struct kho_leaf *leaf);
void kho_leaf_init_bitmap(struct kho_leaf *leaf, u64 word);
void kho_leaf_insert(struct kho_leaf *leaf, unsigned int idx, u64 word);
void kho_leaf_erase(struct kho_leaf *leaf, unsigned int idx, unsigned int nr);
unsigned int kho_leaf_index(const struct kho_leaf *leaf, u64 pfn);
unsigned int kho_leaf_next_bit(const struct kho_leaf *leaf, u64 bit);
bool kho_leaf_is_clear(const struct kho_leaf *leaf, u64 bit, u64 nr);
unsigned int kho_leaf_last_bit(const struct kho_leaf *leaf);
void kho_leaf_set(struct kho_leaf *leaf, u64 bit, u64 nr);
void kho_leaf_set_words(struct kho_leaf *leaf, const u64 *words,
			unsigned int nr);
void kho_leaf_clear(struct kho_leaf *leaf, u64 bit, u64 nr);
void kho_leaf_split(struct kho_leaf *leaf, struct kho_leaf *upper, u64 bit);
void kho_leaf_merge(struct kho_leaf *leaf, const struct kho_leaf *other);
unsigned int kho_leaf_decode(const struct kho_leaf *leaf, u64 *words);
u64 kho_leaf_first(const struct kho_leaf *leaf);
u64 kho_leaf_pages(const struct kho_leaf *leaf);
unsigned int kho_leaf_count_bits(const struct kho_leaf *leaf, u64 *folios);
bool kho_leaf_find(const struct kho_leaf *leaf, u64 pfn, struct kho_run *run);

/**
 * struct kho_cursor - stands on a run of a chain of leaves
 * @pfn: first page of the run; ~0 behind the last run
 * @end: behind its last page
 * @leaf: the leaf; NULL behind the last run
 * @at: in a leaf of runs the next word, in a bitmap the current one
 * @stop: in a leaf of runs the end of its words, in a bitmap the first one
 * @bits: what is left of the current word of a bitmap, else 0
 * @base: first page of the current word of a bitmap
 */
struct kho_cursor {
	u64			pfn;
	u64			end;
	const struct kho_leaf	*leaf;
	const u64		*at;
	const u64		*stop;
	u64			bits;
	u64			base;
};

void kho_cursor_start(struct kho_cursor *c, u64 head);
void __kho_cursor_next(struct kho_cursor *c);

/* The next run of the current word of a bitmap; false if it may go on in the next word. */
static inline bool kho_cursor_next_bits(struct kho_cursor *c)
{
	/* Adding to the lowest bit of a run carries right behind the run. */
	u64 bits = c->bits, carry = bits + (bits & -bits);

	if (!carry)
		return false;
	c->pfn = c->base + ((u64)__ffs(bits) << c->leaf->order);
	c->end = c->base + ((u64)__ffs(carry) << c->leaf->order);
	c->bits = bits & carry;
	return true;
}

/**
 * kho_cursor_next - go to the next run
 * @c: the cursor, which stands on a run
 *
 * O(1), but for what a bitmap has of words between the runs.
 */
static inline void kho_cursor_next(struct kho_cursor *c)
{
	if (c->at < c->stop) {
		u64 word = *c->at++;

		c->pfn = kho_word_pfn(word);
		c->end = kho_word_end(word);
	} else if (!kho_cursor_next_bits(c)) {
		__kho_cursor_next(c);
	}
}

/* The order of the folios of the run that the cursor stands on. */
static inline unsigned int kho_cursor_order(const struct kho_cursor *c)
{
	return kho_leaf_is_bitmap(c->leaf) ? c->leaf->order :
					     kho_word_order(c->at[-1]);
}

/*
 * End of the last run that is left in the current word of a bitmap, behind the run
 * that the cursor stands on; 0 if there is none. It may go on in the next word.
 */
static inline u64 kho_cursor_rest_of_word(const struct kho_cursor *c)
{
	if (!c->bits)
		return 0;
	return c->base + ((u64)fls64(c->bits) << c->leaf->order);
}

/* Have kho_cursor_next() go to the next word of the bitmap. */
static inline void kho_cursor_skip_word(struct kho_cursor *c)
{
	c->bits = 0;
}

/* Walk all runs of a chain of leaves that stays as it is meanwhile. */
#define kho_cursor_for_each(c, head)					\
	for (kho_cursor_start((c), (head)); (c)->leaf; kho_cursor_next(c))

#endif /* _KERNEL_KHO_LEAF_H */
