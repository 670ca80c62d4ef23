/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <unistd.h>

#include "compiler/cli/attach.h"
#include "compiler/cli/host.h"
#include "compiler/cli/verbs.h"

/* bindings that do not compile, or cannot */
struct left {
	VEC(const struct stored_binding *) at;
	bool failed;
};

static void compile_or_leave(struct host *h, const struct stored_binding *b, struct left *left)
{
	if (!b->detached && host_compile(h, b))
		return;
	*VEC_PUSH(h->store.arena, &left->at) = b;
	left->failed |= !b->detached;
}

static int load(struct host *h, const struct left *left, bool keep_going,
		struct apply_options options)
{
	int code;

	if (left->failed && !keep_going)
		return EXIT_INPUT;
	for (size_t i = 0; i < left->at.n; i++)
		if (!fallback_load(h, left->at.at[i], &options))
			return EXIT_KERNEL;
	code = host_change(h, options);
	return left->failed && (code == EXIT_FINE || code == EXIT_CHANGED) ? EXIT_INPUT : code;
}

int apply_stored(struct host *h, bool keep_going)
{
	struct apply_options options = {.exact = true, .whole = true};
	struct stored_list list;
	struct left left = {0};

	if (!host_bindings(h, &list) || (!attach_guarded(h, &list) && !keep_going))
		return EXIT_INPUT;
	VEC_ROOM(h->job->compile.arena, &h->job->ruleset->entry, list.at.n);
	for (size_t i = 0; i < list.at.n; i++) {
		compile_or_leave(h, list.at.at[i], &left);
		session_progress(i + 1, list.at.n);
	}
	return load(h, &left, keep_going, options);
}

const struct stored_binding *stored_binding_of(struct host *h, struct str tap)
{
	struct diag_list *diag = &h->job->compile.diag;
	const struct stored_binding *b = host_binding(h, STORE_TRANSIENT, tap);
	struct str detached = host_binding_file(h, tap, true);
	struct diag *d;

	if (b)
		return b;
	if (!access(store_path(&h->store, STORE_TRANSIENT, detached).ptr, F_OK)) {
		d = diag_report(diag, DIAG_NOT_STORED, (struct span){0},
				"the binding of \"%.*s\" is detached and cannot be compiled again",
				STR_ARG(tap));
		diag_help(diag, d, "nwfc bind it with a filter of the store");
		return NULL;
	}
	b = host_binding(h, STORE_BINDINGS, tap);
	if (!b)
		diag_report(diag, DIAG_NOT_STORED, (struct span){0},
			    "interface \"%.*s\" has no binding", STR_ARG(tap));
	return b;
}

/* these interfaces alone; what others have loaded is not touched */
static int apply_some(struct host *h)
{
	const struct options *o = h->options;
	struct apply_options options = {0};
	struct table seen = {0};
	struct left left = {0};
	bool found = true;

	for (size_t i = 0; i < o->operand.n; i++) {
		struct str tap = str_of(o->operand.at[i]);
		const struct stored_binding *b;

		if (!tap_name_ok(tap))
			return usage_error("'%s' is no name of an interface", tap.ptr);
		if (table_get(&seen, tap))
			continue;
		table_put(&seen, h->store.arena, tap, h);
		b = stored_binding_of(h, tap);
		if (b)
			compile_or_leave(h, b, &left);
		else
			found = false;
	}
	return found ? load(h, &left, o->keep_going, options) : EXIT_INPUT;
}

int verb_apply(struct host *h)
{
	const struct options *o = h->options;

	if (o->tap || o->mac || o->parameter.n || o->binding.n || o->bindings)
		return bind_wanted(h, true);
	return o->operand.n ? apply_some(h) : apply_stored(h, o->keep_going);
}
