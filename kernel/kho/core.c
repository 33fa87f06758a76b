// SPDX-License-Identifier: GPL-2.0
/*
 * The registry: clients, and the events that drive them.
 *
 * Each client has a notifier block on a blocking notifier chain, where others
 * may listen. Preparing runs down the chain; what fails is rolled back by the
 * chain for listeners, and in exactly the reverse order for clients. The chain
 * itself would call abort in the order of prepare, so clients ignore its abort
 * and the registry walks them.
 */
#define pr_fmt(fmt) "kho: " fmt

#include <linux/cc_platform.h>
#include <linux/error-injection.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/kho/client.h>
#include <linux/kho_hooks.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/notifier.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "boot/scratch.h"
#include "kho_internal.h"
#include "lib/validate.h"

static BLOCKING_NOTIFIER_HEAD(kho_chain);
static LIST_HEAD(kho_clients);		/* in the order of the chain */
static bool ready;			/* incoming claims are known */

/*
 * Seconds after boot at which unclaimed incoming claims are released; a
 * client may be a module that is loaded late. 0: when the initcalls are done.
 * Negative: only on write to the file "release", or at activation. Has no effect
 * without CONFIG_MODULES: then it is as if it was 0.
 */
#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "kho."
static int wait_seconds = 60;
module_param_named(wait, wait_seconds, int, 0444);
MODULE_PARM_DESC(wait, "seconds until unclaimed state is released");

/**
 * kho_client_claim - the outgoing claim of a client
 * @client: a registered client
 *
 * The claim comes into being when the client registers, or when scratch is set up
 * if that is later, and stays until kho_unregister(): also when scratch is
 * returned meanwhile.
 *
 * Context: Any.
 * Return: the claim; NULL if the registry was never enabled, see
 * kho_is_enabled(), since the client registered.
 */
struct kho_claim *kho_client_claim(struct kho_client *client)
{
	return client->out;
}
EXPORT_SYMBOL_GPL(kho_client_claim);

static int client_prepare(struct kho_client *client)
{
	int err = client->out ? 0 : -ENOMEM;

	if (!err && client->ops && client->ops->prepare)
		err = client->ops->prepare(client, client->out);
	client->prepared = !err;
	if (!err)
		return 0;
	if (client->optional) {
		pr_warn("%s: left out, prepare failed: %pe\n", client->name,
			ERR_PTR(err));
		return 0;
	}
	pr_err("%s: prepare failed: %pe\n", client->name, ERR_PTR(err));
	return err;
}

static void client_abort(struct kho_client *client)
{
	if (!client->prepared)
		return;
	if (client->ops && client->ops->abort)
		client->ops->abort(client, client->out);
	client->prepared = false;
}

static int client_freeze(struct kho_client *client)
{
	int err = 0;

	if (client->prepared && client->ops && client->ops->freeze)
		err = client->ops->freeze(client, client->out);
	if (err && client->optional) {
		pr_warn("%s: left out, freeze failed: %pe\n", client->name,
			ERR_PTR(err));
		client_abort(client);
		return 0;
	}
	if (err)
		pr_err("%s: freeze failed: %pe\n", client->name, ERR_PTR(err));
	return err;
}

static int client_event(struct notifier_block *nb, unsigned long event,
			void *data)
{
	struct kho_client *client = container_of(nb, struct kho_client, nb);

	switch (event) {
	case KHO_EVENT_PREPARE:
		return notifier_from_errno(client_prepare(client));
	case KHO_EVENT_FREEZE:
		return notifier_from_errno(client_freeze(client));
	default:
		return NOTIFY_DONE;	/* see abort_clients() */
	}
}

static void abort_clients(void)
{
	struct kho_client *client;

	list_for_each_entry_reverse(client, &kho_clients, list)
		client_abort(client);
}

/* Undo an activation. @notified: listeners have been notified of it. */
static void deactivate(bool notified)
{
	lockdep_assert_held(&kho_lock);
	if (notified)
		blocking_notifier_call_chain(&kho_chain, KHO_EVENT_ABORT, NULL);
	abort_clients();
	WRITE_ONCE(kho_state, KHO_INACTIVE);
}

/*
 * In such a guest some pages are shared with the host, and no claim says which: the next kernel
 * would read them as encrypted ones.
 */
static noinline bool in_confidential_guest(void)
{
	return cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT);
}
ALLOW_ERROR_INJECTION(in_confidential_guest, TRUE);

static int activate(void)
{
	int err, ret;

	if (kho_state == KHO_FROZEN)
		return -EBUSY;
	if (kho_state == KHO_ACTIVE)
		return 0;
	if (in_confidential_guest()) {
		pr_err("a guest whose memory is encrypted can't hand over\n");
		return -EOPNOTSUPP;
	}
	if (!kho_is_enabled()) {
		pr_err("not enabled: no scratch memory\n");
		return -ENOMEM;
	}
	err = kho_image_check_active() ?: kho_check_hotadded();
	if (err)
		return err;
	WRITE_ONCE(kho_state, KHO_ACTIVE);
	ret = blocking_notifier_call_chain_robust(&kho_chain, KHO_EVENT_PREPARE,
						  KHO_EVENT_ABORT, NULL);
	err = notifier_to_errno(ret);
	if (err) {
		deactivate(false);
		return err;
	}
	err = kho_outgoing_check_size() ?: kho_check_headroom();
	if (err) {
		deactivate(true);
		return err;
	}
	kho_incoming_release_unclaimed();
	return 0;
}

/**
 * kho_activate - have all clients prepared for a handover
 *
 * Does nothing if the registry is active. What was left of the previous
 * kernel's claims without a client is released.
 *
 * Context: Process context; may sleep. Time is linear in the number of clients
 *	and page sets and in the size of the subtrees.
 * Return: 0; -ENOMEM without scratch memory; -EBUSY if an image is loaded that
 * would lose state, or if memory was added after boot for any use; -ENOSPC if an
 * image is loaded that scratch is too small for, or if too little memory is left
 * beside what is preserved; -E2BIG if the tree exceeds dt_max; -EOPNOTSUPP in a
 * guest whose memory is encrypted; -EINTR if the task was killed while it waited for
 * others; what a listener or a client's prepare returned. On error all is as it was.
 */
int kho_activate(void)
{
	int err = mutex_lock_killable(&kho_lock);

	if (err)
		return err;
	err = activate();
	mutex_unlock(&kho_lock);
	return err;
}

/**
 * kho_deactivate - undo kho_activate()
 *
 * Does nothing if the registry is not active.
 *
 * Context: Process context; may sleep.
 * Return: 0; -EBUSY if the jump is under way; -EINTR if the task was killed while
 * it waited for others.
 */
int kho_deactivate(void)
{
	int err = mutex_lock_killable(&kho_lock);

	if (err)
		return err;
	if (kho_state == KHO_FROZEN)
		err = -EBUSY;
	else if (kho_state == KHO_ACTIVE)
		deactivate(true);
	mutex_unlock(&kho_lock);
	return err;
}

/**
 * kho_freeze - the jump is near
 * @image: the image that will be started; nothing is done if there is none, or if
 *	this kernel comes back after it
 *
 * Lets all clients write their last words and seals what is handed over.
 * Nothing can fail any more between here and the jump. From now on the registry
 * is frozen, also if it was not active: nothing that is handed over changes, and
 * it can't be activated or deactivated.
 *
 * Context: Process context; may sleep. Between kho_image_lock() and
 *	kho_image_unlock(), without the kexec lock.
 * Return: 0; -EBUSY if @image can't carry the state, and then nothing has
 * changed; -EBUSY if memory was added after boot for any use, -ENOSPC if scratch is
 * too small for its boot, or too little memory is left beside what is preserved,
 * -ENOMEM, or what a listener or a client's freeze returned, and then the
 * activation has been undone.
 */
int kho_freeze(struct kimage *image)
{
	int err, ret;

	lockdep_assert_held(&kho_lock);
	if (!image || image->preserve_context)
		return 0;
	if (kho_state == KHO_ACTIVE) {
		if (!image->kho) {
			pr_err("the loaded image can't carry what is preserved\n");
			return -EBUSY;
		}
		err = kho_check_hotadded();
		if (!err) {
			ret = blocking_notifier_call_chain(&kho_chain,
							   KHO_EVENT_FREEZE, NULL);
			err = notifier_to_errno(ret);
		}
		/* What is checked must not grow before it is sealed. */
		kho_outgoing_freeze(true);
		err = err ?: kho_image_check_bytes(image) ?: kho_check_headroom() ?:
		      kho_outgoing_seal();
		if (err) {
			kho_outgoing_freeze(false);
			pr_err("kexec stopped, activation undone: %pe\n",
			       ERR_PTR(err));
			deactivate(true);
			return err;
		}
	}
	WRITE_ONCE(kho_state, KHO_FROZEN);
	return 0;
}

/**
 * kho_kexec_busy - the kexec lock is held elsewhere
 *
 * After kho_freeze() there is no way back. Code that takes the kexec lock without
 * kho_image_lock() holds it for a moment only, to read or change the memory of the crash
 * kernel.
 *
 * Context: Process context; may sleep. Between kho_image_lock() and
 *	kho_image_unlock().
 * Return: 0, a moment later, if it is to be tried for again; -EBUSY if not.
 */
int kho_kexec_busy(void)
{
	lockdep_assert_held(&kho_lock);
	if (kho_state != KHO_FROZEN)
		return -EBUSY;
	schedule_timeout_uninterruptible(1);
	return 0;
}

static const struct kho_format *match_format(const struct kho_client *client,
					     const struct kho_claim *claim)
{
	const struct kho_format *f;

	for (f = client->formats; f->name; f++)
		if (!strcmp(f->name, claim->format) &&
		    f->version == claim->version &&
		    f->fingerprint == claim->fingerprint)
			return f;
	return NULL;
}

/* Give the client what the previous kernel kept for it. */
static void client_restore(struct kho_client *client)
{
	struct kho_claim *claim = kho_incoming_find(client->name);
	const struct kho_format *format;
	unsigned long freed;
	int err = 0;

	if (!claim)
		return;
	client->in = claim;
	kho_claim_set_client(claim, client);
	format = match_format(client, claim);
	if (!format) {
		pr_warn("%s: format %s, version %u, fingerprint %#llx is not known here\n",
			claim->name, claim->format, claim->version,
			claim->fingerprint);
		err = -EPROTONOSUPPORT;
		if (client->ops && client->ops->discard)
			client->ops->discard(client, claim);
	} else if (client->ops && client->ops->restore) {
		err = client->ops->restore(client, claim, format);
	}
	if (!err)
		return;
	client->in = NULL;
	freed = kho_claim_free(claim);
	pr_warn("%s: claim is lost, %lu pages freed: %pe\n", client->name,
		freed, ERR_PTR(err));
}

static int client_check(const struct kho_client *client)
{
	const struct kho_format *f;

	if (!client->name || !kho_check_name(client->name, KHO_NAME_SIZE)) {
		pr_err("\"%s\" is no name for a client\n", client->name ?: "");
		return -EINVAL;
	}
	if (!client->formats || !client->formats->name) {
		pr_err("%s: client has no format\n", client->name);
		return -EINVAL;
	}
	for (f = client->formats; f->name; f++) {
		if (!kho_check_name(f->name, KHO_NAME_SIZE)) {
			pr_err("%s: \"%s\" is no name for a format\n",
			       client->name, f->name);
			return -EINVAL;
		}
	}
	return 0;
}

/* Into the list where the chain puts it: behind those of the same priority. */
static int client_add(struct kho_client *client)
{
	struct kho_client *other;
	struct list_head *before = &kho_clients;

	list_for_each_entry(other, &kho_clients, list)
		if (!strcmp(other->name, client->name)) {
			pr_err("a client \"%s\" is registered already\n",
			       client->name);
			return -EEXIST;
		}
	list_for_each_entry(other, &kho_clients, list)
		if (client->priority > other->priority) {
			before = &other->list;
			break;
		}
	/* Not earlier: it could be registered, and these in use. */
	client->out = NULL;
	client->in = NULL;
	client->prepared = false;
	list_add_tail(&client->list, before);
	client->nb = (struct notifier_block) {
		.notifier_call	= client_event,
		.priority	= client->priority,
	};
	return blocking_notifier_chain_register(&kho_chain, &client->nb);
}

static void client_remove(struct kho_client *client)
{
	blocking_notifier_chain_unregister(&kho_chain, &client->nb);
	list_del(&client->list);
	if (!client->out)
		return;
	/* What is sealed goes to the next kernel, also if its client unregisters now. */
	if (kho_state == KHO_FROZEN)
		kho_claim_set_client(client->out, NULL);
	else
		kho_claim_free(client->out);
	client->out = NULL;
}

/* The registry is enabled: the client gets what it owns. */
static int client_enable(struct kho_client *client)
{
	struct kho_claim *claim;

	if (client->out)
		return 0;
	claim = kho_claim_alloc(client->name, false);
	if (!claim)
		return -ENOMEM;
	kho_claim_set_client(claim, client);
	kho_claim_show(claim);
	client->out = claim;
	return 0;
}

/**
 * kho_enable - there will be scratch memory
 *
 * Context: kho_lock is held.
 * Return: 0; -ENOMEM.
 */
int kho_enable(void)
{
	struct kho_client *client;
	int err = kho_outgoing_init();

	lockdep_assert_held(&kho_lock);
	if (err)
		return err;
	list_for_each_entry(client, &kho_clients, list) {
		err = client_enable(client);
		if (err)
			return err;
	}
	return 0;
}

/**
 * kho_disable - if there is no scratch memory any more, nor is a root page
 *
 * The claims stay with their clients, who may keep pointers to them and to what
 * is in there.
 *
 * Context: kho_lock is held.
 */
void kho_disable(void)
{
	lockdep_assert_held(&kho_lock);
	if (!kho_scratch_nr)
		kho_outgoing_exit();
}

/* Once it is known whether the registry is enabled. */
static int client_start(struct kho_client *client)
{
	int err = 0;

	if (kho_is_enabled()) {
		err = client_enable(client);
		if (err)
			return err;
		if (kho_state == KHO_ACTIVE)
			err = client_prepare(client);
	}
	/* Last, for what is given back once can't be given again. */
	if (!err)
		client_restore(client);
	return err;
}

static int client_register(struct kho_client *client)
{
	int err = client_add(client);

	if (err || !ready)
		return err;
	if (kho_state == KHO_FROZEN)
		err = -EBUSY;
	err = err ?: client_start(client);
	if (err)
		client_remove(client);
	return err;
}

/**
 * kho_register - register a client
 * @client: the client; stays the caller's, who must keep it until
 *	kho_unregister()
 *
 * If the previous kernel kept a claim for it, &kho_ops.restore runs before this
 * returns, or at core_initcall time if that is later. If the registry is active,
 * &kho_ops.prepare runs before that. Without scratch memory the client is registered
 * and nothing happens until there is some, see kho_client_claim().
 *
 * Context: Process context; may sleep. Not from a callback of a client or of
 *	the notifier chain.
 * Return: 0; -EINVAL for a bad name or no format; -EEXIST if a client has that
 * name; -EBUSY if the registry is frozen; -ENOMEM; -EINTR if the task was killed
 * while it waited for others; what @client's prepare returned; -EOPNOTSUPP without
 * KHO.
 */
int kho_register(struct kho_client *client)
{
	int err = client_check(client) ?: mutex_lock_killable(&kho_lock);

	if (err)
		return err;
	err = client_register(client);
	mutex_unlock(&kho_lock);
	return err;
}
EXPORT_SYMBOL_GPL(kho_register);

/**
 * kho_unregister - unregister a client
 * @client: the client
 *
 * Its outgoing claim is forgotten, after &kho_ops.abort if the registry is
 * active; what is left of its incoming claim is freed.
 *
 * Context: Process context; may sleep. Not from a callback of a client or of
 *	the notifier chain.
 */
void kho_unregister(struct kho_client *client)
{
	guard(mutex)(&kho_lock);
	if (kho_state != KHO_FROZEN)
		client_abort(client);
	if (client->in)
		kho_claim_finish(client->in);
	client_remove(client);
}
EXPORT_SYMBOL_GPL(kho_unregister);

/**
 * kho_register_notifier - listen to the events of the registry
 * @nb: the notifier block, see &enum kho_event
 *
 * Context: Process context; may sleep.
 * Return: 0 or -EEXIST.
 */
int kho_register_notifier(struct notifier_block *nb)
{
	return blocking_notifier_chain_register(&kho_chain, nb);
}
EXPORT_SYMBOL_GPL(kho_register_notifier);

/**
 * kho_unregister_notifier - listen no more
 * @nb: the notifier block
 *
 * Context: Process context; may sleep.
 * Return: 0 or -ENOENT.
 */
int kho_unregister_notifier(struct notifier_block *nb)
{
	return blocking_notifier_chain_unregister(&kho_chain, nb);
}
EXPORT_SYMBOL_GPL(kho_unregister_notifier);

static void release_unclaimed(struct work_struct *work)
{
	guard(mutex)(&kho_lock);
	kho_incoming_release_unclaimed();
}

static DECLARE_DELAYED_WORK(release_work, release_unclaimed);

static int __init kho_init(void)
{
	struct kho_client *client;
	int err = 0;

	if (kho_scratch_nr)
		err = kho_outgoing_init();
	if (err)
		pr_err("not enabled: %pe\n", ERR_PTR(err));
	kho_incoming_init();

	guard(mutex)(&kho_lock);
	ready = true;
	list_for_each_entry(client, &kho_clients, list) {
		err = client_start(client);
		if (err)
			pr_err("%s: %pe\n", client->name, ERR_PTR(err));
	}
	return 0;
}
core_initcall(kho_init);

/**
 * kho_initcalls_done - all built-in clients had their chance to register
 *
 * From now on, what no client has taken may be released.
 *
 * Context: Boot, after all initcalls; may sleep.
 */
void __init kho_initcalls_done(void)
{
	if (list_empty(&kho_claims_in))
		return;
	if (!wait_seconds || !IS_ENABLED(CONFIG_MODULES))
		release_unclaimed(NULL);
	else if (wait_seconds > 0)
		schedule_delayed_work(&release_work,
				      (unsigned long)wait_seconds * HZ);
}
