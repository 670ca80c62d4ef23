/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_LINT_FIX_H
#define NWFC_CLI_LINT_FIX_H

#include "compiler/compile.h"

/*
 * What mends findings, as changes of bytes in the files: nothing else in them
 * moves.  Of fixes that overlap the first is made; the others come with the next
 * look at the file.
 */
struct text_change {
	uint32_t start, end; /* bytes of the old text */
	struct str text;
};

/* what the findings in a source ask for, in order, without overlap; NULL if there is nothing */
const struct text_change *lint_changes(struct compile *c, const struct source *source, bool unsafe,
				       size_t *ret_n);
/* the source with the changes made */
struct str changes_apply(struct compile *c, const struct source *source,
			 const struct text_change *change, size_t n);
/* the same as a unified diff */
void changes_diff(const struct source *source, const struct text_change *change, size_t n,
		  struct buf *out);
/* in place of the file of that name, whose mode it keeps; false after a message */
bool text_replace(const struct source *source, struct str text);

#endif
