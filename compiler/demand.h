/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_DEMAND_H
#define NWFC_COMPILER_DEMAND_H

#include "compiler/compile.h"
#include "ir/rule.h"
#include "ir/ruleset.h"

/*
 * What programs want of the bindings they serve: values of parameters in a set.
 * The lists of the parameters are as long as one another.
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

/*
 * The elements of a binding.  False if a value is missing or not written as its
 * type wants; elements of such values are right if nobody reports an error of them.
 */
bool demand_values(struct arena *arena, const struct demand_list *list,
		   const struct binding *binding, struct element_list *ret);

/*
 * The group of interfaces that have the filter, the signature, and elements in these
 * sets: a filter that wants others makes another group, and so one can change the
 * programs of a group without a look at its interfaces.
 */
struct str demand_group(struct arena *arena, const struct demand_list *list, struct str filter,
			struct str signature);

#endif
