/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"

#define BYTES_MAX 128
#define TABLE_LINE "%-6s > %-6s  %-56s  %s"

static const char *const names[] = {
	[VERDICT_DROPPED] = "dropped",
	[VERDICT_REJECTED] = "rejected",
	[VERDICT_PARTIAL] = "passed in part",
	[VERDICT_PASSED] = "passed",
	[VERDICT_ANY] = "any",
};

const char *verdict_name(enum verdict verdict)
{
	return names[verdict];
}

/* what is not a table is a comment in TAP and an error message beside a table */
static FILE *comment(const struct report *r)
{
	if (!r->show) {
		fputs("# ", stdout);
		return stdout;
	}
	fflush(stdout);
	return stderr;
}

void report_begin(const struct report *r, const struct scenario *s)
{
	if (r->show)
		printf("%s\n" TABLE_LINE "\n", s->name, "from", "to", "frame", "verdict");
}

void report_say(const struct report *r, const struct step *step)
{
	fputs(r->show ? "\n" : "#", stdout);
	for (char **at = step->arguments; *at; at++)
		printf("%s%s", r->show && at == step->arguments ? "" : " ", *at);
	putchar('\n');
}

void report_point(struct report *r, const struct scenario *s, const struct step *step, bool ok)
{
	r->points++;
	r->failed += !ok;
	if (!r->show)
		printf("%s %u - %s: %s\n", ok ? "ok" : "not ok", r->points, s->name, step->text);
}

void report_frame(struct report *r, const struct scenario *s, const struct step *step,
		  enum verdict verdict)
{
	const struct end *from = &s->ends.end[step->from];
	bool expected = step->expected == VERDICT_ANY || step->expected == verdict;
	char *text;
	size_t len;
	FILE *out;

	r->frames[verdict]++;
	if (!r->show && !r->verbose)
		return;
	out = open_memstream(&text, &len);
	if (!out)
		err(2, "memory");
	describe(out, &step->packet, from);
	fclose(out);
	if (!r->show)
		fputs("# ", stdout);
	printf(TABLE_LINE, from->name, s->ends.end[step->to].name, text, verdict_name(verdict));
	if (!expected)
		printf(" (expected %s)", verdict_name(step->expected));
	putchar('\n');
	free(text);
}

void report_note(const struct report *r, const struct scenario *s, const struct step *step,
		 const char *format, ...)
{
	FILE *out = comment(r);
	va_list args;

	fprintf(out, "%s:%u: ", s->path, step->line);
	va_start(args, format);
	vfprintf(out, format, args);
	va_end(args);
	fputc('\n', out);
}

void report_quote(const struct report *r, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		fprintf(comment(r), "  %.*s\n", (int)len, text);
		text += len;
		text += *text == '\n';
	}
}

void report_bytes(const struct report *r, const uint8_t *at, size_t len)
{
	FILE *out = comment(r);

	fputs("  ", out);
	for (size_t i = 0; i < len && i < BYTES_MAX; i++)
		fprintf(out, "%02x", at[i]);
	fputs(len > BYTES_MAX ? "...\n" : "\n", out);
}

void report_end(const struct report *r)
{
	unsigned all = 0;
	const char *before = ": ";

	for (unsigned i = 0; i < VERDICT_ANY; i++)
		all += r->frames[i];
	printf("\n%u frames", all);
	for (unsigned i = VERDICT_ANY; i-- > 0;) {
		if (!r->frames[i])
			continue;
		printf("%s%u %s", before, r->frames[i], names[i]);
		before = ", ";
	}
	putchar('\n');
}
