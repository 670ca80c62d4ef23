/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_EMIT_EMIT_H
#define NWFC_EMIT_EMIT_H

#include <stdbool.h>

#include "ir/base/buf.h"
#include "ir/ruleset.h"

struct diag_list;

/* what nft calls a table of ours */
struct table_words {
	const char *family;
	const char *name;
};

const struct table_words *table_words(enum table_id id);

/* an element of the map of a hook: where an interface goes */
struct map_element {
	struct str tap;
	struct str chain;
	struct str comment; /* may be empty */
};

/* an element of a set of values */
struct set_element {
	struct str tap;
	const struct element *element;
};

/*
 * A ruleset as text for `nft -f`: one command a line, all of it one
 * transaction.  It creates what is missing, flushes and refills what it owns,
 * and leaves other taps alone, so it loads twice and beside other files.
 */

/* which line of the text came from which rule */
struct emit_line {
	size_t line;
	struct origin origin;
	const struct nft_chain *chain;
};

struct emit_map {
	struct arena *arena;
	VEC(struct emit_line) line; /* in the order of the text */
};

/* map may be NULL */
void emit_text(const struct ruleset *rs, struct buf *out, struct emit_map *map);

/* parts of the text, for a runtime that sends only what differs */
void emit_tables(const struct ruleset *rs, struct buf *out);
void emit_program(const struct program *p, struct buf *out, struct emit_map *map);
void emit_entry(const struct entry *e, struct buf *out);
/*
 * Interfaces that have nothing loaded, beside others that have: what stands in front
 * (tables, programs, entry chains), and the elements of one, behind a line
 * "# tap NAME: group GROUP", or "# tap NAME: filter FILTER" if it is in no group.
 */
#define NOTE_TAP "tap"
#define NOTE_GROUP "group"
void emit_front(const struct ruleset *rs, struct buf *out);
void emit_elements_of(const struct entry *e, struct buf *out);
/* the commands that leave nothing of a port of a bridge, present or not */
void emit_remove_entry(struct str tap, struct buf *out);

/* and parts of these */
void emit_table(enum table_id table, struct buf *out);
void emit_maps(struct buf *out);
/* guarded: with the rules of the guard */
void emit_base(const struct ruleset *rs, enum hook_id id, bool guarded, struct buf *out);
void emit_sets(const struct ruleset *rs, struct buf *out);
/* the elements of a set, with the commands `add element` or `get element` */
void emit_elements(const struct nft_set *set, const char *command, struct buf *out);
void emit_state(const struct ruleset *rs, enum family family, struct buf *out);
/* the entry chain of a tap or a group, without the elements that lead to it */
void emit_entry_chain(const struct entry *e, enum hook_id id, struct buf *out);
/* of a map of a hook; of one set of values */
void emit_map_elements(enum hook_id id, const struct map_element *at, size_t n, struct buf *out);
void emit_values(const struct set_element *at, size_t n, bool remove, struct buf *out);
/* as many as fit a command */
#define ELEMENTS_A_LINE 16
/* the rule of an entry chain that was flushed */
void emit_goto(struct str chain, const struct program *p, struct buf *out);
/* what must be there: the commands fail otherwise */
void emit_remove_element(enum hook_id id, struct str tap, struct buf *out);
void emit_flush_chain(enum table_id table, struct str name, struct buf *out);
void emit_remove_chain(enum table_id table, struct str name, struct buf *out);
void emit_remove_set(enum table_id table, struct str name, struct buf *out);
void emit_remove_state(enum family family, struct buf *out);

/* what the comment of a program's root chain begins with; then its hash */
#define PROGRAM_COMMENT "sha256:"
/* what the comments in the state chain begin with; then the mask, 8 hex digits */
#define STATE_COMMENT "mark 0x"

/*
 * The same as libnftables JSON (libnftables-json(5)).  False after a diagnostic
 * where JSON cannot hold the ruleset.  nft 1.0.6 has no chain comments in JSON:
 * apply takes programs that were loaded so for foreign, and makes them anew.
 */
bool emit_json(const struct ruleset *rs, struct buf *out, struct diag_list *diag);

/* the source map: rule -> chain, file, line, column, reference path; JSON */
void emit_map_json(const struct emit_map *map, struct buf *out);

/* the field table as the reference page (scdoc(5)), and as tab-separated text */
void emit_fields_page(struct buf *out);
void emit_fields_table(struct buf *out);

#endif
