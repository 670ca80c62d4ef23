/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_EXPAND_H
#define NWFC_COMPILER_EXPAND_H

#include "compiler/compile.h"
#include "ir/binding.h"
#include "ir/rule.h"

/*
 * Flattens the reference tree below a filter, depth first, and makes one bound
 * rule of every combination of variable values (semantics.md 2.4, 3.3).  The
 * filter must be linked.  Everything is allocated from `scratch`, which may be
 * rewound after lowering; diagnostics are not.  False if one was an error.
 */
bool expand(struct compile *c, struct arena *scratch, const struct filter *top,
	    const struct binding *binding, struct rule_list *ret);

#endif
