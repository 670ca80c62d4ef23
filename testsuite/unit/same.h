/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_TESTSUITE_SAME_H
#define NWFC_TESTSUITE_SAME_H

#include "ir/filter.h"

/*
 * Do two filters mean the same, whatever the values of variables are?  NULL, or
 * what differs.  Names must be interned in one place.  Spans, the spelling of
 * values and the order of parameters do not count.
 */
const char *filter_difference(const struct filter *a, const struct filter *b);

#endif
