/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_STUB_LINUX_LIBFDT_H
#define _KHO_STUB_LINUX_LIBFDT_H

/* The kernel's own copy, scripts/dtc/libfdt. */
#include <libfdt_env.h>
#include <libfdt.h>

#endif /* _KHO_STUB_LINUX_LIBFDT_H */
