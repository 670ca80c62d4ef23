/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_EMIT_WRITER_H
#define NWFC_EMIT_WRITER_H

#include <stdbool.h>

#include "emit/emit.h"
#include "ir/base/buf.h"
#include "ir/ruleset.h"

/*
 * The ruleset is walked once (walk.c), whatever the form of the output: a
 * writer is one form, a function for each command of nft.  So text and JSON
 * cannot differ in what they hold or in its order.
 */
enum table_id state_table(enum family family);

struct base_chain {
	enum table_id table;
	struct str name;
	const char *hook;
	int priority;
	struct str device; /* whose hook it is; empty: everybody's */
};

struct writer;

struct writer_ops {
	/* one line for readers; nothing where the form has no comments */
	void (*note)(struct writer *w, const char *what, struct str name, const char *of,
		     struct str other);
	void (*table)(struct writer *w, enum table_id table);
	void (*map)(struct writer *w, enum hook_id id);
	void (*set)(struct writer *w, const struct nft_set *set);
	void (*base)(struct writer *w, const struct base_chain *base);
	/* comment may be empty */
	void (*chain)(struct writer *w, enum table_id table, struct str name, struct str comment);
	void (*flush)(struct writer *w, enum table_id table, struct str name);
	void (*remove)(struct writer *w, enum table_id table, struct str name);
	void (*rule)(struct writer *w, enum table_id table, const struct nft_chain *chain,
		     const struct nft_rule *rule);
	/* the rule of a base chain: to the entry chain of the interface */
	void (*dispatch)(struct writer *w, enum hook_id id);
	/* a rule behind it: what has the prefix and was not dispatched is dropped */
	void (*guard)(struct writer *w, enum hook_id id, struct str prefix, struct str comment);
	/* hooks of the bridge only */
	void (*add_elements)(struct writer *w, enum hook_id id, const struct map_element *at,
			     size_t n);
	void (*remove_element)(struct writer *w, enum hook_id id, struct str tap);
	/* all of one set */
	void (*add_values)(struct writer *w, const struct set_element *at, size_t n);
	void (*remove_values)(struct writer *w, const struct set_element *at, size_t n);
	/* takes all elements out */
	void (*empty_map)(struct writer *w, enum hook_id id);
	void (*empty_set)(struct writer *w, const struct nft_set *set);
};

struct writer {
	const struct writer_ops *ops;
	struct buf *out;
	struct emit_map *map;   /* text: may be NULL */
	struct diag_list *diag; /* JSON */
	bool failed;            /* JSON: after a diagnostic */
	bool more;              /* JSON: a command was written */
};

extern const struct writer_ops text_writer;
extern const struct writer_ops json_writer;

/* walk.c: what is written, in the order the kernel accepts */
void write_ruleset(struct writer *w, const struct ruleset *rs);
/* all but elements: nothing is emptied or taken out */
void write_front(struct writer *w, const struct ruleset *rs);
void write_tables(struct writer *w, const struct ruleset *rs);
void write_maps(struct writer *w);
/* rs NULL: without the guard */
void write_base(struct writer *w, const struct ruleset *rs, enum hook_id id);
void write_sets(struct writer *w, const struct ruleset *rs);
void write_state(struct writer *w, const struct ruleset *rs, enum family family);
void write_program(struct writer *w, const struct program *p);
void write_goto(struct writer *w, struct str chain, const struct program *p);
/* walk_netdev.c: elements of the map of a hook, or the base chains of devices that are in their
 * place */
void write_map_elements(struct writer *w, enum hook_id id, const struct map_element *at, size_t n);
void write_no_element(struct writer *w, enum hook_id id, struct str tap);
void write_entry(struct writer *w, const struct entry *e);
void write_entry_hook(struct writer *w, const struct entry *e, enum hook_id id);
/* the entry chain alone */
void write_entry_chain(struct writer *w, const struct entry *e, enum hook_id id);
void write_no_entry_hook(struct writer *w, struct str tap, enum hook_id id);

#endif
