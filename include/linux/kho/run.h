/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_RUN_H
#define _LINUX_KHO_RUN_H

/**
 * struct kho_run - pages one after the other
 * @pfn: page frame number of the first page
 * @nr: number of pages, a multiple of 2^order
 * @order: order of the folios that the pages form, 0 for single pages
 */
struct kho_run {
	unsigned long	pfn;
	unsigned long	nr;
	unsigned int	order;
};

#endif /* _LINUX_KHO_RUN_H */
