/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_LISTING_H
#define NWFC_CLI_LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "ir/base/str.h"

/* Rows on standard output: columns for people, an array of JSON objects for programs. */
#define COLUMN_JSON (-1) /* for the last one: its cells are JSON where that is written */
struct column {
	const char *name;
	int width; /* of what is shown to people; the last one has what is left */
};

struct listing {
	const struct column *column;
	size_t ncolumn;
	bool json;
	size_t n; /* rows so far */
};

void listing_start(struct listing *l);
/* a cell for each column, ptr NULL: none; control characters are not shown as they are */
void listing_add(struct listing *l, const struct str *cells);
void listing_end(struct listing *l);

#endif
