/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_WORDS_H
#define NWFC_PACKET_WORDS_H

#include <stdbool.h>

/*
 * The words of a line.  Blanks part them, "..." keeps blanks inside one, a `#`
 * at the start of a word begins a comment.  $NAME is replaced wherever it
 * stands; where it is the whole word its value is split at blanks, so that a
 * command with options fits into one variable.  `at` ends with NULL.
 */
struct words {
	char **at;
	unsigned n;
};

typedef const char *words_variable(const char *name);

/* false with *ret_error to be freed; what was read so far is in w either way */
bool words_split(struct words *w, const char *line, words_variable *variable, char **ret_error);
void words_release(struct words *w);

#endif
