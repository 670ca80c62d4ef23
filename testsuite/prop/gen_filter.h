/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PROP_GEN_FILTER_H
#define NWFC_PROP_GEN_FILTER_H

#include "ir/base/buf.h"
#include "ir/field.h"
#include "ir/proto.h"
#include "testsuite/prop/rng.h"

/*
 * A random filter as XML, drawn from the protocol and field tables: a new row is
 * covered the day it exists.  Several <filter> documents follow one another,
 * each ended by a NUL; the first is the top and refers to the rest.
 */
void gen_filters(struct rng *r, struct buf *out);

/* what makes a tree of filters more than its literals: variables and references */
#define GEN_CHAINS 10
struct gen_style {
	void *context;
	const char *prefix; /* of the filters' names, in place of f */
	/* of the chains that filters may name, so that those who share one agree */
	int priority[GEN_CHAINS];
	bool sets; /* rules may name ipsets: `value` has the names and flags */
	/*
	 * may replace the text of a value in filter number `filter`; 0 is the top.  Text
	 * and what belongs to sets is empty before.
	 */
	void (*value)(void *context, unsigned filter, const struct field *f, const struct proto *p,
		      char *text, size_t size);
	/* the parameters of a reference */
	void (*reference)(void *context, struct buf *out);
	/* what the top begins with, and a filter behind the others, its number; NULL: none */
	void (*begin)(void *context, unsigned nfilter, struct buf *out);
	void (*end)(void *context, unsigned nfilter, struct buf *out);
};
void gen_filters_styled(struct rng *r, const struct gen_style *style, struct buf *out);

/* the filters of such a text, each in a file of the folder: f0.xml, f1.xml, ... */
bool gen_write(const char *folder, struct str filters);
void gen_remove(const char *folder);

#endif
