/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_STUB_ASM_GENERIC_BITOPS___FFS_H
#define _KHO_STUB_ASM_GENERIC_BITOPS___FFS_H

/* One instruction, as in the kernel. */
static inline unsigned long __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

#endif /* _KHO_STUB_ASM_GENERIC_BITOPS___FFS_H */
