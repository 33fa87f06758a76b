/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_STUB_LINUX_MINMAX_H
#define _KHO_STUB_LINUX_MINMAX_H

#include <linux/kernel.h>

/* Those of tools/ want both sides of one type. */
#undef min
#undef max
#define min(a, b) \
	({ __auto_type __a = (a); __auto_type __b = (b); __a < __b ? __a : __b; })
#define max(a, b) \
	({ __auto_type __a = (a); __auto_type __b = (b); __a > __b ? __a : __b; })

#define swap(a, b) \
	do { typeof(a) __tmp = (a); (a) = (b); (b) = __tmp; } while (0)

#endif /* _KHO_STUB_LINUX_MINMAX_H */
