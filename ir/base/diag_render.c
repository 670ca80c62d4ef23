/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/diag_writer.h"

/* source text shown on each side of a caret, so that a line of 1 MiB stays one line */
#define WINDOW 72

static const struct {
	const char *word;
	const char *colour;
} severities[] = {
	[SEVERITY_NONE] = {"none", ""},           [SEVERITY_STYLE] = {"style", "\033[36m"},
	[SEVERITY_INFO] = {"info", "\033[36m"},   [SEVERITY_WARNING] = {"warning", "\033[35m"},
	[SEVERITY_ERROR] = {"error", "\033[31m"},
};

const char *severity_name(enum severity severity)
{
	return severities[severity].word;
}

enum severity severity_find(struct str word)
{
	int i = SEVERITY_ERROR;

	while (i > SEVERITY_NONE && !str_is(word, severities[i].word))
		i--;
	return (enum severity)i;
}

void diag_put_code(struct buf *out, enum diag_id id)
{
	buf_printf(out, "NWF%u", diag_code(id)->number);
}

static void put_place(struct buf *out, struct span span)
{
	struct position at = span_position(span);

	if (!span.source)
		return;
	diag_put_clean(out, span.source->name);
	buf_printf(out, ":%u:%u: ", at.line, at.column);
}

static void paint(struct buf *out, struct diag_style style, const char *colour)
{
	if (style.colour)
		buf_puts(out, colour);
}

static void put_head(struct buf *out, const struct diag *d, struct diag_style style)
{
	/* what reads the form of compilers knows three words */
	bool note = style.format == DIAG_GCC && d->severity < SEVERITY_WARNING;

	put_place(out, d->label[0].span);
	paint(out, style, severities[d->severity].colour);
	buf_puts(out, note ? "note" : severities[d->severity].word);
	if (style.format == DIAG_TTY)
		buf_printf(out, "[NWF%u]", diag_code(d->id)->number);
	paint(out, style, "\033[0m");
	buf_puts(out, ": ");
	diag_put_clean(out, d->message);
	if (style.format == DIAG_GCC)
		buf_printf(out, " [NWF%u]", diag_code(d->id)->number);
	buf_putc(out, '\n');
}

/* source bytes as shown: tabs stay (the caret line repeats them), other controls become ? */
static void put_source_text(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len;) {
		struct str rest = {text.ptr + i, text.len - i};
		size_t n = diag_utf8_length(rest);

		if (!n || (rest.ptr[0] != '\t' && diag_is_control(rest, n))) {
			buf_putc(out, '?');
			i++;
			continue;
		}
		buf_put(out, (struct str){rest.ptr, n});
		i += n;
	}
}

static void put_caret_pad(struct buf *out, struct str before)
{
	for (size_t i = 0; i < before.len; i++) {
		unsigned char c = (unsigned char)before.ptr[i];

		/* continuation bytes take no column on the screen */
		if ((c & 0xc0) != 0x80)
			buf_putc(out, c == '\t' ? '\t' : ' ');
	}
}

/* continuation bytes take no column on the screen; a caret is there in any case */
static size_t screen_width(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return n ? n : 1;
}

static void put_snippet(struct buf *out, const struct diag_label *label, char mark,
			struct diag_style style)
{
	struct position at = span_position(label->span);
	struct str line = source_line(label->span.source, at.line);
	size_t column = at.column - 1 < line.len ? at.column - 1 : line.len;
	size_t left = column > WINDOW ? column - WINDOW : 0;
	size_t right = line.len - column > WINDOW ? column + WINDOW : line.len;
	size_t width =
		label->span.end > label->span.start ? label->span.end - label->span.start : 1;

	if (column + width > right)
		width = right > column ? right - column : 1;
	width = screen_width((struct str){line.ptr + column, right > column ? width : 0});
	buf_printf(out, "%5u | %s", at.line, left ? "..." : "");
	put_source_text(out, (struct str){line.ptr + left, right - left});
	buf_printf(out, "%s\n      | %s", right < line.len ? "..." : "", left ? "   " : "");
	put_caret_pad(out, (struct str){line.ptr + left, column - left});
	paint(out, style, "\033[32m");
	buf_pad(out, mark, width);
	paint(out, style, "\033[0m");
	if (label->text.len) {
		buf_putc(out, ' ');
		diag_put_clean(out, label->text);
	}
	buf_putc(out, '\n');
}

static void tty_one(struct render *r, const struct diag *d)
{
	struct diag_style style = r->style;
	struct buf *out = r->out;

	put_head(out, d, style);
	for (unsigned i = 0; i < d->nlabel; i++) {
		const struct diag_label *label = &d->label[i];

		if (!label->span.source)
			continue;
		if (i) {
			buf_puts(out, "  --> ");
			put_place(out, label->span);
			buf_putc(out, '\n');
		}
		put_snippet(out, label, i ? '~' : '^', style);
	}
	for (size_t i = 0; i < d->note.n; i++) {
		buf_puts(out, "      = note: ");
		diag_put_clean(out, d->note.at[i]);
		buf_putc(out, '\n');
	}
	if (d->help.len) {
		buf_puts(out, "      = help: ");
		diag_put_clean(out, d->help);
		buf_putc(out, '\n');
	}
}

static void gcc_one(struct render *r, const struct diag *d)
{
	struct diag_style style = r->style;
	struct buf *out = r->out;

	put_head(out, d, style);
	for (unsigned i = 1; i < d->nlabel; i++) {
		put_place(out, d->label[i].span);
		buf_puts(out, "note: ");
		diag_put_clean(out, d->label[i].text);
		buf_putc(out, '\n');
	}
}

/* what the limits of the reached sources held back; the list is sorted by source */
static unsigned surplus(const struct diag_list *list)
{
	const struct source *last = NULL;
	unsigned n = 0;

	for (size_t i = 0; i < list->diag.n; i++) {
		const struct source *s = list->diag.at[i]->label[0].span.source;

		if (s && s != last && s->reached)
			n += s->nsurplus;
		last = s;
	}
	return n;
}

static void put_hidden(struct render *r)
{
	if (r->hidden)
		buf_printf(r->out, "... and %u more\n", r->hidden);
}

static const struct {
	const char *name;
	diag_frame_fn *begin;
	diag_one_fn *one;
	diag_frame_fn *end;
} forms[] = {
	[DIAG_TTY] = {"tty", NULL, tty_one, put_hidden},
	[DIAG_GCC] = {"gcc", NULL, gcc_one, put_hidden},
	[DIAG_JSON] = {"json", json_begin, json_one, json_end},
	[DIAG_JSONL] = {"jsonl", NULL, jsonl_one, NULL},
	[DIAG_SARIF] = {"sarif", sarif_begin, sarif_one, sarif_end},
	[DIAG_GITHUB] = {"github", NULL, github_one, NULL},
	[DIAG_GITLAB] = {"gitlab", gitlab_begin, gitlab_one, gitlab_end},
	[DIAG_JUNIT] = {"junit", junit_begin, junit_one, junit_end},
	[DIAG_CHECKSTYLE] = {"checkstyle", checkstyle_begin, checkstyle_one, checkstyle_end},
};

const char *diag_format_name(enum diag_format format)
{
	return forms[format].name;
}

enum diag_format diag_format_find(struct str name)
{
	int i = 0;

	while (i < DIAG_FORMAT_MAX && !str_is(name, forms[i].name))
		i++;
	return (enum diag_format)i;
}

bool diag_format_is_text(enum diag_format format)
{
	return format == DIAG_TTY || format == DIAG_GCC;
}

void diag_render(const struct diag_list *list, struct diag_style style, struct buf *out)
{
	struct render r = {.list = list, .style = style, .out = out, .hidden = surplus(list)};

	if (forms[style.format].begin)
		forms[style.format].begin(&r);
	for (size_t i = 0; i < list->diag.n; i++) {
		const struct diag *d = list->diag.at[i];

		if (!diag_counts(d))
			continue;
		if (style.limit && r.shown == style.limit) {
			r.hidden++;
			continue;
		}
		forms[style.format].one(&r, d);
		r.file = diag_span(d).source;
		r.shown++;
	}
	if (forms[style.format].end)
		forms[style.format].end(&r);
}
