/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_TEMPLATE_H
#define NWFC_COMPILER_TEMPLATE_H

#include "compiler/demand.h"
#include "compiler/share.h"

/*
 * Programs that were made for one binding and serve others: those of the same
 * filter and the same signature (share_signature()).  So bindings are compiled once
 * for each different program, and the others are a look-up and their elements.
 */
struct template
{
	struct entry entry; /* of the binding it was made for */
	struct demand_list demand;
	struct str signature;
	bool made; /* there were no errors */
};

struct templates {
	struct table by_filter[TABLE_MAX];
};

/* what is known of one binding before it is compiled */
struct template_key {
	struct share *share;
	struct template *template; /* never NULL; to be filled in if it is not made */
};

/* the filter is linked, and the binding has its MAC */
void template_find(struct templates *t, struct compile *c, const struct filter *top,
		   const struct binding *binding, struct template_key *ret);

/* the entry of another binding; false if its values have to be looked at one by one */
bool template_entry(const struct template *t, struct arena *arena, const struct binding *binding,
		    struct entry *ret);

#endif
