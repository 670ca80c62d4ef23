/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/buf.h"
#include "ir/base/diag.h"

/* source text shown on each side of a caret, so that a line of 1 MiB stays one line */
#define WINDOW 72

static const char *const format_names[] = {
	[DIAG_TTY] = "tty",
	[DIAG_GCC] = "gcc",
	[DIAG_JSON] = "json",
};

static const struct {
	const char *word;
	const char *colour;
} severities[] = {
	[SEVERITY_NONE] = {"none", ""},
	[SEVERITY_NOTE] = {"note", "\033[36m"},
	[SEVERITY_WARNING] = {"warning", "\033[35m"},
	[SEVERITY_ERROR] = {"error", "\033[31m"},
};

const char *diag_format_name(enum diag_format format)
{
	return format_names[format];
}

/* length of the valid UTF-8 sequence at s, 0 if there is none; RFC 3629 */
static size_t utf8_length(struct str s)
{
	unsigned char c = (unsigned char)s.ptr[0];
	unsigned char second;
	size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : 4;

	if (c >= 0x80 && (c < 0xc2 || c > 0xf4))
		return 0;
	if (n > s.len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if (((unsigned char)s.ptr[i] & 0xc0) != 0x80)
			return 0;
	/* longer than need be, a surrogate, beyond U+10FFFF */
	second = n > 1 ? (unsigned char)s.ptr[1] : 0;
	if ((c == 0xe0 && second < 0xa0) || (c == 0xed && second > 0x9f) ||
	    (c == 0xf0 && second < 0x90) || (c == 0xf4 && second > 0x8f))
		return 0;
	return n;
}

/* of the sequence of n bytes at s; C1 controls are two bytes in UTF-8: c2 80 .. c2 9f */
static bool is_control(struct str s, size_t n)
{
	unsigned char c = (unsigned char)s.ptr[0];

	return c < 0x20 || c == 0x7f || (n == 2 && c == 0xc2 && (unsigned char)s.ptr[1] < 0xa0);
}

void diag_put_clean(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len;) {
		struct str rest = {text.ptr + i, text.len - i};
		size_t n = utf8_length(rest);
		unsigned char c = (unsigned char)rest.ptr[0];

		if (!n || is_control(rest, n)) {
			buf_puts(out, "\\x");
			buf_puthex(out, c, 2);
			i++;
			continue;
		}
		buf_put(out, (struct str){rest.ptr, n});
		i += n;
	}
}

void diag_put_json(struct buf *out, struct str text)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < text.len;) {
		struct str rest = {text.ptr + i, text.len - i};
		size_t n = utf8_length(rest);
		unsigned char c = (unsigned char)rest.ptr[0];

		if (!n || c < 0x20 || c == 0x7f) {
			buf_puts(out, n ? "\\u00" : "\\ufffd");
			if (n)
				buf_puthex(out, c, 2);
			i++;
			continue;
		}
		if (c == '"' || c == '\\')
			buf_putc(out, '\\');
		buf_put(out, (struct str){rest.ptr, n});
		i += n;
	}
	buf_putc(out, '"');
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
	put_place(out, d->label[0].span);
	paint(out, style, severities[d->severity].colour);
	buf_puts(out, severities[d->severity].word);
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
		size_t n = utf8_length(rest);

		if (!n || (rest.ptr[0] != '\t' && is_control(rest, n))) {
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

static void put_tty(struct buf *out, const struct diag *d, struct diag_style style)
{
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

static void put_gcc(struct buf *out, const struct diag *d, struct diag_style style)
{
	put_head(out, d, style);
	for (unsigned i = 1; i < d->nlabel; i++) {
		put_place(out, d->label[i].span);
		buf_puts(out, "note: ");
		diag_put_clean(out, d->label[i].text);
		buf_putc(out, '\n');
	}
}

static void put_json_span(struct buf *out, const struct diag_label *label)
{
	struct span span = label->span;
	struct position start = span_position(span);
	struct position end = source_position(span.source, span.end);

	buf_puts(out, "{\"file\": ");
	diag_put_json(out, span.source->name);
	buf_printf(out, ", \"line\": %u, \"column\": %u, \"end_line\": %u, \"end_column\": %u",
		   start.line, start.column, end.line, end.column);
	if (label->text.len) {
		buf_puts(out, ", \"label\": ");
		diag_put_json(out, label->text);
	}
	buf_putc(out, '}');
}

static void put_json(struct buf *out, const struct diag *d)
{
	const char *separator = "";

	buf_printf(out, "    {\"code\": \"NWF%u\", \"severity\": \"%s\", \"message\": ",
		   diag_code(d->id)->number, severities[d->severity].word);
	diag_put_json(out, d->message);
	buf_puts(out, ", \"spans\": [");
	for (unsigned i = 0; i < d->nlabel; i++) {
		if (!d->label[i].span.source)
			continue;
		buf_puts(out, separator);
		put_json_span(out, &d->label[i]);
		separator = ", ";
	}
	buf_puts(out, "], \"notes\": [");
	for (size_t i = 0; i < d->note.n; i++) {
		buf_puts(out, i ? ", " : "");
		diag_put_json(out, d->note.at[i]);
	}
	buf_puts(out, "], \"help\": ");
	diag_put_json(out, d->help);
	buf_putc(out, '}');
}

static void put_one(struct buf *out, const struct diag *d, struct diag_style style)
{
	switch (style.format) {
	case DIAG_JSON:
		put_json(out, d);
		break;
	case DIAG_GCC:
		put_gcc(out, d, style);
		break;
	case DIAG_TTY:
	case DIAG_FORMAT_MAX:
		put_tty(out, d, style);
		break;
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

void diag_render(const struct diag_list *list, struct diag_style style, struct buf *out)
{
	unsigned shown = 0;
	unsigned hidden = surplus(list);

	if (style.format == DIAG_JSON)
		buf_puts(out, "{\n  \"format_version\": \"1.0\",\n  \"diagnostics\": [");
	for (size_t i = 0; i < list->diag.n; i++) {
		const struct diag *d = list->diag.at[i];

		if (!diag_counts(d))
			continue;
		if (style.limit && shown == style.limit) {
			hidden++;
			continue;
		}
		if (style.format == DIAG_JSON)
			buf_puts(out, shown ? ",\n" : "\n");
		put_one(out, d, style);
		shown++;
	}
	if (style.format == DIAG_JSON)
		buf_printf(out, "%s],\n  \"errors\": %u, \"warnings\": %u\n}\n",
			   shown ? "\n  " : "", diag_count(list, SEVERITY_ERROR),
			   diag_count(list, SEVERITY_WARNING));
	else if (hidden)
		buf_printf(out, "... and %u more\n", hidden);
}

void diag_explain(const struct diag_code *code, struct buf *out)
{
	buf_printf(out, "NWF%u: %s\n\n%s\n\nBad:\n%s\n\nGood:\n%s\n\nSeverity: %s", code->number,
		   code->title, code->why, code->bad, code->good,
		   severities[code->severity[MODE_DEFAULT]].word);
	buf_printf(out, " (with --compat=libvirt: %s; with --strict: %s)\n",
		   severities[code->severity[MODE_COMPAT]].word,
		   severities[code->severity[MODE_STRICT]].word);
}

void diag_codes(struct buf *out)
{
	for (int id = 0; id < DIAG_MAX; id++) {
		const struct diag_code *code = diag_code((enum diag_id)id);

		buf_printf(out, "NWF%u  %-8s %s\n", code->number,
			   severities[code->severity[MODE_DEFAULT]].word, code->title);
	}
}
