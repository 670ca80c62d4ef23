/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "compiler/link.h"
#include "compiler/lint.h"
#include "compiler/lint_suppress.h"
#include "compiler/parse.h"
#include "emit/emit.h"
#include "testsuite/fuzz/fuzz.h"
#include "testsuite/fuzz/fuzz_job.h"

/*
 * A filter, perhaps followed by a NUL and values, one parameter for each of the
 * names below: the whole way to the text, which must be plain and one command a
 * line whatever the input was.  lint has a look at it first, which must not
 * change that.
 */
static const char *const names[] = {"IP", "A", "B", "C", "PORT"};

static void check_text(struct str text)
{
	while (text.len) {
		struct str line = str_cut(&text, '\n');
		bool known = !line.len || line.ptr[0] == '#' || str_starts(line, STR("add ")) ||
			     str_starts(line, STR("flush ")) || str_starts(line, STR("delete "));

		if (!known)
			abort();
		for (size_t i = 0; i < line.len; i++)
			if ((unsigned char)line.ptr[i] < ' ' || (unsigned char)line.ptr[i] > '~')
				abort();
	}
}

static void add_parameters(struct job *job, struct binding *b, struct str values)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && values.len; i++) {
		struct str value = str_cut(&values, '\n');

		parameter_add(&job->compile, &b->parameter, str_of(names[i]), (struct span){0},
			      value, (struct span){0});
	}
}

static bool all(const void *context, enum diag_id id, const struct source *source)
{
	(void)context;
	(void)id;
	(void)source;
	return true;
}

static void lint(struct job *job)
{
	struct lint l = {.job = job, .compile = &job->compile};

	job_check(job, job->top);
	lint_add(&l, job->top);
	lint_run(&l);
	lint_suppress(&job->compile, all, NULL);
}

static void pipeline(struct job *job, struct str bytes)
{
	struct str xml = str_cut(&bytes, 0);
	struct source *source = compile_text(&job->compile, STR("fuzz.xml"), xml);
	struct binding *b = ARENA_NEW(job->compile.arena, struct binding);
	struct filter *top;
	struct buf text;

	diag_reach(&job->compile.diag, source);
	job->top = top = parse_filter(&job->compile, source);
	if (!top || top->broken)
		return;
	lint(job);
	b->tap = STR("vnet0");
	b->filter = top->name;
	add_parameters(job, b, bytes);
	if (!job_compile_filter(job, b, top))
		return;
	buf_init(&text);
	emit_text(job->ruleset, &text, NULL);
	check_text(buf_str(&text));
	buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size <= FILE_LIMIT)
		fuzz_modes(data, size, pipeline);
	return 0;
}
