/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/text.h"

#include <check.h>

void text_init(struct text *t, enum mode mode, struct str bytes)
{
	struct arena *a = arena_new((size_t)64 << 20);

	ck_assert_ptr_nonnull(a);
	*t = (struct text){.compile.arena = a};
	t->compile.names.arena = a;
	diag_init(&t->compile.diag, a, mode);
	t->source = compile_text(&t->compile, STR("text"), bytes);
}

void text_release(struct text *t)
{
	arena_free(t->compile.arena);
}

struct filter *text_parse(struct text *t, enum mode mode, const char *text)
{
	text_init(t, mode, str_of(text));
	return parse_filter(&t->compile, t->source);
}

unsigned text_count(const struct text *t, enum diag_id id)
{
	unsigned n = 0;

	for (size_t i = 0; i < t->compile.diag.diag.n; i++)
		n += t->compile.diag.diag.at[i]->id == id;
	return n;
}

const struct diag *text_first(const struct text *t, enum diag_id id)
{
	for (size_t i = 0; i < t->compile.diag.diag.n; i++)
		if (t->compile.diag.diag.at[i]->id == id)
			return t->compile.diag.diag.at[i];
	return NULL;
}

struct str text_of(struct span span)
{
	return (struct str){span.source->bytes.ptr + span.start, span.end - span.start};
}
