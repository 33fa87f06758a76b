// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of the events: who is called, in which order, and what is undone.
 * They need scratch memory to activate the registry (kho_scratch=).
 */
#include <kunit/test.h>
#include <linux/kexec.h>
#include <linux/kho/client.h>
#include <linux/kho_hooks.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../kho_internal.h"

#define NR_CLIENTS	3

struct events {
	struct {
		struct kho_client	client;
		struct events		*events;
		char			name[16];
		int			prepare_err;
		int			freeze_err;
	} clients[NR_CLIENTS + 1];		/* the last is not registered */
	struct {
		struct notifier_block	nb;
		struct events		*events;
		char			name;
		int			err;
	} listeners[2];
	char	log[256];
};

/* An entry of the log: the event, who got it, and "!" if that fails. */
static void note(struct events *e, char event, char who, bool fails)
{
	size_t len = strlen(e->log);

	scnprintf(e->log + len, sizeof(e->log) - len, "%c%c%s ", event, who,
		  fails ? "!" : "");
}

#define to_events(_client)	(*(struct events **)((_client)->data))

static char client_char(const struct kho_client *client)
{
	return client->name[strlen(client->name) - 1];
}

static int client_errno(struct kho_client *client, bool freeze)
{
	struct events *e = to_events(client);
	int i = client_char(client) - 'a';

	return freeze ? e->clients[i].freeze_err : e->clients[i].prepare_err;
}

static int client_prepare(struct kho_client *client, struct kho_claim *claim)
{
	int err = client_errno(client, false);

	note(to_events(client), 'p', client_char(client), err);
	return err;
}

static int client_freeze(struct kho_client *client, struct kho_claim *claim)
{
	int err = client_errno(client, true);

	note(to_events(client), 'f', client_char(client), err);
	return err;
}

static void client_abort(struct kho_client *client, struct kho_claim *claim)
{
	note(to_events(client), 'a', client_char(client), false);
}

static const struct kho_ops ops = {
	.prepare	= client_prepare,
	.freeze		= client_freeze,
	.abort		= client_abort,
};

static const struct kho_format formats[] = { KHO_FORMAT_FDT("kunit", 1), { } };

static int listen(struct events *e, int i, unsigned long event)
{
	static const char letters[] = { 'p', 'a', 'f' };
	int err = event == KHO_EVENT_PREPARE ? e->listeners[i].err : 0;

	note(e, letters[event], e->listeners[i].name, err);
	return notifier_from_errno(err);
}

static int listen_0(struct notifier_block *nb, unsigned long event, void *data)
{
	return listen(container_of(nb, struct events, listeners[0].nb), 0, event);
}

static int listen_1(struct notifier_block *nb, unsigned long event, void *data)
{
	return listen(container_of(nb, struct events, listeners[1].nb), 1, event);
}

/* The order of calls is X a b c Y: a and b by priority, c after b. */
static int events_init(struct kunit *test)
{
	static const int prio[] = { 1010, 1005, 1005, 1007 };
	struct events *e;
	int i, err;

	if (!kho_is_enabled())
		kunit_skip(test, "no scratch memory");
	e = kunit_kzalloc(test, sizeof(*e), GFP_KERNEL);
	if (!e)
		return -ENOMEM;
	test->priv = e;
	for (i = 0; i <= NR_CLIENTS; i++) {
		snprintf(e->clients[i].name, sizeof(e->clients[i].name),
			 "kunit.%c", 'a' + i);
		e->clients[i].events = e;
		e->clients[i].client = (struct kho_client) {
			.name		= e->clients[i].name,
			.formats	= formats,
			.ops		= &ops,
			.priority	= prio[i],
			.data		= &e->clients[i].events,
		};
	}
	e->listeners[0].nb.notifier_call = listen_0;
	e->listeners[0].nb.priority = 1020;
	e->listeners[0].name = 'X';
	e->listeners[1].nb.notifier_call = listen_1;
	e->listeners[1].nb.priority = 1000;
	e->listeners[1].name = 'Y';
	for (i = 0; i < 2; i++) {
		err = kho_register_notifier(&e->listeners[i].nb);
		if (err)
			return err;
	}
	for (i = 0; i < NR_CLIENTS; i++) {
		err = kho_register(&e->clients[i].client);
		if (err)
			return err;
	}
	return 0;
}

static void events_exit(struct kunit *test)
{
	struct events *e = test->priv;
	int i;

	if (!e)
		return;
	kho_deactivate();
	for (i = 0; i < NR_CLIENTS; i++)
		if (e->clients[i].client.nb.notifier_call)
			kho_unregister(&e->clients[i].client);
	for (i = 0; i < 2; i++)
		kho_unregister_notifier(&e->listeners[i].nb);
}

/* The log since the last call. */
static const char *events(struct kunit *test)
{
	struct events *e = test->priv;
	const char *log = kunit_kstrdup(test, e->log, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, log);
	e->log[0] = '\0';
	return log;
}

static void test_order(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, kho_activate(), 0);
	KUNIT_EXPECT_TRUE(test, kho_is_active());
	KUNIT_EXPECT_STREQ(test, events(test), "pX pa pb pc pY ");
	KUNIT_EXPECT_EQ(test, kho_activate(), 0);
	KUNIT_EXPECT_STREQ(test, events(test), "");
	KUNIT_EXPECT_EQ(test, kho_deactivate(), 0);
	KUNIT_EXPECT_FALSE(test, kho_is_active());
	KUNIT_EXPECT_STREQ(test, events(test), "aX aY ac ab aa ");
	KUNIT_EXPECT_EQ(test, kho_deactivate(), 0);
	KUNIT_EXPECT_STREQ(test, events(test), "");
}

static void test_veto(struct kunit *test)
{
	struct events *e = test->priv;

	/* The last word: all clients are prepared, and aborted in reverse. */
	e->listeners[1].err = -EPERM;
	KUNIT_EXPECT_EQ(test, kho_activate(), -EPERM);
	KUNIT_EXPECT_FALSE(test, kho_is_active());
	KUNIT_EXPECT_STREQ(test, events(test), "pX pa pb pc pY! aX ac ab aa ");

	/* The first word: nobody else is asked. */
	e->listeners[0].err = -ENOSPC;
	KUNIT_EXPECT_EQ(test, kho_activate(), -ENOSPC);
	KUNIT_EXPECT_STREQ(test, events(test), "pX! ");

	e->listeners[0].err = 0;
	e->listeners[1].err = 0;
	KUNIT_EXPECT_EQ(test, kho_activate(), 0);
	KUNIT_EXPECT_STREQ(test, events(test), "pX pa pb pc pY ");
}

static void test_client_fails(struct kunit *test)
{
	static const char * const want[] = {
		"pX pa! aX ", "pX pa pb! aX aa ", "pX pa pb pc! aX ab aa ",
	};
	struct events *e = test->priv;
	int i;

	for (i = 0; i < NR_CLIENTS; i++) {
		e->clients[i].prepare_err = -EIO;
		KUNIT_EXPECT_EQ(test, kho_activate(), -EIO);
		KUNIT_EXPECT_FALSE(test, kho_is_active());
		KUNIT_EXPECT_STREQ(test, events(test), want[i]);
		e->clients[i].prepare_err = 0;
	}
}

static void test_optional(struct kunit *test)
{
	struct events *e = test->priv;

	e->clients[1].client.optional = true;
	e->clients[1].prepare_err = -ENODEV;
	KUNIT_EXPECT_EQ(test, kho_activate(), 0);
	KUNIT_EXPECT_STREQ(test, events(test), "pX pa pb! pc pY ");
	KUNIT_EXPECT_EQ(test, kho_deactivate(), 0);
	KUNIT_EXPECT_STREQ(test, events(test), "aX aY ac aa ");
}

static int freeze(struct kimage *image)
{
	int err = kho_image_lock();

	if (err)
		return err;
	err = kho_freeze(image);
	kho_image_unlock();
	return err;
}

static void test_freeze_fails(struct kunit *test)
{
	static const char * const want[] = {
		"fX fa! ", "fX fa fb! ", "fX fa fb fc! ",
	};
	struct events *e = test->priv;
	struct kimage *image = kunit_kzalloc(test, sizeof(*image), GFP_KERNEL);
	char text[64];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, image);
	image->kho = 1;
	for (i = 0; i < NR_CLIENTS; i++) {
		KUNIT_EXPECT_EQ(test, kho_activate(), 0);
		KUNIT_EXPECT_STREQ(test, events(test), "pX pa pb pc pY ");
		e->clients[i].freeze_err = -EIO;
		KUNIT_ASSERT_EQ(test, freeze(image), -EIO);
		KUNIT_EXPECT_FALSE(test, kho_is_active());
		snprintf(text, sizeof(text), "%saX aY ac ab aa ", want[i]);
		KUNIT_EXPECT_STREQ(test, events(test), text);
		e->clients[i].freeze_err = 0;
	}
}

/*
 * An optional client is left out, and stays so when another one stops the jump;
 * a freeze that succeeds can't be tested, as nothing undoes it.
 */
static void test_optional_freeze_fails(struct kunit *test)
{
	struct events *e = test->priv;
	struct kimage *image = kunit_kzalloc(test, sizeof(*image), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, image);
	image->kho = 1;
	e->clients[1].client.optional = true;
	e->clients[1].freeze_err = -ENODEV;
	e->clients[2].freeze_err = -EIO;
	KUNIT_EXPECT_EQ(test, kho_activate(), 0);
	events(test);
	KUNIT_ASSERT_EQ(test, freeze(image), -EIO);
	KUNIT_EXPECT_FALSE(test, kho_is_active());
	KUNIT_EXPECT_STREQ(test, events(test), "fX fa fb! ab fc! aX aY ac aa ");
}

static void test_freeze_other_image(struct kunit *test)
{
	struct kimage *image = kunit_kzalloc(test, sizeof(*image), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, image);
	KUNIT_EXPECT_EQ(test, kho_activate(), 0);
	events(test);
	KUNIT_EXPECT_EQ(test, freeze(image), -EBUSY);
	KUNIT_EXPECT_TRUE(test, kho_is_active());
	KUNIT_EXPECT_STREQ(test, events(test), "");
}

static void test_register_while_active(struct kunit *test)
{
	struct events *e = test->priv;
	struct kho_client *late = &e->clients[NR_CLIENTS].client;

	KUNIT_EXPECT_EQ(test, kho_activate(), 0);
	events(test);
	e->clients[NR_CLIENTS].prepare_err = -EIO;
	KUNIT_EXPECT_EQ(test, kho_register(late), -EIO);
	KUNIT_EXPECT_STREQ(test, events(test), "pd! ");
	KUNIT_EXPECT_NULL(test, kho_client_claim(late));

	e->clients[NR_CLIENTS].prepare_err = 0;
	KUNIT_ASSERT_EQ(test, kho_register(late), 0);
	KUNIT_EXPECT_STREQ(test, events(test), "pd ");
	KUNIT_EXPECT_EQ(test, kho_deactivate(), 0);
	KUNIT_EXPECT_STREQ(test, events(test), "aX aY ac ab ad aa ");
	KUNIT_EXPECT_EQ(test, kho_activate(), 0);
	KUNIT_EXPECT_STREQ(test, events(test), "pX pa pd pb pc pY ");
	kho_unregister(late);
	KUNIT_EXPECT_STREQ(test, events(test), "ad ");
	KUNIT_EXPECT_EQ(test, kho_deactivate(), 0);
	KUNIT_EXPECT_STREQ(test, events(test), "aX aY ac ab aa ");
}

static void test_register_twice(struct kunit *test)
{
	struct events *e = test->priv;
	struct kho_client *client = &e->clients[0].client;
	struct kho_claim *claim = kho_client_claim(client);

	KUNIT_EXPECT_EQ(test, kho_activate(), 0);
	events(test);
	KUNIT_EXPECT_EQ(test, kho_register(client), -EEXIST);
	KUNIT_EXPECT_PTR_EQ(test, kho_client_claim(client), claim);
	KUNIT_EXPECT_EQ(test, kho_deactivate(), 0);
	KUNIT_EXPECT_STREQ(test, events(test), "aX aY ac ab aa ");
}

static struct kunit_case events_cases[] = {
	KUNIT_CASE(test_order),
	KUNIT_CASE(test_veto),
	KUNIT_CASE(test_client_fails),
	KUNIT_CASE(test_optional),
	KUNIT_CASE(test_freeze_fails),
	KUNIT_CASE(test_optional_freeze_fails),
	KUNIT_CASE(test_freeze_other_image),
	KUNIT_CASE(test_register_while_active),
	KUNIT_CASE(test_register_twice),
	{ }
};

static struct kunit_suite events_suite = {
	.name		= "kho_events",
	.init		= events_init,
	.exit		= events_exit,
	.test_cases	= events_cases,
};

kunit_test_suites(&events_suite);
