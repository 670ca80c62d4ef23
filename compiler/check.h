/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_CHECK_H
#define NWFC_COMPILER_CHECK_H

#include "compiler/compile.h"
#include "ir/rule.h"

/*
 * What a filter means and libvirt makes of it: the listed fixes whose written
 * and effective meaning differ (semantics.md 8.2), and combinations that cannot
 * work.  check_filter() needs no values of variables and looks at a filter
 * once; check_bound() looks at values that belong together.
 */
void check_filter(struct compile *c, const struct filter *filter);
/* false after an error */
bool check_bound(struct compile *c, const struct rule *rule);

#endif
