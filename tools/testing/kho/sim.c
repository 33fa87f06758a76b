// SPDX-License-Identifier: GPL-2.0
/* Simulated physical memory, allocators that can fail, crc32c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/crc32.h>

#include "env.h"
#include "map.h"
#include "sim.h"

#if defined(__SANITIZE_ADDRESS__)
#define SIM_POISON
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIM_POISON
#endif
#endif

#ifdef SIM_POISON
#include <sanitizer/asan_interface.h>
#define poison(p, n)	__asan_poison_memory_region(p, n)
#define unpoison(p, n)	__asan_unpoison_memory_region(p, n)
#else
#define poison(p, n)	((void)(p), (void)(n))
#define unpoison(p, n)	((void)(p), (void)(n))
#endif

struct sim_stats sim_stats;

static u8 *mem;
static u64 used;		/* bytes ever handed out since the reset */
static u64 *free_pages;		/* stack of freed pages */
static unsigned long nr_free, max_free;
static unsigned long fail_in;
static bool has_failed;

static void die(const char *why)
{
	fprintf(stderr, "simulated memory: %s\n", why);
	abort();
}

void sim_reset(void)
{
	if (!mem) {
		mem = mmap(NULL, SIM_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (mem == MAP_FAILED)
			die("mmap() failed");
	}
	poison(mem, used);
	used = 0;
	nr_free = 0;
	fail_in = 0;
	sim_stats = (struct sim_stats) { };
}

bool sim_is_memory(u64 phys, u64 size)
{
	return phys >= SIM_BASE && phys - SIM_BASE <= used &&
	       size <= used - (phys - SIM_BASE);
}

u64 sim_end(void)
{
	return SIM_BASE + used;
}

void *sim_virt(u64 phys)
{
	if (!sim_is_memory(phys, PAGE_SIZE))
		die("access to an address that is no memory");
	return mem + (phys - SIM_BASE);
}

u64 sim_phys(const void *virt)
{
	return (const u8 *)virt - mem + SIM_BASE;
}

u64 sim_alloc(u64 nr)
{
	u64 phys;

	if (nr == 1 && nr_free) {
		phys = free_pages[--nr_free];
	} else {
		if (nr * PAGE_SIZE > SIM_SIZE - used)
			die("out of memory");
		phys = SIM_BASE + used;
		used += nr * PAGE_SIZE;
	}
	unpoison(sim_virt(phys), nr * PAGE_SIZE);
	memset(sim_virt(phys), 0, nr * PAGE_SIZE);
	return phys;
}

void sim_free_page(u64 phys)
{
	if (nr_free == max_free) {
		max_free = max_free ? 2 * max_free : 1024;
		free_pages = realloc(free_pages, max_free * sizeof(u64));
		if (!free_pages)
			die("realloc() failed");
	}
	poison(sim_virt(phys), PAGE_SIZE);
	free_pages[nr_free++] = phys;
}

void sim_take_free(void)
{
	while (nr_free)
		sim_alloc(1);
}

void sim_protect(void)
{
	poison(mem, used);
}

void sim_unprotect(void)
{
	unpoison(mem, used);
}

void sim_grant(u64 phys, u64 size)
{
	unpoison(sim_virt(phys), size);
}

void sim_fail(unsigned long nth)
{
	fail_in = nth;
	has_failed = false;
}

bool sim_failed(void)
{
	return has_failed;
}

static bool fails(void)
{
	if (!fail_in || --fail_in)
		return false;
	has_failed = true;
	return true;
}

void *kho_page_alloc(void)
{
	if (fails())
		return NULL;
	sim_stats.pages++;
	return sim_virt(sim_alloc(1));
}

void kho_page_free(void *page)
{
	sim_stats.pages--;
	sim_free_page(sim_phys(page));
}

struct kho_leaf_ref *kho_leaf_ref_alloc(void)
{
	if (fails())
		return NULL;
	sim_stats.refs++;
	return malloc(sizeof(struct kho_leaf_ref));
}

void kho_leaf_ref_free(struct kho_leaf_ref *ref)
{
	sim_stats.refs--;
	free(ref);
}

u64 kho_virt_to_phys(const void *page)
{
	return sim_phys(page);
}

void *kho_phys_to_virt(u64 phys)
{
	return sim_virt(phys);
}

u32 __crc32c_le(u32 crc, const unsigned char *p, size_t len)
{
	static u32 table[8][256];
	unsigned int i, k;

	if (!table[0][1]) {
		for (i = 0; i < 256; i++) {
			u32 c = i;

			for (k = 0; k < 8; k++)
				c = c & 1 ? (c >> 1) ^ 0x82f63b78 : c >> 1;
			table[0][i] = c;
		}
		for (i = 0; i < 256; i++)
			for (k = 1; k < 8; k++)
				table[k][i] = (table[k - 1][i] >> 8) ^
					table[0][table[k - 1][i] & 0xff];
	}
	for (; len >= 8; len -= 8, p += 8) {
		crc ^= p[0] | p[1] << 8 | p[2] << 16 | (u32)p[3] << 24;
		crc = table[7][crc & 0xff] ^ table[6][crc >> 8 & 0xff] ^
		      table[5][crc >> 16 & 0xff] ^ table[4][crc >> 24] ^
		      table[3][p[4]] ^ table[2][p[5]] ^
		      table[1][p[6]] ^ table[0][p[7]];
	}
	while (len--)
		crc = (crc >> 8) ^ table[0][(crc ^ *p++) & 0xff];
	return crc;
}
