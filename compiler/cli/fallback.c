/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <unistd.h>

#include "compiler/cli/attach.h"
#include "compiler/cli/host.h"
#include "compiler/cli/kept.h"
#include "emit/emit.h"
#include "runtime/inventory.h"

/* the name is none that a file of the store gives away */
#define CLOSED                                                                                     \
	"<filter name='nwfc-closed'><rule action='drop' direction='inout' priority='-1000'/>"      \
	"</filter>"

bool fallback_loaded(struct host *h, struct str tap, bool *ret_loaded)
{
	struct inventory *inv = h->inventory;

	if (!inv) {
		inv = ARENA_NEW(h->store.arena, struct inventory);
		if (!inventory_read(inv, &h->runtime, &h->job->compile.diag))
			return false;
		h->inventory = inv;
	}
	*ret_loaded = false;
	for (int id = 0; id < HOOK_MAX; id++)
		*ret_loaded |= inventory_element(inv, (enum hook_id)id, tap) != NULL;
	return !inv->failed;
}

static bool load_kept(struct host *h, const struct stored_binding *kept)
{
	struct backend *b = h->runtime.backend;
	struct buf ignored;
	struct str text;
	bool ok, loaded;

	/* one that a crash of the machine left empty is none */
	if (!kept_read(h, kept, &text))
		return false;
	buf_init(&ignored);
	ok = b->run(b, text, h->options->check, &ignored);
	buf_release(&ignored);
	h->inventory = NULL;
	return ok && (h->options->check || (fallback_loaded(h, kept->tap, &loaded) && loaded));
}

static bool close_tap(struct host *h, const struct stored_binding *b)
{
	struct binding *binding = ARENA_NEW(h->store.arena, struct binding);
	struct filter *closed = library_find(&h->job->library, STR("nwfc-closed"));

	if (!closed)
		closed = library_add_text(&h->job->library, STR("<closed>"), STR(CLOSED));
	binding->tap = b->tap;
	binding->attach = attach_actual(h, b->tap, b->binding ? b->binding->attach : ATTACH_UNSAID);
	binding->filter = closed->name;
	return job_compile_filter(h->job, binding, closed);
}

static void say(const struct stored_binding *b, bool loaded, bool kept)
{
	/* that a detached one stays is no news */
	if (b->detached && loaded)
		return;
	fprintf(stderr, "nwfc: %.*s %s; %s\n", STR_ARG(b->tap),
		b->detached ? "cannot be compiled again" : "does not compile",
		loaded ? "it stays as it is loaded"
		: kept ? "the last ruleset that was loaded is loaded again"
		       : "it drops everything");
}

static bool is_misplaced(struct host *h, const struct stored_binding *b)
{
	return b->binding && b->binding->attach != ATTACH_UNSAID &&
	       attach_actual(h, b->tap, b->binding->attach) != b->binding->attach;
}

bool fallback_load(struct host *h, const struct stored_binding *b, struct apply_options *options)
{
	bool loaded, kept;

	if (!fallback_loaded(h, b->tap, &loaded))
		return false;
	/* what is loaded for another kind of interface sees none of its frames */
	if (is_misplaced(h, b))
		loaded = false;
	kept = !loaded && !is_misplaced(h, b) && load_kept(h, b);
	h->fell_back |= kept;
	say(b, loaded, kept);
	if (!loaded && !kept)
		return close_tap(h, b);
	*VEC_PUSH(h->store.arena, &options->keep) = b->tap;
	return true;
}
