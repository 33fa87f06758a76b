/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_STUB_LINUX_STDDEF_H
#define _KHO_STUB_LINUX_STDDEF_H

#include <stddef.h>

#define sizeof_field(type, member)	sizeof(((type *)0)->member)

#endif /* _KHO_STUB_LINUX_STDDEF_H */
