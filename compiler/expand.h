/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_EXPAND_H
#define NWFC_COMPILER_EXPAND_H

#include "compiler/compile.h"
#include "compiler/learn.h"
#include "compiler/share.h"
#include "ir/binding.h"
#include "ir/rule.h"

/*
 * Flattens the reference tree below a filter, depth first, and makes one bound
 * rule of every combination of variable values (semantics.md 2.4, 3.3).  The
 * filter must be linked.  What the share lifts makes no combinations: one rule
 * stands for all values of its lists; NULL lifts nothing.  So does what is learned;
 * NULL learns nothing, and then a missing IP is an error.  Everything is allocated
 * from `scratch`, which may be rewound after lowering; diagnostics are not.  False
 * if one was an error.
 */
bool expand(struct compile *c, struct arena *scratch, const struct filter *top,
	    const struct binding *binding, const struct share *share, struct learn *learn,
	    struct rule_list *ret);

/* the parameter that a rule sees under a name: the outermost; NULL if there is none */
const struct parameter *environment_find(const struct environment *env, struct str name);

#endif
