/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/file.h"
#include "compiler/cli/session.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cli/paths.h"
#include "compiler/cli/wanted.h"
#include "ir/base/buf.h"

#define SHOWN_MAX 20

void session_progress(size_t done, size_t all)
{
	if (all < 1000 || done % 1000 || !isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\r%zu of %zu bindings", done, all);
	if (done == all)
		fputc('\n', stderr);
}

int session_compile(struct job *job, const struct options *o)
{
	struct wanted w;
	struct buf dump;
	int code = wanted_read(job, o, &w);
	bool ok = true;

	if (code)
		return code;
	buf_init(&dump);
	for (size_t i = 0; i < w.binding.n; i++) {
		ok &= job_compile(job, w.binding.at[i], w.path, o->dump,
				  o->dump == STAGE_MAX ? NULL : &dump);
		session_progress(i + 1, w.binding.n);
	}
	if (ok)
		file_put(&dump, stdout);
	buf_release(&dump);
	return ok && !diag_count(&job->compile.diag, SEVERITY_ERROR) ? EXIT_FINE : EXIT_INPUT;
}

void session_report(struct job *job, const struct options *o)
{
	const char *no_color = getenv("NO_COLOR");
	struct diag_style style = {.format = o->format, .limit = SHOWN_MAX};
	enum verb_bit verb = verb_find(o->verb)->bit;
	/* the diagnostics are what was asked for, unless a report in JSON has it all */
	bool asked = verb == VERB_LINT || (verb == VERB_TEST && o->format != DIAG_JSON);
	struct buf out;

	style.colour =
		o->colour < 0 ? isatty(STDERR_FILENO) && !(no_color && *no_color) : o->colour == 1;
	if (asked || !diag_format_is_text(o->format))
		style.limit = 0;
	buf_init(&out);
	diag_sort(&job->compile.diag);
	diag_render(&job->compile.diag, style, &out);
	file_put(&out, asked ? stdout : stderr);
	buf_release(&out);
}

static void put_stage(const char *name, uint64_t time)
{
	fprintf(stderr, "%-9s%10.3f ms\n", name, (double)time / 1e6);
}

void session_stats(const struct job *job)
{
	put_stage("bindings", job->input_time);
	for (int stage = 0; stage < STAGE_MAX; stage++)
		put_stage(stage_name((enum stage)stage), job->time[stage]);
	put_stage("output", job->output_time);
	fprintf(stderr, "bindings %zu, rules %zu, programs %zu, arena %zu bytes\n", job->nbinding,
		job->nrule, job->ruleset->program.n, arena_used(job->compile.arena));
	if (!job->opt.level)
		return;
	fprintf(stderr, "optimized %zu rules of programs to %zu:", job->opt.before, job->opt.after);
	for (int pass = 0; pass < OPT_PASSES; pass++)
		fprintf(stderr, " %s %zu", opt_pass_name((enum opt_pass)pass),
			job->opt.saved[pass]);
	fputc('\n', stderr);
}

/* nothing can be allocated any more, so this one diagnostic is printed as it is */
static int report_exhausted(struct job *job)
{
	if (job->top)
		fprintf(stderr, "%.*s:1:1: ", STR_ARG(job->top->source->name));
	fprintf(stderr, "error[NWF%u]: one compile may use %zu MiB, and that is used up\n",
		diag_code(DIAG_MEMORY_LIMIT)->number, MEMORY_LIMIT >> 20);
	job_free(job);
	return EXIT_INPUT;
}

/* a misspelt folder must not make a built-in filter stand in for the user's */
static int check_folders(const struct options *o)
{
	for (size_t i = 0; i < o->include.n; i++)
		if (access(o->include.at[i], R_OK | X_OK))
			return usage_error("-I %s: %s", o->include.at[i], strerror(errno));
	return EXIT_FINE;
}

/* who wants to know which rule decided wants them as they are written */
static unsigned optimize(const struct options *o)
{
	bool asks = verb_find(o->verb)->bit & (VERB_EXPLAIN | VERB_TEST | VERB_LINT);

	return o->optimize >= 0 ? (unsigned)o->optimize : !asks;
}

/*
 * A filter of a folder or file of the command line may be another one than that of
 * the store with its name: then not even the entry chain is shared.
 */
static enum way_in way_in(const struct options *o)
{
	if (!(verb_find(o->verb)->bit & VERB_HOST))
		return o->shared ? WAY_DIRECT : WAY_PRIVATE;
	return o->ninclude ? WAY_DIRECT : WAY_SHARED;
}

static int run_job(const struct options *o, const struct target *target,
		   int (*run)(struct job *job, const struct options *o))
{
	struct job *const job = job_new(o->mode, target);
	jmp_buf trap;
	int code;

	if (!job) {
		fputs("nwfc: out of memory\n", stderr);
		return EXIT_INPUT;
	}
	job->opt.level = optimize(o);
	job->opt.unverified = o->unverified;
	job->ruleset->way = way_in(o);
	arena_trap(job->compile.arena, &trap);
	arena_trap(job->scratch, &trap);
	if (setjmp(trap))
		return report_exhausted(job);
	for (size_t i = 0; i < o->include.n; i++)
		library_add_folder(&job->library, str_of(o->include.at[i]));
	if (verb_reads_store(verb_find(o->verb), o))
		paths_add_store(&job->library, o->root ? o->root : "");
	paths_add_builtin(&job->library);
	code = run(job, o);
	job_free(job);
	return code;
}

int session_run(const struct options *o, const struct target *target,
		int (*run)(struct job *job, const struct options *o))
{
	int code = check_folders(o);

	return code ? code : run_job(o, target, run);
}
