/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LINT_ASIDE_H
#define NWFC_COMPILER_LINT_ASIDE_H

#include "compiler/driver.h"

/*
 * A compile beside the job's own, for a binding made up: it has an arena, a ruleset
 * and a list of diagnostics of its own, of which at its end those are kept that speak
 * of the files alone.
 */
struct lint_aside {
	struct job *job;
	/* what the job had before, and gets back */
	struct arena *arena;
	struct ruleset *ruleset;
	struct diag_list diag;
};

void lint_aside_begin(struct lint_aside *a, struct job *job, struct arena *arena);
void lint_aside_end(struct lint_aside *a);

#endif
