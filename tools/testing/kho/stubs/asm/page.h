/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_STUB_ASM_PAGE_H
#define _KHO_STUB_ASM_PAGE_H

/* PAGE_SIZE and PAGE_SHIFT come from the Makefile: they differ by configuration. */

#endif /* _KHO_STUB_ASM_PAGE_H */
