/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_CANONICAL_RULE_H
#define NWFC_COMPILER_CANONICAL_RULE_H

#include "ir/base/buf.h"
#include "ir/filter.h"

/* one <rule> of canonical_filter() (canonical.h) */
void canonical_rule(const struct filter_rule *rule, struct buf *out);

#endif
