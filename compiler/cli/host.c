/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "compiler/cli/attach.h"
#include "compiler/cli/config.h"
#include "compiler/cli/verbs.h"
#include "compiler/parse.h"
#include "runtime/folder.h"
#include "runtime/probe.h"

#define DETACHED ".detached"
#define PLAIN ".xml"

#define DOT "%2E"

/* a dot in front would hide the file */
struct str host_binding_file(struct host *h, struct str tap, bool detached)
{
	bool dot = str_starts(tap, STR("."));

	return str_printf(h->store.arena, "%s%.*s%s", dot ? DOT : "", (int)(tap.len - dot),
			  tap.ptr + dot, detached ? DETACHED : PLAIN);
}

static struct str tap_of_file(struct host *h, struct str file, bool detached)
{
	struct str tap = {file.ptr, file.len - (detached ? sizeof(DETACHED) : sizeof(PLAIN)) + 1};
	size_t dot = sizeof(DOT) - 1;

	return str_starts(tap, STR(DOT))
		       ? str_printf(h->store.arena, ".%.*s", (int)(tap.len - dot), tap.ptr + dot)
		       : tap;
}

/* one that does not parse is none, or of another interface than its file says */
static struct binding *read_binding(struct host *h, const struct stored_binding *b)
{
	struct compile *c = &h->job->compile;
	struct source *source = compile_read(c, store_path(&h->store, b->folder, b->file));
	struct binding *binding;
	struct diag *d;

	if (!source)
		return NULL;
	diag_reach(&c->diag, source);
	binding = parse_binding(c, source);
	if (!binding || str_eq(binding->tap, b->tap))
		return binding;
	d = diag_report(&c->diag, DIAG_STORE, binding->tap_span,
			"the file is that of interface \"%.*s\", not of \"%.*s\"", STR_ARG(b->tap),
			STR_ARG(binding->tap));
	diag_help(&c->diag, d, "nwfc bind %.*s puts it in its place", STR_ARG(source->name));
	return NULL;
}

struct stored_binding *host_binding(struct host *h, enum store_folder folder, struct str tap)
{
	struct stored_binding *b;
	struct str file = host_binding_file(h, tap, false);

	if (access(store_path(&h->store, folder, file).ptr, F_OK))
		return NULL;
	b = ARENA_NEW(h->store.arena, struct stored_binding);
	*b = (struct stored_binding){.tap = tap, .folder = folder, .file = file};
	b->binding = read_binding(h, b);
	return b;
}

static void add_binding(struct host *h, struct stored_list *list, enum store_folder folder,
			struct str file)
{
	struct arena *arena = h->store.arena;
	struct stored_binding *b = ARENA_NEW(arena, struct stored_binding);

	b->folder = folder;
	b->file = file;
	b->detached = str_ends(b->file, STR(DETACHED));
	b->tap = tap_of_file(h, file, b->detached);
	if (table_get(&list->by_tap, b->tap))
		return;
	b->binding = read_binding(h, b);
	table_put(&list->by_tap, arena, b->tap, b);
	*VEC_PUSH(arena, &list->at) = b;
}

static bool add_folder(struct host *h, struct stored_list *list, enum store_folder folder)
{
	struct str path = store_folder(&h->store, folder);
	struct names names;

	if (!folder_list(h->store.arena, path.ptr, &names)) {
		diag_report(&h->job->compile.diag, DIAG_FILE_UNREADABLE, (struct span){0},
			    "cannot read folder %.*s: %m", STR_ARG(path));
		return false;
	}
	for (size_t i = 0; i < names.at.n; i++)
		if (str_ends(names.at.at[i], STR(PLAIN)) || str_ends(names.at.at[i], STR(DETACHED)))
			add_binding(h, list, folder, names.at.at[i]);
	return true;
}

static int by_tap(const void *a, const void *b)
{
	const struct stored_binding *const *x = a;
	const struct stored_binding *const *y = b;

	return str_cmp((*x)->tap, (*y)->tap);
}

bool host_bindings(struct host *h, struct stored_list *ret)
{
	uint64_t start = nanoseconds();
	bool ok;

	*ret = (struct stored_list){0};
	devices_read(&h->devices, h->store.arena);
	ok = add_folder(h, ret, STORE_TRANSIENT) && add_folder(h, ret, STORE_BINDINGS);
	if (ret->at.n)
		qsort(ret->at.at, ret->at.n, sizeof(ret->at.at[0]), by_tap);
	h->job->input_time += nanoseconds() - start;
	return ok;
}

void host_remove(struct host *h, enum store_folder folder, struct str file)
{
	if (!access(store_path(&h->store, folder, file).ptr, F_OK))
		store_remove(&h->store, folder, file);
}

bool host_compile(struct host *h, const struct stored_binding *b)
{
	return b->binding && attach_settle(h, b->binding) &&
	       job_compile(h->job, b->binding, (struct str){0}, STAGE_MAX, NULL);
}

static bool reaches(struct library *lib, struct str from, struct str name, struct table *seen)
{
	struct filter *f;
	bool found = str_eq(from, name);

	if (found || table_get(seen, from))
		return found;
	table_put(seen, lib->compile->arena, from, lib);
	f = library_find(lib, from);
	for (size_t i = 0; f && i < f->item.n && !found; i++)
		if (f->item.at[i].kind == ITEM_FILTERREF)
			found = reaches(lib, f->item.at[i].filterref->name, name, seen);
	return found;
}

bool host_reaches(struct host *h, const struct binding *binding, struct str name)
{
	struct table seen = {0};

	return reaches(&h->job->library, binding->filter, name, &seen);
}

bool host_stores(struct host *h, const struct filter *f)
{
	struct library *lib = &h->job->library;
	struct str folder = store_folder(&h->store, STORE_FILTERS);
	struct str name = f->source->name;
	size_t at = library_folder_of(lib, f);

	return (at < lib->folder.n && str_eq(lib->folder.at[at], folder)) ||
	       (str_starts(name, folder) && name.len > folder.len && name.ptr[folder.len] == '/');
}

static void print_taps(FILE *out, const struct apply_report *r)
{
	static const char *const words[] = {
		[TAP_ADDED] = "add", [TAP_SET] = "change", [TAP_REMOVED] = "remove"};

	for (size_t i = 0; i < r->tap.n; i++)
		fprintf(out, "%s %.*s\n", words[r->tap.at[i]->kind], STR_ARG(r->tap.at[i]->tap));
}

/* what only interfaces used that are gone went as well: nothing that filters has changed */
static bool only_spare(const struct apply_report *r)
{
	return r->bytes == r->spare && !r->collected && !r->tap.n;
}

static int report(const struct host *h, enum apply_result result, bool stored,
		  const struct apply_report *r)
{
	const struct options *o = h->options;

	if (result == APPLY_REFUSED)
		return EXIT_KERNEL;
	if (result == APPLY_CHANGED && only_spare(r))
		result = APPLY_NOTHING;
	for (size_t i = 0; i < r->waiting.n; i++)
		fprintf(h->out, "%.*s does not exist: its rules are loaded when it does\n",
			STR_ARG(r->waiting.at[i]));
	if (o->dry_run)
		print_taps(h->out, r);
	if (result == APPLY_NOTHING && h->fell_back)
		fprintf(h->out, "%s: last rulesets\n",
			o->check ? "the kernel would take it" : "changed");
	else if (result == APPLY_NOTHING)
		fprintf(h->out, "%s\n",
			stored ? "stored; what is loaded is right" : "nothing to do");
	else
		fprintf(h->out,
			"%s: %zu programs, %zu entries set, %zu removed, %zu old programs "
			"deleted\n",
			o->check ? "the kernel would take it" : "changed", r->programs, r->entries,
			r->removed, r->collected);
	return (result == APPLY_CHANGED || stored || h->fell_back) && o->detailed ? EXIT_CHANGED
										  : EXIT_FINE;
}

static bool reads_state(const struct ruleset *rs)
{
	return ruleset_stateful(rs, FAMILY_IPV4) || ruleset_stateful(rs, FAMILY_IPV6);
}

enum apply_result host_load(struct host *h, struct apply_options options, struct apply_report *ret)
{
	struct diag_list *diag = &h->job->compile.diag;
	struct ruleset *rs = h->job->ruleset;
	uint64_t start = nanoseconds();
	enum apply_result result = APPLY_REFUSED;

	*ret = (struct apply_report){0};
	/* what takes interfaces off, or stores a filter that nobody uses, needs no tables */
	if (!rs->entry.n && !options.exact)
		return apply_ruleset(&h->runtime, NULL, options, diag, ret);
	/* only a ruleset that reads the state of connections needs a way to it */
	if (h->options->target_given || !reads_state(rs) ||
	    probe_remembered(&h->runtime, true, &rs->target, diag))
		result = apply_ruleset(&h->runtime, rs, options, diag, ret);
	if (result == APPLY_REFUSED)
		probe_forget(&h->runtime);
	h->job->output_time += nanoseconds() - start;
	return result;
}

/* the kernel is asked between the parts of the store's change: all that can fail has failed then */
int host_change(struct host *h, struct apply_options options)
{
	struct diag_list *diag = &h->job->compile.diag;
	bool stored = h->store.edit.n && !h->options->check;
	struct apply_report r;
	enum apply_result result;

	options.check_only = h->options->check;
	if (stored && !store_prepare(&h->store, diag))
		return EXIT_INPUT;
	result = host_load(h, options, &r);
	/* before the store has the change: who dies here has the same change to make again */
	if (result != APPLY_REFUSED && !h->options->check)
		fallback_keep(h, &options, &r);
	if (stored && result == APPLY_REFUSED) {
		store_abandon(&h->store);
	} else if (stored && !store_commit(&h->store, diag)) {
		return EXIT_UNDONE;
	}
	return report(h, result, stored, &r);
}

bool host_lock(struct host *h)
{
	struct diag_list *diag = &h->job->compile.diag;

	return runtime_open(&h->runtime, h->store.arena, h->store.root, diag) &&
	       runtime_lock(&h->runtime, diag) &&
	       store_recover(&h->store, h->runtime.lock.orderly, diag) &&
	       (h->options->target_given ||
		probe_remembered(&h->runtime, false, &h->job->ruleset->target, diag));
}

static bool add_guard(struct job *job, const struct options *o)
{
	for (size_t i = 0; i < o->guard.n; i++) {
		struct str prefix = str_of(o->guard.at[i]);

		if (!tap_name_ok(prefix)) {
			usage_error("--guard: '%s' begins no name of an interface", prefix.ptr);
			return false;
		}
		*VEC_PUSH(job->compile.arena, &job->ruleset->guard) = prefix;
	}
	return true;
}

static int run(struct job *job, const struct options *o)
{
	const struct verb *verb = verb_find(o->verb);
	struct host h = {.job = job, .options = o, .out = stdout};
	int code = EXIT_KERNEL;

	store_init(&h.store, job->compile.arena, o->root ? o->root : "");
	if (!add_guard(job, o))
		return EXIT_USAGE;
	if (!(verb->bit & VERB_LOCKED) || host_lock(&h))
		code = verb->host(&h);
	runtime_close(&h.runtime);
	session_report(job, o);
	if (o->stats)
		session_stats(job);
	return code;
}

/* the kernel goes back to what is stored; a binding that does not compile keeps its rules */
static int revert(struct job *job, const struct options *o)
{
	/* not on standard output, where libvirt would take it for a document */
	struct host h = {.job = job, .options = o, .out = stderr};

	store_init(&h.store, job->compile.arena, o->root ? o->root : "");
	add_guard(job, o);
	if (host_lock(&h))
		apply_stored(&h, true);
	runtime_close(&h.runtime);
	session_report(job, o);
	return EXIT_UNDONE;
}

int host_session(const struct options *o)
{
	int code = session_run(o, &o->target, run);

	return code == EXIT_UNDONE ? session_run(o, &o->target, revert) : code;
}

int host_run(struct options *o)
{
	o->ninclude = o->include.n;
	if (!config_read(o))
		return EXIT_USAGE;
	if (o->show_config) {
		config_print(o);
		return EXIT_FINE;
	}
	o->check |= o->dry_run;
	return host_session(o);
}
