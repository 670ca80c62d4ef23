/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_COMPILE_H
#define NWFC_COMPILER_COMPILE_H

#include "ir/base/arena.h"
#include "ir/base/diag.h"
#include "ir/base/source.h"
#include "ir/base/table.h"
#include "ir/filter.h"

/*
 * What the passes of one compile share.  All of it lives in `arena`; the one
 * exception is memory inside libxml2 calls (xml.c).
 */
struct compile {
	struct arena *arena;
	struct diag_list diag;
	struct intern names;
	VEC(struct source *) source;
};

static inline bool compat(const struct compile *c)
{
	return c->diag.mode == MODE_COMPAT;
}

/*
 * Reads a file whole ("-" is standard input); NULL after a diagnostic if it
 * cannot be read or is over 1 MiB.  The bytes live in the arena.
 */
struct source *compile_read(struct compile *c, struct str path);
/*
 * A source of text that is in no file, reached from the start.  Values of
 * options are in one named COMMAND_LINE, which parameter_add() knows.
 */
struct source *compile_text(struct compile *c, struct str name, struct str bytes);

/* the same as compile_read() without a report; *ret_error: an errno, EFBIG above the limit */
struct source *compile_try_read(struct compile *c, struct str path, int *ret_error);

#define FILE_LIMIT ((size_t)1 << 20)
#define COMMAND_LINE "<command line>"

#endif
