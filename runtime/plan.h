/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_PLAN_H
#define NWFC_RUNTIME_PLAN_H

#include "emit/emit.h"
#include "runtime/apply.h"
#include "runtime/inventory.h"

/*
 * A change in the making: the text of its transaction, and which programs it
 * leaves without a user.  Commands are taken in order, so what concerns elements is
 * collected and written behind the chains it leads to, and before those that it no
 * longer does.
 */
struct plan {
	struct inventory *inventory;
	const struct apply_options *options;
	struct diag_list *diag;
	struct apply_report *report;
	struct buf text;
	struct emit_map map;
	uint8_t *program;     /* enum program_state, by index in the ruleset */
	struct table ours;    /* interfaces of the ruleset, and those that go */
	struct table settled; /* enum entry_state, by the name of an entry chain */
	struct table noted;   /* struct tap_change, by tap */
	VEC(struct map_element) place[HOOK_MAX];
	VEC(struct str) displace[HOOK_MAX]; /* taps */
	VEC(struct set_element) add, remove;
	VEC(struct known_chain *) left;     /* roots that entries are taken away from */
	VEC(struct known_chain *) deserted; /* entry chains that elements are taken away from */
	VEC(struct known_chain *) dead;     /* entry chains to delete */
	enum { ABSENT_UNKNOWN, ABSENT_TAKEN, ABSENT_REFUSED } absent; /* devices, by the kernel */
	bool failed;                                                  /* after a diagnostic */
};

enum program_state {
	PROGRAM_WHOLE,
	PROGRAM_MISSING, /* or not whole: somebody flushed a chain */
	PROGRAM_FOREIGN, /* its name is taken by a chain without its hash */
};

void plan_init(struct plan *plan, struct inventory *inv, const struct apply_options *options,
	       struct diag_list *diag, struct apply_report *report);
void plan_release(struct plan *plan);

/* first of all: whose the change is, and which programs have to be sent */
void plan_compare(struct plan *plan, const struct ruleset *rs);
/* plan_objects.c: maps, base chains, sets and the state table that a ruleset needs */
void plan_objects(struct plan *plan, const struct ruleset *rs, bool exact);
void plan_programs(struct plan *plan, const struct ruleset *rs);
/* plan_entries.c */
void plan_entries(struct plan *plan, const struct ruleset *rs);
void plan_forget(struct plan *plan, struct str tap);
/* plan_strangers.c: all of the shape that the ruleset does not have, but for the taps to keep */
void plan_strangers(struct plan *plan, const struct ruleset *rs);
/* plan_netdev.c: is the entry to be loaded later, when its device is there? */
bool plan_waits(struct plan *plan, const struct entry *e);
/* does it add or delete chains that may be gone with their device? */
bool plan_needs_devices(const struct plan *plan);
/* a chain of its that went along with a device to another name has to go meanwhile */
void plan_astray(struct plan *plan, struct str tap, enum hook_id id);
/*
 * Did its device take chains along, as some kernels have it?  Then what it had in sets
 * is still there.  Unless it has something in table netdev, that cannot be excluded.
 */
bool plan_bereft(struct plan *plan, struct str tap);
/* its programs that learn, if that is so and it goes */
void plan_leave_learners(struct plan *plan, struct str tap);
/* entry chains that nothing leads to any more */
void plan_deserted(struct plan *plan);

/* plan_elements.c */
void plan_note(struct plan *plan, struct str tap, enum tap_change_kind kind);
/* the element of an interface, now and after the change; an empty chain: none */
void plan_place(struct plan *plan, enum hook_id id, const struct map_element *element);
/* what it leads to loses it */
void plan_desert(struct plan *plan, struct str target);
void plan_displace(struct plan *plan, enum hook_id id, struct known_element *element);
/* where the interface has no other values than those it is to have, as is known */
enum plan_known { KNOWN_NOWHERE, KNOWN_BRIDGE, KNOWN_ALL };
/* what the interface has in sets becomes the list */
void plan_values(struct plan *plan, struct str tap, const struct element_list *list,
		 enum plan_known known);
/* last: the commands for all elements */
void plan_write_elements(struct plan *plan);
/* an entry chain goes, and no longer leads to its program */
void plan_remove_chain(struct plan *plan, struct known_chain *chain);
void plan_leave(struct plan *plan, struct known_chain *root);

/*
 * collect.c: deletes programs without users.  Those of plan->left, or with
 * `everywhere` all that are loaded and not in the ruleset (NULL: in none).
 * Counts into the report; true if something was deleted.
 */
bool collect(struct plan *plan, const struct ruleset *rs, bool everywhere, bool dry);

#endif
