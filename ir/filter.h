/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_FILTER_H
#define NWFC_IR_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "ir/base/source.h"
#include "ir/base/str.h"
#include "ir/base/vec.h"
#include "ir/field.h"
#include "ir/proto.h"
#include "ir/value.h"

/*
 * A filter as written: the result of parsing one document.  Pairs are folded
 * (an address and its mask are one match), nodes of one rule are merged, types
 * of literals are checked; variables are still names.
 */

/* $NAME, $NAME[@iterator], $NAME[index] (semantics.md 2.1) */
struct access {
	struct str name; /* interned */
	enum { ACCESS_ITERATOR, ACCESS_INDEX } kind;
	uint32_t number;
};

enum operand_kind {
	OPERAND_ABSENT,
	OPERAND_LITERAL,
	OPERAND_VARIABLE,
};

struct operand {
	enum operand_kind kind;
	bool implied;         /* not written: what nwfc takes in its place */
	enum field_id field;  /* the attribute it came from */
	struct span name;     /* of the attribute's name */
	struct span span;     /* of the attribute's value */
	struct str text;      /* as written */
	struct value value;   /* if literal */
	struct access access; /* if variable */
};

/* one test of a rule: (field) (not) value [mask | end] [code] */
struct match {
	enum field_id field;
	bool negated;
	struct operand operand[SLOT_MAX];
};

enum action {
	ACTION_DROP,
	ACTION_ACCEPT,
	ACTION_REJECT,
	ACTION_RETURN,
	ACTION_CONTINUE,
	ACTION_MAX,
};

enum direction {
	DIRECTION_IN,
	DIRECTION_OUT,
	DIRECTION_INOUT,
	DIRECTION_MAX,
};

struct filter_rule {
	struct span span; /* the start tag of <rule> */
	enum action action;
	enum direction direction;
	int priority;
	bool statematch; /* semantics.md 1.4 */
	const struct proto *proto;
	struct span proto_span;
	VEC(struct match) match; /* in table order of the protocol's fields */
	/* distinct accesses in the order first met: the numbering of iterators */
	VEC(struct access) access;
	struct str comment;
	bool comment_negated; /* it stood in an element with match='no', which means nothing */
	struct str text;      /* element text for dumps: the rule as one line */
};

struct parameter {
	struct str name;  /* interned */
	struct span span; /* of the name's value */
	VEC(struct str) value;
	VEC(struct span) value_span; /* as many */
};

struct parameter_list {
	struct parameter *at;
	size_t n, cap;
};

/* the parameter of that interned name, or NULL */
const struct parameter *parameter_find(const struct parameter_list *list, struct str name);

struct filterref {
	struct span span;                /* the start tag */
	struct span name_span;           /* the value of filter= */
	struct str name;                 /* interned */
	struct parameter_list parameter; /* in order of first use; values in document order */
	const struct filter *filter;     /* set by link */
};

struct filter_item {
	enum { ITEM_RULE, ITEM_FILTERREF } kind;
	struct filter_rule *rule;
	struct filterref *filterref;
};

#define CHAIN_ROOT "root"

/* states of a filter: parsed; then linked (filterref->filter set, nrule known) */
struct filter {
	const struct source *source;
	struct span span; /* start tag of <filter> */
	struct str name;  /* interned */
	struct span name_span;
	struct str chain; /* interned; "root" if absent */
	int priority;     /* of the chain */
	bool priority_given;
	struct str uuid; /* lower case, or empty */
	struct span uuid_span;
	bool broken; /* errors while parsing: may be referred to, not compiled */
	VEC(struct filter_item) item;
	/* rules below this filter, each path counted, saturating; set by link */
	uint64_t nrule;
	enum { LINK_NEW, LINK_OPEN, LINK_DONE } link;
	bool checked; /* check_filter() has seen it */
	/* it and all below it, once they are linked and checked */
	enum { SOUND_UNKNOWN, SOUND, UNSOUND } sound;
};

const char *action_name(enum action action);
const char *direction_name(enum direction direction);

/* chain names (semantics.md 3.1, 3.2): prefix, guard and default priority */
struct chain_kind {
	const char *prefix;
	int priority;
	uint16_t ethertype; /* 0: none */
	bool bpdu;
};

/* NULL if no chain may have this name */
const struct chain_kind *chain_kind(struct str chain);

#endif
