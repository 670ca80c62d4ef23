/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_NEAREST_H
#define NWFC_COMPILER_NEAREST_H

#include "ir/base/diag.h"
#include "ir/base/str.h"

/*
 * "Did you mean": the candidate nearest to a word that is not known.  Case does
 * not count; a candidate that begins with the word is near as well.
 */
struct nearest {
	struct str word;
	struct str best; /* empty: none is near enough */
	unsigned distance;
	bool tied; /* another one is as near */
};

void nearest_init(struct nearest *n, struct str word);
/* of equally near candidates the first wins */
void nearest_offer(struct nearest *n, struct str candidate);
/* a list that ends with NULL; the list may be NULL */
void nearest_offer_all(struct nearest *n, const char *const *candidates);
/* adds the help, with the given marks around the candidate; nothing if there is none */
void nearest_help(const struct nearest *n, struct diag_list *list, struct diag *d,
		  const char *before, const char *after);

/* the one candidate as what mends it, unless there are two; the span has the word */
void nearest_fix(const struct nearest *n, struct diag_list *list, struct diag *d,
		 enum fix_kind kind, struct span span);

/* text of the input as messages show it: its start, if it is long */
struct str nearest_shown(struct arena *a, struct str text);

#endif
