/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/layout.h"

#include "compiler/xml.h"
#include "ir/base/buf.h"

#define INDENT 2
#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define WIDTH 100 /* a longer start tag has an attribute a line */

/*
 * What the text is cut into.  It is known to be well-formed, so a piece ends
 * where the next one begins, and a tag where its > is.
 */
enum piece_kind {
	PIECE_TEXT,
	PIECE_START,
	PIECE_EMPTY, /* a start tag that is its own end */
	PIECE_END,
	PIECE_OTHER, /* comment, processing instruction, CDATA */
};

struct piece {
	enum piece_kind kind;
	struct str text; /* trimmed, if it is text between tags */
	unsigned lines;  /* line ends in the blanks before it */
};

struct writer {
	struct buf *out;
	struct str rest;
	unsigned depth;
	bool inside; /* the last piece was a start tag, and nothing is written behind it yet */
	bool inline_text;
	bool any;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* length up to and with the end mark */
static size_t until(struct str s, const char *end)
{
	const char *hit = memmem(s.ptr, s.len, end, strlen(end));

	return hit ? (size_t)(hit - s.ptr) + strlen(end) : s.len;
}

static size_t tag_length(struct str s)
{
	char quote = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (quote)
			quote = s.ptr[i] == quote ? 0 : quote;
		else if (s.ptr[i] == '"' || s.ptr[i] == '\'')
			quote = s.ptr[i];
		else if (s.ptr[i] == '>')
			return i + 1;
	}
	return s.len;
}

static size_t piece_length(struct str s, enum piece_kind *ret)
{
	const char *next;
	size_t n;

	*ret = PIECE_OTHER;
	if (str_starts(s, STR("<!--")))
		return 4 + until((struct str){s.ptr + 4, s.len - 4}, "-->");
	if (str_starts(s, STR("<![CDATA[")))
		return until(s, "]]>");
	if (str_starts(s, STR("<?")))
		return until(s, "?>");
	if (s.ptr[0] != '<') {
		next = memchr(s.ptr, '<', s.len);
		*ret = PIECE_TEXT;
		return next ? (size_t)(next - s.ptr) : s.len;
	}
	n = tag_length(s);
	*ret = s.ptr[1] == '/' ? PIECE_END : s.ptr[n - 2] == '/' ? PIECE_EMPTY : PIECE_START;
	return n;
}

/* false at the end */
static bool next_piece(struct writer *w, struct piece *p)
{
	size_t n;

	*p = (struct piece){0};
	while (w->rest.len && is_blank(w->rest.ptr[0])) {
		p->lines += w->rest.ptr[0] == '\n';
		w->rest = (struct str){w->rest.ptr + 1, w->rest.len - 1};
	}
	if (!w->rest.len)
		return false;
	n = piece_length(w->rest, &p->kind);
	p->text = (struct str){w->rest.ptr, n};
	w->rest = (struct str){w->rest.ptr + n, w->rest.len - n};
	/* what follows text counts the line ends behind it */
	while (p->kind == PIECE_TEXT && is_blank(p->text.ptr[p->text.len - 1])) {
		p->text.len--;
		w->rest = (struct str){w->rest.ptr - 1, w->rest.len + 1};
	}
	return true;
}

static void new_line(struct writer *w, const struct piece *p)
{
	if (w->any)
		buf_putc(w->out, '\n');
	/* one empty line may part two elements, but not begin or end their parent */
	if (w->any && p->lines > 1 && !w->inside && p->kind != PIECE_END)
		buf_putc(w->out, '\n');
	buf_pad(w->out, ' ', (size_t)w->depth * INDENT);
	w->any = true;
}

struct attribute {
	struct str name;
	struct str value;
	char quote;
};

/* false behind the last one */
static bool next_attribute(struct str *tag, struct attribute *a)
{
	const char *equals;

	while (tag->len && (is_blank(tag->ptr[0]) || tag->ptr[0] == '/' || tag->ptr[0] == '>'))
		*tag = (struct str){tag->ptr + 1, tag->len - 1};
	equals = tag->len ? memchr(tag->ptr, '=', tag->len) : NULL;
	if (!equals)
		return false;
	a->name = str_trim((struct str){tag->ptr, (size_t)(equals - tag->ptr)});
	*tag = (struct str){equals + 1, tag->len - (size_t)(equals + 1 - tag->ptr)};
	while (is_blank(tag->ptr[0]))
		*tag = (struct str){tag->ptr + 1, tag->len - 1};
	a->quote = tag->ptr[0];
	*tag = (struct str){tag->ptr + 1, tag->len - 1};
	a->value = str_cut(tag, a->quote);
	/* one that has a single quote inside keeps its own */
	if (!a->value.len || !memchr(a->value.ptr, '\'', a->value.len))
		a->quote = '\'';
	return true;
}

static struct str tag_name(struct str *tag)
{
	struct str name = {tag->ptr + 1, 0};

	while (!is_blank(name.ptr[name.len]) && name.ptr[name.len] != '>' &&
	       (name.ptr[name.len] != '/' || !name.len))
		name.len++;
	*tag = (struct str){name.ptr + name.len, tag->len - 1 - name.len};
	return name;
}

static size_t tag_width(struct str tag)
{
	size_t width = tag_name(&tag).len + strlen("</>");
	struct attribute a;

	while (next_attribute(&tag, &a))
		width += a.name.len + a.value.len + strlen(" =''");
	return width;
}

static void put_tag(struct writer *w, const struct piece *p)
{
	struct str tag = p->text;
	size_t indent = (size_t)w->depth * INDENT;
	bool wrap = indent + tag_width(tag) > WIDTH;
	struct str name = tag_name(&tag);
	struct attribute a;
	bool first = true;

	buf_putc(w->out, '<');
	buf_put(w->out, name);
	while (next_attribute(&tag, &a)) {
		if (wrap && !first) {
			buf_putc(w->out, '\n');
			buf_pad(w->out, ' ', indent + name.len + 1);
		}
		buf_putc(w->out, ' ');
		buf_put(w->out, a.name);
		buf_puts(w->out, "=");
		buf_putc(w->out, a.quote);
		buf_put(w->out, a.value);
		buf_putc(w->out, a.quote);
		first = false;
	}
	buf_puts(w->out, p->kind == PIECE_EMPTY ? "/>" : ">");
}

static void put_end(struct writer *w, const struct piece *p)
{
	struct str tag = p->text;

	w->depth--;
	/* an element that is empty, or has nothing but text, stays on its line */
	if (!w->inside && !w->inline_text)
		new_line(w, p);
	buf_putc(w->out, '<');
	buf_put(w->out, tag_name(&tag));
	buf_putc(w->out, '>');
	w->inside = w->inline_text = false;
}

/* is the next piece an end tag? */
static bool ends_here(struct str rest)
{
	while (rest.len && is_blank(rest.ptr[0]))
		rest = (struct str){rest.ptr + 1, rest.len - 1};
	return str_starts(rest, STR("</"));
}

static void put_piece(struct writer *w, const struct piece *p)
{
	if (p->kind == PIECE_END) {
		put_end(w, p);
		return;
	}
	if (p->kind == PIECE_TEXT && w->inside && ends_here(w->rest)) {
		buf_put(w->out, p->text);
		w->inline_text = true;
		w->inside = false;
		return;
	}
	/* a comment behind an element is about that element */
	if (p->kind == PIECE_OTHER && w->any && !p->lines)
		buf_putc(w->out, ' ');
	else
		new_line(w, p);
	w->inside = w->inline_text = false;
	if (p->kind == PIECE_START || p->kind == PIECE_EMPTY)
		put_tag(w, p);
	else
		buf_put(w->out, p->text);
	if (p->kind == PIECE_START) {
		w->depth++;
		w->inside = true;
	}
}

bool layout(struct compile *c, const struct source *source, struct buf *out)
{
	static const struct xml_handler handler = {0};
	struct writer w = {.out = out, .rest = source->bytes};
	struct piece p;

	if (!xml_parse(c, source, &handler, NULL))
		return false;
	if (str_starts(w.rest, STR(BYTE_ORDER_MARK))) {
		buf_puts(out, BYTE_ORDER_MARK);
		w.rest = (struct str){w.rest.ptr + 3, w.rest.len - 3};
	}
	while (next_piece(&w, &p))
		put_piece(&w, &p);
	buf_putc(out, '\n');
	return true;
}
