// SPDX-License-Identifier: GPL-2.0
/* One leaf of a map: words of runs, or bits. */
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "env.h"
#include "leaf.h"

/* The kernel's bit operations take unsigned long, here the same as u64. */
static const unsigned long *bits_of(const struct kho_leaf *leaf)
{
	BUILD_BUG_ON(sizeof(unsigned long) != sizeof(u64));
	return (const unsigned long *)leaf->words;
}

static bool bit_is_set(const struct kho_leaf *leaf, u64 bit)
{
	return leaf->words[bit / 64] >> (bit % 64) & 1;
}

/**
 * kho_leaf_init_runs - make a leaf of runs
 * @leaf: a leaf; what links and what fills it stays as it is
 */
void kho_leaf_init_runs(struct kho_leaf *leaf)
{
	leaf->magic = KHO_LEAF_MAGIC;
	leaf->version = KHO_LEAF_VERSION;
	leaf->kind = KHO_LEAF_RUNS;
	leaf->order = 0;
	leaf->base = 0;
}

/**
 * kho_leaf_init_bitmap - make a bitmap
 * @leaf: a leaf; what links and what fills it stays as it is
 * @word: a word; the cell that it begins in becomes that of the bitmap
 */
void kho_leaf_init_bitmap(struct kho_leaf *leaf, u64 word)
{
	leaf->magic = KHO_LEAF_MAGIC;
	leaf->version = KHO_LEAF_VERSION;
	leaf->kind = KHO_LEAF_BITMAP;
	leaf->order = kho_word_order(word);
	leaf->base = kho_cell(kho_word_pfn(word), leaf->order) * KHO_LEAF_BITS <<
		     leaf->order;
}

/**
 * kho_leaf_insert - put a word into a leaf of runs that has room
 * @leaf: the leaf
 * @idx: where
 * @word: the word
 */
void kho_leaf_insert(struct kho_leaf *leaf, unsigned int idx, u64 word)
{
	memmove(leaf->words + idx + 1, leaf->words + idx,
		(leaf->nr - idx) * sizeof(u64));
	leaf->words[idx] = word;
	leaf->nr++;
}

/**
 * kho_leaf_erase - take words out of a leaf of runs
 * @leaf: the leaf
 * @idx: the first
 * @nr: their number
 */
void kho_leaf_erase(struct kho_leaf *leaf, unsigned int idx, unsigned int nr)
{
	leaf->nr -= nr;
	memmove(leaf->words + idx, leaf->words + idx + nr,
		(leaf->nr - idx) * sizeof(u64));
}

/**
 * kho_leaf_index - find a word
 * @leaf: a leaf of runs
 * @pfn: a page
 *
 * Return: index of the first word that ends behind @pfn; @leaf->nr if none does.
 */
unsigned int kho_leaf_index(const struct kho_leaf *leaf, u64 pfn)
{
	unsigned int lo = 0, hi = leaf->nr;

	/* Most often something is appended. */
	if (kho_word_end(leaf->words[hi - 1]) <= pfn)
		return hi;
	while (lo < hi) {
		unsigned int mid = lo + (hi - lo) / 2;

		if (kho_word_end(leaf->words[mid]) > pfn)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/**
 * kho_leaf_next_bit - find a bit that is set
 * @leaf: a bitmap
 * @bit: where to start; may be behind the last bit
 *
 * Return: the bit; %KHO_LEAF_BITS if there is none.
 */
unsigned int kho_leaf_next_bit(const struct kho_leaf *leaf, u64 bit)
{
	return find_next_bit(bits_of(leaf), KHO_LEAF_BITS,
			     min(bit, (u64)KHO_LEAF_BITS));
}

/**
 * kho_leaf_is_clear - are bits clear?
 * @leaf: a bitmap
 * @bit: the first
 * @nr: their number
 *
 * Return: whether none is set.
 */
bool kho_leaf_is_clear(const struct kho_leaf *leaf, u64 bit, u64 nr)
{
	return find_next_bit(bits_of(leaf), bit + nr, bit) == bit + nr;
}

/**
 * kho_leaf_last_bit - find the last bit that is set
 * @leaf: a bitmap that is not empty
 *
 * Return: the bit.
 */
unsigned int kho_leaf_last_bit(const struct kho_leaf *leaf)
{
	unsigned int i = KHO_LEAF_CAPACITY - 1;

	while (!leaf->words[i])
		i--;
	return 64 * i + fls64(leaf->words[i]) - 1;
}

/* Invert @nr bits that are all set or all clear. */
static void leaf_flip(struct kho_leaf *leaf, u64 bit, u64 nr)
{
	u64 *word = leaf->words + bit / 64, mask = ~0ULL << bit % 64;

	if (nr == 1) {
		*word ^= 1ULL << bit % 64;
		return;
	}
	for (nr += bit % 64; nr >= 64; nr -= 64) {
		*word++ ^= mask;
		mask = ~0ULL;
	}
	if (nr)
		*word ^= mask & ~(~0ULL << nr);
}

/* The number of bits set next to [@bit, @bit + @nr): 0 to 2. */
static unsigned int leaf_neighbours(const struct kho_leaf *leaf, u64 bit, u64 nr)
{
	return (bit && bit_is_set(leaf, bit - 1)) +
	       (bit + nr < KHO_LEAF_BITS && bit_is_set(leaf, bit + nr));
}

/**
 * kho_leaf_set - set bits that are clear
 * @leaf: a bitmap
 * @bit: the first
 * @nr: their number
 */
void kho_leaf_set(struct kho_leaf *leaf, u64 bit, u64 nr)
{
	leaf->nr += 1 - leaf_neighbours(leaf, bit, nr);
	leaf_flip(leaf, bit, nr);
}

/**
 * kho_leaf_clear - clear bits that are set
 * @leaf: a bitmap
 * @bit: the first
 * @nr: their number
 */
void kho_leaf_clear(struct kho_leaf *leaf, u64 bit, u64 nr)
{
	leaf_flip(leaf, bit, nr);
	leaf->nr += leaf_neighbours(leaf, bit, nr) - 1;
}

/**
 * kho_leaf_count_bits - count the runs and the folios of a bitmap
 * @leaf: a bitmap, whose @leaf->nr is not looked at
 * @folios: set to the number of bits that are set
 *
 * Return: the number of runs.
 */
unsigned int kho_leaf_count_bits(const struct kho_leaf *leaf, u64 *folios)
{
	unsigned int i, runs = 0, set = 0;
	u64 before = 0;

	for (i = 0; i < KHO_LEAF_CAPACITY; i++) {
		u64 word = leaf->words[i];

		if (word) {
			set += hweight64(word);
			/* A run starts where the bit before is clear. */
			runs += hweight64(word & ~(word << 1 | before));
		}
		before = word >> 63;
	}
	*folios = set;
	return runs;
}

/**
 * kho_leaf_set_words - add words to a bitmap
 * @leaf: the bitmap
 * @words: words in its cell, whose bits are clear
 * @nr: number of words
 */
void kho_leaf_set_words(struct kho_leaf *leaf, const u64 *words,
			unsigned int nr)
{
	u64 folios;

	for (; nr; nr--, words++)
		leaf_flip(leaf, kho_leaf_bit(leaf, kho_word_pfn(*words)),
			  kho_word_count(*words));
	leaf->nr = kho_leaf_count_bits(leaf, &folios);
}

/**
 * kho_leaf_split - split a bitmap where no run is
 * @leaf: the bitmap; keeps what is below @bit
 * @upper: another, empty one of the same cell; gets the rest
 * @bit: where
 */
void kho_leaf_split(struct kho_leaf *leaf, struct kho_leaf *upper, u64 bit)
{
	u64 mask = ~0ULL << bit % 64, folios;
	unsigned int i;

	for (i = bit / 64; i < KHO_LEAF_CAPACITY; i++) {
		upper->words[i] = leaf->words[i] & mask;
		leaf->words[i] &= ~mask;
		mask = ~0ULL;
	}
	upper->nr = kho_leaf_count_bits(upper, &folios);
	leaf->nr -= upper->nr;
}

/**
 * kho_leaf_merge - put two bitmaps of one cell together
 * @leaf: a bitmap; gets all
 * @other: the other
 */
void kho_leaf_merge(struct kho_leaf *leaf, const struct kho_leaf *other)
{
	unsigned int i;
	u64 folios;

	for (i = 0; i < KHO_LEAF_CAPACITY; i++)
		leaf->words[i] |= other->words[i];
	leaf->nr = kho_leaf_count_bits(leaf, &folios);
}

/**
 * kho_leaf_decode - write down all runs as words
 * @leaf: a leaf
 * @words: room for the words: @leaf->nr of them, and one more for each
 *	%KHO_RUN_COUNT_MAX bits of a bitmap
 *
 * Return: the number of words.
 */
unsigned int kho_leaf_decode(const struct kho_leaf *leaf, u64 *words)
{
	unsigned int nr = 0, bit, end;

	if (!kho_leaf_is_bitmap(leaf)) {
		memcpy(words, leaf->words, leaf->nr * sizeof(u64));
		return leaf->nr;
	}
	for (bit = kho_leaf_next_bit(leaf, 0); bit < KHO_LEAF_BITS;
	     bit = kho_leaf_next_bit(leaf, end)) {
		end = find_next_zero_bit(bits_of(leaf), KHO_LEAF_BITS, bit);
		end = min(end, bit + (unsigned int)KHO_RUN_COUNT_MAX);
		words[nr++] = kho_word(kho_leaf_bit_pfn(leaf, bit), leaf->order,
				       end - bit);
	}
	return nr;
}

/**
 * kho_leaf_first - first page of a leaf
 * @leaf: a leaf that is not empty
 *
 * Return: its page frame number.
 */
u64 kho_leaf_first(const struct kho_leaf *leaf)
{
	if (kho_leaf_is_bitmap(leaf))
		return kho_leaf_bit_pfn(leaf, kho_leaf_next_bit(leaf, 0));
	return kho_word_pfn(leaf->words[0]);
}

/**
 * kho_leaf_pages - number of pages in a leaf
 * @leaf: a leaf
 *
 * Return: the number.
 */
u64 kho_leaf_pages(const struct kho_leaf *leaf)
{
	u64 pages = 0, folios;
	unsigned int i;

	if (kho_leaf_is_bitmap(leaf)) {
		kho_leaf_count_bits(leaf, &folios);
		return folios << leaf->order;
	}
	for (i = 0; i < leaf->nr; i++)
		pages += kho_word_pages(leaf->words[i]);
	return pages;
}

/* The first bit of the run that @bit, which is set, belongs to. */
static unsigned int run_start(const struct kho_leaf *leaf, unsigned int bit)
{
	unsigned int i = bit / 64;
	u64 clear = ~leaf->words[i] & ((1ULL << bit % 64) - 1);

	while (!clear && i)
		clear = ~leaf->words[--i];
	return clear ? 64 * i + fls64(clear) : 0;
}

static bool bitmap_find(const struct kho_leaf *leaf, u64 pfn,
			struct kho_run *run)
{
	u64 from = pfn > leaf->base ? kho_leaf_bit(leaf, pfn) : 0;
	unsigned int bit = kho_leaf_next_bit(leaf, from), end;

	if (bit == KHO_LEAF_BITS)
		return false;
	end = find_next_zero_bit(bits_of(leaf), KHO_LEAF_BITS, bit);
	if (bit == from)
		bit = run_start(leaf, bit);
	*run = (struct kho_run) {
		.pfn	= kho_leaf_bit_pfn(leaf, bit),
		.nr	= (u64)(end - bit) << leaf->order,
		.order	= leaf->order,
	};
	return true;
}

/**
 * kho_leaf_find - find a run
 * @leaf: a leaf
 * @pfn: where to start
 * @run: set to the run that contains @pfn, or else the next one
 *
 * Return: whether there is one in this leaf.
 */
bool kho_leaf_find(const struct kho_leaf *leaf, u64 pfn, struct kho_run *run)
{
	unsigned int i;
	u64 word;

	if (kho_leaf_is_bitmap(leaf))
		return bitmap_find(leaf, pfn, run);
	i = kho_leaf_index(leaf, pfn);
	if (i == leaf->nr)
		return false;
	word = leaf->words[i];
	*run = (struct kho_run) {
		.pfn	= kho_word_pfn(word),
		.nr	= kho_word_pages(word),
		.order	= kho_word_order(word),
	};
	return true;
}

/* Go to the next word of a bitmap; false if there is none. */
static bool cursor_next_word(struct kho_cursor *c)
{
	if (c->at == c->leaf->words + KHO_LEAF_CAPACITY - 1)
		return false;
	c->bits = *++c->at;
	c->base += 64ULL << c->leaf->order;
	return true;
}

/* The next run of a bitmap, which may go on over several words. */
static bool cursor_next_run(struct kho_cursor *c)
{
	u64 pfn, carry;

	while (!c->bits)
		if (!cursor_next_word(c))
			return false;
	if (kho_cursor_next_bits(c))
		return true;

	pfn = c->base + ((u64)__ffs(c->bits) << c->leaf->order);
	do {
		c->bits = 0;
		c->end = c->base + (64ULL << c->leaf->order);
		if (!cursor_next_word(c))
			break;
		carry = c->bits + 1;
	} while (!carry);
	if (c->bits & 1)
		kho_cursor_next_bits(c);
	c->pfn = pfn;
	return true;
}

/**
 * kho_cursor_start - stand on the first run
 * @c: the cursor
 * @head: physical address of the first leaf of a good chain, 0 for none
 */
void kho_cursor_start(struct kho_cursor *c, u64 head)
{
	*c = (struct kho_cursor) { .pfn = ~0ULL, .end = ~0ULL };
	if (!head)
		return;
	c->leaf = kho_phys_to_virt(head);
	c->at = c->leaf->words;
	c->stop = c->at;
	if (kho_leaf_is_bitmap(c->leaf)) {
		c->bits = *c->at;
		c->base = c->leaf->base;
		cursor_next_run(c);
	} else {
		c->stop += c->leaf->nr;
		kho_cursor_next(c);
	}
}

/* kho_cursor_next() where that is not in the same word or one word further. */
void __kho_cursor_next(struct kho_cursor *c)
{
	if (!kho_leaf_is_bitmap(c->leaf) || !cursor_next_run(c))
		kho_cursor_start(c, c->leaf->next);
}
