/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_INVENTORY_H
#define NWFC_RUNTIME_INVENTORY_H

#include "ir/base/table.h"
#include "ir/base/vec.h"
#include "ir/ruleset.h"
#include "runtime/backend.h"
#include "runtime/runtime.h"

/*
 * What of ours is loaded: chains, the number of rules in each, where entry
 * chains go, elements of the dispatch maps.  Rules are not compared: programs
 * are known by the hash in the comment of their root chain, and by being whole.
 */
struct known_chain {
	enum table_id table; /* bridge or netdev */
	struct str name;
	struct str comment;
	bool base;
	struct str device; /* whose hook a base chain of table netdev has */
	size_t use;        /* its rules and all that leads to it */
	bool counted;      /* rules were read: what follows is known */
	size_t nrule;
	struct str sole;       /* the chain it goes to, if that is its one rule */
	struct str set;        /* the set its first rule looks up */
	struct str note;       /* comment of its last rule */
	VEC(struct str) fills; /* sets its rules add to */
	size_t nleft;          /* entries that the change under way takes away from it */
};

struct known_element {
	struct str tap;
	struct str target; /* empty: there is no such element */
	struct str comment;
	bool taken;  /* out of the map, by the change under way */
	bool astray; /* a base chain whose device has another name now: it has to go */
};

/*
 * The map of a hook, whole or the elements that were asked for.  At a hook of table
 * netdev base chains of devices stand for elements: where their rule goes, and its
 * comment.
 */
struct known_map {
	bool present;
	bool whole;
	VEC(struct known_element *) element;
	struct table by_tap;
};

/* an element of a set of values, and whose it is */
struct known_value {
	struct str tap;
	struct element element;
};

struct known_set {
	struct nft_set set; /* from its name */
	bool whole;
	VEC(struct known_value) value;
	struct table by_tap; /* struct known_values */
};

/* those of one interface */
struct known_values {
	VEC(size_t) at;
};

struct inventory {
	struct arena *arena;
	struct runtime *runtime;
	VEC(struct known_chain *) chain;
	struct table by_name;
	struct known_map map[HOOK_MAX];
	VEC(struct known_set *) values;
	struct table set_by_name[TABLE_MAX]; /* of sets of values */
	bool netdev;                         /* there is something in table netdev */
	struct table state[FAMILY_MAX];      /* the chains of table nwfc_ct of the family */
	uint32_t generation;                 /* of the kernel's ruleset when it was read */
	struct diag_list *diag;
	bool failed; /* elements could not be read, after a diagnostic */
};

/*
 * Reads all chains and the names of sets.  inventory_count() reads the rules of one
 * chain: the kernel starts anew for each part of a dump of all rules, and is slower
 * by far with many of them.  Elements are read one by one when they are asked for,
 * so that a change costs the same whatever else is loaded.  False after a
 * diagnostic.
 */
bool inventory_read(struct inventory *inv, struct runtime *rt, struct diag_list *diag);

/* is it still what it was, with all that was counted since? */
bool inventory_current(const struct inventory *inv);
/* reports that others change the ruleset all the time */
void inventory_restless(struct diag_list *diag);
/* reports why something cannot be read */
void inventory_report(struct diag_list *diag, enum read_result result, int error);
/* others may change their tables while we read; more often than this they do not stop */
#define INVENTORY_TRIES 16

/* NULL if there is none */
struct known_chain *inventory_chain(const struct inventory *inv, struct str name);
/* of the family's state table */
const struct known_chain *inventory_state(const struct inventory *inv, enum family family,
					  const char *name);
/* inventory_sets.c: NULL if there is none, or if inv->failed */
struct known_element *inventory_element(struct inventory *inv, enum hook_id id, struct str tap);
/* all elements of the map at once; known_map.element is complete then */
const struct known_map *inventory_map(struct inventory *inv, enum hook_id id);
/* is the value loaded for the interface? */
bool inventory_has_value(struct inventory *inv, const struct element *element, struct str tap);
/* all elements of the set at once */
void inventory_read_values(struct inventory *inv, struct known_set *set);
/* reads all maps and sets of values, for changes of many interfaces */
void inventory_read_elements(struct inventory *inv);
/* for inventory.c: what READ_SETS gave */
void inventory_add_set(struct inventory *inv, enum table_id table, struct str name);
/* inventory_netdev.c: reads what stands for an element, or for all of them */
struct known_element *inventory_device(struct inventory *inv, enum hook_id id, struct str tap);
void inventory_devices(struct inventory *inv, enum hook_id id);
/* makes sure that the rules of a chain were counted; false after a diagnostic */
bool inventory_count(struct inventory *inv, struct known_chain *chain, struct diag_list *diag);

/* the root chain of the program a chain belongs to; NULL if it belongs to none */
struct known_chain *inventory_root(const struct inventory *inv, const struct known_chain *chain);
/* by its name, FILTER.HOOK.HASH: comments get lost on the way through JSON */
bool chain_is_root(const struct known_chain *chain);
/* a name that ends as those of entry chains at this hook do */
bool chain_is_entry(const struct inventory *inv, const struct known_chain *chain, enum hook_id id);

#endif
