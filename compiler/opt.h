/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_OPT_H
#define NWFC_OPT_H

#include "compiler/demand.h"
#include "ir/base/arena.h"
#include "ir/ruleset.h"

/*
 * Programs made smaller, between lower and their naming by content: fewer rules,
 * and fewer of them run for a frame, with the verdict of every frame kept.  What
 * proves a pass stands before it.  Common to all: a test has no side effects, so
 * only rules that count connections or set a mark are barriers, and a frame does
 * not change while it is in a program.  Reading the state makes the kernel track
 * connections: a program that read it still does.
 */
enum opt_pass {
	OPT_CONTRADICTIONS,
	OPT_SHADOWED,
	OPT_TRAILING,
	OPT_MERGE,
	OPT_CHAINS,
	OPT_THREAD,
	OPT_SHORTCUTS,
	OPT_TABLES,
	OPT_PASSES,
};

/* what the passes did, for --stats; level 0 leaves programs alone */
struct opt {
	unsigned level;
	bool unverified;          /* what the passes made is not run against what it was */
	size_t before, after;     /* rules */
	size_t rejected;          /* programs that the check found changed */
	size_t saved[OPT_PASSES]; /* rules removed or merged by each pass; shortcuts made */
};

/* a binding that the program serves: what its sets hold, and may come to hold */
struct opt_binding {
	const struct binding *binding;
	struct ruleset *ruleset;
	struct demand_list *demand;
	struct element_list *values; /* of all demands, old and new */
};

#define OPT_LEVEL_MAX 1

const char *opt_pass_name(enum opt_pass pass);

/*
 * The program has no name yet.  It is checked against what it was: one that
 * differs is reported as a bug and left alone.
 */
void optimise(struct opt *opt, struct arena *arena, const struct opt_binding *of,
	      struct program *p);

#endif
