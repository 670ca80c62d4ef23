/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LOWER_H
#define NWFC_COMPILER_LOWER_H

#include "compiler/compile.h"
#include "compiler/demand.h"
#include "compiler/learn.h"
#include "compiler/opt.h"
#include "compiler/sets.h"
#include "ir/rule.h"
#include "ir/ruleset.h"

/*
 * Bound rules to programs: the one pass that knows both IRs.  Decides which
 * instances a rule has at each hook (semantics.md 4.4, 5.4 to 5.7), how each
 * match is tested, and adds the entry of the binding to the ruleset.
 */
struct lowering {
	struct compile *compile;
	struct arena *scratch; /* for one rule at a time */
	struct ruleset *ruleset;
	const struct set_list *sets; /* what --set said of ipsets */
	const struct binding *binding;
	const struct filter *top;
	struct opt *opt;
	unsigned ncount;                    /* counting sets made so far */
	const struct filter_rule *stateful; /* the last that was refused for its state */
	struct learn *learn;                /* what is learned of the interface */
	struct demand_list *demand;         /* what lifted matches want of the binding */
	struct entry entry;                 /* how the maps are to lead to it */
	struct str signature; /* WAY_SHARED: what else than sets its programs depend on */
};

/* false after a diagnostic */
bool lower(struct lowering *l, const struct rule_order *order);

#endif
