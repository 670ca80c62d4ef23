/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/library.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "compiler/nearest.h"
#include "compiler/parse.h"

/* where a filter was found: a folder's number, or it was named by its file */
#define BY_FILE SIZE_MAX
/* notes about files of a folder, when a name is not found there */
#define UNREADABLE_SHOWN 5

struct library_entry {
	struct filter *filter; /* NULL: the file defines none */
	size_t folder;
	/* another definition of the name in the same folder, which is reached with this one */
	const struct filter *twin;
	bool successor; /* of whatever has its name */
};

void library_init(struct library *lib, struct compile *c)
{
	*lib = (struct library){.compile = c, .builtin = SIZE_MAX};
}

void library_add_folder(struct library *lib, struct str path)
{
	library_add_system(lib, path);
	lib->ngiven++;
}

void library_add_system(struct library *lib, struct str path)
{
	*VEC_PUSH(lib->compile->arena, &lib->folder) = path;
}

void library_add_builtin(struct library *lib, struct str path)
{
	lib->builtin = lib->folder.n;
	library_add_system(lib, path);
}

static void check_uuid(struct library *lib, struct library_entry *new)
{
	struct diag_list *list = &lib->compile->diag;
	const struct filter *f = new->filter;
	const struct library_entry *first;
	struct diag *d;

	if (!f->uuid.len)
		return;
	first = table_get(&lib->by_uuid, f->uuid);
	if (!first) {
		table_put(&lib->by_uuid, lib->compile->arena, f->uuid, new);
		return;
	}
	/* a copy that hides the original keeps its uuid */
	if (f->name.ptr == first->filter->name.ptr)
		return;
	d = diag_report(list, DIAG_UUID_DUPLICATE, f->uuid_span,
			"filter \"%.*s\" has the uuid of \"%.*s\"", STR_ARG(f->name),
			STR_ARG(first->filter->name));
	diag_also(list, d, first->filter->uuid_span, "the other one");
	diag_help(list, d, "remove <uuid>, or write the output of uuidgen");
}

/* first and new have one name */
static void check_name(struct library *lib, struct library_entry *first,
		       const struct library_entry *new)
{
	struct diag_list *list = &lib->compile->diag;
	struct str name = new->filter->name;
	struct diag *d;

	if (first->successor || (first->folder != new->folder && first->folder >= lib->ngiven &&
				 first->folder != BY_FILE))
		return;
	if (first->folder != new->folder) {
		d = diag_report(list, DIAG_FILTER_SHADOWED, first->filter->name_span,
				"this filter \"%.*s\" hides another one of that name",
				STR_ARG(name));
		diag_also(list, d, new->filter->name_span, "the hidden one");
		return;
	}
	first->twin = new->filter;
	d = diag_report(list, DIAG_FILTER_DUPLICATE, new->filter->span,
			"filter \"%.*s\" is defined twice", STR_ARG(name));
	diag_also(list, d, first->filter->span, "the other definition");
	diag_help(list, d, "remove or rename one of them");
}

/* parses a file that was just read and indexes what it defines */
static struct library_entry *add_file(struct library *lib, const struct source *source,
				      size_t folder)
{
	struct arena *a = lib->compile->arena;
	struct library_entry *entry = ARENA_NEW(a, struct library_entry);
	struct library_entry *first;

	lib->named |= folder == BY_FILE;
	entry->folder = folder;
	entry->filter = parse_filter(lib->compile, source);
	if (!entry->filter)
		return entry;
	*VEC_PUSH(a, &lib->filter) = entry->filter;
	first = table_get(&lib->by_name, entry->filter->name);
	if (first)
		check_name(lib, first, entry);
	else
		table_put(&lib->by_name, a, entry->filter->name, entry);
	check_uuid(lib, entry);
	return entry;
}

/* what makes two paths one file; an empty string if there is none */
static struct str file_key(struct library *lib, struct str path, struct stat *st)
{
	struct arena *a = lib->compile->arena;

	if (str_is(path, "-") || stat(str_c(a, path), st))
		return (struct str){0};
	return str_printf(a, "%jx:%jx", (uintmax_t)st->st_dev, (uintmax_t)st->st_ino);
}

struct filter *library_load_file(struct library *lib, struct str path)
{
	struct stat st;
	struct str key = file_key(lib, path, &st);
	struct library_entry *entry = key.len ? table_get(&lib->loaded, key) : NULL;
	struct source *source;

	if (entry && entry->filter) {
		diag_reach(&lib->compile->diag, entry->filter->source);
		return entry->filter;
	}
	source = compile_read(lib->compile, path);
	if (!source)
		return NULL;
	diag_reach(&lib->compile->diag, source);
	entry = add_file(lib, source, BY_FILE);
	if (key.len)
		table_put(&lib->loaded, lib->compile->arena, key, entry);
	return entry->filter;
}

struct filter *library_load_successor(struct library *lib, struct str path)
{
	struct filter *f = library_load_file(lib, path);
	struct library_entry *entry = f ? table_get(&lib->by_name, f->name) : NULL;

	if (entry)
		entry->successor = true;
	return f;
}

struct filter *library_add_text(struct library *lib, struct str name, struct str bytes)
{
	struct library_entry *entry =
		add_file(lib, compile_text(lib->compile, name, bytes), BY_FILE);

	entry->successor = true;
	return entry->filter;
}

void library_drop_folder(struct library *lib, struct str path)
{
	for (size_t i = 0; i < lib->folder.n; i++) {
		if (!str_eq(lib->folder.at[i], path))
			continue;
		memmove(&lib->folder.at[i], &lib->folder.at[i + 1],
			(--lib->folder.n - i) * sizeof(lib->folder.at[0]));
		lib->ngiven -= i < lib->ngiven;
		lib->builtin -= lib->builtin != SIZE_MAX && i < lib->builtin;
		return;
	}
}

static void note_unreadable(struct library *lib, struct str path, const char *why)
{
	struct arena *a = lib->compile->arena;

	*VEC_PUSH(a, &lib->unreadable) = str_printf(a, "%.*s: %s", STR_ARG(path), why);
}

/* a file that was named before: now it is known which folder it is in */
static void claim_file(struct library *lib, struct str path, size_t folder)
{
	struct stat st;
	struct str key = file_key(lib, path, &st);
	struct library_entry *entry = key.len ? table_get(&lib->loaded, key) : NULL;

	if (entry && entry->folder == BY_FILE)
		entry->folder = folder;
}

static void index_file(struct library *lib, struct str path, size_t folder)
{
	struct stat st;
	struct str key = file_key(lib, path, &st);
	struct library_entry *entry;
	struct source *source;
	int error;

	if (!key.len || !S_ISREG(st.st_mode) || table_get(&lib->loaded, key))
		return;
	source = compile_try_read(lib->compile, path, &error);
	if (!source) {
		note_unreadable(lib, path, strerror(error));
		return;
	}
	/* output must not depend on where a program is installed */
	if (folder == lib->builtin)
		source->name = str_printf(lib->compile->arena, "<built-in>/%s",
					  strrchr(path.ptr, '/') + 1);
	entry = add_file(lib, source, folder);
	if (!entry->filter)
		note_unreadable(lib, path, "no name of a filter can be read from it");
	table_put(&lib->loaded, lib->compile->arena, key, entry);
}

static int is_filter_file(const struct dirent *d)
{
	struct str name = str_of(d->d_name);

	return str_ends(name, STR(".xml")) && !str_ends(name, STR(".binding.xml"));
}

/* byte order, whatever the locale */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

struct listing {
	struct dirent **at;
	int n;
};

static void listing_free(struct listing *l)
{
	for (int i = 0; i < l->n; i++)
		free(l->at[i]);
	free(l->at);
}

static void each_file(struct library *lib, size_t folder, const struct listing *l,
		      void (*step)(struct library *lib, struct str path, size_t folder))
{
	for (int i = 0; i < l->n; i++)
		step(lib,
		     str_printf(lib->compile->arena, "%.*s/%s", STR_ARG(lib->folder.at[folder]),
				l->at[i]->d_name),
		     folder);
}

static void index_listing(struct library *lib, size_t folder, struct listing *l)
{
	jmp_buf trap;
	jmp_buf *outer = arena_trap(lib->compile->arena, &trap);

	/* exhaustion of the arena must not lose the listing */
	if (setjmp(trap)) {
		arena_trap(lib->compile->arena, outer);
		listing_free(l);
		arena_exhausted(lib->compile->arena);
	}
	each_file(lib, folder, l, claim_file);
	each_file(lib, folder, l, index_file);
	arena_trap(lib->compile->arena, outer);
}

static void index_folder(struct library *lib, size_t folder)
{
	struct str name = lib->folder.at[folder];
	const char *path = str_c(lib->compile->arena, name);
	struct listing l = {NULL, 0};

	l.n = scandir(path, &l.at, is_filter_file, by_bytes);
	if (l.n < 0) {
		note_unreadable(lib, name, strerror(errno));
		return;
	}
	index_listing(lib, folder, &l);
	listing_free(&l);
}

void library_read_all(struct library *lib)
{
	while (lib->nindexed < lib->folder.n)
		index_folder(lib, lib->nindexed++);
}

bool library_is_builtin(struct library *lib, const struct source *source)
{
	struct str path = source->name;
	struct stat own, other;
	struct str key, same;

	if (str_starts(path, STR("<built-in>")))
		return true;
	if (lib->builtin == SIZE_MAX)
		return false;
	while (memchr(path.ptr, '/', path.len))
		str_cut(&path, '/');
	key = file_key(lib, source->name, &own);
	same = file_key(lib,
			str_printf(lib->compile->arena, "%.*s/%.*s",
				   STR_ARG(lib->folder.at[lib->builtin]), STR_ARG(path)),
			&other);
	return key.len && str_eq(key, same);
}

size_t library_folder_of(struct library *lib, const struct filter *f)
{
	const struct library_entry *entry = table_get(&lib->by_name, f->name);

	return entry && entry->filter == f ? entry->folder : BY_FILE;
}

/*
 * Files of built-in filters are named after them, so that one need not read the
 * others; but with files or folders from elsewhere, to see which of them are hidden.
 */
static void index_builtin(struct library *lib, struct str name)
{
	if (!memchr(name.ptr, '/', name.len))
		index_file(lib,
			   str_printf(lib->compile->arena, "%.*s/%.*s.xml",
				      STR_ARG(lib->folder.at[lib->builtin]), STR_ARG(name)),
			   lib->builtin);
}

struct filter *library_find(struct library *lib, struct str name)
{
	struct library_entry *entry = table_get(&lib->by_name, name);

	/* the folders of -I all, so that a filter hidden by another is seen; others at need */
	while (lib->nindexed < lib->folder.n && (!entry || lib->nindexed < lib->ngiven)) {
		if (lib->nindexed == lib->builtin && !lib->ngiven && !lib->named) {
			index_builtin(lib, name);
			entry = table_get(&lib->by_name, name);
			if (entry)
				break;
		}
		index_folder(lib, lib->nindexed++);
		entry = table_get(&lib->by_name, name);
	}
	if (!entry)
		return NULL;
	if (entry->twin)
		diag_reach(&lib->compile->diag, entry->twin->source);
	return entry->filter;
}

struct str library_nearest(struct library *lib, struct str name)
{
	struct nearest near;

	nearest_init(&near, name);
	for (size_t i = 0; i < lib->filter.n; i++)
		nearest_offer(&near, lib->filter.at[i]->name);
	return near.best;
}

void library_report_unknown(struct library *lib, struct str name, struct span span)
{
	struct diag_list *list = &lib->compile->diag;
	struct str near = library_nearest(lib, name);
	struct diag *d = diag_report(list, DIAG_FILTER_UNKNOWN, span, "there is no filter \"%.*s\"",
				     STR_ARG(name));

	if (near.len)
		diag_help(list, d, "did you mean \"%.*s\"?", STR_ARG(near));
	else
		diag_help(list, d, "name its folder with -I, or give the path of a file");
	for (size_t i = 0; i < lib->folder.n; i++)
		diag_note(list, d, "searched in %.*s",
			  STR_ARG(i == lib->builtin ? STR("the built-in filters")
						    : lib->folder.at[i]));
	for (size_t i = 0; i < lib->unreadable.n && i < UNREADABLE_SHOWN; i++)
		diag_note(list, d, "not read: %.*s", STR_ARG(lib->unreadable.at[i]));
}
