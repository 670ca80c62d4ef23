/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <sys/stat.h>

#include "compiler/cli/file.h"
#include "compiler/cli/lint_baseline.h"
#include "compiler/cli/lint_fix.h"
#include "compiler/cli/lint_select.h"
#include "compiler/cli/session.h"
#include "compiler/cli/verbs.h"
#include "compiler/cli/walk.h"
#include "compiler/lint.h"
#include "compiler/lint_suppress.h"
#include "ir/base/buf.h"

/* of mending */
#define ROUNDS 8
/* the codes below are those of the parser */
#define SYNTAX_END 200

static int explain(const char *word)
{
	const struct diag_code *code = diag_code_find(str_of(word));
	bool all = !strcmp(word, "all");
	bool manual = !strcmp(word, "man");
	struct buf out;

	if (!code && !all && !manual)
		return usage_error("there is no diagnostic '%s'; --explain all lists them", word);
	buf_init(&out);
	if (all)
		diag_codes(&out);
	else if (manual)
		diag_manual(&out);
	else
		diag_explain(code, &out);
	file_put(&out, stdout);
	buf_release(&out);
	return EXIT_FINE;
}

static bool lint_file(void *context, struct str path)
{
	struct lint *l = context;
	struct filter *filter = library_load_file(&l->job->library, path);

	if (!filter)
		return true;
	job_check(l->job, filter);
	lint_add(l, filter);
	return true;
}

static bool lint_binding(void *context, struct str path)
{
	struct lint *l = context;
	int error;

	lint_add_binding(l, compile_try_read(l->compile, path, &error));
	return true;
}

/* a filter refers to its neighbours: folders named, or of files named, are searched */
static void add_neighbours(struct job *job, const char *path)
{
	struct stat st;
	const char *slash = strrchr(path, '/');

	if (stat(path, &st))
		return;
	if (S_ISDIR(st.st_mode))
		library_add_folder(&job->library, str_of(path));
	else if (slash)
		library_add_folder(
			&job->library,
			str_dup(job->compile.arena, (struct str){path, (size_t)(slash - path)}));
	else
		library_add_folder(&job->library, STR("."));
}

static bool unreadable(const struct job *job)
{
	for (size_t i = 0; i < job->compile.diag.diag.n; i++)
		if (job->compile.diag.diag.at[i]->id == DIAG_FILE_UNREADABLE ||
		    job->compile.diag.diag.at[i]->id == DIAG_FILE_TOO_LARGE)
			return true;
	return false;
}

static enum severity threshold(const struct options *o)
{
	return o->fail_on ? severity_find(str_of(o->fail_on)) : SEVERITY_WARNING;
}

static int verdict(const struct job *job, const struct options *o)
{
	unsigned n = 0;

	for (int s = (int)threshold(o); s <= SEVERITY_ERROR; s++)
		n += diag_count(&job->compile.diag, (enum severity)s);
	return n && !o->exit_zero ? EXIT_FINDINGS : EXIT_FINE;
}

struct looking {
	const struct lint *lint;
	const struct lint_select *select;
};

/* a file that is not only referred to, and that compiles */
static bool looked_through(const struct lint *l, const struct source *source)
{
	for (size_t i = 0; i < l->filter.n; i++)
		if (l->filter.at[i]->source == source)
			return !l->filter.at[i]->broken;
	return false;
}

/* of other files syntax alone: a comment there may have its effect another time */
static bool looked_for(const void *context, enum diag_id id, const struct source *source)
{
	const struct looking *looking = context;

	return (diag_code(id)->number < SYNTAX_END || looked_through(looking->lint, source)) &&
	       lint_select_wants(looking->select, id, source);
}

/* what comments, options and the baseline leave of the findings */
static int reduce(const struct lint *l, const struct options *o)
{
	const struct looking looking = {l, o->lint};
	struct job *job = l->job;
	struct diag_list *list = &job->compile.diag;
	size_t gone = 0;

	lint_suppress(&job->compile, looked_for, &looking);
	if (!lint_select_apply(o->lint, list))
		return EXIT_USAGE;
	diag_sort(list);
	if (o->write_baseline)
		return lint_baseline_write(list, o->baseline) ? EXIT_FINE : EXIT_INPUT;
	if (o->baseline && !lint_baseline_apply(&job->compile, o->baseline, &gone))
		return EXIT_USAGE;
	if (gone)
		fprintf(stderr,
			"nwfc: %zu findings of %s are gone; --write-baseline forgets them\n", gone,
			o->baseline);
	return EXIT_FINE;
}

/* reads and looks at everything; false if something could not be read */
static bool look(struct lint *l, const struct options *o)
{
	bool readable = true;

	lint_select_include(o->lint, &l->job->library);
	for (size_t i = 0; i < o->operand.n; i++)
		add_neighbours(l->job, o->operand.at[i]);
	for (size_t i = 0; i < o->operand.n; i++)
		readable &= walk_filters(l->job, o->operand.at[i], lint_file, l);
	for (size_t i = 0; i < o->operand.n; i++)
		walk_bindings(l->job, o->operand.at[i], lint_binding, l);
	lint_run(l);
	return readable && !unreadable(l->job);
}

static int run(struct job *job, const struct options *o)
{
	struct lint lint = {.job = job, .compile = &job->compile};
	bool readable = look(&lint, o);
	int code = reduce(&lint, o);

	if (code || o->write_baseline)
		return code;
	session_report(job, o);
	return readable ? verdict(job, o) : EXIT_INPUT;
}

static bool mend_file(struct lint *l, const struct options *o, const struct source *source,
		      bool *ret_any)
{
	size_t n;
	const struct text_change *change = lint_changes(l->compile, source, o->unsafe_fixes, &n);
	struct buf diff;

	if (!n)
		return true;
	*ret_any = true;
	if (!o->diff) {
		fprintf(stderr, "nwfc: mended %zu places in %.*s\n", n, STR_ARG(source->name));
		return text_replace(source, changes_apply(l->compile, source, change, n));
	}
	buf_init(&diff);
	changes_diff(source, change, n, &diff);
	file_put(&diff, stdout);
	buf_release(&diff);
	return true;
}

/* EXIT_CHANGED if files were written, and may have more to mend */
static int run_mend(struct job *job, const struct options *o)
{
	struct lint lint = {.job = job, .compile = &job->compile};
	bool readable = look(&lint, o);
	bool any = false;
	int code = reduce(&lint, o);

	for (size_t i = 0; i < lint.filter.n && !code; i++) {
		const struct source *source = lint.filter.at[i]->source;

		/* what is no file of the user is not written */
		if (!o->diff && str_starts(source->name, STR("<")))
			continue;
		if (!mend_file(&lint, o, source, &any))
			code = EXIT_INPUT;
	}
	if (code || !any)
		return code ? code : readable ? EXIT_FINE : EXIT_INPUT;
	return o->diff ? EXIT_FINDINGS : EXIT_CHANGED;
}

static int check_options(const struct options *o)
{
	if (!o->operand.n)
		return usage_error("name files or folders to lint, or --explain CODE");
	if (o->fail_on && severity_find(str_of(o->fail_on)) == SEVERITY_NONE)
		return usage_error("--fail-on takes error, warning, info or style, not '%s'",
				   o->fail_on);
	if (o->unsafe_fixes && !o->fix && !o->diff)
		return usage_error("--unsafe-fixes needs --fix or --diff");
	return EXIT_FINE;
}

/* one fix makes room for another; a pair that undo each other must end */
static int mend(const struct options *o, const struct target *target)
{
	int code = EXIT_CHANGED;

	for (unsigned round = 0; round < ROUNDS && code == EXIT_CHANGED; round++)
		code = session_run(o, target, run_mend);
	return code == EXIT_CHANGED ? EXIT_FINE : code;
}

int verb_lint(const struct options *given)
{
	struct options o = *given;
	struct target target = target_default();
	int code;

	if (o.explain)
		return explain(o.explain);
	code = check_options(&o);
	if (code)
		return code;
	o.lint = lint_select_new(&o, o.operand.at[0]);
	if (!o.lint)
		return EXIT_USAGE;
	code = check_options(&o);
	if (!code && o.write_baseline && !o.baseline)
		code = usage_error("--write-baseline needs --baseline FILE");
	if (!code && (o.fix || o.diff))
		code = mend(&o, &target);
	if (!code && !o.diff)
		code = session_run(&o, &target, run);
	lint_select_free(o.lint);
	return code;
}
