/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LINT_SUPPRESS_H
#define NWFC_COMPILER_LINT_SUPPRESS_H

#include "compiler/compile.h"

/*
 * Comments that say what is meant as it is:
 *	<!-- nwfc ignore=NWF401,NWF5 because REASON -->
 * holds for the element that follows and all in it; before the root element,
 * for the whole file.  A code stands for all that begin with it.  Only lint
 * listens to them: what does not compile does not compile because of a comment.
 */

/* would a finding of that code in that file be shown? */
typedef bool lint_wanted_fn(const void *context, enum diag_id id, const struct source *source);

/*
 * Takes the findings that comments cover out of the list, and adds those about
 * comments: without effect, not understood, without a reason.
 */
void lint_suppress(struct compile *c, lint_wanted_fn *wanted, const void *context);

/* does the code begin with the text, as in "NWF4" and NWF401? */
bool lint_code_matches(struct str prefix, enum diag_id id);
/* is there a code that does? */
bool lint_code_known(struct str prefix);

#endif
