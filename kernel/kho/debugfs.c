// SPDX-License-Identifier: GPL-2.0
/*
 * View: /sys/kernel/debug/kho/{out,in}/<claim>/. Nothing here changes anything,
 * and nothing fails because of it.
 */
#include <linux/ctype.h>
#include <linux/debugfs.h>
#include <linux/libfdt.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "kho_internal.h"

static struct dentry *dir_out;
static struct dentry *dir_in;

/* The owner of the claim: a module, the kernel itself, or none (yet). */
static const char *client_of(const struct kho_claim *claim)
{
	if (!claim->client)
		return "none";
	return claim->client->owner ? claim->client->owner->name : "built-in";
}

static int info_show(struct seq_file *m, void *data)
{
	struct kho_claim *claim = m->private;
	unsigned long pages, bytes;

	guard(mutex)(&kho_data_lock);
	kho_claim_stats(claim, &pages, &bytes);
	seq_printf(m, "format: %s\n", claim->format);
	seq_printf(m, "version: %u\n", claim->version);
	seq_printf(m, "fingerprint: %#llx\n", claim->fingerprint);
	seq_printf(m, "client: %s\n", client_of(claim));
	seq_printf(m, "pages: %lu\n", pages);
	seq_printf(m, "bytes: %lu\n", bytes);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(info);

static bool is_text(const char *s, int len)
{
	int i;

	if (len < 2 || s[len - 1] || !s[0])
		return false;
	for (i = 0; i < len - 1; i++)
		if (!isprint(s[i]))
			return false;
	return true;
}

/* A property as dtc writes it; of long values the beginning. */
static void show_prop(struct seq_file *m, const void *fdt,
		      const struct fdt_property *prop, int len, int depth)
{
	const int most = 64;
	int i;

	seq_printf(m, "%*s%s", depth * 2, "",
		   fdt_string(fdt, fdt32_to_cpu(prop->nameoff)));
	if (!len) {
		seq_puts(m, ";\n");
	} else if (is_text(prop->data, len)) {
		seq_printf(m, " = \"%s\";\n", prop->data);
	} else if (len == 4) {
		seq_printf(m, " = <%#x>;\n", fdt32_ld((void *)prop->data));
	} else if (len == 8) {
		seq_printf(m, " = <%#llx>;\n", fdt64_ld((void *)prop->data));
	} else {
		seq_puts(m, " = [");
		for (i = 0; i < len && i < most; i++)
			seq_printf(m, i ? " %02x" : "%02x", (u8)prop->data[i]);
		seq_printf(m, len > most ? " ...]; /* %d bytes */\n" : "];\n",
			   len);
	}
}

static int tree_show(struct seq_file *m, void *data)
{
	struct kho_claim *claim = m->private;
	int offset = 0, next, depth = 0, len;
	const struct fdt_property *prop;
	const void *fdt;

	guard(mutex)(&kho_data_lock);
	fdt = claim->fdt;
	for (; fdt; offset = next) {
		switch (fdt_next_tag(fdt, offset, &next)) {
		case FDT_BEGIN_NODE:
			seq_printf(m, "%*s%s {\n", depth * 2, "",
				   depth ? fdt_get_name(fdt, offset, NULL) : "/");
			depth++;
			break;
		case FDT_END_NODE:
			depth--;
			seq_printf(m, "%*s};\n", depth * 2, "");
			break;
		case FDT_PROP:
			prop = fdt_get_property_by_offset(fdt, offset, &len);
			show_prop(m, fdt, prop, len, depth);
			break;
		case FDT_NOP:
			break;
		default:
			return 0;
		}
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(tree);

/* The orders in a page set, as a list. */
static void show_orders(struct seq_file *m, const struct kho_pageset *set)
{
	struct kho_cursor c;
	const char *comma = "";
	unsigned int order;
	u64 seen = 0;

	kho_cursor_for_each(&c, kho_map_head(&set->map))
		seen |= BIT_ULL(kho_cursor_order(&c));
	for (order = 0; order <= KHO_RUN_ORDER_MAX; order++) {
		if (!(seen & BIT_ULL(order)))
			continue;
		seq_printf(m, "%s%u", comma, order);
		comma = ",";
	}
	if (!seen)
		seq_puts(m, "-");
}

static int pagesets_show(struct seq_file *m, void *data)
{
	struct kho_claim *claim = m->private;
	struct kho_pageset *set;

	seq_printf(m, "%-32s %12s %12s %16s %12s %s\n", "name", "runs", "pages",
		   "bytes", "map bytes", "orders");
	guard(mutex)(&kho_data_lock);
	list_for_each_entry(set, &claim->sets, list) {
		guard(mutex)(&set->lock);
		seq_printf(m, "%-32s %12lu %12lu %16llu %12llu ", set->name,
			   set->map.nr_runs, set->map.nr_pages,
			   PFN_PHYS((u64)set->map.nr_pages),
			   PFN_PHYS((u64)set->map.nr_leaves));
		show_orders(m, set);
		seq_putc(m, '\n');
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pagesets);

static int runs_show(struct seq_file *m, void *data)
{
	struct kho_claim *claim = m->private;
	struct kho_pageset *set;
	struct kho_cursor c;

	guard(mutex)(&kho_data_lock);
	list_for_each_entry(set, &claim->sets, list) {
		guard(mutex)(&set->lock);
		kho_cursor_for_each(&c, kho_map_head(&set->map))
			seq_printf(m, "%s %#llx %llu %u\n", set->name, c.pfn,
				   c.end - c.pfn, kho_cursor_order(&c));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(runs);

static void add(struct kho_claim *claim)
{
	struct dentry *parent = claim->incoming ? dir_in : dir_out;
	struct dentry *dir;

	if (claim->debugfs)
		return;
	dir = debugfs_create_dir(claim->name, parent);
	debugfs_create_file("info", 0400, dir, claim, &info_fops);
	debugfs_create_file("tree", 0400, dir, claim, &tree_fops);
	debugfs_create_file("pagesets", 0400, dir, claim, &pagesets_fops);
	debugfs_create_file("runs", 0400, dir, claim, &runs_fops);
	claim->debugfs = dir;
}

/* Waits for readers, who take kho_data_lock. */
static void remove(struct kho_claim *claim)
{
	debugfs_remove_recursive(claim->debugfs);
	claim->debugfs = NULL;
}

static const struct kho_claim_viewer viewer = {
	.add	= add,
	.remove	= remove,
};

static int __init kho_debugfs_init(void)
{
	struct dentry *root = debugfs_create_dir("kho", NULL);

	guard(mutex)(&kho_lock);
	dir_out = debugfs_create_dir("out", root);
	dir_in = debugfs_create_dir("in", root);
	kho_claim_set_viewer(&viewer);
	return 0;
}
subsys_initcall(kho_debugfs_init);
