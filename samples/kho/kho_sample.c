// SPDX-License-Identifier: GPL-2.0
/*
 * A client of KHO, to copy from.
 *
 * It keeps two things over kexec: a number, how many times it came through one,
 * and a page of text::
 *
 *   echo "good night" > /sys/module/kho_sample/parameters/text
 *   echo 1 > /sys/kernel/kho/active
 *   kexec -s -l ... && kexec -e
 *   ...
 *   cat /sys/module/kho_sample/parameters/{kexecs,text}
 *
 * What a client keeps up to date all the time needs no callback but restore:
 * the text is written to the preserved page itself, and the number does not
 * change as long as this kernel runs.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kho/claim.h>
#include <linux/kho/client.h>
#include <linux/kho/pageset.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/sysfs.h>

static struct folio *text;

static unsigned long long kexecs;
module_param(kexecs, ullong, 0444);
MODULE_PARM_DESC(kexecs, "kexecs that the text came through");

static int text_set(const char *val, const struct kernel_param *kp)
{
	if (!text)
		return -ENODEV;
	return strscpy(folio_address(text), val, PAGE_SIZE) < 0 ? -E2BIG : 0;
}

static int text_get(char *buf, const struct kernel_param *kp)
{
	return text ? sysfs_emit(buf, "%s", (char *)folio_address(text)) : 0;
}

static const struct kernel_param_ops text_ops = {
	.set = text_set, .get = text_get,
};
module_param_cb(text, &text_ops, NULL, 0644);
MODULE_PARM_DESC(text, "a text that is kept over kexec");

/* The previous kernel kept a claim for us: take out of it what we need. */
static int sample_restore(struct kho_client *client, struct kho_claim *claim,
			  const struct kho_format *format)
{
	struct kho_pageset *set = kho_pageset_find(claim, "text");
	struct kho_run run;
	struct folio *folio;
	u64 before;
	int err;

	err = kho_get_u64(claim, "kexecs", &before);
	if (err)
		return err;
	if (!set || !kho_pageset_next_run(set, 0, &run))
		return -ENOENT;
	folio = kho_pageset_restore_folio(set, run.pfn);
	if (IS_ERR(folio))
		return PTR_ERR(folio);

	text = folio;
	kexecs = before + 1;
	kho_claim_finish(claim);	/* frees what we did not take */
	return 0;
}

/* Raise the version when the meaning of the tree or the pages changes. */
static const struct kho_format sample_formats[] = {
	KHO_FORMAT_FDT("kho_sample", 1), { }
};

static const struct kho_ops sample_ops = {
	.restore	= sample_restore,
};

static struct kho_client sample_client = {
	.name		= "kho_sample",
	.formats	= sample_formats,
	.ops		= &sample_ops,
	.owner		= THIS_MODULE,
};

/* Tell the next kernel about the page, which we have or had restored. */
static int sample_preserve(struct kho_claim *claim)
{
	struct kho_pageset *set = kho_pageset_create(claim, "text");
	int err;

	if (IS_ERR(set))
		return PTR_ERR(set);
	err = kho_pageset_add_folio(set, text);
	return err ?: kho_put_u64(claim, "kexecs", kexecs);
}

static int __init sample_init(void)
{
	struct kho_claim *claim;
	int err = kho_register(&sample_client);

	if (err)
		return err;
	if (!text)
		text = folio_alloc(GFP_KERNEL | __GFP_ZERO, 0);
	err = text ? 0 : -ENOMEM;

	/* There is no claim if the kernel was booted without kho_scratch=. */
	claim = kho_client_claim(&sample_client);
	if (!err && claim)
		err = sample_preserve(claim);
	if (!err)
		return 0;
	kho_unregister(&sample_client);
	if (text)
		folio_put(text);
	return err;
}
module_init(sample_init);

static void __exit sample_exit(void)
{
	kho_unregister(&sample_client);
	folio_put(text);
}
module_exit(sample_exit);

MODULE_DESCRIPTION("Sample client of Kexec HandOver");
MODULE_LICENSE("GPL");
