/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LINT_COVER_H
#define NWFC_COMPILER_LINT_COVER_H

#include "ir/base/arena.h"
#include "ir/ruleset.h"

/*
 * Rules that together take all frames of which some tests are known to hold,
 * although none of them does alone: their tests hold for all such frames but for
 * one, on a key that they share, and the values of that key which they take are
 * all there are.  False is always the safe answer.
 */
struct cover {
	const struct nft_rule *first, *second; /* of those it needs, in order */
	bool same;                             /* all of them have the action */
};

/* of the rules of the chain before `end` */
bool covered_together(struct arena *arena, const struct nft_chain *chain, size_t end,
		      const struct stmt *known, unsigned n, enum action action, struct cover *ret);

#endif
