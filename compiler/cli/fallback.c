/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <unistd.h>

#include "compiler/cli/host.h"
#include "emit/emit.h"
#include "runtime/folder.h"
#include "runtime/inventory.h"

#define KEPT ".nft"
/* the name is none that a file of the store gives away */
#define CLOSED                                                                                     \
	"<filter name='nwfc-closed'><rule action='drop' direction='inout' priority='-1000'/>"      \
	"</filter>"

static struct str kept_path(struct host *h, struct str tap)
{
	return store_path(&h->store, STORE_STATE,
			  str_printf(h->store.arena, "%.*s" KEPT, STR_ARG(tap)));
}

/* a name that store_recover() sweeps */
static struct str kept_new(struct host *h, struct str tap)
{
	return store_path(&h->store, STORE_STATE,
			  str_printf(h->store.arena, ".%.*s" KEPT ".new", STR_ARG(tap)));
}

/* what is the same is not written again: most of an apply to a host that was booted */
static void keep_text(struct host *h, struct str tap, struct str text)
{
	struct str path = kept_path(h, tap);
	struct str new = kept_new(h, tap);
	struct str now;

	if (folder_read(h->store.arena, path.ptr, &now) && str_eq(now, text))
		return;
	if (!folder_make(store_folder(&h->store, STORE_STATE).ptr) || !folder_put(new.ptr, text) ||
	    rename(new.ptr, path.ptr))
		fprintf(stderr, "nwfc: cannot keep the ruleset of %.*s in %.*s: %m\n", STR_ARG(tap),
			STR_ARG(path));
}

void fallback_keep(struct host *h, const struct apply_report *report)
{
	struct ruleset *rs = h->job->ruleset;
	struct table entries = {0};
	struct ruleset one;
	struct buf text;

	for (size_t i = 0; i < rs->entry.n; i++)
		table_put(&entries, h->store.arena, rs->entry.at[i].binding->tap, &rs->entry.at[i]);
	for (size_t i = 0; i < report->tap.n; i++) {
		struct str tap = report->tap.at[i]->tap;
		const struct entry *e = table_get(&entries, tap);

		if (!e) {
			unlink(kept_path(h, tap).ptr);
			continue;
		}
		ruleset_view(rs, (size_t)(e - rs->entry.at), &one);
		/* it is to load beside others, whose programs may be later ones */
		if (e->way == WAY_SHARED)
			one.entry.at[0].way = WAY_DIRECT;
		buf_init(&text);
		emit_addition(&one, &text);
		keep_text(h, tap, buf_str(&text));
		buf_release(&text);
	}
}

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

static bool load_kept(struct host *h, struct str tap)
{
	struct backend *b = h->runtime.backend;
	struct buf ignored;
	struct str text;
	bool ok, loaded;

	if (!folder_read(h->store.arena, kept_path(h, tap).ptr, &text))
		return false;
	buf_init(&ignored);
	ok = b->run(b, text, h->options->check, &ignored);
	buf_release(&ignored);
	h->inventory = NULL;
	/* a file that a crash of the machine left empty loads too */
	return ok &&
	       (h->options->check ? text.len > 0 : fallback_loaded(h, tap, &loaded) && loaded);
}

static bool close_tap(struct host *h, const struct stored_binding *b)
{
	struct binding *binding = ARENA_NEW(h->store.arena, struct binding);
	struct filter *closed = library_find(&h->job->library, STR("nwfc-closed"));

	if (!closed)
		closed = library_add_text(&h->job->library, STR("<closed>"), STR(CLOSED));
	binding->tap = b->tap;
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

bool fallback_load(struct host *h, const struct stored_binding *b, struct apply_options *options)
{
	bool loaded, kept;

	if (!fallback_loaded(h, b->tap, &loaded))
		return false;
	kept = !loaded && load_kept(h, b->tap);
	h->fell_back |= kept;
	say(b, loaded, kept);
	if (!loaded && !kept)
		return close_tap(h, b);
	*VEC_PUSH(h->store.arena, &options->keep) = b->tap;
	return true;
}
