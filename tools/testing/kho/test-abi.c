// SPDX-License-Identifier: GPL-2.0
/*
 * What other kernels rely on: where every field is, and that an image written
 * when this version of the ABI was made is what is written and read today, on
 * both architectures. A change here needs another version number and other
 * golden images.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kho/abi/boot.h>
#include <linux/kho/abi/ftrace.h>
#include <linux/kho/format.h>

#include "harness.h"
#include "image.h"
#include "sim.h"

#define check_at(type, field, offset, bytes)				\
	do {								\
		check_eq(offsetof(struct type, field), offset);		\
		check_eq(sizeof_field(struct type, field), bytes);	\
	} while (0)

static void test_boot(void)
{
	check_eq(KHO_BOOT_VERSION, 1);
	check(!memcmp(&(u64){ KHO_BOOT_MAGIC }, "KHOboot", 8));
	check_at(kho_area, base, 0, 8);
	check_at(kho_area, size, 8, 8);
	check_at(kho_boot, magic, 0, 8);
	check_at(kho_boot, version, 8, 4);
	check_at(kho_boot, nr_areas, 12, 4);
	check_at(kho_boot, root, 16, 8);
	check_eq(offsetof(struct kho_boot, scratch), 24);
	check_eq(kho_boot_size(KHO_BOOT_MAX_AREAS), 24 + 64 * 16);
}

static void test_root(void)
{
	check_eq(KHO_ROOT_VERSION, 1);
	check(!memcmp(&(u64){ KHO_ROOT_MAGIC }, "KHOroot", 8));
	check_eq(KHO_ROOT_SEALED, 1);
	check_eq(KHO_ARCH_X86_64, 1);
	check_eq(KHO_ARCH_ARM64, 2);
	check_at(kho_root, magic, 0, 8);
	check_at(kho_root, version, 8, 4);
	check_at(kho_root, endian, 12, 4);
	check_at(kho_root, size, 16, 4);
	check_at(kho_root, crc, 20, 4);
	check_at(kho_root, flags, 24, 4);
	check_at(kho_root, arch, 28, 2);
	check_at(kho_root, page_shift, 30, 2);
	check_at(kho_root, generation, 32, 8);
	check_at(kho_root, claims, 40, 8);
	check_at(kho_root, meta_pages, 48, 8);
	check_at(kho_root, nr_claims, 56, 4);
	check_at(kho_root, release, 60, 68);
	check_at(kho_root, build_id, 128, 32);
}

static void test_tables(void)
{
	check(!memcmp(&(u64){ KHO_TABLE_MAGIC }, "KHOtable", 8));
	check_at(kho_table, magic, 0, 8);
	check_at(kho_table, next, 8, 8);
	check_at(kho_table, crc, 16, 4);
	check_at(kho_table, rec_size, 20, 4);
	check_at(kho_table, nr, 24, 4);
	check_at(kho_table, reserved, 28, 4);
	check_at(kho_claim_rec, name, 0, 32);
	check_at(kho_claim_rec, format, 32, 32);
	check_at(kho_claim_rec, version, 64, 4);
	check_at(kho_claim_rec, nr_sets, 68, 4);
	check_at(kho_claim_rec, fingerprint, 72, 8);
	check_at(kho_claim_rec, subtree, 80, 8);
	check_at(kho_claim_rec, subtree_size, 88, 8);
	check_at(kho_claim_rec, sets, 96, 8);
	check_at(kho_claim_rec, subtree_crc, 104, 4);
	check_at(kho_claim_rec, refused, 108, 4);
	check_at(kho_set_rec, name, 0, 32);
	check_at(kho_set_rec, map, 32, 8);
	check_at(kho_set_rec, leaves, 40, 8);
	check_at(kho_set_rec, runs, 48, 8);
	check_at(kho_set_rec, pages, 56, 8);
}

static void test_map(void)
{
	check_eq(KHO_LEAF_VERSION, 2);
	check(!memcmp(&(u64){ KHO_LEAF_MAGIC }, "KHOleaf", 8));
	check_at(kho_leaf, magic, 0, 8);
	check_at(kho_leaf, next, 8, 8);
	check_at(kho_leaf, version, 16, 2);
	check_at(kho_leaf, kind, 18, 1);
	check_at(kho_leaf, order, 19, 1);
	check_at(kho_leaf, nr, 20, 4);
	check_at(kho_leaf, base, 24, 8);
	check_eq(offsetof(struct kho_leaf, words), 32);
	check_eq(kho_word(0x123456789a, 9, 3), (2ULL << 46) | (9ULL << 40) |
		 0x123456789a);
}

static void test_ftrace(void)
{
	check_eq(FTRACE_KHO_VERSION, 1);
	check_eq(KHO_FINGERPRINT(struct ftrace_kho_layout, page, event, field,
				 task, string, module, cpu, ring),
		 0xaa58bfdbde0ff167ULL);
}

#define GOLDEN_X86	GOLDEN "x86_64.hex"
#define GOLDEN_ARM64	GOLDEN "arm64.hex"
#ifdef CONFIG_ARM64
#define GOLDEN_OURS	GOLDEN_ARM64
#else
#define GOLDEN_OURS	GOLDEN_X86
#endif

/* Lines that are not zero, each with its physical address. */
static void dump(FILE *f)
{
	u64 at, i;
	u8 *p;

	for (at = SIM_BASE; at < sim_end(); at += 16) {
		p = (u8 *)sim_virt(at / PAGE_SIZE * PAGE_SIZE) + at % PAGE_SIZE;
		for (i = 0; i < 16 && !p[i]; i++)
			;
		if (i == 16)
			continue;
		fprintf(f, "%llx:", (unsigned long long)at);
		for (i = 0; i < 16; i++)
			fprintf(f, " %02x", p[i]);
		fprintf(f, "\n");
	}
}

static char *dump_image(void)
{
	static struct image img;
	size_t size;
	char *text;
	FILE *f = open_memstream(&text, &size);

	image_build_small(&img);
	dump(f);
	fclose(f);
	return text;
}

static void read_golden(const char *name, char text[1 << 16])
{
	FILE *f = fopen(name, "r");

	if (!f)
		harness_fail(__FILE__, __LINE__, "there is no %s", name);
	text[fread(text, 1, (1 << 16) - 1, f)] = 0;
	fclose(f);
}

/* next_line - take a line apart; false at the end */
static bool next_line(char **text, u64 *at, u8 bytes[16])
{
	unsigned long long addr;
	int i, len;

	if (!**text)
		return false;
	check(sscanf(*text, "%llx:%n", &addr, &len) == 1);
	*at = addr;
	for (i = 0; i < 16; i++) {
		*text += len;
		check(sscanf(*text, " %02hhx%n", &bytes[i], &len) == 1);
	}
	*text += len + 1;
	return true;
}

static void test_golden_written(void)
{
	static char must[1 << 16];
	char *is = dump_image();

	read_golden(GOLDEN_OURS, must);
	check(!strcmp(is, must));
	free(is);
}

static void test_golden_read(void)
{
	static struct verdict v;
	static char text[1 << 16];
	char *pos = text;
	struct kho_root *root;
	u8 bytes[16];
	u64 at;

	sim_reset();
	sim_alloc(16);
	read_golden(GOLDEN_OURS, text);
	while (next_line(&pos, &at, bytes))
		memcpy(sim_virt(at / PAGE_SIZE * PAGE_SIZE) + at % PAGE_SIZE,
		       bytes, 16);
	image_check(SIM_BASE, &v);
	check_eq(v.root, 1);
	check_eq(v.claims, 0);
	check_eq(v.nr_claims, 1);
	check_eq(v.refused, 0);
	root = sim_virt(SIM_BASE);
	check_eq(root->generation, 3);
	check(!strcmp((char *)root->release, "6.12.0-golden"));
}

static bool in_root(u64 addr, size_t offset, size_t size)
{
	return addr - SIM_BASE >= offset && addr - SIM_BASE - offset < size;
}

/* All but what says which it is, and the checksum over that. */
static void test_golden_same(void)
{
	static char x86[1 << 16], arm64[1 << 16];
	char *px86 = x86, *parm64 = arm64;
	u8 bx86[16], barm64[16];
	u64 at, other;
	int i;

	read_golden(GOLDEN_X86, x86);
	read_golden(GOLDEN_ARM64, arm64);
	while (next_line(&px86, &at, bx86)) {
		check(next_line(&parm64, &other, barm64));
		check_eq(at, other);
		for (i = 0; i < 16; i++)
			check(bx86[i] == barm64[i] ||
			      in_root(at + i, offsetof(struct kho_root, arch), 2) ||
			      in_root(at + i, offsetof(struct kho_root, crc), 4));
	}
	check(!next_line(&parm64, &other, barm64));
}

static const struct test tests[] = {
	{ "abi: boot block", test_boot },
	{ "abi: root", test_root },
	{ "abi: tables and records", test_tables },
	{ "abi: leaf and run", test_map },
	{ "abi: fingerprint of the ftrace claim", test_ftrace },
	{ "abi: the golden image is what is written", test_golden_written },
	{ "abi: the golden image is read", test_golden_read },
	{ "abi: the golden images differ in arch and checksum of the root only",
	  test_golden_same },
};

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--golden")) {
		char *text = dump_image();

		fputs(text, stdout);
		free(text);
		return 0;
	}
	return harness_main(argc, argv, tests, sizeof(tests) / sizeof(*tests));
}
