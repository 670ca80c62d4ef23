/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PROP_GEN_VALUES_H
#define NWFC_PROP_GEN_VALUES_H

#include "compiler/compile.h"
#include "ir/binding.h"
#include "testsuite/prop/gen_filter.h"

/*
 * Filters with variables, and the bindings that give them values.  Lists are equally
 * long, so that any of them may advance together.
 */
struct gen_values {
	struct rng *rng;
	struct gen_style style;
	unsigned length;
	bool guarded; /* the top has a filter more, of the addresses that the VM may use */
};

void gen_values_init(struct gen_values *v, struct rng *r);

/* parameters of a binding, other ones for each call */
void gen_values_add(struct gen_values *v, struct compile *c, struct binding *b);

#endif
