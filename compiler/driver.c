/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/driver.h"

#include <stdlib.h>
#include <time.h>

#include "compiler/check.h"
#include "compiler/expand.h"
#include "compiler/link.h"
#include "compiler/lower.h"
#include "compiler/order.h"
#include "compiler/parse.h"
#include "compiler/parse_parameter.h"
#include "ir/base/buf.h"
#include "ir/dump.h"
#include "ir/verify.h"

static bool run_parse(struct job *job)
{
	struct library *lib = &job->library;
	struct str name = job->binding->filter;

	if (job->top)
		return !job->top->broken;
	job->top = library_find(lib, name);
	if (job->top) {
		diag_reach(&job->compile.diag, job->top->source);
		return true;
	}
	library_report_unknown(lib, name, job->binding->filter_span);
	return false;
}

static void dump_parse(const struct job *job, struct buf *out)
{
	dump_filter(job->top, out);
}

/* each filter once, however many bindings reach it */
static void check_once(struct job *job, struct filter *f)
{
	unsigned before;

	if (f->link != LINK_DONE || f->checked)
		return;
	f->checked = true;
	if (f->broken)
		return;
	verify_filter(f);
	before = job->compile.diag.nraised;
	check_filter(&job->compile, f);
	if (job->compile.diag.nraised != before)
		f->sound = UNSOUND;
}

static void check_linked(struct job *job)
{
	check_once(job, job->top);
	for (size_t i = 0; i < job->library.filter.n; i++)
		check_once(job, job->library.filter.at[i]);
}

/* no errors in the filter and below it; errors were reported for whoever met it first */
static bool sound(struct filter *f)
{
	/* references that lead nowhere are the reason why it is broken */
	if (f->broken)
		f->sound = UNSOUND;
	for (size_t i = 0; i < f->item.n && f->sound == SOUND_UNKNOWN; i++) {
		const struct filterref *ref = f->item.at[i].filterref;

		if (f->item.at[i].kind == ITEM_FILTERREF && !sound((struct filter *)ref->filter))
			f->sound = UNSOUND;
	}
	if (f->sound == SOUND_UNKNOWN)
		f->sound = SOUND;
	return f->sound == SOUND;
}

static bool run_link(struct job *job)
{
	if (job->top->link != LINK_DONE && !link_filter(&job->library, job->top))
		return false;
	check_linked(job);
	return sound(job->top);
}

static void dump_link(const struct job *job, struct buf *out)
{
	dump_links(job->top, out);
}

/* MAC is the interface's address unless the user gave one (semantics.md 2.2) */
static bool run_bind(struct job *job)
{
	parameter_default_mac(&job->compile, job->binding, job->binding->span);
	job->key = (struct template_key){0};
	/* above the limit it is refused, and need not be looked through */
	if (job->ruleset->way != WAY_PRIVATE && job->top->nrule <= RULE_LIMIT)
		template_find(&job->templates, &job->compile, job->top, job->binding, &job->key);
	return true;
}

static void dump_bind(const struct job *job, struct buf *out)
{
	dump_binding(job->binding, out);
}

static bool run_rules(struct job *job)
{
	job->rules = (struct rule_list){0};
	learn_init(&job->learn, job->binding);
	if (!expand(&job->compile, job->scratch, job->top, job->binding, job->key.share,
		    &job->learn, &job->rules))
		return false;
	verify_rules(&job->rules);
	job->nrule += job->rules.rule.n;
	return true;
}

static void dump_expanded(const struct job *job, struct buf *out)
{
	dump_rules(&job->rules, out);
}

static bool run_order(struct job *job)
{
	order(&job->compile, job->scratch, &job->rules, &job->order);
	verify_order(&job->order, job->rules.rule.n);
	return job->compile.diag.nraised == job->nraised;
}

static void dump_ordered(const struct job *job, struct buf *out)
{
	dump_order(&job->order, out);
}

/* what counts connections or learns has sets of its own, and so stands for itself */
static void keep_template(struct job *job, const struct lowering *l)
{
	struct template *t = job->key.template;

	if (!t || l->ncount || learn_used(l->learn))
		return;
	t->entry = job->ruleset->entry.at[job->ruleset->entry.n - 1];
	t->made = true;
}

static bool run_lower(struct job *job)
{
	struct demand_list own = {0};
	struct template *template = job->key.template;
	struct lowering l = {
		.compile = &job->compile,
		.scratch = job->scratch,
		.ruleset = job->ruleset,
		.sets = &job->sets,
		.binding = job->binding,
		.top = job->top,
		.opt = &job->opt,
		.learn = &job->learn,
		.demand = template ? &template->demand : &own,
	};

	if (template && !template->made)
		template->demand = (struct demand_list){0};
	if (template) {
		l.entry.way = job->ruleset->way;
		l.signature = template->signature;
	}
	/* base chains are the device's: there is no entry chain in between */
	if (binding_table(job->binding) == TABLE_NETDEV)
		l.entry.way = WAY_DIRECT;
	if (!lower(&l, &job->order) || job->compile.diag.nraised != job->nraised)
		return false;
	verify_entry(&job->ruleset->entry.at[job->ruleset->entry.n - 1]);
	keep_template(job, &l);
	return true;
}

static void dump_lowered(const struct job *job, struct buf *out)
{
	dump_entry(&job->ruleset->entry.at[job->ruleset->entry.n - 1], out);
}

static const struct pass {
	const char *name;
	bool (*run)(struct job *job);
	void (*dump)(const struct job *job, struct buf *out);
} passes[STAGE_MAX] = {
	[STAGE_PARSE] = {"parse", run_parse, dump_parse},
	[STAGE_LINK] = {"link", run_link, dump_link},
	[STAGE_BIND] = {"bind", run_bind, dump_bind},
	[STAGE_RULES] = {"rules", run_rules, dump_expanded},
	[STAGE_ORDER] = {"order", run_order, dump_ordered},
	[STAGE_LOWER] = {"lower", run_lower, dump_lowered},
};

const char *stage_name(enum stage stage)
{
	return passes[stage].name;
}

enum stage stage_find(struct str text)
{
	int stage = 0;

	while (stage < STAGE_MAX && !str_is(text, passes[stage].name))
		stage++;
	return (enum stage)stage;
}

struct job *job_new(enum mode mode, const struct target *target)
{
	struct arena *arena = arena_new(MEMORY_LIMIT);
	struct arena *scratch = arena_new(MEMORY_LIMIT);
	struct job *job = calloc(1, sizeof(*job));

	if (!arena || !scratch || !job) {
		arena_free(arena);
		arena_free(scratch);
		free(job);
		return NULL;
	}
	job->compile.arena = arena;
	job->scratch = scratch;
	diag_init(&job->compile.diag, arena, mode);
	job->compile.names.arena = arena;
	job->ruleset = ruleset_new(arena, target);
	library_init(&job->library, &job->compile);
	return job;
}

void job_free(struct job *job)
{
	if (!job)
		return;
	arena_free(job->compile.arena);
	arena_free(job->scratch);
	free(job);
}

uint64_t nanoseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* the binding's programs are there already: only its values are its own */
static bool from_template(struct job *job)
{
	struct entry entry;

	if (!job->key.template ||
	    !template_entry(job->key.template, job->compile.arena, job->binding, &entry))
		return false;
	*VEC_PUSH(job->compile.arena, &job->ruleset->entry) = entry;
	return true;
}

static bool run_passes(struct job *job, enum stage stop, struct buf *dump)
{
	for (int stage = 0; stage < STAGE_MAX; stage++) {
		uint64_t start = nanoseconds();
		bool ok = passes[stage].run(job);

		job->time[stage] += nanoseconds() - start;
		if (!ok)
			return false;
		if (!dump && stage == STAGE_BIND && from_template(job))
			return true;
		if (dump && stage == (int)stop) {
			passes[stage].dump(job, dump);
			return true;
		}
	}
	return true;
}

static bool compile_binding(struct job *job, struct binding *binding, struct filter *top,
			    enum stage stop, struct buf *dump)
{
	struct arena_mark mark = arena_mark(job->scratch);
	bool ok;

	job->binding = binding;
	job->nbinding++;
	job->nraised = job->compile.diag.nraised;
	job->top = top;
	ok = run_passes(job, stop, dump);
	arena_rewind(job->scratch, mark);
	return ok;
}

bool job_compile(struct job *job, struct binding *binding, struct str filter_path, enum stage stop,
		 struct buf *dump)
{
	struct filter *top = NULL;

	if (filter_path.len) {
		top = library_load_file(&job->library, filter_path);
		if (!top)
			return false;
		binding->filter = top->name;
	}
	return compile_binding(job, binding, top, stop, dump);
}

bool job_compile_filter(struct job *job, struct binding *binding, struct filter *top)
{
	return compile_binding(job, binding, top, STAGE_MAX, NULL);
}

bool job_check(struct job *job, struct filter *filter)
{
	job->top = filter;
	return run_link(job);
}
