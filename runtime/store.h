/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_STORE_H
#define NWFC_RUNTIME_STORE_H

#include <stdbool.h>

#include "ir/base/arena.h"
#include "ir/base/str.h"
#include "ir/base/vec.h"

struct diag_list;

/*
 * What of nwfc persists: a file for each filter and each binding, below `root`.
 * The store knows files, not what is in them.
 *
 * A change of any number of files is all or none, also when the process or the
 * machine dies in it.  prepare writes the new files beside the old ones, so that
 * whatever can fail has failed then; what must agree with the store, the kernel,
 * is changed next; commit makes the files the new ones.  A change of one file is
 * one rename.  Of several a journal is kept: renamed into place it is the commit,
 * and store_recover() finishes what it says; without it, it cleans up.
 *
 * The caller holds the lock (runtime_lock) from before it reads the files until
 * after commit or abandon.
 */
enum store_folder {
	STORE_FILTERS,
	STORE_BINDINGS,
	STORE_TRANSIENT, /* bindings until the next boot */
	STORE_STATE,     /* the journal, the last good ruleset */
	STORE_FOLDERS,
};

struct store_edit {
	enum store_folder folder;
	struct str file;
	struct str text; /* ptr NULL: the file is removed */
};

struct store {
	struct arena *arena;
	const char *root; /* "" for none */
	VEC(struct store_edit) edit;
	bool journal; /* the change has several files */
};

/* the folder, and a file in it, with the root in front */
struct str store_folder(const struct store *s, enum store_folder folder);
struct str store_path(const struct store *s, enum store_folder folder, struct str file);
/* NAME.xml; what is not a letter, digit or one of _.- becomes %XX: a name never leaves the folder
 */
struct str store_file_of(struct arena *arena, struct str name);

void store_init(struct store *s, struct arena *arena, const char *root);
/*
 * What a process that died in a change left behind; orderly: none has, so that no
 * folder is looked through.  False after a diagnostic.
 */
bool store_recover(struct store *s, bool orderly, struct diag_list *diag);

/* parts of the change; the texts live until it is done; a file that has the text is left alone */
void store_put(struct store *s, enum store_folder folder, struct str file, struct str text);
void store_remove(struct store *s, enum store_folder folder, struct str file);

/* false after a diagnostic; then nothing is left of the change */
bool store_prepare(struct store *s, struct diag_list *diag);
/* false after a diagnostic: the store is as before, or store_recover() can finish it */
bool store_commit(struct store *s, struct diag_list *diag);
void store_abandon(struct store *s);

#endif
