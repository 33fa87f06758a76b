/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_EARLY_H
#define _KERNEL_KHO_EARLY_H

#include <linux/types.h>

/* What early.c has for later; what boot calls of it is in linux/kho_hooks.h. */

long kho_scratch_remove_remainders(u64 base, u64 size);

/* tests/kho_test_fixed.c */
#ifdef CONFIG_KHO_TEST_FIXED
void kho_test_fixed_reserve(bool late);
#else
static inline void kho_test_fixed_reserve(bool late)
{
}
#endif

#endif /* _KERNEL_KHO_EARLY_H */
