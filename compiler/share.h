/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_SHARE_H
#define NWFC_COMPILER_SHARE_H

#include "compiler/compile.h"
#include "compiler/iterate.h"
#include "ir/base/buf.h"
#include "ir/rule.h"

/*
 * Which parameters of a binding stay out of its programs.  A parameter is lifted
 * if every use of it below the filter is a plain == test, of one or all values of
 * its list, or a plain != test of one value: then the values are elements of sets,
 * keyed by the interface's name, and bindings that differ in nothing else have the
 * same programs.  Parameters that advance together in a rule are all lifted, or
 * none: a set holds their values side by side.  Different iterators have a look-up
 * each, and that all of them hold is the cross product.
 */
struct share {
	struct arena *arena;
	const struct compile *compile;
	const struct binding *binding;
	struct table exact; /* names of parameters whose values are in the rules */
};

/* the filter must be linked and within RULE_LIMIT; lives in the arena */
struct share *share_new(struct arena *arena, const struct compile *c, const struct filter *top,
			const struct binding *binding);

/* can a look-up stand in the place of the match?  single: of one value */
bool share_plain_test(const struct compile *c, const struct filter_rule *rule,
		      const struct match *m, bool single);

/* is the access lifted in that rule?  The iteration has all accesses of the rule. */
bool share_lifts(const struct share *s, const struct filter_rule *rule, const struct iteration *it,
		 size_t access);

/* names of all variables below a filter, each once */
struct variables {
	VEC(struct str) at;
};

void variables_below(struct arena *arena, const struct filter *top, struct variables *ret);

/*
 * All of a binding that its programs depend on, the filter aside: how many values
 * each variable has, and the values themselves where they are not lifted.  Without
 * a share only the first.
 */
void share_signature(const struct variables *variables, const struct binding *binding,
		     const struct share *s, struct buf *out);

#endif
