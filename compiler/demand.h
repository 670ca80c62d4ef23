/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_DEMAND_H
#define NWFC_COMPILER_DEMAND_H

#include "compiler/compile.h"
#include "ir/rule.h"
#include "ir/ruleset.h"

/*
 * What programs want of the bindings they serve: values of parameters in a set.
 * The lists of the parameters are as long as one another, but for single values:
 * these stand beside each of the others.
 */
struct demand {
	const struct nft_set *set;
	unsigned n; /* set->nkey - 1 */
	struct access access[TUPLE_MAX - 1];
	enum field_id field[TUPLE_MAX - 1]; /* whose types the values have */
	const struct proto *proto[TUPLE_MAX - 1];
};

struct demand_list {
	VEC(struct demand) at;
};

/* does nothing if the set is wanted already */
void demand_add(struct arena *arena, struct demand_list *list, const struct demand *demand);
/* what is wanted of a set, or NULL */
const struct demand *demand_find(const struct demand_list *list, const struct nft_set *set);

/*
 * Wants the values of another demand as well: every value beside every one of those.
 * False, and nothing is done, if they are too many for one element, or if both are
 * lists of the binding: their product may be out of all proportion.
 */
bool demand_join(struct demand *to, const struct demand *more, const struct binding *binding);

/* the set of the demand in that table; keys: what an element has behind the interface's name */
struct nft_set demand_set(struct arena *arena, const struct demand *demand, enum table_id table,
			  const struct key *key);

/*
 * The elements of a binding.  False if a value is missing or not written as its
 * type wants; elements of such values are right if nobody reports an error of them.
 */
bool demand_values(struct arena *arena, const struct demand_list *list,
		   const struct binding *binding, struct element_list *ret);

/* demands of sets that no program of the entry reads; were there any? */
bool demand_drop_unread(struct demand_list *list, const struct entry *e);

/*
 * The group of interfaces that have the filter, the signature, and elements in these
 * sets: a filter that wants others makes another group, and so one can change the
 * programs of a group without a look at its interfaces.
 */
struct str demand_group(struct arena *arena, const struct demand_list *list, struct str filter,
			struct str signature);

#endif
