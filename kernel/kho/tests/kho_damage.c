// SPDX-License-Identifier: GPL-2.0
/*
 * Damages what is handed over, right before the jump, so that tests can see what
 * the next kernel makes of it:
 *
 *   echo NAME > /sys/module/kho_damage/parameters/what
 *
 * All damages but those of checksums come with a good checksum, so that the
 * check behind it is reached.
 *
 * And lets early boot of the next kernel run out of memory: with
 * kho_damage.fail=N on its command line, the Nth array or block that is to be
 * reserved for the handover can't be.
 */
#define pr_fmt(fmt) "kho_damage: " fmt

#include <linux/io.h>
#include <linux/libfdt.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/panic.h>
#include <linux/reboot.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "../boot/reserve.h"
#include "../boot/scratch.h"
#include "../kho_internal.h"
#include "../lib/table.h"

static char what[32];
module_param_string(what, what, sizeof(what), 0600);
MODULE_PARM_DESC(what, "what to damage before the jump");

/* The parts of the victim: the last claim that has a subtree and pages. */
static struct {
	struct kho_root		*root;
	struct kho_table	*claims;	/* table page of the record */
	struct kho_claim_rec	*claim;
	struct kho_table	*sets;
	struct kho_set_rec	*set;
	struct kho_leaf		*leaf;
} v;

static int __init parse_fail(char *arg)
{
	return kstrtouint(arg, 0, &kho_reserve_fail);
}
early_param("kho_damage.fail", parse_fail);

static void reseal(void)
{
	v.sets->crc = kho_crc(v.sets, PAGE_SIZE, &v.sets->crc);
	if (v.claim->subtree && v.claim->subtree_size < SZ_16M)
		v.claim->subtree_crc = kho_crc(phys_to_virt(v.claim->subtree),
					       v.claim->subtree_size, NULL);
	v.claims->crc = kho_crc(v.claims, PAGE_SIZE, &v.claims->crc);
	v.root->crc = kho_crc(v.root, sizeof(*v.root), &v.root->crc);
}

static void root_magic(void)
{
	v.root->magic ^= 1;
}

static void root_version(void)
{
	v.root->version++;
	reseal();
}

static void root_endian(void)
{
	v.root->endian = swab32(KHO_ROOT_ENDIAN);
	reseal();
}

static void root_arch(void)
{
	v.root->arch = 77;
	reseal();
}

static void root_shift(void)
{
	v.root->page_shift = 16;
	reseal();
}

static void root_crc(void)
{
	v.root->crc ^= 1;
}

static void root_release(void)
{
	memset(v.root->release, 'x', sizeof(v.root->release));
	reseal();
}

static void root_meta_none(void)
{
	v.root->meta_pages = 0;
	reseal();
}

static void root_meta_huge(void)
{
	v.root->meta_pages = KHO_RUN_PFN_MAX;
	reseal();
}

static void root_meta_few(void)
{
	v.root->meta_pages -= 2;
	reseal();
}

static void claims_mmio(void)
{
	v.root->claims = 0xfec00000;
	reseal();
}

static void claims_many(void)
{
	v.root->nr_claims = U32_MAX;
	reseal();
}

static void claims_circle(void)
{
	v.claims->next = virt_to_phys(v.claims);
	v.root->nr_claims = U32_MAX;
	reseal();
}

static void claim_name(void)
{
	memset(v.claim->name, 'x', KHO_NAME_SIZE);
	reseal();
}

static void claim_format(void)
{
	v.claim->version += 7;
	reseal();
}

static void claim_fingerprint(void)
{
	v.claim->fingerprint ^= 1;
	reseal();
}

/* There are two clients of that name then. */
static void claim_twice(void)
{
	strscpy_pad((char *)v.claim->name, "kho_test.0", KHO_NAME_SIZE);
	reseal();
}

static void tree_crc(void)
{
	v.claim->subtree_crc ^= 1;
	v.claims->crc = kho_crc(v.claims, PAGE_SIZE, &v.claims->crc);
}

static void tree_size(void)
{
	v.claim->subtree_size = 1ULL << 50;
	reseal();
}

static void tree_magic(void)
{
	*(u32 *)phys_to_virt(v.claim->subtree) ^= 1;
	reseal();
}

static void tree_total(void)
{
	fdt_set_totalsize(phys_to_virt(v.claim->subtree), INT_MAX);
	reseal();
}

static void sets_crc(void)
{
	v.sets->crc ^= 1;
}

static void sets_scratch(void)
{
	v.claim->sets = kho_scratch[0].base;
	reseal();
}

#ifdef CONFIG_ARCH_KEEP_MEMBLOCK
/* Memory that is not in the linear map: firmware's on arm64, if that is EFI. */
static void sets_unmapped(void)
{
	struct memblock_region *r;

	for_each_mem_region(r) {
		if (!memblock_is_nomap(r))
			continue;
		v.claim->sets = r->base;
		reseal();
		return;
	}
	pr_err("all memory is in the linear map\n");
}
#endif

static void map_magic(void)
{
	v.leaf->magic ^= 1;
}

static void map_circle(void)
{
	v.leaf->next = virt_to_phys(v.leaf);
	v.set->leaves = 1000;
	v.root->meta_pages += 1000;
	reseal();
}

static void map_count(void)
{
	v.leaf->nr = 100000;
}

static void map_pages(void)
{
	v.set->pages++;
	reseal();
}

static void map_kind(void)
{
	v.leaf->kind = 77;
}

/* Let the map be one leaf with one page. */
static void one_leaf(void)
{
	v.leaf->nr = 1;
	v.leaf->next = 0;
	v.set->leaves = 1;
	v.set->runs = 1;
	v.set->pages = 1;
	reseal();
}

static void one_page(u64 pfn)
{
	kho_leaf_init_runs(v.leaf);
	v.leaf->words[0] = kho_word(pfn, 0, 1);
	one_leaf();
}

static void one_bit(u64 pfn)
{
	memset(v.leaf->words, 0, KHO_LEAF_CAPACITY * sizeof(u64));
	kho_leaf_init_bitmap(v.leaf, kho_word(pfn, 0, 1));
	v.leaf->nr = 0;
	kho_leaf_set(v.leaf, kho_leaf_bit(v.leaf, pfn), 1);
	one_leaf();
}

static void map_order(void)
{
	one_page(BIT_ULL(20));
	v.leaf->words[0] |= 63ULL << KHO_RUN_PFN_BITS;
}

static void bits_base(void)
{
	one_bit(BIT_ULL(20));
	v.leaf->base++;
}

static void bits_order(void)
{
	one_bit(BIT_ULL(20));
	v.leaf->order = 255;
}

static void bits_count(void)
{
	one_bit(BIT_ULL(20));
	v.leaf->nr++;
}

static void bits_empty(void)
{
	one_bit(BIT_ULL(20));
	memset(v.leaf->words, 0, KHO_LEAF_CAPACITY * sizeof(u64));
}

static void bits_zero(void)
{
	one_bit(0);
}

/* The bitmap is behind itself. */
static void bits_overlap(void)
{
	one_bit(BIT_ULL(20));
	v.leaf->next = virt_to_phys(v.leaf);
	v.set->leaves = 2;
	v.root->meta_pages++;
	reseal();
}

/* Claim the page that the map itself is in. */
static void bits_twice(void)
{
	one_bit(PHYS_PFN(virt_to_phys(v.leaf)));
}

static void map_scratch(void)
{
	one_page(PHYS_PFN(kho_scratch[0].base) + 1);
}

static void map_beyond(void)
{
	one_page(KHO_RUN_PFN_MAX);
}

static void map_mmio(void)
{
	one_page(PHYS_PFN(0xfec00000));
}

/* The end of low memory, which is the BIOS's on x86. */
static void map_reserved(void)
{
	one_page(PHYS_PFN(0x9f000));
}

/* Claim the page that the map itself is in. */
static void map_twice(void)
{
	one_page(PHYS_PFN(virt_to_phys(v.leaf)));
}

static const struct {
	const char	*name;
	void		(*apply)(void);
} damages[] = {
	{ "root_magic", root_magic },
	{ "root_version", root_version },
	{ "root_endian", root_endian },
	{ "root_arch", root_arch },
	{ "root_shift", root_shift },
	{ "root_crc", root_crc },
	{ "root_release", root_release },
	{ "root_meta_none", root_meta_none },
	{ "root_meta_huge", root_meta_huge },
	{ "root_meta_few", root_meta_few },
	{ "claims_mmio", claims_mmio },
	{ "claims_many", claims_many },
	{ "claims_circle", claims_circle },
	{ "claim_name", claim_name },
	{ "claim_format", claim_format },
	{ "claim_fingerprint", claim_fingerprint },
	{ "claim_twice", claim_twice },
	{ "tree_crc", tree_crc },
	{ "tree_size", tree_size },
	{ "tree_magic", tree_magic },
	{ "tree_total", tree_total },
	{ "sets_crc", sets_crc },
	{ "sets_scratch", sets_scratch },
#ifdef CONFIG_ARCH_KEEP_MEMBLOCK
	{ "sets_unmapped", sets_unmapped },
#endif
	{ "map_magic", map_magic },
	{ "map_circle", map_circle },
	{ "map_count", map_count },
	{ "map_order", map_order },
	{ "map_pages", map_pages },
	{ "map_kind", map_kind },
	{ "map_scratch", map_scratch },
	{ "map_beyond", map_beyond },
	{ "map_mmio", map_mmio },
	{ "map_reserved", map_reserved },
	{ "map_twice", map_twice },
	{ "bits_base", bits_base },
	{ "bits_order", bits_order },
	{ "bits_count", bits_count },
	{ "bits_empty", bits_empty },
	{ "bits_zero", bits_zero },
	{ "bits_overlap", bits_overlap },
	{ "bits_twice", bits_twice },
};

static bool find_victim(void)
{
	struct kho_table_iter it;
	struct kho_claim_rec *rec;

	v.root = phys_to_virt(kho_outgoing_root());
	if (!(v.root->flags & KHO_ROOT_SEALED))
		return false;
	kho_table_for_each(rec, it, v.root->claims) {
		if (!rec->subtree || !rec->nr_sets)
			continue;
		v.claims = it.table;
		v.claim = rec;
	}
	if (!v.claim)
		return false;
	v.sets = phys_to_virt(v.claim->sets);
	v.set = (struct kho_set_rec *)(v.sets + 1);
	if (!v.set->map)
		return false;
	v.leaf = phys_to_virt(v.set->map);
	return true;
}

/* Reboot notifiers run after the registry was frozen. */
static int damage_event(struct notifier_block *nb, unsigned long action, void *data)
{
	unsigned int i;

	if (!what[0] || !kho_outgoing_root())
		return NOTIFY_DONE;
	add_taint(TAINT_TEST, LOCKDEP_STILL_OK);
	for (i = 0; i < ARRAY_SIZE(damages); i++) {
		if (!sysfs_streq(what, damages[i].name))
			continue;
		if (!find_victim())
			break;
		damages[i].apply();
		pr_info("%s\n", damages[i].name);
		return NOTIFY_DONE;
	}
	pr_err("there is nothing for \"%s\"\n", what);
	return NOTIFY_DONE;
}

static struct notifier_block damage_nb = { .notifier_call = damage_event };

static int __init kho_damage_init(void)
{
	return register_reboot_notifier(&damage_nb);
}
late_initcall(kho_damage_init);
