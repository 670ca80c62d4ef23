/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "compiler/cli/session.h"
#include "compiler/cli/verbs.h"
#include "runtime/apply.h"
#include "runtime/probe.h"

static int exit_of(enum apply_result result, const struct options *o)
{
	if (result == APPLY_REFUSED)
		return EXIT_KERNEL;
	return result == APPLY_CHANGED && o->detailed ? EXIT_CHANGED : EXIT_FINE;
}

static void report(enum apply_result result, const struct options *o, const struct apply_report *r)
{
	if (result == APPLY_NOTHING)
		puts("nothing to do");
	else if (result == APPLY_CHANGED)
		printf("%s: %zu programs, %zu entries set, %zu removed, %zu old programs deleted\n",
		       o->check ? "the kernel would take it" : "changed", r->programs, r->entries,
		       r->removed, r->collected);
}

static bool reads_state(const struct ruleset *rs)
{
	return ruleset_stateful(rs, FAMILY_IPV4) || ruleset_stateful(rs, FAMILY_IPV6);
}

static int apply(struct job *job, const struct options *o, struct runtime *rt)
{
	struct diag_list *diag = &job->compile.diag;
	struct target *target = &job->ruleset->target;
	struct apply_options options = {.check_only = o->check};
	struct apply_report r = {0};
	enum apply_result result;
	uint64_t start;
	int code;

	if (!o->target_given && !probe_target(rt, false, target, diag))
		return EXIT_KERNEL;
	code = session_compile(job, o);
	if (code)
		return code;
	/* only a ruleset that reads the state of connections needs a way to it */
	if (!o->target_given && reads_state(job->ruleset) && !probe_target(rt, true, target, diag))
		return EXIT_KERNEL;
	start = nanoseconds();
	result = apply_ruleset(rt, job->ruleset, options, diag, &r);
	job->output_time = nanoseconds() - start;
	report(result, o, &r);
	return exit_of(result, o);
}

static int run_apply(struct job *job, const struct options *o)
{
	struct runtime rt;
	int code = EXIT_KERNEL;

	if (runtime_open(&rt, job->compile.arena, o->root ? o->root : "", &job->compile.diag))
		code = apply(job, o, &rt);
	runtime_close(&rt);
	session_report(job, o);
	if (o->stats)
		session_stats(job);
	return code;
}

int verb_apply(const struct options *o)
{
	return session_run(o, &o->target, run_apply);
}

static int unbind(struct job *job, const struct options *o, struct runtime *rt)
{
	enum apply_result all = APPLY_NOTHING;
	struct apply_report sum = {0};

	for (size_t i = 0; i < o->operand.n; i++) {
		struct apply_report r = {0};
		enum apply_result result =
			runtime_unbind(rt, str_of(o->operand.at[i]), false, &job->compile.diag, &r);

		if (result > all)
			all = result;
		sum.removed += r.removed;
		sum.collected += r.collected;
	}
	report(all, o, &sum);
	return exit_of(all, o);
}

static int run_unbind(struct job *job, const struct options *o)
{
	struct runtime rt;
	int code = EXIT_KERNEL;

	if (runtime_open(&rt, job->compile.arena, o->root ? o->root : "", &job->compile.diag))
		code = unbind(job, o, &rt);
	runtime_close(&rt);
	session_report(job, o);
	return code;
}

int verb_unbind(const struct options *o)
{
	if (!o->operand.n)
		return usage_error("name the interfaces to unbind");
	for (size_t i = 0; i < o->operand.n; i++)
		if (!tap_name_ok(str_of(o->operand.at[i])))
			return usage_error("'%s' is no name of an interface", o->operand.at[i]);
	return session_run(o, &o->target, run_unbind);
}
