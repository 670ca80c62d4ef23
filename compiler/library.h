/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LIBRARY_H
#define NWFC_COMPILER_LIBRARY_H

#include "compiler/compile.h"
#include "ir/filter.h"

/*
 * The filters a compile can refer to, indexed by their name attribute.  Folders
 * are searched in the order of -I, the built-ins last; the first folder that
 * has a name wins (a note says so), two files of one folder with one name are
 * an error.  Every *.xml in a folder is parsed, in the order of file names,
 * but not *.binding.xml; errors count only in files that are reached
 * (diag_reach).
 */
struct library {
	struct compile *compile;
	struct table by_name; /* struct library_entry */
	struct table by_uuid; /* struct library_entry */
	struct table loaded;  /* files by device and inode, so that none is read twice */
	struct table height;  /* by name of the source: see link.c */
	VEC(struct str) folder;
	size_t ngiven;   /* of them are the first ones, all of which are read */
	size_t nindexed; /* folders that have been read */
	bool named;      /* a file was named, or text given */
	size_t builtin;  /* which of them holds the built-ins; SIZE_MAX: none */
	/* every file that was read and defines a filter, in order; for -MD */
	VEC(struct filter *) filter;
	/* folders and files that could not be read, with the reason */
	VEC(struct str) unreadable;
};

void library_init(struct library *lib, struct compile *c);
void library_add_folder(struct library *lib, struct str path);
/* after those: a folder of the host, which is read at need; what it hides there is no finding */
void library_add_system(struct library *lib, struct str path);
/* the folder of the built-ins, whose files are shown as <built-in>/NAME wherever they are */
void library_add_builtin(struct library *lib, struct str path);
/* one file, whether in a folder or not; NULL after a diagnostic.  The file is reached. */
struct filter *library_load_file(struct library *lib, struct str path);
/*
 * The same, for a definition that is to take the place of the one of its name:
 * what it hides is no finding.
 */
struct filter *library_load_successor(struct library *lib, struct str path);
/* text as if it were a file of that name in no folder; a successor, too */
struct filter *library_add_text(struct library *lib, struct str name, struct str bytes);
/* before anything is looked up: one that was added is not to be read */
void library_drop_folder(struct library *lib, struct str path);
/* by name; reads folders as needed; NULL if there is none (nothing is reported) */
struct filter *library_find(struct library *lib, struct str name);
/* the known name nearest to one that is missing, or an empty string */
struct str library_nearest(struct library *lib, struct str name);
/* reads all folders, the built-ins too: then lib->filter has what there is */
void library_read_all(struct library *lib);
/* does the file come with the program, by whatever path it was named? */
bool library_is_builtin(struct library *lib, const struct source *source);
/* the folder that a filter was found in, by number; SIZE_MAX: none, it was named by its file */
size_t library_folder_of(struct library *lib, const struct filter *f);
/* that there is none of the name: what is near, where it was looked for */
void library_report_unknown(struct library *lib, struct str name, struct span span);

#endif
