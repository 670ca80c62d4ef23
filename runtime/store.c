/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/store.h"

#include <dirent.h>
#include <stdio.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ir/base/buf.h"
#include "ir/base/diag.h"
#include "runtime/folder.h"

/* a new file is .NAME.new until it is renamed; a journal of them is a line for each edit */
#define NEW_PREFIX "."
#define NEW_SUFFIX ".new"
#define JOURNAL "journal"

static const char *const folders[] = {
	[STORE_FILTERS] = "/etc/nwfc/filters",
	[STORE_BINDINGS] = "/etc/nwfc/bindings",
	[STORE_TRANSIENT] = "/run/nwfc/bindings",
	[STORE_STATE] = "/var/lib/nwfc",
};

struct str store_folder(const struct store *s, enum store_folder folder)
{
	return str_printf(s->arena, "%s%s", s->root, folders[folder]);
}

struct str store_path(const struct store *s, enum store_folder folder, struct str file)
{
	return str_printf(s->arena, "%s%s/%.*s", s->root, folders[folder], STR_ARG(file));
}

static struct str new_path(const struct store *s, enum store_folder folder, struct str file)
{
	return store_path(s, folder,
			  str_printf(s->arena, NEW_PREFIX "%.*s" NEW_SUFFIX, STR_ARG(file)));
}

static bool plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.';
}

/* a dot in front would hide the file, and *.binding.xml is not looked at for filters */
static bool misleading(struct str name, size_t i)
{
	struct str rest = {name.ptr + i, name.len - i};

	return name.ptr[i] == '.' && (!i || str_is(rest, ".binding"));
}

struct str store_file_of(struct arena *arena, struct str name)
{
	struct buf out;
	struct str file;

	buf_init(&out);
	for (size_t i = 0; i < name.len; i++)
		if (plain(name.ptr[i]) && !misleading(name, i))
			buf_putc(&out, name.ptr[i]);
		else
			buf_printf(&out, "%%%02X", (unsigned char)name.ptr[i]);
	buf_puts(&out, ".xml");
	file = str_dup(arena, buf_str(&out));
	buf_release(&out);
	return file;
}

void store_init(struct store *s, struct arena *arena, const char *root)
{
	*s = (struct store){.arena = arena, .root = root};
}

static void add_edit(struct store *s, enum store_folder folder, struct str file, struct str text)
{
	*VEC_PUSH(s->arena, &s->edit) = (struct store_edit){folder, file, text};
}

void store_put(struct store *s, enum store_folder folder, struct str file, struct str text)
{
	struct str now;

	if (!folder_read(s->arena, store_path(s, folder, file).ptr, &now) || !str_eq(now, text))
		add_edit(s, folder, file, text);
}

void store_remove(struct store *s, enum store_folder folder, struct str file)
{
	add_edit(s, folder, file, (struct str){0});
}

static bool report(struct diag_list *diag, const char *what, struct str path)
{
	struct diag *d = diag_report(diag, DIAG_STORE, (struct span){0}, "cannot %s %.*s: %m", what,
				     STR_ARG(path));

	if (errno == EROFS || errno == EACCES || errno == EPERM)
		diag_help(diag, d, "the store needs to be writable; --root DIR keeps it elsewhere");
	return false;
}

static bool sync_folder(const struct store *s, enum store_folder folder, struct diag_list *diag)
{
	struct str path = store_folder(s, folder);

	return folder_sync(path.ptr) || report(diag, "write", path);
}

/* each folder that the change touches, once */
static bool sync_folders(const struct store *s, struct diag_list *diag)
{
	bool touched[STORE_FOLDERS] = {false};
	bool ok = true;

	for (size_t i = 0; i < s->edit.n; i++)
		touched[s->edit.at[i].folder] = true;
	for (int f = 0; f < STORE_FOLDERS && ok; f++)
		ok = !touched[f] || sync_folder(s, (enum store_folder)f, diag);
	return ok;
}

static bool write_new(const struct store *s, const struct store_edit *e, struct diag_list *diag)
{
	struct str path = new_path(s, e->folder, e->file);

	return folder_write(path.ptr, e->text) || report(diag, "write", path);
}

static struct str journal_text(const struct store *s)
{
	struct buf out;
	struct str text;

	buf_init(&out);
	for (size_t i = 0; i < s->edit.n; i++) {
		const struct store_edit *e = &s->edit.at[i];

		buf_printf(&out, "%s %d %.*s\n", e->text.ptr ? "put" : "remove", (int)e->folder,
			   STR_ARG(e->file));
	}
	text = str_dup(s->arena, buf_str(&out));
	buf_release(&out);
	return text;
}

/* a journal has a line for each; no name of ours has a line break */
static bool names_ok(const struct store *s, struct diag_list *diag)
{
	for (size_t i = 0; i < s->edit.n; i++)
		if (memchr(s->edit.at[i].file.ptr, '\n', s->edit.at[i].file.len)) {
			errno = EINVAL;
			return report(diag, "write",
				      store_path(s, s->edit.at[i].folder, s->edit.at[i].file));
		}
	return true;
}

bool store_prepare(struct store *s, struct diag_list *diag)
{
	struct store_edit journal = {STORE_STATE, STR(JOURNAL), {0}};
	bool ok = names_ok(s, diag);

	s->journal = s->edit.n > 1;
	for (size_t i = 0; i < s->edit.n && ok; i++) {
		struct str folder = store_folder(s, s->edit.at[i].folder);

		ok = folder_make(folder.ptr) || report(diag, "make", folder);
		if (ok && s->edit.at[i].text.ptr)
			ok = write_new(s, &s->edit.at[i], diag);
		else if (ok)
			ok = !faccessat(AT_FDCWD, folder.ptr, W_OK, AT_EACCESS) ||
			     report(diag, "change", folder);
	}
	ok = ok && sync_folders(s, diag);
	if (ok && s->journal) {
		struct str folder = store_folder(s, STORE_STATE);

		journal.text = journal_text(s);
		ok = (folder_make(folder.ptr) || report(diag, "make", folder)) &&
		     write_new(s, &journal, diag);
	}
	if (!ok)
		store_abandon(s);
	return ok;
}

/* what is renamed or removed already is so again */
static bool carry_out(const struct store *s, const struct store_edit *e, struct diag_list *diag)
{
	struct str path = store_path(s, e->folder, e->file);
	struct str from = new_path(s, e->folder, e->file);
	bool done = e->text.ptr ? !rename(from.ptr, path.ptr) : !unlink(path.ptr);

	return done || errno == ENOENT || report(diag, e->text.ptr ? "write" : "remove", path);
}

static bool carry_out_all(const struct store *s, struct diag_list *diag)
{
	bool ok = true;

	for (size_t i = 0; i < s->edit.n && ok; i++)
		ok = carry_out(s, &s->edit.at[i], diag);
	return ok && sync_folders(s, diag);
}

static void forget(struct store *s)
{
	s->edit.n = 0;
	s->journal = false;
}

bool store_commit(struct store *s, struct diag_list *diag)
{
	struct str journal = store_path(s, STORE_STATE, STR(JOURNAL));
	bool ok = true;

	if (s->journal) {
		ok = !rename(new_path(s, STORE_STATE, STR(JOURNAL)).ptr, journal.ptr) ||
		     report(diag, "write", journal);
		ok = ok && sync_folder(s, STORE_STATE, diag);
	}
	ok = ok && carry_out_all(s, diag);
	if (ok && s->journal)
		unlink(journal.ptr);
	if (!ok && access(journal.ptr, F_OK))
		store_abandon(s);
	forget(s);
	return ok;
}

void store_abandon(struct store *s)
{
	for (size_t i = 0; i < s->edit.n; i++)
		if (s->edit.at[i].text.ptr)
			unlink(new_path(s, s->edit.at[i].folder, s->edit.at[i].file).ptr);
	unlink(new_path(s, STORE_STATE, STR(JOURNAL)).ptr);
	forget(s);
}

/* a line of the journal; false if it is none of ours */
static bool parse_line(struct store *s, struct str line)
{
	struct str rest = line;
	struct str word = str_cut(&rest, ' ');
	struct str number = str_cut(&rest, ' ');
	bool put = str_is(word, "put");

	if ((!put && !str_is(word, "remove")) || number.len != 1 || number.ptr[0] < '0' ||
	    number.ptr[0] >= '0' + STORE_FOLDERS || !rest.len || memchr(rest.ptr, '/', rest.len))
		return false;
	add_edit(s, (enum store_folder)(number.ptr[0] - '0'), rest,
		 put ? STR("") : (struct str){0});
	return true;
}

static bool finish_journal(struct store *s, struct diag_list *diag)
{
	struct str path = store_path(s, STORE_STATE, STR(JOURNAL));
	struct str text;
	bool ok = true;

	if (!folder_read(s->arena, path.ptr, &text))
		return errno == ENOENT || errno == ENOTDIR || report(diag, "read", path);
	while (text.len && ok)
		ok = parse_line(s, str_cut(&text, '\n'));
	if (!ok) {
		diag_report(diag, DIAG_STORE, (struct span){0},
			    "%.*s is no journal of a change; look at it, then remove it",
			    STR_ARG(path));
		forget(s);
		return false;
	}
	ok = carry_out_all(s, diag);
	forget(s);
	return ok && (!unlink(path.ptr) || report(diag, "remove", path));
}

/* files of changes that were never committed */
static void sweep(const struct store *s, enum store_folder folder)
{
	struct str path = store_folder(s, folder);
	DIR *dir = opendir(path.ptr);
	struct dirent *e;

	while (dir && (e = readdir(dir)))
		if (str_starts(str_of(e->d_name), STR(NEW_PREFIX)) &&
		    str_ends(str_of(e->d_name), STR(NEW_SUFFIX)))
			unlink(store_path(s, folder, str_of(e->d_name)).ptr);
	if (dir)
		closedir(dir);
}

bool store_recover(struct store *s, bool orderly, struct diag_list *diag)
{
	if (!finish_journal(s, diag))
		return false;
	for (int f = 0; f < STORE_FOLDERS && !orderly; f++)
		sweep(s, (enum store_folder)f);
	return true;
}
