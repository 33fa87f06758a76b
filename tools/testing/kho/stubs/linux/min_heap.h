/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_STUB_MIN_HEAP_H
#define _KHO_STUB_MIN_HEAP_H

/* The kernel's own; its folder has too much else. */
#include MIN_HEAP_H

#endif /* _KHO_STUB_MIN_HEAP_H */
