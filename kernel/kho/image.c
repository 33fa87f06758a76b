// SPDX-License-Identifier: GPL-2.0
/*
 * Images: loaded into scratch, with a boot block that leads to the root page.
 *
 * With scratch memory, each image that kexec_file_load(2) loads for a normal
 * kexec goes to scratch and gets a boot block, whether or not the registry is
 * active by then. Images of kexec_load(2) are placed by user space and get
 * none, so they are refused while the registry is active. Crash kernels are
 * left alone.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/ioport.h>
#include <linux/kexec.h>
#include <linux/kho/client.h>
#include <linux/kho_hooks.h>
#include <linux/memblock.h>
#include <linux/pgtable.h>
#include <linux/set_memory.h>
#include <linux/sizes.h>

#include <asm/sections.h>

#include "boot/scratch.h"
#include "kho_internal.h"

/* Alignment of a kernel image; kernels are rarely built for another one. */
#ifdef CONFIG_PHYSICAL_ALIGN
#define KERNEL_ALIGN	max(CONFIG_PHYSICAL_ALIGN, SZ_2M)
#else
#define KERNEL_ALIGN	SZ_2M
#endif

/**
 * kho_image_lock - keep scratch and the state of the registry as they are
 *
 * Held while an image is loaded, unloaded or started. Clients' callbacks may run
 * meanwhile elsewhere and take long, so this comes before the kexec lock: a panic
 * then still gets that, and starts the crash kernel.
 *
 * Context: Process context; may sleep. Without the kexec lock.
 * Return: 0; -EINTR if the task was killed while it waited.
 */
int kho_image_lock(void)
{
	return mutex_lock_killable(&kho_lock);
}

/**
 * kho_image_unlock - undo kho_image_lock()
 */
void kho_image_unlock(void)
{
	mutex_unlock(&kho_lock);
}

/**
 * kho_image_uses_scratch - does an image go to scratch?
 * @image: an image being loaded
 *
 * Return: whether it is to be placed in scratch and gets a boot block.
 */
bool kho_image_uses_scratch(const struct kimage *image)
{
	return kho_is_enabled() && image->file_mode && !image->kho_incompatible &&
	       image->type == KEXEC_TYPE_DEFAULT;
}

/**
 * kho_image_check_pages - does the kernel in an image have pages of our size?
 * @image: an image being loaded, of whose kernel nothing is placed yet
 * @page_shift: of that kernel; 0 if it is not known
 *
 * A kernel with pages of another size can't restore anything. It is loaded as if there were no
 * scratch, so that the registry can't be activated while it waits.
 *
 * Context: Between kho_image_lock() and kho_image_unlock().
 * Return: 0; -EBUSY, with a message, if what is preserved would be lost.
 */
int kho_image_check_pages(struct kimage *image, unsigned int page_shift)
{
	if (!page_shift || page_shift == PAGE_SHIFT ||
	    !kho_image_uses_scratch(image))
		return 0;
	if (!kho_is_active()) {
		image->kho_incompatible = 1;
		return 0;
	}
	pr_err("a kernel with pages of %u KiB can't restore what one with %lu KiB preserved: deactivate, or load another\n",
	       1U << (page_shift - 10), PAGE_SIZE / SZ_1K);
	return -EBUSY;
}

/*
 * A lower bound of what early boot allocates in scratch: page tables for all
 * memory, with huge pages unless this kernel can't use them, and what keeps the
 * preserved pages from memblock.
 */
static u64 boot_bytes(void)
{
	u64 last = PFN_PHYS((u64)max_pfn) - 1;
	u64 tables = (last >> PUD_SHIFT) + 1 + (last >> P4D_SHIFT) + 1 + 1;

	/* Where the linear map is of pages so that single ones can be protected */
	if (IS_ENABLED(CONFIG_ARM64) && can_set_direct_map())
		tables += get_num_physpages() >> (PMD_SHIFT - PAGE_SHIFT);
	return tables * PAGE_SIZE + kho_outgoing_boot_bytes();
}

static u64 segment_bytes(const struct kimage *image)
{
	unsigned long i;
	u64 sum = 0;

	for (i = 0; i < image->nr_segments; i++)
		sum += image->segment[i].memsz;
	return sum;
}

static bool holds_kernel(const struct kexec_buf *kbuf)
{
	return kbuf->buffer >= kbuf->image->kernel_buf &&
	       kbuf->buffer < kbuf->image->kernel_buf +
			      kbuf->image->kernel_buf_len;
}

static bool has_segment(const struct kimage *image, const void *buffer)
{
	unsigned long i;

	for (i = 0; i < image->nr_segments; i++)
		if (image->segment[i].kbuf == buffer)
			return true;
	return false;
}

/* What the image takes when @kbuf is in, and the initrd, if that is to come. */
static u64 bytes_with(const struct kexec_buf *kbuf)
{
	const struct kimage *image = kbuf->image;
	u64 sum = segment_bytes(image) + kbuf->memsz;

	if (image->initrd_buf && kbuf->buffer != image->initrd_buf &&
	    !has_segment(image, image->initrd_buf))
		sum += PAGE_ALIGN(image->initrd_buf_len);
	return sum;
}

/* The segments take @bytes, and what lies between them for the kernel's sake. */
static void log_bytes_needed(u64 bytes)
{
	u64 want = ALIGN(bytes + KERNEL_ALIGN + boot_bytes(),
			 KHO_SCRATCH_ALIGN);

	pr_err("scratch of %llu MiB is too small for the image and its boot: need kho_scratch=%lluM\n",
	       kho_scratch_total() / SZ_1M, want / SZ_1M);
}

static int offer(const struct kho_area *a, struct kexec_buf *kbuf,
		 int (*func)(struct resource *, void *))
{
	struct resource res = { .start = a->base, .end = a->base + a->size - 1 };

	return func(&res, kbuf);
}

/* The larger one of the two parts of an area that this kernel is not in. */
static struct kho_area beside_kernel(const struct kho_area *a)
{
	u64 end = a->base + a->size;
	u64 first = clamp((u64)__pa_symbol(_text), a->base, end);
	u64 last = clamp((u64)__pa_symbol(_end), a->base, end);

	if (first - a->base > end - last)
		return (struct kho_area) { a->base, first - a->base };
	return (struct kho_area) { last, end - last };
}

/*
 * A CPU reports that it has stopped right before it halts. On a host with more
 * virtual CPUs than CPUs it may have to wait there for long, and what it then
 * runs must not be overwritten: if all of the image fits elsewhere, it does not go
 * over this kernel.
 */
static int offer_beside_kernel(struct kexec_buf *kbuf,
			       int (*func)(struct resource *, void *))
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < kho_scratch_nr && !ret; i++) {
		struct kho_area part = beside_kernel(&kho_scratch[i]);

		if (bytes_with(kbuf) + KERNEL_ALIGN <= part.size)
			ret = offer(&part, kbuf, func);
	}
	return ret;
}

/**
 * kho_image_walk - offer scratch memory as place for a segment
 * @kbuf: the segment
 * @func: called for each area until it returns non-zero
 *
 * Return: what @func returned last; 0, with a message, if no area is large enough, or
 * if too little would be left for the boot of the image, in scratch or beside
 * what is preserved.
 */
int kho_image_walk(struct kexec_buf *kbuf,
		   int (*func)(struct resource *, void *))
{
	unsigned int i;
	int ret = 0;

	if (kbuf->memsz >= SZ_1M)
		ret = offer_beside_kernel(kbuf, func);
	for (i = 0; i < kho_scratch_nr && !ret; i++)
		ret = offer(&kho_scratch[i], kbuf, func);
	/* How large the image is shows with its kernel. */
	if (ret == 1 && holds_kernel(kbuf) &&
	    bytes_with(kbuf) + boot_bytes() > kho_scratch_total())
		ret = 0;
	if (!ret)
		log_bytes_needed(bytes_with(kbuf));
	else if (ret == 1 && holds_kernel(kbuf) && kho_is_active() &&
		 kho_check_headroom())
		ret = 0;
	return ret;
}

/**
 * kho_image_check_bytes - is scratch large enough for the boot of an image?
 * @image: a loaded image with a boot block
 *
 * What is to be preserved may have grown since it was loaded.
 *
 * Context: kho_lock is held.
 * Return: 0; -ENOSPC, with a message.
 */
int kho_image_check_bytes(const struct kimage *image)
{
	u64 bytes = segment_bytes(image);

	if (bytes + boot_bytes() <= kho_scratch_total())
		return 0;
	log_bytes_needed(bytes);
	return -ENOSPC;
}

/**
 * kho_image_boot_size - bytes of the boot block of an image
 * @image: an image being loaded
 *
 * Return: the bytes; 0 if it gets none.
 */
size_t kho_image_boot_size(const struct kimage *image)
{
	return kho_image_uses_scratch(image) ? kho_boot_size(kho_scratch_nr) : 0;
}

/**
 * kho_image_boot_write - write the boot block of an image
 * @image: the image
 * @boot: room for kho_image_boot_size() bytes
 */
void kho_image_boot_write(struct kimage *image, struct kho_boot *boot)
{
	boot->magic = KHO_BOOT_MAGIC;
	boot->version = KHO_BOOT_VERSION;
	boot->nr_areas = kho_scratch_nr;
	boot->root = kho_outgoing_root();
	memcpy(boot->scratch, kho_scratch,
	       kho_scratch_nr * sizeof(*kho_scratch));
	image->kho = 1;
}

/**
 * kho_image_check_load - may kexec_load(2) load this image?
 * @flags: flags of the system call
 * @nr_segments: number of segments, 0 to unload
 *
 * Context: Between kho_image_lock() and kho_image_unlock().
 * Return: 0, or -EBUSY if what is preserved would be lost.
 */
int kho_image_check_load(unsigned long flags, unsigned long nr_segments)
{
	if (!kho_is_active() || !nr_segments || (flags & KEXEC_ON_CRASH))
		return 0;
	pr_err("kexec_load can't carry what is preserved: load with kexec -s, or deactivate\n");
	return -EBUSY;
}

/* Refuses activation while an image is loaded that would lose state. */
int kho_image_check_active(void)
{
	lockdep_assert_held(&kho_lock);
	if (!kexec_image)
		return 0;
	if (kexec_image->kho)
		return kho_image_check_bytes(kexec_image);
	pr_err("the loaded image can't carry state: unload it, or load it with kexec -s\n");
	return -EBUSY;
}
