/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LINT_H
#define NWFC_COMPILER_LINT_H

#include "compiler/driver.h"

/*
 * What only a reviewer would say: findings that change nothing about what
 * compiles.  The filters are parsed, linked and checked (job_check); those that
 * are broken are left alone, for what is said of them would be guesses.
 */
struct lint {
	struct job *job;
	struct compile *compile;
	VEC(struct filter *) filter; /* those to be looked at */
	/* bindings beside them, which say what they are used for; nothing is said of them */
	VEC(const struct binding *) binding;
	struct table referenced; /* by name, the span of a reference or binding to a filter */
	struct table given;      /* names of parameters that references and bindings give */
};

/* each filter counts once, however often it is added */
void lint_add(struct lint *l, struct filter *filter);
/* NULL, of what cannot be read, is left out */
void lint_add_binding(struct lint *l, const struct source *source);
void lint_run(struct lint *l);

/* the groups: of one filter, or of all of them */
typedef void lint_filter_fn(struct lint *l, const struct filter *f);
typedef void lint_rule_fn(struct lint *l, const struct filter *f, const struct filter_rule *r);

lint_filter_fn lint_markup, lint_tree, lint_shape;
lint_rule_fn lint_values, lint_meaning, lint_security, lint_portable;
/* runs the programs of each filter instead of looking at its text */
void lint_flow(struct lint *l);

static inline const struct match *lint_match(const struct filter_rule *r, enum field_id id)
{
	for (size_t i = 0; i < r->match.n; i++)
		if (r->match.at[i].field == id)
			return &r->match.at[i];
	return NULL;
}

static inline bool lint_has(const struct match *m, enum slot slot)
{
	return m && m->operand[slot].kind != OPERAND_ABSENT && !m->operand[slot].implied;
}

static inline bool lint_literal(const struct match *m, enum slot slot)
{
	return m && m->operand[slot].kind == OPERAND_LITERAL && !m->operand[slot].implied;
}

/* drop or reject */
static inline bool lint_refuses(const struct filter_rule *r)
{
	return r->action == ACTION_DROP || r->action == ACTION_REJECT;
}

static inline bool lint_in_root(const struct filter *f)
{
	return str_is(f->chain, CHAIN_ROOT);
}

#endif
