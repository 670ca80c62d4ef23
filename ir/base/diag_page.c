/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/buf.h"
#include "ir/base/diag.h"

/* The page of each code, and all of them as a manual page. */

static const char *const finders[] = {
	[BY_ALL] = "lint and compile",
	[BY_LINT] = "lint alone",
	[BY_COMPILE] = "compile, or what works on the store",
	[BY_FRAMES] = "explain and test",
};

void diag_explain(const struct diag_code *code, struct buf *out)
{
	buf_printf(out, "NWF%u: %s\n\n%s\n\nBad:\n%s\n\nGood:\n%s\n\nSeverity: %s", code->number,
		   code->title, code->why, code->bad, code->good,
		   severity_name(code->severity[MODE_DEFAULT]));
	buf_printf(out, " (with --compat=libvirt: %s; with --strict: %s)\nFound by: %s\n",
		   severity_name(code->severity[MODE_COMPAT]),
		   severity_name(code->severity[MODE_STRICT]), finders[code->by]);
}

void diag_codes(struct buf *out)
{
	for (int id = 0; id < DIAG_MAX; id++) {
		const struct diag_code *code = diag_code((enum diag_id)id);

		buf_printf(out, "NWF%u  %-8s %s\n", code->number,
			   severity_name(code->severity[MODE_DEFAULT]), code->title);
	}
}

static const char *const hundreds[] = {
	[1] = "SYNTAX",    [2] = "REFERENCES",  [3] = "VALUES AND VARIABLES",
	[4] = "MEANING",   [5] = "PORTABILITY", [6] = "SECURITY",
	[7] = "THE STORE", [9] = "STYLE",
};

/* scdoc's marks, and what it takes for a list or a table at the start of a line */
static void put_prose(struct buf *out, const char *text)
{
	bool start = true;

	for (; *text; text++) {
		if (strchr("*_\\#`", *text) || (start && strchr("-.[|>", *text)))
			buf_putc(out, '\\');
		start = *text == '\n';
		buf_putc(out, *text);
	}
}

/* in a block that scdoc takes as it is */
static void put_block(struct buf *out, const char *title, const char *text)
{
	buf_printf(out, "%s:\n\n```\n%s\n```\n\n", title, text);
}

static void put_code(struct buf *out, const struct diag_code *code)
{
	buf_printf(out, "## NWF%u: ", code->number);
	put_prose(out, code->title);
	buf_printf(out, "\n\nSeverity *%s*, with *--compat=libvirt* *%s*, with *--strict* *%s*. ",
		   severity_name(code->severity[MODE_DEFAULT]),
		   severity_name(code->severity[MODE_COMPAT]),
		   severity_name(code->severity[MODE_STRICT]));
	buf_printf(out, "Found by %s.\n\n", finders[code->by]);
	put_prose(out, code->why);
	buf_puts(out, "\n\n");
	put_block(out, "Bad", code->bad);
	put_block(out, "Good", code->good);
}

void diag_manual(struct buf *out)
{
	unsigned last = 0;

	buf_puts(out, "nwfc-lint(7)\n\n# NAME\n\nnwfc-lint - what *nwfc lint* and other verbs "
		      "report\n\n# DESCRIPTION\n\nEvery diagnostic has a code for ever. The same "
		      "pages are printed by *nwfc lint --explain* _CODE_. The command, and the "
		      "comments, options and files that choose among them, are in "
		      "*nwfc-lint*(1).\n\n");
	for (int id = 0; id < DIAG_MAX; id++) {
		const struct diag_code *code = diag_code((enum diag_id)id);

		if (code->number / 100 != last)
			buf_printf(out, "# %s\n\n", hundreds[code->number / 100]);
		last = code->number / 100;
		put_code(out, code);
	}
	buf_puts(out, "# SEE ALSO\n\n*nwfc*(1), *nwfc-lint*(1), *nwfc-filter*(5)\n");
}
