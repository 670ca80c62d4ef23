/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/flow_token.h"

#include "compiler/flow_words.h"
#include "compiler/nearest.h"

#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* a parameter by a name that is not interned */
static const struct parameter *find_parameter(const struct binding *b, struct str name)
{
	for (size_t i = 0; b && i < b->parameter.n; i++)
		if (str_eq(b->parameter.at[i].name, name))
			return &b->parameter.at[i];
	return NULL;
}

static struct str cut_name(struct str *rest)
{
	struct str name = {rest->ptr, 0};

	while (name.len < rest->len &&
	       str_only((struct str){rest->ptr + name.len, 1}, NAME_CHARACTERS))
		name.len++;
	*rest = (struct str){rest->ptr + name.len, rest->len - name.len};
	return name;
}

/* [INDEX], if it stands there; 0 otherwise */
static bool cut_index(struct str *rest, uint64_t *ret)
{
	struct str inside;

	*ret = 0;
	if (!rest->len || rest->ptr[0] != '[')
		return true;
	inside = (struct str){rest->ptr + 1, rest->len - 1};
	if (!memchr(inside.ptr, ']', inside.len))
		return false;
	*rest = inside;
	inside = str_cut(rest, ']');
	return str_to_u64(inside, 10, UINT32_MAX, ret);
}

/* the value of the name at the start of *rest; false after a diagnostic */
static bool put_value(struct tokens *t, struct span span, struct str *rest, struct str *text)
{
	struct str name = cut_name(rest);
	const struct parameter *p = find_parameter(t->binding, name);
	struct compile *c = t->compile;
	struct diag *d;
	uint64_t index;

	if (cut_index(rest, &index) && p && index < p->value.n) {
		*text = str_printf(c->arena, "%.*s%.*s", STR_ARG(*text),
				   STR_ARG(p->value.at[index]));
		return true;
	}
	if (p)
		diag_report(&c->diag, DIAG_FLOW_VALUE, span,
			    "the binding has %zu value%s of \"%.*s\", counted from 0", p->value.n,
			    p->value.n == 1 ? "" : "s", STR_ARG(name));
	else {
		d = diag_report(&c->diag, DIAG_FLOW_VALUE, span,
				"the binding has no parameter \"%.*s\"",
				STR_ARG(nearest_shown(c->arena, name)));
		diag_help(&c->diag, d, "give it a value: %.*s = VALUE, or -p %.*s=VALUE",
			  STR_ARG(nearest_shown(c->arena, name)),
			  STR_ARG(nearest_shown(c->arena, name)));
	}
	return false;
}

static bool replace_names(struct tokens *t, struct token *token)
{
	struct str rest = token->text;
	struct str text = {"", 0};

	while (rest.len) {
		const char *dollar = memchr(rest.ptr, '$', rest.len);
		size_t n = dollar ? (size_t)(dollar - rest.ptr) : rest.len;

		text = str_printf(t->compile->arena, "%.*s%.*s", STR_ARG(text), (int)n, rest.ptr);
		rest = (struct str){rest.ptr + n, rest.len - n};
		if (!rest.len)
			break;
		rest = (struct str){rest.ptr + 1, rest.len - 1};
		if (!put_value(t, token->span, &rest, &text))
			return false;
	}
	token->replaced = true;
	token->text = text;
	return true;
}

static bool put_token(struct tokens *t, uint32_t start, uint32_t end)
{
	struct token *token = VEC_PUSH(t->compile->arena, &t->token);

	token->span = (struct span){t->text.source, start, end};
	token->text = (struct str){t->text.source->bytes.ptr + start, end - start};
	return !memchr(token->text.ptr, '$', token->text.len) || replace_names(t, token);
}

bool tokens_read(struct compile *c, const struct binding *binding, struct span text,
		 struct tokens *ret)
{
	const char *b = text.source->bytes.ptr;
	uint32_t at = text.start;

	*ret = (struct tokens){.compile = c, .binding = binding, .text = text};
	while (at < text.end) {
		uint32_t start = at;

		if (is_blank(b[at])) {
			at++;
			continue;
		}
		if (b[at] == '>')
			at++;
		else if (b[at] == '-' && at + 1 < text.end && b[at + 1] == '>')
			at += 2;
		else
			while (at < text.end && !is_blank(b[at]) && b[at] != '>')
				at++;
		if (!put_token(ret, start, at))
			return false;
	}
	return true;
}

const struct token *token_peek(const struct tokens *t)
{
	return t->at < t->token.n ? &t->token.at[t->at] : NULL;
}

bool token_is(struct tokens *t, const char *text)
{
	const struct token *token = token_peek(t);

	if (!token || !str_is(token->text, text))
		return false;
	t->at++;
	return true;
}

struct span token_part(const struct token *token, struct str part)
{
	struct span span = token->span;

	if (token->replaced)
		return span;
	span.start += (uint32_t)(part.ptr - token->text.ptr);
	span.end = span.start + (uint32_t)part.len;
	return span;
}

bool token_expected(struct tokens *t, const char *what)
{
	struct compile *c = t->compile;
	const struct token *token = token_peek(t);
	struct span end = {t->text.source, t->text.end, t->text.end};
	struct nearest n;
	struct diag *d;

	if (!token) {
		diag_report(&c->diag, DIAG_FLOW_WORD, end, "expected %s, found the end", what);
		return false;
	}
	d = diag_report(&c->diag, DIAG_FLOW_WORD, token->span, "expected %s, found \"%.*s\"", what,
			STR_ARG(nearest_shown(c->arena, token->text)));
	nearest_init(&n, token->text);
	flow_words_offer(&n);
	nearest_help(&n, &c->diag, d, "\"", "\"");
	return false;
}

bool token_illegal(struct tokens *t, const struct token *token, struct str part, const char *what)
{
	struct compile *c = t->compile;

	diag_report(&c->diag, DIAG_FLOW_VALUE, token_part(token, part), "\"%.*s\" is not %s",
		    STR_ARG(nearest_shown(c->arena, part)), what);
	return false;
}

bool token_number(struct tokens *t, uint32_t max, const char *what, uint32_t *ret)
{
	const struct token *token = token_peek(t);
	uint64_t number;
	struct str text;
	bool hex;

	if (!token)
		return token_expected(t, what);
	text = token->text;
	hex = text.len > 2 && text.ptr[0] == '0' && (text.ptr[1] | 32) == 'x';
	if (hex)
		text = (struct str){text.ptr + 2, text.len - 2};
	if (!str_to_u64(text, hex ? 16 : 10, max, &number))
		return token_illegal(t, token, token->text, what);
	*ret = (uint32_t)number;
	t->at++;
	return true;
}
