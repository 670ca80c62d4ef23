/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LINT_ASSIGN_H
#define NWFC_COMPILER_LINT_ASSIGN_H

#include "compiler/compile.h"
#include "ir/binding.h"

/*
 * A binding for a filter nobody gave values for: each variable that a binding
 * would have to give gets one of its own, of the type of the attribute it is
 * used in.  What is true of the rules with both sets of values, which have none
 * in common, is not true because of a value.
 */
#define LINT_ASSIGNMENTS 2

/* false: no rule has a variable, so that every assignment is the same */
bool lint_assign(struct compile *c, struct arena *arena, const struct filter *top, unsigned which,
		 struct binding *ret);

#endif
