/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_STUB_LINUX_TYPES_H
#define _KHO_STUB_LINUX_TYPES_H
/* Instead of that of tools/, whose u64 is not the kernel's. */
#define _TOOLS_LINUX_TYPES_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <asm/types.h>
#include <linux/posix_types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef unsigned long long u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef long long s64;

#ifndef __must_check
#define __must_check
#endif
#ifndef __bitwise
#define __bitwise
#endif

#endif /* _KHO_STUB_LINUX_TYPES_H */
