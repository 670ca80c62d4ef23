/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_INVENTORY_H
#define NWFC_RUNTIME_INVENTORY_H

#include "ir/base/table.h"
#include "ir/base/vec.h"
#include "ir/ruleset.h"
#include "runtime/runtime.h"

/*
 * What of ours is loaded: chains, the number of rules in each, where entry
 * chains go, elements of the dispatch maps.  Rules are not compared: programs
 * are known by the hash in the comment of their root chain, and by being whole.
 */
struct known_chain {
	struct str name;
	struct str comment;
	bool base;
	size_t use;   /* its rules and all that leads to it */
	bool counted; /* rules were read: what follows is known */
	size_t nrule;
	struct str sole;       /* the chain it goes to, if that is its one rule */
	struct str set;        /* the set its first rule looks up */
	struct str note;       /* comment of its last rule */
	VEC(struct str) fills; /* sets its rules add to */
	size_t nleft;          /* entries that the change under way takes away from it */
};

struct known_element {
	struct str tap;
	struct str target;
};

struct known_map {
	bool present;
	VEC(struct known_element *) element;
	struct table by_tap;
};

struct inventory {
	struct arena *arena;
	struct runtime *runtime;
	VEC(struct known_chain *) chain;
	struct table by_name;
	struct known_map map[HOOK_MAX];
	struct table state[FAMILY_MAX]; /* the chains of table nwfc_ct of the family */
	uint32_t generation;            /* of the kernel's ruleset when it was read */
};

/*
 * Reads all chains and map elements, and no rules: inventory_count() reads those
 * of one chain.  The kernel starts anew for each part of a dump of all rules, and
 * is slower by far with many of them.  False after a diagnostic.
 */
bool inventory_read(struct inventory *inv, struct runtime *rt, struct diag_list *diag);

/* is it still what it was, with all that was counted since? */
bool inventory_current(const struct inventory *inv);
/* reports that others change the ruleset all the time */
void inventory_restless(struct diag_list *diag);
/* others may change their tables while we read; more often than this they do not stop */
#define INVENTORY_TRIES 16

/* NULL if there is none */
struct known_chain *inventory_chain(const struct inventory *inv, struct str name);
/* of the family's state table */
const struct known_chain *inventory_state(const struct inventory *inv, enum family family,
					  const char *name);
const struct known_element *inventory_element(const struct inventory *inv, enum hook_id id,
					      struct str tap);
/* makes sure that the rules of a chain were counted; false after a diagnostic */
bool inventory_count(struct inventory *inv, struct known_chain *chain, struct diag_list *diag);

/* the root chain of the program a chain belongs to; NULL if it belongs to none */
struct known_chain *inventory_root(const struct inventory *inv, const struct known_chain *chain);
/* by its name, FILTER.HOOK.HASH: comments get lost on the way through JSON */
bool chain_is_root(const struct known_chain *chain);
/* a name that ends as those of entry chains at this hook do */
bool chain_is_entry(const struct inventory *inv, const struct known_chain *chain, enum hook_id id);

#endif
