/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_ITERATE_H
#define NWFC_COMPILER_ITERATE_H

#include "compiler/compile.h"
#include "ir/rule.h"

/*
 * The combinations of variable values of one rule (semantics.md 2.4).
 * Accesses with one iterator number advance in lock step; different numbers
 * form the cross product, number 0 fastest, the others in order of appearance.
 * A position whose tuple of texts occurred before is skipped.
 */
struct iterator {
	uint32_t number;
	size_t length; /* of its lists */
	VEC(const struct parameter *) parameter;
	VEC(size_t) position; /* those that are not repetitions */
	size_t at;            /* index into position */
};

struct iteration_access {
	const struct access *access;
	const struct parameter *parameter;
	int iterator;
};

struct iteration {
	struct arena *arena;
	VEC(struct iterator) iterator; /* [0] has number 0 */
	/* of each access: its list, and its iterator or -1 if it is a constant */
	VEC(struct iteration_access) access;
	bool broken; /* lists of different lengths met */
};

bool access_equal(const struct access *a, const struct access *b);

void iteration_init(struct iteration *it, struct arena *arena);
/* false if its list's length differs from the others of the iterator */
bool iteration_add(struct iteration *it, const struct access *a, const struct parameter *p);
void iteration_report(const struct iteration *it, struct compile *c, const struct filter_rule *rule,
		      const struct access *a);
/* how many combinations there are, saturating; call once, before the first use */
uint64_t iteration_count(struct iteration *it);
/* to the next combination; false after the last */
bool iteration_next(struct iteration *it);
/* the list of an access and the position of its present value */
size_t iteration_value(const struct iteration *it, const struct access *a,
		       const struct parameter **ret);

#endif
