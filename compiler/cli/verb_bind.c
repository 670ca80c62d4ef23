/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <unistd.h>

#include "compiler/canonical.h"
#include "compiler/cli/attach.h"
#include "compiler/cli/host.h"
#include "compiler/cli/verbs.h"
#include "compiler/cli/wanted.h"

/* is a filter of the binding from elsewhere than where later runs look? */
static bool from_elsewhere(struct host *h, struct str name, struct table *seen)
{
	struct library *lib = &h->job->library;
	struct filter *f = library_find(lib, name);
	bool found = false;

	if (!f || table_get(seen, name))
		return false;
	table_put(seen, h->store.arena, name, f);
	/* the folders of the command line come first; a file's number is the greatest */
	found = library_folder_of(lib, f) < h->options->ninclude ||
		library_folder_of(lib, f) >= lib->folder.n;
	for (size_t i = 0; i < f->item.n && !found; i++)
		if (f->item.at[i].kind == ITEM_FILTERREF)
			found = from_elsewhere(h, f->item.at[i].filterref->name, seen);
	return found;
}

static void put(struct host *h, const struct binding *b, bool transient, bool detached)
{
	enum store_folder folder = transient ? STORE_TRANSIENT : STORE_BINDINGS;
	struct buf text;

	buf_init(&text);
	canonical_binding(b, &text);
	/* a transient one would hide it */
	if (!transient || detached)
		host_remove(h, STORE_TRANSIENT, host_binding_file(h, b->tap, false));
	if (!detached)
		host_remove(h, STORE_TRANSIENT, host_binding_file(h, b->tap, true));
	store_put(&h->store, folder, host_binding_file(h, b->tap, detached),
		  str_dup(h->store.arena, buf_str(&text)));
	buf_release(&text);
}

bool bind_one(struct host *h, struct binding *b, struct str path, bool transient)
{
	struct table seen = {0};
	const struct parameter *unfit;
	struct diag *d;
	bool detached;

	if (!attach_settle(h, b) || !job_compile(h->job, b, path, STAGE_MAX, NULL))
		return false;
	detached = path.len || from_elsewhere(h, b->filter, &seen);
	if (detached && !transient) {
		d = diag_report(&h->job->compile.diag, DIAG_NOT_STORED, b->filter_span,
				"filter \"%.*s\" is not in the store, so this binding cannot last",
				STR_ARG(b->filter));
		diag_help(&h->job->compile.diag, d,
			  "nwfc define it and what it refers to, or give --transient");
		return false;
	}
	unfit = canonical_unfit(b);
	if (unfit && !transient) {
		diag_report(&h->job->compile.diag, DIAG_PARAMETER, unfit->span,
			    "no binding can hold the value of \"%.*s\": it has other characters "
			    "than letters, digits, _ . and :",
			    STR_ARG(unfit->name));
		return false;
	}
	put(h, b, transient, detached || unfit);
	return true;
}

int bind_wanted(struct host *h, bool transient)
{
	struct apply_options options = {0};
	struct wanted w;
	int code = wanted_read(h->job, h->options, &w);
	bool ok = true;

	if (code)
		return code;
	/* the store may have another filter of that name */
	if (w.path.len)
		h->job->ruleset->way = WAY_DIRECT;
	for (size_t i = 0; i < w.binding.n; i++) {
		ok &= bind_one(h, w.binding.at[i], w.path, transient);
		session_progress(i + 1, w.binding.n);
	}
	return ok ? host_change(h, options) : EXIT_INPUT;
}

int verb_bind(struct host *h)
{
	return bind_wanted(h, h->options->transient);
}

int verb_unbind(struct host *h)
{
	const struct options *o = h->options;
	struct apply_options options = {0};
	struct table seen = {0};

	if (!o->operand.n)
		return usage_error("name the interfaces to unbind");
	for (size_t i = 0; i < o->operand.n; i++) {
		struct str tap = str_of(o->operand.at[i]);

		if (!tap_name_ok(tap))
			return usage_error("'%s' is no name of an interface", tap.ptr);
		if (table_get(&seen, tap))
			continue;
		table_put(&seen, h->store.arena, tap, h);
		host_remove(h, STORE_BINDINGS, host_binding_file(h, tap, false));
		host_remove(h, STORE_TRANSIENT, host_binding_file(h, tap, false));
		host_remove(h, STORE_TRANSIENT, host_binding_file(h, tap, true));
		*VEC_PUSH(h->store.arena, &options.gone) = tap;
	}
	return host_change(h, options);
}
