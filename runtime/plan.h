/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_PLAN_H
#define NWFC_RUNTIME_PLAN_H

#include "emit/emit.h"
#include "runtime/apply.h"
#include "runtime/inventory.h"

/*
 * A change in the making: the text of its transaction, and which programs it
 * leaves without a user.
 */
struct plan {
	struct inventory *inventory;
	struct diag_list *diag;
	struct apply_report *report;
	struct buf text;
	struct emit_map map;
	uint8_t *program;               /* enum program_state, by index in the ruleset */
	struct table settled;           /* entry chains that are dealt with, by name */
	struct table noted;             /* struct tap_change, by tap */
	VEC(struct known_chain *) left; /* roots that entries are taken away from */
	bool failed;                    /* after a diagnostic */
};

enum program_state {
	PROGRAM_WHOLE,
	PROGRAM_MISSING, /* or not whole: somebody flushed a chain */
	PROGRAM_FOREIGN, /* its name is taken by a chain without its hash */
};

void plan_init(struct plan *plan, struct inventory *inv, struct diag_list *diag,
	       struct apply_report *report);
void plan_release(struct plan *plan);

/* first of all: which programs have to be sent */
void plan_compare(struct plan *plan, const struct ruleset *rs);
/* plan_objects.c: maps, base chains, sets and the state table that a ruleset needs */
void plan_objects(struct plan *plan, const struct ruleset *rs, bool exact);
void plan_programs(struct plan *plan, const struct ruleset *rs);
/* plan_entries.c */
void plan_entries(struct plan *plan, const struct ruleset *rs);
void plan_forget(struct plan *plan, struct str tap);
/* all of the shape that the ruleset does not have, but for the taps to keep */
void plan_strangers(struct plan *plan, const struct ruleset *rs,
		    const struct apply_options *options);

/*
 * collect.c: deletes programs without users.  Those of plan->left, or with
 * `everywhere` all that are loaded and not in the ruleset (NULL: in none).
 * Counts into the report; true if something was deleted.
 */
bool collect(struct plan *plan, const struct ruleset *rs, bool everywhere, bool dry);

#endif
