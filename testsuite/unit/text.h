/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_TESTSUITE_TEXT_H
#define NWFC_TESTSUITE_TEXT_H

#include "compiler/parse.h"

/* a compile over text that stands in the test */
struct text {
	struct compile compile;
	struct source *source;
};

void text_init(struct text *t, enum mode mode, struct str bytes);
void text_release(struct text *t);

/* text_init() and parse_filter() */
struct filter *text_parse(struct text *t, enum mode mode, const char *text);

/* how many diagnostics have that code */
unsigned text_count(const struct text *t, enum diag_id id);
/* the first one with that code, or NULL */
const struct diag *text_first(const struct text *t, enum diag_id id);
/* the bytes a span covers */
struct str text_of(struct span span);

/* fails the test, with the text there is, unless the span covers that text */
#define ck_span(span, text)                                                                        \
	ck_assert_msg(str_is(text_of(span), text), "the span covers \"%.*s\", not \"%s\"",         \
		      STR_ARG(text_of(span)), text)
#define ck_str(string, text)                                                                       \
	ck_assert_msg(str_is(string, text), "\"%.*s\" is not \"%s\"", STR_ARG(string), text)

#endif
