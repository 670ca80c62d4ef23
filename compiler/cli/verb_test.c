/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "compiler/cli/file.h"
#include "compiler/cli/session.h"
#include "compiler/cli/test_run.h"
#include "compiler/cli/verbs.h"

#define CASES ".test"
#define DEPTH_MOST 16

static bool run_path(struct test_run *run, struct str path, unsigned depth);

static int is_wanted(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* whether anything was there */
static bool run_folder(struct test_run *run, struct str path, unsigned depth)
{
	struct arena *a = run->job->compile.arena;
	struct dirent **names;
	int n = scandir(str_c(a, path), &names, is_wanted, alphasort);
	bool any = false;

	if (n < 0) {
		diag_report(&run->job->compile.diag, DIAG_FILE_UNREADABLE, (struct span){0},
			    "cannot read folder %.*s: %m", STR_ARG(path));
		run->refused = true;
		return true;
	}
	for (int i = 0; i < n; i++) {
		struct str below = str_printf(a, "%.*s/%s", STR_ARG(path), names[i]->d_name);
		struct stat st;

		if (!stat(str_c(a, below), &st) &&
		    (S_ISDIR(st.st_mode) ? depth < DEPTH_MOST : str_ends(below, STR(CASES))))
			any |= run_path(run, below, depth + 1);
		free(names[i]);
	}
	free(names);
	return any;
}

static bool run_path(struct test_run *run, struct str path, unsigned depth)
{
	struct stat st;

	if (!stat(str_c(run->job->compile.arena, path), &st) && S_ISDIR(st.st_mode))
		return run_folder(run, path, depth);
	test_run_file(run, path);
	return true;
}

static bool write_junit(const struct test_run *run)
{
	struct file file;

	if (!file_open(&file, run->o->junit))
		return false;
	test_report_junit(run, &file.out);
	return file_close(&file, true);
}

static void check_threshold(struct test_run *run)
{
	unsigned percent = coverage_percent(&run->coverage);

	if (run->o->threshold < 0 || percent >= (unsigned)run->o->threshold)
		return;
	diag_report(&run->job->compile.diag, DIAG_CASE_COVERAGE, (struct span){0},
		    "%zu of %zu rules decided, which is %u %%, less than %d %%",
		    coverage_decided(&run->coverage), run->coverage.rule.n, percent,
		    run->o->threshold);
}

static bool found_anything(const struct job *job)
{
	static const enum diag_id ids[] = {DIAG_CASE_FAILED, DIAG_CASE_COVERAGE, DIAG_CASE_KERNEL};

	for (size_t i = 0; i < job->compile.diag.diag.n; i++)
		for (size_t k = 0; k < sizeof(ids) / sizeof(ids[0]); k++)
			if (job->compile.diag.diag.at[i]->id == ids[k])
				return true;
	return false;
}

static int report(struct test_run *run)
{
	struct buf out;

	check_threshold(run);
	session_report(run->job, run->o);
	buf_init(&out);
	if (run->o->format == DIAG_JSON)
		test_report_json(run, &out);
	else
		test_report_text(run, &out);
	file_put(&out, stdout);
	buf_release(&out);
	if (run->o->junit && !write_junit(run))
		return EXIT_INPUT;
	if (run->no_kernel)
		return EXIT_KERNEL;
	if (run->refused)
		return EXIT_INPUT;
	return found_anything(run->job) ? EXIT_FINDINGS : EXIT_FINE;
}

static int run_all(struct job *job, const struct options *o)
{
	struct test_run run = {.job = job, .o = o, .coverage = {.arena = job->compile.arena}};

	for (size_t i = 0; i < o->operand.n; i++) {
		struct str path = str_of(o->operand.at[i]);

		/* a step of CI that tests nothing must not look like one that found nothing */
		if (!run_path(&run, path, 0)) {
			diag_report(&job->compile.diag, DIAG_FILE_UNREADABLE, (struct span){0},
				    "folder %.*s has no file of cases (*" CASES ")", STR_ARG(path));
			run.refused = true;
		}
	}
	test_kernel_end(&run);
	return report(&run);
}

int verb_test(const struct options *o)
{
	if (!o->operand.n)
		return usage_error("name files of cases, or folders with them (*" CASES ")");
	return session_run(o, &o->target, run_all);
}
