/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <unistd.h>

#include "compiler/cli/host.h"
#include "emit/emit.h"
#include "runtime/folder.h"
#include "runtime/inventory.h"

#define KEPT ".nft"
/* of all interfaces with one top filter; no name of an interface has such an ending */
#define ALL ".interfaces"
/* more interfaces than these are kept together: files are what takes the time */
#define APART_MAX 16
/* the name is none that a file of the store gives away */
#define CLOSED                                                                                     \
	"<filter name='nwfc-closed'><rule action='drop' direction='inout' priority='-1000'/>"      \
	"</filter>"

static struct str kept_name(struct host *h, struct str tap)
{
	return str_printf(h->store.arena, "%.*s" KEPT, STR_ARG(tap));
}

/* what is the same is not written again: most of an apply to a host that was booted */
static void keep_text(struct host *h, struct str name, struct str text)
{
	struct str path = store_path(&h->store, STORE_STATE, name);
	/* a name that store_recover() sweeps */
	struct str new = store_path(&h->store, STORE_STATE,
				    str_printf(h->store.arena, ".%.*s.new", STR_ARG(name)));
	struct str now;

	if (folder_read(h->store.arena, path.ptr, &now) && str_eq(now, text))
		return;
	if (!folder_make(store_folder(&h->store, STORE_STATE).ptr) || !folder_put(new.ptr, text) ||
	    rename(new.ptr, path.ptr))
		fprintf(stderr, "nwfc: cannot keep a ruleset in %.*s: %m\n", STR_ARG(path));
}

static void keep_ruleset(struct host *h, struct str name, const struct ruleset *rs)
{
	struct buf text;

	buf_init(&text);
	emit_addition(rs, &text);
	keep_text(h, name, buf_str(&text));
	buf_release(&text);
}

/* it is to load beside others, whose programs may be later ones */
static enum way_in apart(const struct entry *e)
{
	return e->way == WAY_SHARED ? WAY_DIRECT : e->way;
}

static struct str all_name(struct host *h, struct str filter)
{
	return str_printf(h->store.arena, "%.*s" ALL,
			  STR_ARG(store_file_of(h->store.arena, filter)));
}

static void list_kept(struct host *h, struct names *ret)
{
	*ret = (struct names){0};
	folder_list(h->store.arena, store_folder(&h->store, STORE_STATE).ptr, ret);
}

/* an empty file says that there is none, whatever a file of many has */
static void forget(struct host *h, struct str tap)
{
	struct names names;
	bool many = false;

	list_kept(h, &names);
	for (size_t i = 0; i < names.at.n; i++)
		many |= str_ends(names.at.at[i], STR(ALL));
	if (many)
		keep_text(h, kept_name(h, tap), (struct str){0});
	else
		unlink(store_path(&h->store, STORE_STATE, kept_name(h, tap)).ptr);
}

static void keep_one(struct host *h, struct str tap, const struct entry *e)
{
	struct ruleset one;

	if (!e) {
		forget(h, tap);
		return;
	}
	ruleset_view(h->job->ruleset, (size_t)(e - h->job->ruleset->entry.at), &one);
	one.entry.at[0].way = apart(e);
	keep_ruleset(h, kept_name(h, tap), &one);
}

static void keep_filter(struct host *h, struct str filter)
{
	struct ruleset all;

	ruleset_of_filter(h->job->ruleset, filter, &all);
	for (size_t i = 0; i < all.entry.n; i++)
		all.entry.at[i].way = apart(&all.entry.at[i]);
	keep_ruleset(h, all_name(h, filter), &all);
}

/* a file for each top filter; what those of single interfaces say is older then */
static void keep_together(struct host *h, const struct table *entries)
{
	const struct ruleset *rs = h->job->ruleset;
	struct table seen = {0};
	struct names names;

	for (size_t i = 0; i < rs->entry.n; i++) {
		struct str filter = rs->entry.at[i].binding->filter;

		if (table_get(&seen, filter))
			continue;
		table_put(&seen, h->store.arena, filter, h);
		keep_filter(h, filter);
	}
	list_kept(h, &names);
	for (size_t i = 0; i < names.at.n; i++) {
		struct str tap = names.at.at[i];

		if (!str_ends(tap, STR(KEPT)))
			continue;
		tap.len -= sizeof(KEPT) - 1;
		if (table_get(entries, tap))
			unlink(store_path(&h->store, STORE_STATE, names.at.at[i]).ptr);
	}
}

void fallback_keep(struct host *h, const struct apply_options *options,
		   const struct apply_report *report)
{
	struct ruleset *rs = h->job->ruleset;
	bool together = options->whole && !options->keep.n && report->tap.n > APART_MAX;
	struct table entries = {0};

	for (size_t i = 0; i < rs->entry.n; i++)
		table_put(&entries, h->store.arena, rs->entry.at[i].binding->tap, &rs->entry.at[i]);
	if (together)
		keep_together(h, &entries);
	for (size_t i = 0; i < report->tap.n; i++) {
		const struct entry *e = table_get(&entries, report->tap.at[i]->tap);

		if (!together || !e)
			keep_one(h, report->tap.at[i]->tap, e);
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

/* of the file of many: what stands in front, and what is behind the note of the interface */
static struct str part_of(struct host *h, struct str all, struct str tap)
{
	struct str mark = STR("\n# " NOTE_TAP " ");
	struct str own = str_printf(h->store.arena, "%.*s%.*s:", STR_ARG(mark), STR_ARG(tap));
	const char *front = memmem(all.ptr, all.len, mark.ptr, mark.len);
	const char *from = memmem(all.ptr, all.len, own.ptr, own.len);
	const char *end = all.ptr + all.len;
	const char *to;

	if (!front || !from)
		return (struct str){0};
	to = memmem(from + 1, (size_t)(end - from) - 1, mark.ptr, mark.len);
	to = to ? to : end;
	return str_printf(h->store.arena, "%.*s%.*s", (int)(front - all.ptr), all.ptr,
			  (int)(to - from), from);
}

static bool read_together(struct host *h, struct str file, struct str tap, struct str *ret)
{
	struct str all;

	if (!folder_read(h->store.arena, store_path(&h->store, STORE_STATE, file).ptr, &all))
		return false;
	*ret = part_of(h, all, tap);
	return ret->len > 0;
}

/* which file it is among follows from the binding; of a damaged one, any that has it */
static bool read_kept(struct host *h, const struct stored_binding *b, struct str *ret)
{
	struct str own = store_path(&h->store, STORE_STATE, kept_name(h, b->tap));
	struct names names;

	if (folder_read(h->store.arena, own.ptr, ret))
		return ret->len > 0;
	if (b->binding)
		return read_together(h, all_name(h, b->binding->filter), b->tap, ret);
	list_kept(h, &names);
	for (size_t i = 0; i < names.at.n; i++)
		if (str_ends(names.at.at[i], STR(ALL)) &&
		    read_together(h, names.at.at[i], b->tap, ret))
			return true;
	return false;
}

static bool load_kept(struct host *h, const struct stored_binding *kept)
{
	struct backend *b = h->runtime.backend;
	struct buf ignored;
	struct str text;
	bool ok, loaded;

	/* one that a crash of the machine left empty is none */
	if (!read_kept(h, kept, &text))
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
	kept = !loaded && load_kept(h, b);
	h->fell_back |= kept;
	say(b, loaded, kept);
	if (!loaded && !kept)
		return close_tap(h, b);
	*VEC_PUSH(h->store.arena, &options->keep) = b->tap;
	return true;
}
