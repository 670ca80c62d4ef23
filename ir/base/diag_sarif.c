/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/diag_writer.h"

/*
 * SARIF 2.1.0 as code scanning wants it, which is more than the schema asks for:
 * every rule with its help, every result with a region of four numbers and a
 * fingerprint.  A finding without a place is one of the tool, not of a file.
 */
#define SCHEMA                                                                                     \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"                      \
	"sarif-schema-2.1.0.json"

static const char *level(enum severity severity)
{
	return severity == SEVERITY_ERROR     ? "error"
	       : severity == SEVERITY_WARNING ? "warning"
					      : "note";
}

static void put_string(struct buf *out, const char *key, const char *text)
{
	buf_printf(out, "\"%s\": ", key);
	diag_put_json(out, str_of(text));
}

/* indented by two in the page, which is what makes it code in Markdown when it is four */
static void put_markdown(struct buf *out, const struct diag_code *code)
{
	struct buf text;

	buf_init(&text);
	buf_printf(&text, "%s\n\nBad:\n\n```\n%s\n```\n\nGood:\n\n```\n%s\n```\n", code->why,
		   code->bad, code->good);
	buf_puts(out, "\"markdown\": ");
	diag_put_json(out, buf_str(&text));
	buf_release(&text);
}

static void put_rule(struct buf *out, enum diag_id id, enum severity severity)
{
	const struct diag_code *code = diag_code(id);
	struct buf page;

	buf_init(&page);
	diag_explain(code, &page);
	buf_puts(out, "          {\"id\": \"");
	diag_put_code(out, id);
	buf_puts(out, "\", ");
	put_string(out, "name", code->word);
	buf_puts(out, ", \"shortDescription\": {");
	put_string(out, "text", code->title);
	buf_puts(out, "}, \"fullDescription\": {");
	put_string(out, "text", code->why);
	buf_puts(out, "}, \"help\": {\"text\": ");
	diag_put_json(out, buf_str(&page));
	buf_puts(out, ", ");
	put_markdown(out, code);
	buf_printf(out, "}, \"defaultConfiguration\": {\"level\": \"%s\"}}", level(severity));
	buf_release(&page);
}

/* rules are named by their place in the list of those that are met */
static void put_rules(struct render *r)
{
	bool met[DIAG_MAX] = {false};
	enum severity severity[DIAG_MAX] = {SEVERITY_NONE};
	const char *separator = "\n";

	for (size_t i = 0; i < r->list->diag.n; i++) {
		const struct diag *d = r->list->diag.at[i];

		met[d->id] |= diag_counts(d);
		severity[d->id] = d->severity;
	}
	for (int id = 0; id < DIAG_MAX; id++) {
		if (!met[id])
			continue;
		buf_puts(r->out, separator);
		put_rule(r->out, (enum diag_id)id, severity[id]);
		separator = ",\n";
	}
}

void sarif_begin(struct render *r)
{
	buf_puts(r->out, "{\n  \"$schema\": \"" SCHEMA "\",\n  \"version\": \"2.1.0\",\n"
			 "  \"runs\": [{\n    \"tool\": {\"driver\": {\n"
			 "        \"name\": \"nwfc\", \"version\": \"" PACKAGE_VERSION "\",\n"
			 "        \"rules\": [");
	put_rules(r);
	buf_puts(r->out, "]\n    }},\n    \"columnKind\": \"unicodeCodePoints\",\n"
			 "    \"results\": [");
}

static void put_location(struct buf *out, struct span span)
{
	struct position start = diag_character(span.source, span.start);
	struct position end = diag_character(span.source, span.end);

	buf_puts(out, "\"physicalLocation\": {\"artifactLocation\": {\"uri\": \"");
	diag_put_uri(out, span.source->name);
	buf_printf(out,
		   "\"}, \"region\": {\"startLine\": %u, \"startColumn\": %u, \"endLine\": %u, "
		   "\"endColumn\": %u}}",
		   start.line, start.column, end.line, end.column);
}

static void put_related(struct buf *out, const struct diag *d)
{
	const char *separator = "";

	if (d->nlabel < 2)
		return;
	buf_puts(out, ", \"relatedLocations\": [");
	for (unsigned i = 1; i < d->nlabel; i++) {
		buf_printf(out, "%s{\"id\": %u, ", separator, i);
		put_location(out, d->label[i].span);
		buf_puts(out, ", \"message\": {\"text\": ");
		diag_put_json(out, d->label[i].text);
		buf_puts(out, "}}");
		separator = ", ";
	}
	buf_putc(out, ']');
}

static void put_deletion(struct buf *out, const struct diag_edit *e)
{
	struct position start = diag_character(e->span.source, e->span.start);
	struct position end = diag_character(e->span.source, e->span.end);

	buf_printf(out,
		   "{\"deletedRegion\": {\"startLine\": %u, \"startColumn\": %u, \"endLine\": %u, "
		   "\"endColumn\": %u}, \"insertedContent\": {\"text\": ",
		   start.line, start.column, end.line, end.column);
	diag_put_json(out, e->text);
	buf_puts(out, "}}");
}

/* a fix is in one file */
static void put_fix(struct buf *out, const struct diag *d)
{
	if (!d->fix)
		return;
	buf_puts(out, ", \"fixes\": [{\"artifactChanges\": [{\"artifactLocation\": {\"uri\": \"");
	diag_put_uri(out, d->edit.at[0].span.source->name);
	buf_puts(out, "\"}, \"replacements\": [");
	for (size_t i = 0; i < d->edit.n; i++) {
		buf_puts(out, i ? ", " : "");
		put_deletion(out, &d->edit.at[i]);
	}
	buf_puts(out, "]}]}]");
}

void sarif_one(struct render *r, const struct diag *d)
{
	struct buf *out = r->out;

	if (!diag_span(d).source)
		return;
	buf_puts(out, r->listed ? ",\n      {\"ruleId\": \"" : "\n      {\"ruleId\": \"");
	r->listed = true;
	diag_put_code(out, d->id);
	buf_printf(out, "\", \"level\": \"%s\", \"message\": {\"text\": ", level(d->severity));
	diag_put_json(out, d->message);
	buf_puts(out, "}, \"locations\": [{");
	put_location(out, diag_span(d));
	buf_puts(out, "}]");
	put_related(out, d);
	put_fix(out, d);
	buf_printf(out, ", \"partialFingerprints\": {\"primaryLocationLineHash\": \"%016jx:%u\"}}",
		   (uintmax_t)d->fingerprint, d->twin);
}

/* code scanning wants a place of every result; what has none is a notification of the tool */
static bool put_notifications(struct render *r)
{
	const char *separator = "";
	bool failed = false;

	for (size_t i = 0; i < r->list->diag.n; i++) {
		const struct diag *d = r->list->diag.at[i];

		if (diag_span(d).source || !diag_counts(d))
			continue;
		buf_printf(r->out, "%s{\"descriptor\": {\"id\": \"", separator);
		diag_put_code(r->out, d->id);
		buf_printf(r->out,
			   "\"}, \"level\": \"%s\", \"message\": {\"text\": ", level(d->severity));
		diag_put_json(r->out, d->message);
		buf_puts(r->out, "}}");
		separator = ", ";
		failed |= d->severity == SEVERITY_ERROR;
	}
	return failed;
}

void sarif_end(struct render *r)
{
	buf_puts(r->out, "],\n    \"invocations\": [{\"toolExecutionNotifications\": [");
	buf_printf(r->out, "], \"executionSuccessful\": %s}]\n  }]\n}\n",
		   put_notifications(r) ? "false" : "true");
}
