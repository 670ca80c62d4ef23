/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_BASE_SOURCE_H
#define NWFC_BASE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ir/base/str.h"

struct arena;

/*
 * Input bytes with a name.  A source lives as long as the arena it was made
 * in.  Positions are byte offsets everywhere; lines and columns are worked out
 * only to be shown.  Columns count bytes, from 1; lines are from 1.
 */
struct source {
	struct str name;
	struct str bytes;
	/* order of opening: diagnostics are shown in this order */
	unsigned order;
	/* diagnostics of a source count once something reached it (diag.h) */
	bool reached;
	unsigned nerror;
	unsigned ndiag;
	unsigned nsurplus; /* reported beyond what is kept of one source */
	uint32_t *line_start;
	size_t nline;
};

/* [start, end) in a source; a NULL source is "nowhere" */
struct span {
	const struct source *source;
	uint32_t start;
	uint32_t end;
};

struct position {
	unsigned line;
	unsigned column;
};

struct source *source_new(struct arena *a, struct str name, struct str bytes, unsigned order);
struct position source_position(const struct source *s, uint32_t offset);
/* the text of one line, without its line end */
struct str source_line(const struct source *s, unsigned line);

static inline struct position span_position(struct span sp)
{
	return source_position(sp.source, sp.start);
}

#endif
