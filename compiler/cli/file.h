/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_FILE_H
#define NWFC_CLI_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "ir/base/buf.h"

/*
 * A file that is written whole or not at all: under another name beside it,
 * then renamed.  A path of "-" or NULL is standard output.
 */
struct file {
	FILE *stream;
	struct buf out; /* what is put here goes to the file */
	const char *path;
	char *temporary; /* NULL: written in place */
	char *target;    /* where the path leads, if there is a file; may be NULL */
	int error;       /* the first errno of a write */
};

/* false after a message on standard error */
bool file_open(struct file *f, const char *path);
/* what a buffer holds, to a stream */
void file_put(const struct buf *b, FILE *to);
/* keeps or drops what was written; false after a message if keeping failed */
bool file_close(struct file *f, bool keep);

#endif
