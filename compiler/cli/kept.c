/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/kept.h"

#include <stdio.h>
#include <unistd.h>

#include "emit/emit.h"
#include "emit/spell.h"
#include "runtime/folder.h"

/* endings of files: of an interface, of all with one top filter, of a group */
#define OWN ".nft"
#define TOGETHER ".interfaces"
#define GROUP ".group"
/* more interfaces than these are kept together: files are what takes the time */
#define OWN_MAX 16
/* what is loaded again has entry chains of its own: the group's may have gone on */
#define KEPT_GROUP "/kept"

static struct str own_file(struct host *h, struct str tap)
{
	return str_printf(h->store.arena, "%.*s" OWN, STR_ARG(tap));
}

static struct str together_file(struct host *h, struct str filter)
{
	return str_printf(h->store.arena, "%.*s" TOGETHER,
			  STR_ARG(store_file_of(h->store.arena, filter)));
}

/* as notes spell it */
static struct str group_file(struct host *h, struct str group)
{
	struct buf name;
	struct str copy;

	buf_init(&name);
	spell_name(&name, group);
	buf_puts(&name, GROUP);
	copy = str_dup(h->store.arena, buf_str(&name));
	buf_release(&name);
	return copy;
}

/* what is the same is not written again: most of an apply to a host that was booted */
static void keep_text(struct host *h, struct str name, const struct buf *text)
{
	struct str path = store_path(&h->store, STORE_STATE, name);
	/* a name that store_recover() sweeps */
	struct str new = store_path(&h->store, STORE_STATE,
				    str_printf(h->store.arena, ".%.*s.new", STR_ARG(name)));
	struct str now;

	if (folder_read(h->store.arena, path.ptr, &now) && str_eq(now, buf_str(text)))
		return;
	if (text->failed || !folder_make(store_folder(&h->store, STORE_STATE).ptr) ||
	    !folder_put(new.ptr, buf_str(text)) || rename(new.ptr, path.ptr))
		fprintf(stderr, "nwfc: cannot keep a ruleset in %.*s: %m\n", STR_ARG(path));
}

static void list_kept(struct host *h, struct names *ret)
{
	*ret = (struct names){0};
	folder_list(h->store.arena, store_folder(&h->store, STORE_STATE).ptr, ret);
}

/* the entry as it is kept */
static struct entry kept_entry(struct host *h, const struct entry *e)
{
	struct entry kept = *e;

	if (kept.way == WAY_SHARED)
		kept.group = str_printf(h->store.arena, "%.*s" KEPT_GROUP, STR_ARG(e->group));
	return kept;
}

/* what stands in front of the elements of the entry, and of its group */
static void put_front(struct host *h, const struct entry *e, struct buf *out)
{
	struct ruleset *rs = h->job->ruleset;
	struct binding none = {0};
	struct ruleset one;

	ruleset_view(rs, (size_t)(e - rs->entry.at), &one);
	one.entry.at[0] = kept_entry(h, e);
	/* it is the same whoever is in the group */
	if (e->way == WAY_SHARED)
		one.entry.at[0].binding = &none;
	emit_front(&one, out);
}

static void keep_group(struct host *h, const struct entry *e)
{
	struct buf text;

	buf_init(&text);
	put_front(h, e, &text);
	keep_text(h, group_file(h, kept_entry(h, e).group), &text);
	buf_release(&text);
}

/* an empty file says that there is none, whatever a file of many has */
static void forget(struct host *h, struct str tap)
{
	struct names names;
	struct buf none;
	bool many = false;

	list_kept(h, &names);
	for (size_t i = 0; i < names.at.n; i++)
		many |= str_ends(names.at.at[i], STR(TOGETHER));
	buf_init(&none);
	if (many)
		keep_text(h, own_file(h, tap), &none);
	else
		unlink(store_path(&h->store, STORE_STATE, own_file(h, tap)).ptr);
	buf_release(&none);
}

static void keep_own(struct host *h, const struct entry *e)
{
	struct entry kept = kept_entry(h, e);
	struct buf text;

	buf_init(&text);
	if (e->way != WAY_SHARED)
		put_front(h, e, &text);
	emit_elements_of(&kept, &text);
	keep_text(h, own_file(h, e->binding->tap), &text);
	buf_release(&text);
}

static void keep_filter(struct host *h, struct str filter)
{
	const struct ruleset *rs = h->job->ruleset;
	struct buf text;

	buf_init(&text);
	for (size_t i = 0; i < rs->entry.n; i++) {
		struct entry kept = kept_entry(h, &rs->entry.at[i]);

		if (kept.way == WAY_SHARED && str_eq(kept.binding->filter, filter))
			emit_elements_of(&kept, &text);
	}
	keep_text(h, together_file(h, filter), &text);
	buf_release(&text);
}

/* what files of single interfaces say is older now */
static void drop_own(struct host *h, const struct table *entries)
{
	struct names names;

	list_kept(h, &names);
	for (size_t i = 0; i < names.at.n; i++) {
		struct str tap = names.at.at[i];
		const struct entry *e;

		if (!str_ends(tap, STR(OWN)))
			continue;
		tap.len -= sizeof(OWN) - 1;
		e = table_get(entries, tap);
		if (e && e->way == WAY_SHARED)
			unlink(store_path(&h->store, STORE_STATE, names.at.at[i]).ptr);
	}
}

static void keep_together(struct host *h, const struct table *entries)
{
	const struct ruleset *rs = h->job->ruleset;
	struct table seen = {0};

	for (size_t i = 0; i < rs->entry.n; i++) {
		struct str filter = rs->entry.at[i].binding->filter;

		if (table_get(&seen, filter))
			continue;
		table_put(&seen, h->store.arena, filter, h);
		keep_filter(h, filter);
	}
	drop_own(h, entries);
}

static void keep_groups(struct host *h)
{
	const struct ruleset *rs = h->job->ruleset;
	struct table seen = {0};

	for (size_t i = 0; i < rs->entry.n; i++) {
		const struct entry *e = &rs->entry.at[i];

		if (e->way != WAY_SHARED || table_get(&seen, e->group))
			continue;
		table_put(&seen, h->store.arena, e->group, h);
		keep_group(h, e);
	}
}

void fallback_keep(struct host *h, const struct apply_options *options,
		   const struct apply_report *report)
{
	struct ruleset *rs = h->job->ruleset;
	bool together = options->whole && !options->keep.n && report->tap.n > OWN_MAX;
	struct table entries = {0};

	for (size_t i = 0; i < rs->entry.n; i++)
		table_put(&entries, h->store.arena, rs->entry.at[i].binding->tap, &rs->entry.at[i]);
	if (report->tap.n)
		keep_groups(h);
	if (together)
		keep_together(h, &entries);
	for (size_t i = 0; i < report->tap.n; i++) {
		const struct entry *e = table_get(&entries, report->tap.at[i]->tap);

		if (!e)
			forget(h, report->tap.at[i]->tap);
		else if (!e->stands && (!together || e->way != WAY_SHARED))
			keep_own(h, e);
	}
}

/* what is behind the note of the interface, with the note */
static bool find_part(struct host *h, struct str all, struct str tap, struct str *ret)
{
	struct str mark = STR("\n# " NOTE_TAP " ");
	struct str own = str_printf(h->store.arena, "%.*s%.*s:", STR_ARG(mark), STR_ARG(tap));
	const char *from = memmem(all.ptr, all.len, own.ptr, own.len);
	const char *end = all.ptr + all.len;
	const char *to;

	if (!from)
		return false;
	to = memmem(from + 1, (size_t)(end - from) - 1, mark.ptr, mark.len);
	*ret = (struct str){from, (size_t)((to ? to : end) - from)};
	return true;
}

static bool read_file(struct host *h, struct str name, struct str *ret)
{
	return folder_read(h->store.arena, store_path(&h->store, STORE_STATE, name).ptr, ret);
}

/* of a damaged binding, any file that has it */
static bool read_together(struct host *h, const struct stored_binding *b, struct str *ret)
{
	struct names names;
	struct str all;

	if (b->binding)
		return read_file(h, together_file(h, b->binding->filter), &all) &&
		       find_part(h, all, b->tap, ret);
	list_kept(h, &names);
	for (size_t i = 0; i < names.at.n; i++)
		if (str_ends(names.at.at[i], STR(TOGETHER)) && read_file(h, names.at.at[i], &all) &&
		    find_part(h, all, b->tap, ret))
			return true;
	return false;
}

/* "\n# tap NAME: group GROUP\n" in front: then the file of the group goes before it */
static bool add_group(struct host *h, struct str *text)
{
	struct str rest = *text;
	struct str line, front;

	str_cut(&rest, '\n');
	line = str_cut(&rest, '\n');
	str_cut(&line, ':');
	if (!str_starts(line, STR(" " NOTE_GROUP " ")))
		return true;
	line = (struct str){line.ptr + sizeof(" " NOTE_GROUP " ") - 1,
			    line.len - sizeof(" " NOTE_GROUP " ") + 1};
	if (!read_file(h, group_file(h, line), &front))
		return false;
	*text = str_printf(h->store.arena, "%.*s%.*s", STR_ARG(front), STR_ARG(*text));
	return true;
}

bool kept_read(struct host *h, const struct stored_binding *b, struct str *ret)
{
	if (!read_file(h, own_file(h, b->tap), ret) && !read_together(h, b, ret))
		return false;
	/* one that a crash of the machine left empty is none, too */
	return ret->len && add_group(h, ret);
}
