/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_LINT_BASELINE_H
#define NWFC_CLI_LINT_BASELINE_H

#include "compiler/compile.h"

/*
 * Findings that are known: a file of one line each, "CODE FINGERPRINT:N PLACE",
 * of which the place is for people.  A finding keeps its line when others come
 * above it; files are named as they were on the command line, so lint is run
 * from the same folder.  The list is sorted (diag_sort).
 */

/* takes those of the file out of the list; false after a message */
bool lint_baseline_apply(struct compile *c, const char *path, size_t *ret_gone);
/* false after a message */
bool lint_baseline_write(const struct diag_list *list, const char *path);

#endif
