// SPDX-License-Identifier: GPL-2.0
/*
 * A listener that fails where it is told to, at any place of the chain: see
 * Documentation/fault-injection/notifier-error-inject.rst, with "kho" and the names of
 * enum kho_event.
 */
#include <linux/kho/client.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "../../../lib/notifier-error-inject.h"

static int priority;
module_param(priority, int, 0444);
MODULE_PARM_DESC(priority, "of the listener; clients have theirs");

static struct notifier_err_inject inject = {
	.actions = {
		{ NOTIFIER_ERR_INJECT_ACTION(KHO_EVENT_PREPARE) },
		{ NOTIFIER_ERR_INJECT_ACTION(KHO_EVENT_FREEZE) },
		{ }
	}
};

static struct dentry *dir;

static int __init inject_init(void)
{
	int err;

	dir = notifier_err_inject_init("kho", notifier_err_inject_dir, &inject,
				       priority);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	err = kho_register_notifier(&inject.nb);
	if (err)
		debugfs_remove_recursive(dir);
	return err;
}

static void __exit inject_exit(void)
{
	kho_unregister_notifier(&inject.nb);
	debugfs_remove_recursive(dir);
}

module_init(inject_init);
module_exit(inject_exit);
MODULE_DESCRIPTION("Errors for the notifier chain of Kexec HandOver");
MODULE_LICENSE("GPL");
