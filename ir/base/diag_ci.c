/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/diag_writer.h"

/*
 * The forms of services that show findings beside the code.  None of them has a
 * place for the second span or the notes, so the message carries all there is.
 */

/* message, and how to mend it */
static void text_of(const struct diag *d, struct buf *out)
{
	buf_put(out, d->message);
	for (size_t i = 0; i < d->note.n; i++)
		buf_printf(out, "\nnote: %.*s", STR_ARG(d->note.at[i]));
	if (d->help.len)
		buf_printf(out, "\nhelp: %.*s", STR_ARG(d->help));
}

static struct str file_of(const struct diag *d)
{
	return diag_span(d).source ? diag_span(d).source->name : STR("");
}

static struct position start_of(const struct diag *d)
{
	struct span span = diag_span(d);

	return span.source ? diag_character(span.source, span.start) : (struct position){1, 1};
}

static struct position end_of(const struct diag *d)
{
	struct span span = diag_span(d);

	return span.source ? diag_character(span.source, span.end) : (struct position){1, 1};
}

/* a workflow command ends at its line; in a property, commas and colons end it too */
static void put_command(struct buf *out, struct str text, bool property)
{
	for (size_t i = 0; i < text.len;) {
		struct str rest = {text.ptr + i, text.len - i};
		size_t n = diag_utf8_length(rest);
		char c = rest.ptr[0];

		if (c == '%' || c == '\r' || c == '\n' || (property && (c == ',' || c == ':')))
			buf_printf(out, "%%%02X", (unsigned char)c);
		else if (!n || diag_is_control(rest, n))
			buf_printf(out, "\\x%02x", (unsigned char)c);
		else
			buf_put(out, (struct str){rest.ptr, n});
		i += n ? n : 1;
	}
}

void github_one(struct render *r, const struct diag *d)
{
	struct position start = start_of(d);
	struct position end = end_of(d);
	struct buf *out = r->out;
	struct buf text;

	buf_puts(out, d->severity == SEVERITY_ERROR     ? "::error "
		      : d->severity == SEVERITY_WARNING ? "::warning "
							: "::notice ");
	if (file_of(d).len) {
		buf_puts(out, "file=");
		put_command(out, file_of(d), true);
		buf_printf(out, ",line=%u,endLine=%u", start.line, end.line);
		/* columns of a region of several lines are not shown */
		if (start.line == end.line)
			buf_printf(out, ",col=%u,endColumn=%u", start.column, end.column);
		buf_putc(out, ',');
	}
	buf_puts(out, "title=");
	diag_put_code(out, d->id);
	buf_puts(out, "::");
	buf_init(&text);
	text_of(d, &text);
	put_command(out, buf_str(&text), false);
	buf_release(&text);
	buf_putc(out, '\n');
}

void gitlab_begin(struct render *r)
{
	buf_putc(r->out, '[');
}

void gitlab_one(struct render *r, const struct diag *d)
{
	static const char *const words[] = {
		[SEVERITY_NONE] = "info",      [SEVERITY_STYLE] = "info",
		[SEVERITY_INFO] = "minor",     [SEVERITY_WARNING] = "major",
		[SEVERITY_ERROR] = "critical",
	};
	struct str file = file_of(d);
	struct buf *out = r->out;

	buf_puts(out, r->shown ? ",\n  " : "\n  ");
	buf_puts(out, "{\"check_name\": \"");
	diag_put_code(out, d->id);
	buf_puts(out, "\", \"description\": ");
	diag_put_json(out, d->message);
	buf_printf(out, ", \"severity\": \"%s\", \"fingerprint\": \"%016jx-%u\", \"location\": ",
		   words[d->severity], (uintmax_t)d->fingerprint, d->twin);
	buf_puts(out, "{\"path\": ");
	diag_put_json(out, str_starts(file, STR("./")) ? (struct str){file.ptr + 2, file.len - 2}
						       : file);
	buf_printf(out, ", \"lines\": {\"begin\": %u, \"end\": %u}}}", start_of(d).line,
		   end_of(d).line);
}

void gitlab_end(struct render *r)
{
	buf_puts(r->out, r->shown ? "\n]\n" : "]\n");
}

void junit_begin(struct render *r)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->list->diag.n; i++)
		n += diag_counts(r->list->diag.at[i]);
	buf_puts(r->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	buf_printf(r->out,
		   "<testsuites name=\"nwfc\" tests=\"%u\" failures=\"%u\" errors=\"0\">\n"
		   "  <testsuite name=\"nwfc lint\" tests=\"%u\" failures=\"%u\" errors=\"0\">\n",
		   n ? n : 1, n, n ? n : 1, n);
	/* a suite without a case counts as one that did not run */
	if (!n)
		buf_puts(r->out, "    <testcase name=\"no findings\" classname=\"nwfc\"/>\n");
}

void junit_one(struct render *r, const struct diag *d)
{
	struct position at = start_of(d);
	struct buf *out = r->out;
	struct buf text;

	buf_puts(out, "    <testcase name=\"");
	diag_put_code(out, d->id);
	buf_printf(out, " at %u:%u\" classname=\"", at.line, at.column);
	diag_put_xml(out, file_of(d));
	buf_puts(out, "\" file=\"");
	diag_put_xml(out, file_of(d));
	buf_printf(out, "\" line=\"%u\">\n      <failure type=\"%s\" message=\"", at.line,
		   severity_name(d->severity));
	diag_put_xml(out, d->message);
	buf_puts(out, "\">");
	buf_init(&text);
	text_of(d, &text);
	diag_put_xml(out, buf_str(&text));
	buf_release(&text);
	buf_puts(out, "</failure>\n    </testcase>\n");
}

void junit_end(struct render *r)
{
	buf_puts(r->out, "  </testsuite>\n</testsuites>\n");
}

void checkstyle_begin(struct render *r)
{
	buf_puts(r->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			 "<checkstyle version=\"4.3\">\n");
}

void checkstyle_one(struct render *r, const struct diag *d)
{
	struct position at = start_of(d);
	struct buf *out = r->out;

	if (r->shown && r->file != diag_span(d).source)
		buf_puts(out, "  </file>\n");
	if (!r->shown || r->file != diag_span(d).source) {
		buf_puts(out, "  <file name=\"");
		diag_put_xml(out, file_of(d));
		buf_puts(out, "\">\n");
	}
	buf_printf(out, "    <error line=\"%u\" column=\"%u\" severity=\"%s\" source=\"nwfc.",
		   at.line, at.column,
		   d->severity < SEVERITY_WARNING ? "info" : severity_name(d->severity));
	diag_put_code(out, d->id);
	buf_puts(out, "\" message=\"");
	diag_put_xml(out, d->message);
	buf_puts(out, "\"/>\n");
}

void checkstyle_end(struct render *r)
{
	buf_puts(r->out, r->shown ? "  </file>\n</checkstyle>\n" : "</checkstyle>\n");
}
