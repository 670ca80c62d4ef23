/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LINT_DEAD_H
#define NWFC_COMPILER_LINT_DEAD_H

#include "ir/base/diag.h"
#include "ir/ruleset.h"

/*
 * Rules of filters that never decide, because all rules that were made of them
 * do not: for each the rule before that takes its frames.
 */
enum death {
	DEATH_NONE,
	DEATH_CONTRADICTION, /* its own tests, or those of its chain, exclude each other */
	DEATH_REDUNDANT,     /* a rule before takes its frames, with the same action */
	DEATH_UNREACHABLE,   /* with another one, and not only its frames */
	DEATH_SHADOWED,      /* with another one */
};

struct dead {
	struct origin rule;
	struct origin by;   /* the first that takes frames from it */
	struct origin with; /* that one does it with this one, and maybe others */
	enum death death;   /* of its instances the last in that order */
	bool partly;        /* it sees packets of no connection */
	bool alive;         /* an instance decides something */
};

struct dead_list {
	VEC(struct dead) dead;
};

void dead_find(struct arena *arena, const struct entry *entry, struct dead_list *ret);

/* reports what is dead in both lists, of rules that stand in `top` or die by it */
void dead_report(struct diag_list *list, const struct filter *top, const struct dead_list *a,
		 const struct dead_list *b);

#endif
