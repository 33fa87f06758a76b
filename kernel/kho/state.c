// SPDX-License-Identifier: GPL-2.0
/* The locks of the registry, and its state; see kho_internal.h. */
#include <linux/export.h>
#include <linux/kho/client.h>

#include "kho_internal.h"

/* Clients, state, scratch, the loaded image. */
DEFINE_MUTEX(kho_lock);

/* Claims, subtrees, which page sets there are. Nests inside kho_lock. */
DEFINE_MUTEX(kho_data_lock);

enum kho_state kho_state;
bool kho_frozen;

/**
 * kho_is_active - will state be handed over by the next kexec?
 *
 * Context: Any; the answer may be old already unless in a callback.
 * Return: whether the registry is active.
 */
bool kho_is_active(void)
{
	return READ_ONCE(kho_state) != KHO_INACTIVE;
}
EXPORT_SYMBOL_GPL(kho_is_active);
