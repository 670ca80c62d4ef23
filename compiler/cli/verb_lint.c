/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "compiler/cli/file.h"
#include "compiler/cli/session.h"
#include "compiler/cli/verbs.h"
#include "ir/base/buf.h"

static int explain(const char *word)
{
	const struct diag_code *code = diag_code_find(str_of(word));
	struct buf out;

	buf_init(&out);
	if (!strcmp(word, "all"))
		diag_codes(&out);
	else if (code)
		diag_explain(code, &out);
	file_put(&out, stdout);
	buf_release(&out);
	if (code || !strcmp(word, "all"))
		return EXIT_FINE;
	return usage_error("there is no diagnostic '%s'; --explain all lists them", word);
}

static int is_filter(const struct dirent *e)
{
	struct str name = str_of(e->d_name);

	return e->d_name[0] != '.' && str_ends(name, STR(".xml")) &&
	       !str_ends(name, STR(".binding.xml"));
}

/* false if the file could not even be read */
static bool lint_file(struct job *job, struct str path)
{
	struct filter *filter = library_load_file(&job->library, path);

	if (filter)
		job_check(job, filter);
	return true;
}

static bool lint_folder(struct job *job, const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, is_filter, alphasort);

	if (n < 0) {
		diag_report(&job->compile.diag, DIAG_FILE_UNREADABLE, (struct span){0},
			    "cannot read folder %s: %m", path);
		return false;
	}
	/* a step of CI that checks nothing must not look like one that found nothing */
	if (!n)
		fprintf(stderr, "nwfc: folder %s has no filter (*.xml)\n", path);
	for (int i = 0; i < n; i++) {
		if (session_is_file(path, names[i]->d_name))
			lint_file(job,
				  str_printf(job->compile.arena, "%s/%s", path, names[i]->d_name));
		free(names[i]);
	}
	free(names);
	return true;
}

static bool lint_path(struct job *job, const char *path)
{
	struct stat st;

	if (!strcmp(path, "-"))
		return lint_file(job, STR("-"));
	if (stat(path, &st)) {
		diag_report(&job->compile.diag, DIAG_FILE_UNREADABLE, (struct span){0},
			    "cannot read %s: %m", path);
		return false;
	}
	return S_ISDIR(st.st_mode) ? lint_folder(job, path) : lint_file(job, str_of(path));
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

static int run(struct job *job, const struct options *o)
{
	bool readable = true;

	for (size_t i = 0; i < o->operand.n; i++)
		add_neighbours(job, o->operand.at[i]);
	for (size_t i = 0; i < o->operand.n; i++)
		readable &= lint_path(job, o->operand.at[i]);
	session_report(job, o);
	if (!readable || unreadable(job))
		return EXIT_INPUT;
	return diag_count(&job->compile.diag, SEVERITY_ERROR) ||
			       diag_count(&job->compile.diag, SEVERITY_WARNING)
		       ? EXIT_FINDINGS
		       : EXIT_FINE;
}

int verb_lint(const struct options *o)
{
	struct target target = target_default();

	if (o->explain)
		return explain(o->explain);
	if (!o->operand.n)
		return usage_error("name files or folders to lint, or --explain CODE");
	return session_run(o, &target, run);
}
