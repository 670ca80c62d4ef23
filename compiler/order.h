/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_ORDER_H
#define NWFC_COMPILER_ORDER_H

#include "compiler/compile.h"
#include "ir/rule.h"

/*
 * The order of evaluation (semantics.md 3.4 to 3.6): rules are sorted, root
 * filters first, then by rule priority, otherwise as flattened; chains are
 * merged into the root chain of each direction by chain priority, a jump before
 * root rules of equal priority.
 */
void order(struct compile *c, struct arena *scratch, struct rule_list *rules,
	   struct rule_order *ret);

#endif
