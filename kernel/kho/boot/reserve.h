/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_KHO_RESERVE_H
#define _KERNEL_KHO_RESERVE_H

#include <linux/kho/abi/root.h>
#include <linux/types.h>

/* Keeping what was preserved from boot, and giving up what is not. */

/* The root of what was handed over; NULL if nothing was. */
extern struct kho_root *kho_incoming_root;

void kho_incoming_reserve(u64 root);
void kho_incoming_free_unpreserved(bool late);
void kho_pages_free_reserved(u64 phys, u64 size);

/* What that will take in the next kernel. */
size_t kho_reserve_bytes(u64 meta_pages, u64 nr_claims, u64 nr_sets);
u64 kho_pages_for_boot(u64 pages);

/* tests/kho_damage.c */
#ifdef CONFIG_KHO_TEST_DAMAGE
extern unsigned int kho_reserve_fail;
#endif

#endif /* _KERNEL_KHO_RESERVE_H */
