// SPDX-License-Identifier: GPL-2.0
/*
 * Scratch memory on a running system: set up, resized and returned.
 *
 * All changes go through kho_scratch_resize() and are all or nothing. More
 * scratch is one more piece of contiguous memory, next to an area that is there
 * if possible. Less is taken from the end, from the highest address down, and
 * from whatever it came: the command line, the previous kernel, a running
 * system.
 *
 * The registry is enabled as long as there is scratch.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/gfp.h>
#include <linux/kexec.h>
#include <linux/kho_mm.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "boot/early.h"
#include "boot/scratch.h"
#include "kho_internal.h"

/* May scratch change? No image is loaded or started while kho_lock is held. */
static int change_check(void)
{
	lockdep_assert_held(&kho_lock);
	if (kho_off) {
		pr_err("no scratch: switched off by kho=off\n");
		return -EOPNOTSUPP;
	}
	if (kho_is_active()) {
		pr_err("scratch can't change while the handover is active\n");
		return -EBUSY;
	}
	if (kexec_image && kexec_image->kho) {
		pr_err("scratch can't change while an image is loaded there: unload it with kexec -u\n");
		return -EBUSY;
	}
	return 0;
}

/* A change under way. */
struct change {
	struct kho_area	areas[KHO_BOOT_MAX_AREAS];	/* as they will be */
	unsigned int	nr;
	struct kho_area	gone[KHO_BOOT_MAX_AREAS];	/* what is returned */
	unsigned int	nr_gone;
	unsigned long	pfn;				/* what is new */
};

/* Make the changed table the valid one, and keep the old one; again to undo that. */
static void change_swap(struct change *c)
{
	unsigned int i;

	write_seqlock(&kho_scratch_lock);
	for (i = 0; i < max(c->nr, kho_scratch_nr); i++)
		swap(kho_scratch[i], c->areas[i]);
	swap(kho_scratch_nr, c->nr);
	write_sequnlock(&kho_scratch_lock);
}

/* Next to an area that is there: an image may use both as one. */
static bool extend(struct change *c, u64 size)
{
	unsigned int i = c->nr;

	while (i--) {
		struct kho_area *a = &c->areas[i];

		if (!IS_ALIGNED(a->base | a->size, KHO_SCRATCH_ALIGN))
			continue;
		c->pfn = PHYS_PFN(a->base + a->size);
		if (kho_contig_alloc_at(c->pfn, PHYS_PFN(size))) {
			a->size += size;
			return true;
		}
		if (a->base < size)
			continue;
		c->pfn = PHYS_PFN(a->base - size);
		if (kho_contig_alloc_at(c->pfn, PHYS_PFN(size))) {
			a->base -= size;
			a->size += size;
			return true;
		}
	}
	return false;
}

static int find_more(struct change *c, u64 size)
{
	unsigned long largest;
	int err;

	if (extend(c, size))
		return 0;
	if (c->nr == KHO_BOOT_MAX_AREAS) {
		pr_err("no more than %d areas of scratch\n", KHO_BOOT_MAX_AREAS);
		return -ENOSPC;
	}
	err = kho_contig_alloc(PHYS_PFN(size), &c->pfn, &largest);
	if (err == -ENOMEM)
		pr_err("no %llu MiB of contiguous memory for scratch, at most %llu MiB\n",
		       size / SZ_1M, PFN_PHYS((u64)largest) / SZ_1M);
	if (err)
		return err;
	kho_scratch_insert(c->areas, &c->nr,
			   (struct kho_area) { PFN_PHYS(c->pfn), size });
	return 0;
}

/*
 * The pages are there. As soon as CMA has them they may be anybody's, and then nothing may
 * be preserved in them: so they become scratch before that.
 */
static int grow_commit(struct change *c, u64 size)
{
	int err = kho_enable();

	if (!err) {
		change_swap(c);
		err = cma_area_add(KHO_SCRATCH_NAME, c->pfn, PHYS_PFN(size));
		if (err)
			change_swap(c);
	}
	if (err == -ENOSPC)
		pr_err("no more than %d CMA areas, see CONFIG_CMA_AREAS\n",
		       MAX_CMA_AREAS);
	if (err)
		kho_disable();
	return err;
}

static int grow(struct change *c, u64 size)
{
	int err;

	if (size > PFN_PHYS((u64)totalram_pages())) {
		pr_err("%llu MiB more scratch is more than there is memory\n",
		       size / SZ_1M);
		return -ERANGE;
	}
	err = find_more(c, size);
	if (err)
		return err;
	err = grow_commit(c, size);
	if (err)
		free_contig_range(c->pfn, PHYS_PFN(size));
	return err;
}

/* What is to go, in ranges from the end of the table. */
static void cut(struct change *c, u64 size)
{
	while (size) {
		struct kho_area *a = &c->areas[c->nr - 1];
		u64 part = min(size, a->size);

		a->size -= part;
		size -= part;
		c->gone[c->nr_gone++] = (struct kho_area) {
			a->base + a->size, part
		};
		if (!a->size)
			c->nr--;
	}
}

static int hold_all(const struct change *c)
{
	const struct kho_area *gone = c->gone;
	unsigned int i;
	int err = 0;

	for (i = 0; i < c->nr_gone && !err; i++)
		err = cma_range_hold(KHO_SCRATCH_NAME, PHYS_PFN(gone[i].base),
				     PHYS_PFN(gone[i].size));
	if (!err)
		return 0;
	pr_err("scratch at %#llx is in use by others\n", gone[--i].base);
	while (i--)
		cma_range_unhold(PHYS_PFN(gone[i].base), PHYS_PFN(gone[i].size));
	return err;
}

static void remove_all(const struct change *c)
{
	const struct kho_area *gone = c->gone;
	unsigned int i;

	for (i = 0; i < c->nr_gone; i++) {
		cma_range_remove(PHYS_PFN(gone[i].base), PHYS_PFN(gone[i].size));
		cma_count_remainder(-kho_scratch_remove_remainders(gone[i].base,
								   gone[i].size));
	}
}

static int shrink(struct change *c, u64 size)
{
	int err;

	cut(c, size);
	get_online_mems();
	err = hold_all(c);
	if (!err) {
		change_swap(c);
		remove_all(c);
		kho_disable();
	}
	put_online_mems();
	return err;
}

static int resize(struct change *c, u64 size)
{
	u64 now = kho_scratch_total();
	int err;

	if (size == now && !kho_off)
		return 0;
	err = change_check();
	if (err)
		return err;
	c->nr = kho_scratch_nr;
	memcpy(c->areas, kho_scratch, c->nr * sizeof(*c->areas));
	if (size > now)
		err = grow(c, ALIGN(size - now, KHO_SCRATCH_ALIGN));
	else
		err = shrink(c, now - size);
	if (!err)
		pr_info("scratch: %llu MiB now, areas: %u\n",
			kho_scratch_total() / SZ_1M, kho_scratch_nr);
	return err;
}

/**
 * kho_scratch_resize - set up, resize or return scratch
 * @size: bytes that there shall be in all, a multiple of %KHO_SCRATCH_ALIGN
 *
 * Does nothing if there are as many already. Returning scratch moves no page.
 *
 * Context: Process context; may sleep. Time for more scratch is linear in the
 *	size of memory and in the pages to be moved, for less in the pageblocks.
 * Return: 0; with a message: -EBUSY while the handover is active, while an image
 * is loaded in scratch, or if others use it; -ENOMEM if memory is too fragmented;
 * -ERANGE for more than there is memory; -ENOSPC if there are too many areas;
 * -EOPNOTSUPP if KHO is switched off. Without one: -ENOMEM, -EINTR. On error
 * nothing has changed.
 */
int kho_scratch_resize(u64 size)
{
	struct change *c __free(kfree) = kzalloc(sizeof(*c), GFP_KERNEL);
	int err;

	if (!c)
		return -ENOMEM;
	err = mutex_lock_killable(&kho_lock);
	if (err)
		return err;
	err = resize(c, size);
	mutex_unlock(&kho_lock);
	return err;
}
