/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/diag_writer.h"

/*
 * The form of our own.  What is added to it raises the number behind the dot;
 * what is taken away or changed, the one before.
 */
#define FORMAT_VERSION "1.1"

static void put_place(struct buf *out, struct span span)
{
	struct position start = span_position(span);
	struct position end = source_position(span.source, span.end);

	buf_puts(out, "{\"file\": ");
	diag_put_json(out, span.source->name);
	buf_printf(out, ", \"line\": %u, \"column\": %u, \"end_line\": %u, \"end_column\": %u",
		   start.line, start.column, end.line, end.column);
}

static void put_spans(struct buf *out, const struct diag *d)
{
	const char *separator = "";

	for (unsigned i = 0; i < d->nlabel; i++) {
		if (!d->label[i].span.source)
			continue;
		buf_puts(out, separator);
		put_place(out, d->label[i].span);
		if (d->label[i].text.len) {
			buf_puts(out, ", \"label\": ");
			diag_put_json(out, d->label[i].text);
		}
		buf_putc(out, '}');
		separator = ", ";
	}
}

static void put_fix(struct buf *out, const struct diag *d)
{
	buf_printf(out, ", \"fix\": {\"applicability\": \"%s\", \"edits\": [",
		   d->fix == FIX_SAFE ? "safe" : "unsafe");
	for (size_t i = 0; i < d->edit.n; i++) {
		const struct diag_edit *e = &d->edit.at[i];

		buf_puts(out, i ? ", " : "");
		put_place(out, e->span);
		buf_printf(out, ", \"start\": %u, \"end\": %u, \"text\": ", e->span.start,
			   e->span.end);
		diag_put_json(out, e->text);
		buf_putc(out, '}');
	}
	buf_puts(out, "]}");
}

static void put_object(struct buf *out, const struct diag *d)
{
	buf_puts(out, "{\"code\": \"");
	diag_put_code(out, d->id);
	buf_printf(out, "\", \"severity\": \"%s\", \"message\": ", severity_name(d->severity));
	diag_put_json(out, d->message);
	buf_puts(out, ", \"spans\": [");
	put_spans(out, d);
	buf_puts(out, "], \"notes\": [");
	for (size_t i = 0; i < d->note.n; i++) {
		buf_puts(out, i ? ", " : "");
		diag_put_json(out, d->note.at[i]);
	}
	buf_puts(out, "], \"help\": ");
	diag_put_json(out, d->help);
	if (d->fix)
		put_fix(out, d);
	buf_putc(out, '}');
}

void json_begin(struct render *r)
{
	buf_puts(r->out, "{\n  \"format_version\": \"" FORMAT_VERSION "\",\n  \"diagnostics\": [");
}

void json_one(struct render *r, const struct diag *d)
{
	buf_puts(r->out, r->shown ? ",\n    " : "\n    ");
	put_object(r->out, d);
}

void json_end(struct render *r)
{
	buf_puts(r->out, r->shown ? "\n  ],\n" : "],\n");
	buf_printf(r->out, "  \"errors\": %u, \"warnings\": %u, \"infos\": %u, \"styles\": %u\n}\n",
		   diag_count(r->list, SEVERITY_ERROR), diag_count(r->list, SEVERITY_WARNING),
		   diag_count(r->list, SEVERITY_INFO), diag_count(r->list, SEVERITY_STYLE));
}

void jsonl_one(struct render *r, const struct diag *d)
{
	put_object(r->out, d);
	buf_putc(r->out, '\n');
}
