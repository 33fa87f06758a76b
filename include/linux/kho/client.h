/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_CLIENT_H
#define _LINUX_KHO_CLIENT_H

#include <linux/errno.h>
#include <linux/kho/format.h>
#include <linux/list.h>
#include <linux/notifier.h>
#include <linux/types.h>

struct kho_claim;
struct kho_client;
struct module;

/**
 * DOC: clients
 *
 * A client is a subsystem that keeps state over kexec. It calls kho_register()
 * once and owns from then on an outgoing claim under its name, to which it
 * adds properties (kho/claim.h) and page sets (kho/pageset.h) whenever it
 * likes. If the previous kernel handed over a claim of that name, the client
 * gets it back as incoming claim.
 *
 * The life of an outgoing claim::
 *
 *   kho_register()                  echo 1 > active           reboot(KEXEC)
 *   ------------------> inactive ------- prepare -----> active --- freeze --->
 *                          ^                              |          |
 *                          +----------- abort ------------+----------+
 *
 * Abort follows when a client's prepare or freeze fails, and on
 * ``echo 0 > active``. Once all have frozen, nothing stops the jump.
 */

/**
 * struct kho_ops - what a client does on the events of a handover
 * @prepare: The registry is activated. Put what is not in the claim yet. An
 *	error stops the activation, unless the client is optional.
 * @freeze: The jump is near. Last chance to write; the claim can't be changed
 *	afterwards. An error stops the jump and aborts the activation, unless
 *	the client is optional.
 * @abort: Undo exactly what @prepare and @freeze did. Called for each client
 *	whose @prepare succeeded, in reverse order.
 * @restore: An incoming claim of this client is there and @format, one of
 *	&kho_client.formats, reads it. The claim belongs to the client until it
 *	calls kho_claim_finish() or unregisters. On error the registry releases
 *	the claim.
 * @discard: There is an incoming claim of this client, but its format is not
 *	one that the client reads. For information: the registry releases the
 *	claim afterwards, so don't call kho_claim_finish().
 *
 * Each may be NULL: a client that keeps its claim up to date by itself needs
 * neither @prepare nor @abort.
 *
 * Context: Process context; may sleep. Called with the registry's lock held,
 *	so none may call kho_register() or kho_unregister(), or wait for who loads
 *	or starts an image.
 */
struct kho_ops {
	int (*prepare)(struct kho_client *client, struct kho_claim *claim);
	int (*freeze)(struct kho_client *client, struct kho_claim *claim);
	void (*abort)(struct kho_client *client, struct kho_claim *claim);
	int (*restore)(struct kho_client *client, struct kho_claim *claim,
		       const struct kho_format *format);
	void (*discard)(struct kho_client *client, struct kho_claim *claim);
};

/**
 * struct kho_client - a client
 * @name: its name, unique; at most 31 characters of [A-Za-z0-9._-], starting
 *	with a letter or a digit
 * @formats: the formats, ends with an empty entry; [0] is the one written
 * @ops: the callbacks
 * @owner: THIS_MODULE
 * @priority: higher ones are prepared and frozen first
 * @optional: the handover goes on without the claim if @prepare or @freeze fails
 * @data: for the client's own use
 *
 * The other members are private to the registry.
 */
struct kho_client {
	const char			*name;
	const struct kho_format		*formats;
	const struct kho_ops		*ops;
	struct module			*owner;
	int				priority;
	bool				optional;
	void				*data;

	/* private: */
	struct list_head		list;
	struct notifier_block		nb;
	struct kho_claim		*out;
	struct kho_claim		*in;
	bool				prepared;
};

/**
 * enum kho_event - events of the registry's notifier chain
 * @KHO_EVENT_PREPARE: the registry is being activated
 * @KHO_EVENT_ABORT: the activation is undone
 * @KHO_EVENT_FREEZE: the jump is near
 *
 * The chain is a blocking notifier chain; the data pointer is NULL. A callback
 * that returns an error (notifier_from_errno()) stops the event. If that event
 * is %KHO_EVENT_PREPARE, those that were called before it get %KHO_EVENT_ABORT;
 * if it is %KHO_EVENT_FREEZE, or if what fails is no callback, all get it.
 */
enum kho_event {
	KHO_EVENT_PREPARE,
	KHO_EVENT_ABORT,
	KHO_EVENT_FREEZE,
};

#ifdef CONFIG_KHO

bool kho_is_enabled(void);
bool kho_is_active(void);
int kho_register(struct kho_client *client);
void kho_unregister(struct kho_client *client);
struct kho_claim *kho_client_claim(struct kho_client *client);
int kho_register_notifier(struct notifier_block *nb);
int kho_unregister_notifier(struct notifier_block *nb);

#else

static inline bool kho_is_enabled(void)
{
	return false;
}

static inline bool kho_is_active(void)
{
	return false;
}

static inline int kho_register(struct kho_client *client)
{
	return -EOPNOTSUPP;
}

static inline void kho_unregister(struct kho_client *client)
{
}

static inline struct kho_claim *kho_client_claim(struct kho_client *client)
{
	return NULL;
}

static inline int kho_register_notifier(struct notifier_block *nb)
{
	return -EOPNOTSUPP;
}

static inline int kho_unregister_notifier(struct notifier_block *nb)
{
	return -EOPNOTSUPP;
}

#endif /* CONFIG_KHO */

#endif /* _LINUX_KHO_CLIENT_H */
