// SPDX-License-Identifier: GPL-2.0
/* Areas of vmalloc(): page sets whose pages have an order. */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kho/abi/vmalloc.h>
#include <linux/kho/claim.h>
#include <linux/kho/pageset.h>
#include <linux/kho/vmalloc.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "kho_internal.h"

#define LIST_MAX	((PAGE_SIZE - sizeof(struct kho_vmalloc_list)) / \
			 sizeof_field(struct kho_vmalloc_list, pfns[0]))

/* What kvmalloc() takes, in pages: 1 TiB with pages of 4 KiB */
#define AREA_MAX	(INT_MAX / sizeof(struct page *))

/**
 * struct kho_vmalloc - an outgoing area
 * @claim: whose it is
 * @set: its pages
 * @first: physical address of the first list, or 0
 * @name: its name
 */
struct kho_vmalloc {
	struct kho_claim	*claim;
	struct kho_pageset	*set;
	u64			first;
	char			name[KHO_NAME_SIZE];
};

static int list_add_page(struct kho_vmalloc_list **list, struct kho_vmalloc *area,
			 const struct page *page)
{
	struct kho_vmalloc_list *last = *list;

	if (!last || last->nr == LIST_MAX) {
		*list = (struct kho_vmalloc_list *)get_zeroed_page(GFP_KERNEL);
		if (!*list)
			return -ENOMEM;
		(*list)->magic = KHO_VMALLOC_MAGIC;
		if (last)
			last->next = __pa(*list);
		else
			area->first = __pa(*list);
	}
	(*list)->pfns[(*list)->nr++] = page_to_pfn(page);
	return 0;
}

/* The area has to be of single pages of its own, and not too large for an array. */
static bool can_be_preserved(const struct vm_struct *vm)
{
	unsigned int i;

	if (!vm->nr_pages || vm->nr_pages > AREA_MAX ||
	    !(vm->flags & (VM_ALLOC | VM_MAP_PUT_PAGES)))
		return false;
	for (i = 0; i < vm->nr_pages; i++)
		if (PageCompound(vm->pages[i]))
			return false;
	return true;
}

static int area_list(struct kho_vmalloc *area, const struct vm_struct *vm)
{
	struct kho_vmalloc_list *list = NULL;
	unsigned int i;
	size_t size;
	int err = 0;

	if (kho_get_blob(area->claim, area->name, &size))
		return -EEXIST;
	for (i = 0; !err && i < vm->nr_pages; i++)
		err = list_add_page(&list, area, vm->pages[i]);
	return err;
}

static int area_add(struct kho_vmalloc *area, const struct vm_struct *vm)
{
	struct kho_vmalloc_list *list;
	long added;
	int err;
	u64 pos;

	added = kho_pageset_add_pages(area->set, vm->pages, vm->nr_pages);
	if (added < 0)
		return added;
	/* Have the reason logged for the next one. */
	if (added < vm->nr_pages)
		return kho_pageset_add_folio(area->set,
					     page_folio(vm->pages[added])) ?:
		       -EBUSY;
	for (pos = area->first; pos; pos = list->next) {
		list = phys_to_virt(pos);
		err = kho_pageset_add_folio(area->set, virt_to_folio(list));
		if (err)
			return err;
	}
	return kho_put_u64(area->claim, area->name, area->first);
}

static void area_free(struct kho_vmalloc *area)
{
	struct kho_vmalloc_list *list;

	while (area->first) {
		list = phys_to_virt(area->first);
		area->first = list->next;
		free_page((unsigned long)list);
	}
	kfree(area);
}

/**
 * kho_vmalloc_preserve - preserve an area of vmalloc()
 * @claim: an outgoing claim
 * @name: name of a page set and a property that the claim does not have yet
 * @addr: start of the area, which must not be freed before
 *	kho_vmalloc_unpreserve()
 *
 * Context: Process context; may sleep.
 * Return: the preserved area; ERR_PTR() of -EINVAL if no area of less than 2 GiB of
 * page pointers starts at @addr whose pages are its own and single ones, -EEXIST if
 * the name is taken, or what kho_pageset_create(), kho_pageset_add_pages() and
 * kho_put_u64() return.
 */
struct kho_vmalloc *kho_vmalloc_preserve(struct kho_claim *claim,
					 const char *name, const void *addr)
{
	const struct vm_struct *vm = find_vm_area(addr);
	struct kho_vmalloc *area;
	int err;

	if (!vm || vm->addr != addr || !can_be_preserved(vm))
		return ERR_PTR(-EINVAL);
	area = kzalloc(sizeof(*area), GFP_KERNEL);
	if (!area)
		return ERR_PTR(-ENOMEM);
	area->claim = claim;
	strscpy(area->name, name);
	area->set = kho_pageset_create(claim, name);
	err = PTR_ERR_OR_ZERO(area->set);
	err = err ?: area_list(area, vm);
	err = err ?: area_add(area, vm);
	if (err) {
		if (kho_pageset_unpreserve(area->set))
			area_free(area);
		return ERR_PTR(err);
	}
	return area;
}
EXPORT_SYMBOL_GPL(kho_vmalloc_preserve);

/**
 * kho_vmalloc_unpreserve - no longer preserve an area
 * @area: the preserved area; what it is the area of stays the client's. ERR_PTR()
 *	and NULL are ignored, and so is the call when the registry is frozen
 *
 * Context: Process context; may sleep. To be called before the client is
 * unregistered.
 */
void kho_vmalloc_unpreserve(struct kho_vmalloc *area)
{
	if (IS_ERR_OR_NULL(area) || !kho_pageset_unpreserve(area->set))
		return;
	kho_del(area->claim, area->name);
	area_free(area);
}
EXPORT_SYMBOL_GPL(kho_vmalloc_unpreserve);

static void pages_free(struct page **pages, unsigned long nr)
{
	while (nr--)
		__free_page(*pages++);
}

/* Take one page out of the set: it can't be taken again. */
static struct page *take_page(struct kho_pageset *set, unsigned long pfn)
{
	if (kho_pageset_restore_range(set, pfn, 1))
		return NULL;
	return pfn_to_page(pfn);
}

/* Take the pages of a list, and the list; 0 if something is wrong with it. */
static unsigned long take_list(struct kho_pageset *set, u64 *phys,
			       struct page **pages, unsigned long max)
{
	struct page *page = take_page(set, PHYS_PFN(*phys));
	const struct kho_vmalloc_list *list;
	unsigned long i, nr;

	if (!page)
		return 0;
	list = page_address(page);
	nr = list->nr;
	if (list->magic != KHO_VMALLOC_MAGIC || !nr ||
	    nr > min_t(u64, max, LIST_MAX))
		nr = 0;
	for (i = 0; i < nr; i++) {
		pages[i] = take_page(set, list->pfns[i]);
		if (!pages[i])
			break;
	}
	*phys = list->next;
	__free_page(page);
	if (i < nr) {
		pages_free(pages, i);
		return 0;
	}
	return nr;
}

/* Take all pages of the set, in order. */
static unsigned long take_lists(struct kho_pageset *set, u64 phys,
				struct page **pages, unsigned long max)
{
	unsigned long nr = 0, more;

	while (phys) {
		more = take_list(set, &phys, pages + nr, max - nr);
		if (!more)
			goto damaged;
		nr += more;
		cond_resched();
	}
	if (!kho_pageset_pages(set))
		return nr;
damaged:
	pages_free(pages, nr);
	return 0;
}

/**
 * kho_vmalloc_restore - restore an area
 * @claim: an incoming claim
 * @name: its name
 * @size: where to put its size, in bytes; or NULL
 *
 * The page set of that name is gone afterwards; if something failed, so are its
 * pages.
 *
 * Context: Process context; may sleep. O(log leaves) a page.
 * Return: the area, to be freed with vfree(); NULL if there is no page set of
 * that name; ERR_PTR() of -EINVAL if it is damaged or no area, -ENOMEM.
 */
void *kho_vmalloc_restore(struct kho_claim *claim, const char *name,
			  size_t *size)
{
	struct kho_pageset *set = kho_pageset_find(claim, name);
	unsigned long max, nr = 0;
	struct page **pages = NULL;
	void *addr = NULL;
	u64 first;

	if (IS_ERR_OR_NULL(set))
		return set;
	max = kho_pageset_pages(set);
	/* As many lists at least as it takes to name the rest */
	if (!kho_get_u64(claim, name, &first) &&
	    max <= AREA_MAX + DIV_ROUND_UP(AREA_MAX, LIST_MAX)) {
		pages = kvmalloc_array(min(max, AREA_MAX), sizeof(*pages),
				       GFP_KERNEL | __GFP_NOWARN);
		if (!pages)
			goto out;
		nr = take_lists(set, first, pages, min(max, AREA_MAX));
	}
	if (!nr) {
		pr_err("%s: vmalloc area \"%s\" is damaged\n",
		       kho_claim_name(claim), name);
		addr = ERR_PTR(-EINVAL);
		goto out;
	}
	addr = vmap(pages, nr, VM_MAP_PUT_PAGES, PAGE_KERNEL);
	if (!addr)
		pages_free(pages, nr);
	else if (size)
		*size = nr * PAGE_SIZE;
out:
	kho_pageset_discard(set);
	if (IS_ERR_OR_NULL(addr))
		kvfree(pages);
	return addr ?: ERR_PTR(-ENOMEM);
}
EXPORT_SYMBOL_GPL(kho_vmalloc_restore);
