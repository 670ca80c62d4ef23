/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_RULE_H
#define NWFC_IR_RULE_H

#include "ir/binding.h"
#include "ir/filter.h"

/*
 * Bound rules, the first IR: rules of one binding with all variables replaced.
 * They speak nwfilter: direction as written, priority, layer, state words.
 *
 * Life: expand makes them in flattening order (semantics.md 3.3); check types
 * and cross-checks the values; order sorts them and merges the chains (3.4,
 * 3.5); lower reads them.
 */
struct path {
	const struct path *up;
	const struct filterref *ref; /* NULL for the top filter */
	const struct filter *filter;
};

/* parameters seen from a filter: the outermost definition wins (2.2) */
struct environment {
	const struct environment *up;
	const struct parameter_list *parameter;
};

/*
 * A value that stays out of the rule: it is looked up by the interface's name.
 * Matches of one rule with the same number advance together through lists.
 */
struct lift {
	const struct access *access;
	const struct parameter *parameter; /* of the binding */
	unsigned number;
	bool many;           /* all values of the list are meant, not one */
	enum family learned; /* whose addresses the kernel learns in place of the parameter's */
};

struct bound_match {
	enum field_id field;
	bool negated;
	const struct lift *lift; /* NULL: the value is in the rule; else value is the first one */
	const struct match *source;
	bool given[SLOT_MAX];
	struct value value[SLOT_MAX];
};

struct rule {
	const struct filter_rule *source;
	const struct path *path; /* path->filter is the defining filter */
	VEC(struct bound_match) match;
	unsigned state; /* STATE_ bits; 0: none given */
};

struct rule_list {
	VEC(struct rule *) rule;
};

/*
 * One direction of the L2 program after ordering: root rules and jumps to
 * chains, in order; chains with their rules.
 */
struct chain_step {
	struct rule *rule;        /* NULL: a jump */
	struct rule_chain *chain; /* the jump's target */
};

struct rule_chain {
	struct str name; /* interned */
	const struct chain_kind *kind;
	int priority;
	VEC(struct rule *) rule;
};

struct rule_order {
	/* by direction: DIRECTION_IN, DIRECTION_OUT */
	struct {
		bool exists;
		VEC(struct chain_step) step;
		VEC(struct rule_chain *) chain;
	} l2[2];
	VEC(struct rule *) l3;
	bool has_l3;
};

static inline const struct proto *rule_proto(const struct rule *r)
{
	return r->source->proto;
}

static inline bool direction_covers(enum direction written, enum direction way)
{
	return written == DIRECTION_INOUT || written == way;
}

/* the bound match of a field, or NULL */
const struct bound_match *rule_match(const struct rule *r, enum field_id field);

#endif
