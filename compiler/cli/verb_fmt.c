/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "compiler/cli/file.h"
#include "compiler/cli/lint_fix.h"
#include "compiler/cli/session.h"
#include "compiler/cli/verbs.h"
#include "compiler/cli/walk.h"
#include "compiler/layout.h"

struct formatting {
	struct job *job;
	const struct options *options;
	bool changed; /* a file is not as it should be */
};

/* the lines between those that both have at the start and at the end */
static struct text_change difference(struct str old, struct str new)
{
	struct text_change c = {0, (uint32_t)old.len, new};
	size_t line = 0;
	size_t i = 0;

	for (; i < old.len && i < new.len &&old.ptr[i] == new.ptr[i]; i++)
		if (old.ptr[i] == '\n')
			line = i + 1;
	c.start = (uint32_t)line;
	c.text = (struct str){new.ptr + line, new.len - line};
	while (c.end > c.start && c.text.len && old.ptr[c.end - 1] == c.text.ptr[c.text.len - 1]) {
		c.end--;
		c.text.len--;
	}
	/* whole lines, so that a diff does not show half of one */
	while (c.end < old.len && (!c.end || old.ptr[c.end - 1] != '\n')) {
		c.end++;
		c.text.len++;
	}
	return c;
}

static bool differs(struct formatting *f, const struct source *source, struct str text)
{
	struct text_change change = difference(source->bytes, text);
	struct buf out;

	f->changed = true;
	if (f->options->diff) {
		buf_init(&out);
		changes_diff(source, &change, 1, &out);
		file_put(&out, stdout);
		buf_release(&out);
		return true;
	}
	if (f->options->check) {
		printf("%.*s\n", STR_ARG(source->name));
		return true;
	}
	return text_replace(source, text);
}

static bool format_file(void *context, struct str path)
{
	struct formatting *f = context;
	struct source *source = compile_read(&f->job->compile, path);
	bool filter = str_is(path, "-") && !f->options->check && !f->options->diff;
	struct buf out;
	bool ok;

	if (!source)
		return false;
	diag_reach(&f->job->compile.diag, source);
	buf_init(&out);
	ok = layout(&f->job->compile, source, &out);
	if (ok && filter)
		file_put(&out, stdout);
	else if (ok && !str_eq(buf_str(&out), source->bytes))
		ok = differs(f, source, buf_str(&out));
	buf_release(&out);
	return ok;
}

static int run(struct job *job, const struct options *o)
{
	struct formatting f = {.job = job, .options = o};
	bool ok = true;

	for (size_t i = 0; i < o->operand.n; i++)
		ok &= walk_filters(job, o->operand.at[i], format_file, &f);
	session_report(job, o);
	if (!ok)
		return EXIT_INPUT;
	return f.changed && (o->check || o->diff) ? EXIT_FINDINGS : EXIT_FINE;
}

int verb_fmt(const struct options *o)
{
	struct target target = target_default();

	if (!o->operand.n)
		return usage_error("name files or folders to lay out; - reads standard input");
	return session_run(o, &target, run);
}
