/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_LINT_SELECT_H
#define NWFC_CLI_LINT_SELECT_H

#include "compiler/cli/options.h"
#include "ir/base/source.h"

/*
 * Which findings lint shows, and how severe they are: by the command line, and
 * by the .nwfc.conf that is nearest to the file, in its folder or above it.
 * The command line's --select replaces that of the file; its --ignore and
 * --severity are added to those of the file and come first.
 */
struct lint_select;

/* NULL after a message; `first` is the first operand, whose .nwfc.conf sets the options too */
struct lint_select *lint_select_new(struct options *o, const char *first);
void lint_select_free(struct lint_select *s);

/* the folders that the .nwfc.conf of the first operand names */
void lint_select_include(struct lint_select *s, struct library *lib);
/* lint_wanted_fn, with a struct lint_select */
bool lint_select_wants(const void *select, enum diag_id id, const struct source *source);
/* drops what is not wanted and sets severities; false after a message about a .nwfc.conf */
bool lint_select_apply(struct lint_select *s, struct diag_list *list);

#endif
