/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_MAPTEST_H
#define _KHO_MAPTEST_H

#include "../../../kernel/kho/tests/map_verify.h"

#endif /* _KHO_MAPTEST_H */
