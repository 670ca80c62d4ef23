/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_FLOW_TOKEN_H
#define NWFC_COMPILER_FLOW_TOKEN_H

#include "compiler/compile.h"
#include "ir/binding.h"

/*
 * The words of one line, with their places: separated by blanks, with > a word
 * of its own, and $NAME or $NAME[INDEX] replaced by that value of the binding.
 */
struct token {
	struct str text; /* with values in the place of names */
	struct span span;
	bool replaced;
};

struct tokens {
	struct compile *compile;
	const struct binding *binding;
	struct span text;
	VEC(struct token) token;
	size_t at; /* the next one */
};

/* false after a diagnostic: a name without a value */
bool tokens_read(struct compile *c, const struct binding *binding, struct span text,
		 struct tokens *ret);
/* the next one, or NULL at the end */
const struct token *token_peek(const struct tokens *t);
/* the next one if that is its text */
bool token_is(struct tokens *t, const char *text);
/* the part of a token, as exactly as it can be pointed at */
struct span token_part(const struct token *token, struct str part);
/* reports that something else stands where `what` should, or nothing; returns false */
bool token_expected(struct tokens *t, const char *what);
/* the same, of a token with a value that is none */
bool token_illegal(struct tokens *t, const struct token *token, struct str part, const char *what);
/* the next one as a number, decimal or after 0x, at most max */
bool token_number(struct tokens *t, uint32_t max, const char *what, uint32_t *ret);

#endif
