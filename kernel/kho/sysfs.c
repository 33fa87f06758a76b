// SPDX-License-Identifier: GPL-2.0
/*
 * Control: /sys/kernel/kho, and the incoming tree in /sys/firmware/kho. See
 * Documentation/ABI/testing/sysfs-kernel-kho and sysfs-firmware-kho.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/capability.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "boot/scratch.h"
#include "kho_internal.h"

/* Smallest dt_max: a tree with nothing in it. */
#define DT_MAX_MIN	PAGE_SIZE

/* "0" or "1", and nothing else. */
static int parse_switch(const char *buf, bool *on)
{
	if (sysfs_streq(buf, "1"))
		*on = true;
	else if (sysfs_streq(buf, "0"))
		*on = false;
	else
		return -EINVAL;
	return 0;
}

static ssize_t active_show(struct kobject *kobj, struct kobj_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%d\n", kho_is_active());
}

static ssize_t active_store(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *buf, size_t len)
{
	bool on;
	int err = parse_switch(buf, &on);

	if (err)
		return err;
	if (!capable(CAP_SYS_BOOT))
		return -EPERM;
	err = on ? kho_activate() : kho_deactivate();
	return err ?: len;
}

static struct kobj_attribute active_attr = __ATTR_RW_MODE(active, 0644);

static ssize_t dt_max_show(struct kobject *kobj, struct kobj_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%#zx\n", READ_ONCE(kho_dt_max));
}

static ssize_t dt_max_store(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *buf, size_t len)
{
	unsigned long max;
	int err = kstrtoul(buf, 0, &max);

	if (err)
		return err;
	if (max < DT_MAX_MIN || max > INT_MAX)
		return -ERANGE;
	if (!capable(CAP_SYS_BOOT))
		return -EPERM;
	err = mutex_lock_killable(&kho_lock);
	if (err)
		return err;
	if (kho_is_active())
		err = -EBUSY;
	else
		WRITE_ONCE(kho_dt_max, max);
	mutex_unlock(&kho_lock);
	return err ?: len;
}

static struct kobj_attribute dt_max_attr = __ATTR_RW_MODE(dt_max, 0644);

static ssize_t scratch_phys_show(struct kobject *kobj,
				 struct kobj_attribute *attr, char *buf)
{
	int len = 0;
	unsigned int i;

	read_seqlock_excl(&kho_scratch_lock);
	for (i = 0; i < kho_scratch_nr; i++)
		len += sysfs_emit_at(buf, len, "0x%llx\n", kho_scratch[i].base);
	read_sequnlock_excl(&kho_scratch_lock);
	return len;
}

static struct kobj_attribute scratch_phys_attr = __ATTR_RO_MODE(scratch_phys, 0400);

static ssize_t scratch_len_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *buf)
{
	int len = 0;
	unsigned int i;

	read_seqlock_excl(&kho_scratch_lock);
	for (i = 0; i < kho_scratch_nr; i++)
		len += sysfs_emit_at(buf, len, "0x%llx\n", kho_scratch[i].size);
	read_sequnlock_excl(&kho_scratch_lock);
	return len;
}

static struct kobj_attribute scratch_len_attr = __ATTR_RO_MODE(scratch_len, 0444);

static ssize_t scratch_size_show(struct kobject *kobj,
				 struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%llx\n", kho_scratch_total());
}

static ssize_t scratch_size_store(struct kobject *kobj,
				  struct kobj_attribute *attr, const char *buf,
				  size_t len)
{
	char text[32];
	u64 size;
	int err;

	if (strscpy(text, buf) < 0 ||
	    !kho_scratch_parse_size(strim(text), &size))
		return -EINVAL;
	if (!capable(CAP_SYS_BOOT))
		return -EPERM;
	err = kho_scratch_resize(size);
	return err ?: len;
}

static struct kobj_attribute scratch_size_attr = __ATTR_RW_MODE(scratch_size, 0644);

static ssize_t generation_show(struct kobject *kobj,
			       struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", kho_generation);
}

static struct kobj_attribute generation_attr = __ATTR_RO(generation);

static ssize_t previous_release_show(struct kobject *kobj,
				     struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", kho_previous_release);
}

static struct kobj_attribute previous_release_attr = __ATTR_RO(previous_release);

static ssize_t release_store(struct kobject *kobj, struct kobj_attribute *attr,
			     const char *buf, size_t len)
{
	bool on;
	int err = parse_switch(buf, &on);

	if (err)
		return err;
	if (!on)
		return -EINVAL;
	if (!capable(CAP_SYS_BOOT))
		return -EPERM;
	err = mutex_lock_killable(&kho_lock);
	if (err)
		return err;
	kho_incoming_release_unclaimed();
	mutex_unlock(&kho_lock);
	return len;
}

static struct kobj_attribute release_attr = __ATTR_WO(release);

static ssize_t dt_read(struct file *file, struct kobject *kobj,
		       struct bin_attribute *attr, char *buf, loff_t pos,
		       size_t count)
{
	void *fdt = NULL;
	size_t size = 0;
	ssize_t ret = mutex_lock_killable(&kho_lock);

	if (ret)
		return ret;
	if (kho_is_active())
		fdt = kho_tree_build(&kho_claims_out, kho_generation + 1,
				     kho_dt_max, &size);
	mutex_unlock(&kho_lock);
	if (IS_ERR(fdt))
		return PTR_ERR(fdt);
	ret = memory_read_from_buffer(buf, count, &pos, fdt, size);
	kvfree(fdt);
	return ret;
}

static struct bin_attribute dt_attr = __BIN_ATTR(dt, 0400, dt_read, NULL, 0);

static struct attribute *kho_attrs[] = {
	&active_attr.attr,
	&dt_max_attr.attr,
	&scratch_phys_attr.attr,
	&scratch_len_attr.attr,
	&scratch_size_attr.attr,
	&generation_attr.attr,
	&previous_release_attr.attr,
	&release_attr.attr,
	NULL,
};

static struct bin_attribute *kho_bin_attrs[] = {
	&dt_attr,
	NULL,
};

static const struct attribute_group kho_group = {
	.attrs		= kho_attrs,
	.bin_attrs	= kho_bin_attrs,
};

static struct bin_attribute incoming_dt_attr = {
	.attr	= { .name = "dt", .mode = 0400 },
	.read	= sysfs_bin_attr_simple_read,
};

static struct bin_attribute *firmware_bin_attrs[] = {
	&incoming_dt_attr,
	NULL,
};

static const struct attribute_group firmware_group = {
	.bin_attrs	= firmware_bin_attrs,
};

static int __init add_group(const char *name, struct kobject *parent,
			    const struct attribute_group *group)
{
	struct kobject *kobj = kobject_create_and_add(name, parent);
	int err;

	if (!kobj)
		return -ENOMEM;
	err = sysfs_create_group(kobj, group);
	if (err)
		kobject_put(kobj);
	return err;
}

static int __init kho_sysfs_init(void)
{
	int err = add_group("kho", kernel_kobj, &kho_group);

	if (!err && kho_incoming_tree) {
		incoming_dt_attr.private = kho_incoming_tree;
		incoming_dt_attr.size = kho_incoming_tree_size;
		err = add_group("kho", firmware_kobj, &firmware_group);
	}
	if (err)
		pr_err("sysfs: %pe\n", ERR_PTR(err));
	return err;
}
subsys_initcall(kho_sysfs_init);
