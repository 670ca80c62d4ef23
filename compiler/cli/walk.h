/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_WALK_H
#define NWFC_CLI_WALK_H

#include "compiler/driver.h"

/* one file, by its path; false is handed on */
typedef bool walk_fn(void *context, struct str path);

/*
 * A file, "-", or every filter (*.xml, but no *.binding.xml) of a folder, in the
 * order of names; false after a diagnostic if it cannot be read, or if a step said so.
 */
bool walk_filters(struct job *job, const char *path, walk_fn *step, void *context);

/* every binding (*.binding.xml) of a folder; nothing if it is none */
void walk_bindings(struct job *job, const char *path, walk_fn *step, void *context);

#endif
