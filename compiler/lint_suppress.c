/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint_suppress.h"

#include <stdio.h>

#define OPENING "<!--"
#define CLOSING "-->"

/* one code of one comment */
struct suppression {
	struct str prefix;
	struct span span;  /* of the code */
	struct span scope; /* of what it covers */
	bool used;
};

struct suppressing {
	struct compile *compile;
	const struct source *source;
	VEC(struct suppression) found;
};

bool lint_code_matches(struct str prefix, enum diag_id id)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "NWF%u", diag_code(id)->number);

	return prefix.len >= 3 && prefix.len <= (size_t)n &&
	       str_same_letters(prefix, (struct str){text, prefix.len});
}

bool lint_code_known(struct str prefix)
{
	int id = 0;

	while (id < DIAG_MAX && !lint_code_matches(prefix, (enum diag_id)id))
		id++;
	return id < DIAG_MAX;
}

static struct str rest_of(const struct source *s, size_t at)
{
	return (struct str){s->bytes.ptr + at, s->bytes.len - at};
}

/* behind the next `end` from at on, or the end of the text */
static size_t behind(const struct source *s, size_t at, const char *end)
{
	struct str rest = rest_of(s, at);
	const char *hit = memmem(rest.ptr, rest.len, end, strlen(end));

	return hit ? (size_t)(hit - s->bytes.ptr) + strlen(end) : s->bytes.len;
}

/* behind the tag at `at`; a > in quotes does not end it */
static size_t behind_tag(const struct source *s, size_t at, bool *ret_empty)
{
	char quote = 0;

	for (*ret_empty = false; at < s->bytes.len; at++) {
		char c = s->bytes.ptr[at];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>') {
			*ret_empty = s->bytes.ptr[at - 1] == '/';
			return at + 1;
		}
	}
	return at;
}

/* the start of the next markup that is a tag, from at on; what is none is passed over */
static size_t next_tag(const struct source *s, size_t at)
{
	for (;;) {
		struct str rest = rest_of(s, at);
		const char *hit = rest.len ? memchr(rest.ptr, '<', rest.len) : NULL;

		if (!hit)
			return s->bytes.len;
		at = (size_t)(hit - s->bytes.ptr);
		rest = rest_of(s, at);
		if (str_starts(rest, STR(OPENING)))
			at = behind(s, at + strlen(OPENING), CLOSING);
		else if (str_starts(rest, STR("<![CDATA[")))
			at = behind(s, at, "]]>");
		else if (str_starts(rest, STR("<?")))
			at = behind(s, at, "?>");
		else
			return at;
	}
}

/* the element that follows, whole; of malformed text, all that is left */
static struct span next_element(const struct source *s, size_t at)
{
	size_t start = next_tag(s, at);
	size_t depth = 0;

	for (at = start; at < s->bytes.len; at = next_tag(s, at)) {
		bool closes = str_starts(rest_of(s, at), STR("</"));
		bool empty;

		at = behind_tag(s, at, &empty);
		if (closes && !depth)
			break;
		depth += closes ? (size_t)-1 : !empty;
		if (!depth)
			break;
	}
	return (struct span){s, (uint32_t)start, (uint32_t)at};
}

static struct span span_of(const struct source *s, struct str text)
{
	size_t start = (size_t)(text.ptr - s->bytes.ptr);

	return (struct span){s, (uint32_t)start, (uint32_t)(start + text.len)};
}

static void complain(struct suppressing *p, struct str text, const char *what)
{
	struct diag *d = diag_report(&p->compile->diag, DIAG_SUPPRESSION, span_of(p->source, text),
				     "comment for nwfc: %s", what);

	diag_help(&p->compile->diag, d, "write <!-- nwfc ignore=NWF401 because REASON -->");
}

static void read_codes(struct suppressing *p, struct str codes, struct span scope)
{
	while (codes.len) {
		struct str code = str_cut(&codes, ',');

		if (!lint_code_known(code)) {
			complain(p, code.len ? code : codes, "there is no such code");
			continue;
		}
		*VEC_PUSH(p->compile->arena, &p->found) = (struct suppression){
			.prefix = code, .span = span_of(p->source, code), .scope = scope};
	}
}

static struct str cut_word(struct str *rest)
{
	struct str word = {rest->ptr, 0};

	while (word.len < rest->len && !memchr(" \t\r\n", rest->ptr[word.len], 4))
		word.len++;
	*rest = str_trim((struct str){rest->ptr + word.len, rest->len - word.len});
	return word;
}

/* text: what stands in the comment, [start, end) the whole of it */
static void read_comment(struct suppressing *p, struct str text, size_t end, bool in_prolog)
{
	struct str rest = str_trim(text);
	struct span scope = {p->source, 0, (uint32_t)p->source->bytes.len};
	struct str word;

	if (!str_is(cut_word(&rest), "nwfc"))
		return;
	text = rest;
	word = cut_word(&rest);
	if (!str_starts(word, STR("ignore="))) {
		complain(p, text.len ? text : str_trim(text), "expected ignore=CODE");
		return;
	}
	if (!in_prolog)
		scope = next_element(p->source, end);
	if (!str_is(cut_word(&rest), "because") || !rest.len)
		diag_report(&p->compile->diag, DIAG_SUPPRESSION_REASON, span_of(p->source, word),
			    "no reason is given: write 'because' and why");
	read_codes(p, (struct str){word.ptr + 7, word.len - 7}, scope);
}

static void read_source(struct suppressing *p)
{
	const struct source *s = p->source;
	size_t root = next_tag(s, 0);
	size_t at = 0;

	for (;;) {
		struct str rest = rest_of(s, at);
		const char *hit = memmem(rest.ptr, rest.len, OPENING, strlen(OPENING));
		size_t start, end;

		if (!hit)
			return;
		start = (size_t)(hit - s->bytes.ptr) + strlen(OPENING);
		end = behind(s, start, CLOSING);
		read_comment(p,
			     (struct str){s->bytes.ptr + start,
					  end - start - (end < start + 3 ? end - start : 3)},
			     end, end <= root);
		at = end;
	}
}

static bool covers(const struct suppression *u, const struct diag *d)
{
	struct span span = d->label[0].span;

	return span.source == u->scope.source && span.start >= u->scope.start &&
	       span.start < u->scope.end && lint_code_matches(u->prefix, d->id);
}

/* every comment that covers a finding has done something */
static bool suppressed(struct suppressing *p, const struct diag *d)
{
	bool any = false;

	for (size_t i = 0; i < p->found.n; i++)
		if (covers(&p->found.at[i], d))
			any = p->found.at[i].used = true;
	return any;
}

static bool any_wanted(const struct suppression *u, lint_wanted_fn *wanted, const void *context)
{
	for (int id = 0; id < DIAG_MAX; id++)
		if (lint_code_matches(u->prefix, (enum diag_id)id) &&
		    wanted(context, (enum diag_id)id, u->span.source))
			return true;
	return false;
}

void lint_suppress(struct compile *c, lint_wanted_fn *wanted, const void *context)
{
	struct suppressing p = {.compile = c};
	size_t n = 0;

	for (size_t i = 0; i < c->source.n; i++) {
		p.source = c->source.at[i];
		if (p.source->reached && p.source->bytes.len)
			read_source(&p);
	}
	if (p.found.n) {
		for (size_t i = 0; i < c->diag.diag.n; i++)
			if (!suppressed(&p, c->diag.diag.at[i]))
				c->diag.diag.at[n++] = c->diag.diag.at[i];
		c->diag.diag.n = n;
	}
	for (size_t i = 0; i < p.found.n; i++) {
		const struct suppression *u = &p.found.at[i];

		/* what is not looked for cannot be found */
		if (u->used || !any_wanted(u, wanted, context))
			continue;
		diag_report(&c->diag, DIAG_SUPPRESSION_UNUSED, u->span,
			    "nothing that this comment covers gives %.*s", STR_ARG(u->prefix));
	}
}
