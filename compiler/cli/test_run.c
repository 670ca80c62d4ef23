/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/test_run.h"

#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cli/paths.h"
#include "compiler/cli/reason.h"
#include "compiler/parse.h"

#define NEAR_NOTES 3

static struct str folder_of(struct str path)
{
	const char *slash = memrchr(path.ptr, '/', path.len);

	return slash ? (struct str){path.ptr, (size_t)(slash - path.ptr)} : STR(".");
}

static bool same_file(const char *a, const char *b)
{
	struct stat one, other;

	return !stat(a, &one) && !stat(b, &other) && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

/* without the steps down and up again, unless a link makes that another file */
static struct str shorten(struct arena *a, struct str path)
{
	char *whole = str_c(a, path);
	char *text = str_c(a, path);
	char *at;

	while ((at = strstr(text, "/../"))) {
		char *head = memrchr(text, '/', (size_t)(at - text));

		head = head ? head + 1 : text;
		if (head == at || !strncmp(head, "../", 3))
			break;
		memmove(head, at + 4, strlen(at + 4) + 1);
	}
	return same_file(whole, text) ? str_of(text) : path;
}

/* a path in a file of cases is seen from that file */
static struct str seen_from(struct test_run *run, struct str path)
{
	struct arena *a = run->job->compile.arena;

	if (path.len && path.ptr[0] == '/')
		return path;
	while (str_starts(path, STR("./")))
		path = (struct str){path.ptr + 2, path.len - 2};
	if (str_is(run->folder, "."))
		return path;
	return shorten(a, str_printf(a, "%.*s/%.*s", STR_ARG(run->folder), STR_ARG(path)));
}

static bool is_path(struct str word)
{
	return memchr(word.ptr, '/', word.len) || str_ends(word, STR(".xml"));
}

static struct str filter_path(struct test_run *run)
{
	struct str filter = run->block->binding->filter;

	return filter.len && is_path(filter) ? seen_from(run, filter) : (struct str){0};
}

struct folders {
	VEC(struct str) folder;
	struct str key;
};

static void put_folder(struct test_run *run, struct folders *f, struct str folder)
{
	struct arena *a = run->job->compile.arena;

	*VEC_PUSH(a, &f->folder) = folder;
	f->key = str_printf(a, "%.*s%.*s\n", STR_ARG(f->key), STR_ARG(folder));
}

/* those of the headers and of -I, then where the filter itself lies */
static struct folders block_folders(struct test_run *run)
{
	struct compile *c = &run->job->compile;
	struct folders f = {.key = STR("")};
	struct str path = filter_path(run);

	for (size_t i = 0; i < run->block->include.n; i++) {
		struct span span = run->block->include.at[i];
		struct str folder = seen_from(run, span_text(span));

		if (access(str_c(c->arena, folder), R_OK | X_OK)) {
			diag_report(&c->diag, DIAG_FILE_UNREADABLE, span,
				    "cannot read folder %.*s: %m", STR_ARG(folder));
			run->refused = true;
			continue;
		}
		put_folder(run, &f, folder);
	}
	for (size_t i = 0; i < run->o->include.n; i++)
		put_folder(run, &f, str_of(run->o->include.at[i]));
	put_folder(run, &f, path.len ? folder_of(path) : run->folder);
	return f;
}

/* a library is read once, however many bindings search its folders */
static struct library *use_library(struct test_run *run)
{
	struct job *job = run->job;
	struct folders f = block_folders(run);
	struct library *known = table_get(&run->libraries, f.key);

	if (!known) {
		known = ARENA_NEW(job->compile.arena, struct library);
		library_init(known, &job->compile);
		for (size_t i = 0; i < f.folder.n; i++)
			library_add_folder(known, f.folder.at[i]);
		paths_add_builtin(known);
		table_put(&run->libraries, job->compile.arena, f.key, known);
	}
	job->library = *known;
	return known;
}

/* NAME=TYPE:FILE, with the file as seen from here */
static bool use_sets(struct test_run *run)
{
	struct arena *a = run->job->compile.arena;
	bool ok = true;

	run->job->sets = (struct set_list){0};
	for (size_t i = 0; i < run->block->set.n; i++) {
		struct str rest = span_text(run->block->set.at[i]);
		struct str head = str_cut(&rest, ':');

		if (rest.len)
			head = str_printf(a, "%.*s:%.*s", STR_ARG(head),
					  STR_ARG(seen_from(run, rest)));
		ok &= sets_add(&run->job->compile, &run->job->sets, head, run->block->set.at[i]);
	}
	return ok;
}

/* said at the header that names it; what else may be wrong is said by who reads it */
static bool file_there(struct test_run *run, struct str path, struct span header)
{
	struct compile *c = &run->job->compile;

	if (!access(str_c(c->arena, path), F_OK))
		return true;
	diag_report(&c->diag, DIAG_FILE_UNREADABLE, header, "cannot read %.*s: %m", STR_ARG(path));
	return false;
}

/* NULL after a diagnostic */
static struct binding *block_binding(struct test_run *run)
{
	struct compile *c = &run->job->compile;
	struct binding *b = run->block->binding;
	struct span file = run->block->binding_file;
	const struct source *source;

	if (file.source && (b->filter.len || b->parameter.n)) {
		diag_report(&c->diag, DIAG_CASE_LINE, file,
			    "a binding in a file stands instead of filter and NAME = VALUE");
		return NULL;
	}
	if (file.source) {
		struct str path = seen_from(run, span_text(file));

		source = file_there(run, path, file) ? compile_read(c, path) : NULL;
		if (source)
			diag_reach(&c->diag, source);
		return source ? parse_binding(c, source) : NULL;
	}
	if (b->filter.len)
		return b;
	diag_report(&c->diag, DIAG_CASE_LINE, run->block->cases.at[0].span,
		    "no filter is named before this case");
	return NULL;
}

/* why the rule that was expected did not decide */
static void note_expected(struct test_run *run, struct diag *d, const struct filter_case *one,
			  const struct outcome *o)
{
	const struct outcome_step *found = NULL;
	struct diag_list *list = &run->job->compile.diag;

	for (unsigned i = 0; i < o->nhook; i++)
		for (size_t k = 0; k < o->hook[i].step.n; k++) {
			const struct outcome_step *step = &o->hook[i].step.at[k];

			if (expectation_names(&one->expected, step->rule) &&
			    (!found || step->nfailed < found->nfailed))
				found = step;
		}
	if (!found)
		diag_note(list, d, "the rule of %.*s was not reached, or there is none there",
			  STR_ARG(one->expected.by));
	else if (found->nfailed > 1)
		diag_note(list, d, "the nearest rule of %.*s differs from the frame in %u tests",
			  STR_ARG(one->expected.by), found->nfailed);
}

static void note_near(struct test_run *run, struct diag *d, const struct near_miss *n,
		      const struct flow *flow)
{
	struct buf text;

	buf_init(&text);
	reason_place(n->rule, n->chain, &text);
	buf_printf(&text, " would %s: it ", verdict_word((enum verdict)n->rule->verdict));
	reason_near(n, flow, &run->job->ruleset->target, &text);
	diag_note(&run->job->compile.diag, d, "%.*s", STR_ARG(buf_str(&text)));
	buf_release(&text);
}

/* the rule that was expected comes first */
static void note_reasons(struct test_run *run, struct diag *d, const struct filter_case *one,
			 const struct flow *flow, const struct outcome *o)
{
	bool expected = !one->expected.by.len || one->expected.nothing;
	unsigned shown = 0;

	for (size_t i = 0; i < o->near.n && !expected; i++)
		if (expectation_names(&one->expected, o->near.at[i].rule)) {
			note_near(run, d, &o->near.at[i], flow);
			expected = true;
			shown++;
		}
	if (!expected)
		note_expected(run, d, one, o);
	for (size_t i = 0; i < o->near.n && shown < NEAR_NOTES; i++)
		if (!one->expected.by.len ||
		    !expectation_names(&one->expected, o->near.at[i].rule)) {
			note_near(run, d, &o->near.at[i], flow);
			shown++;
		}
}

static void report_failure(struct test_run *run, struct case_result *result,
			   const struct flow *flow, const struct outcome *o)
{
	struct compile *c = &run->job->compile;
	const struct filter_case *one = result->one;
	struct diag *d;

	result->message =
		str_printf(c->arena, "expected %.*s, found %.*s",
			   STR_ARG(span_text(one->expected.span)), STR_ARG(result->found));
	d = diag_report(&c->diag, DIAG_CASE_FAILED, one->expected.span, "%.*s",
			STR_ARG(result->message));
	for (unsigned i = 0; i < o->nhook; i++) {
		const struct nft_rule *rule = outcome_rule(o, i);

		if (rule && rule->origin.rule)
			diag_also(&c->diag, d, rule->origin.rule->span, "this rule decided");
	}
	note_reasons(run, d, one, flow, o);
}

/* of an accept, any of the rules that let the frame through may be meant */
static bool is_expected(const struct expectation *e, const struct outcome *o)
{
	if (e->verdict != o->verdict)
		return false;
	if (!e->by.len)
		return true;
	for (unsigned i = 0; i < o->nhook; i++)
		if (e->nothing ? outcome_rule(o, i) != NULL
			       : expectation_names(e, outcome_rule(o, i)))
			return !e->nothing;
	return e->nothing;
}

static struct str found_text(struct test_run *run, const struct outcome *o)
{
	struct buf text;
	struct str found;

	buf_init(&text);
	reason_verdict(o, &text);
	found = str_dup(run->job->compile.arena, buf_str(&text));
	buf_release(&text);
	return found;
}

static void run_case(struct test_run *run, const struct entry *entry, const struct filter_case *one)
{
	struct job *job = run->job;
	struct arena_mark mark = arena_mark(job->scratch);
	struct case_result *result;
	struct outcome o;
	struct flow flow;

	if (!flow_parse(&job->compile, entry->binding, one->flow, &flow)) {
		run->refused = true;
		return;
	}
	outcome_of(job->scratch, job->ruleset, entry, flow.direction, flow.from_host, &flow.packet,
		   &o);
	if (run->o->coverage || run->o->threshold >= 0)
		coverage_frame(&run->coverage, job->ruleset, entry, &flow, &o);
	result = VEC_PUSH(job->compile.arena, &run->result);
	*result = (struct case_result){.one = one,
				       .tap = entry->binding->tap,
				       .verdict = o.verdict,
				       .found = found_text(run, &o)};
	result->passed = is_expected(&one->expected, &o);
	if (!result->passed)
		report_failure(run, result, &flow, &o);
	if (run->o->kernel)
		test_kernel_case(run, &flow, result);
	run->npassed += result->passed;
	arena_rewind(job->scratch, mark);
}

static void run_block(struct test_run *run, const struct case_block *block)
{
	struct job *job = run->job;
	struct library *library;
	struct binding *binding;
	struct str path;
	bool ok;

	run->block = block;
	if (!block->cases.n)
		return;
	job->ruleset = ruleset_new(job->compile.arena, &job->ruleset->target);
	library = use_library(run);
	path = filter_path(run);
	binding = block_binding(run);
	ok = use_sets(run) && binding &&
	     (!path.len || file_there(run, path, binding->filter_span)) &&
	     job_compile(job, binding, path, STAGE_MAX, NULL);
	*library = job->library;
	if (!ok) {
		run->refused = true;
		return;
	}
	coverage_filter(&run->coverage, job->top);
	if (run->o->kernel)
		test_kernel_block(run, binding);
	for (size_t i = 0; i < block->cases.n; i++)
		run_case(run, &job->ruleset->entry.at[0], &block->cases.at[i]);
}

void test_run_file(struct test_run *run, struct str path)
{
	struct compile *c = &run->job->compile;
	struct source *source = compile_read(c, path);
	struct case_file file;
	size_t ncase = 0;

	if (!source) {
		run->refused = true;
		return;
	}
	diag_reach(&c->diag, source);
	run->folder = str_is(path, "-") ? STR(".") : folder_of(path);
	/* what is understood runs all the same: more mistakes are seen at once */
	if (!cases_parse(c, source, &file))
		run->refused = true;
	for (size_t i = 0; i < file.block.n; i++) {
		run_block(run, &file.block.at[i]);
		ncase += file.block.at[i].cases.n;
	}
	if (ncase)
		return;
	diag_report(&c->diag, DIAG_CASE_LINE, (struct span){source, 0, 0},
		    "there is no case in this file");
	run->refused = true;
}
