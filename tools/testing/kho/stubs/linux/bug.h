/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_STUB_BUG_H
#define _KHO_STUB_BUG_H

#include <stdlib.h>

/* What warns in the kernel ends a test. */
#define WARN_ONCE(cond, ...)	({ if (cond) abort(); false; })

#endif /* _KHO_STUB_BUG_H */
