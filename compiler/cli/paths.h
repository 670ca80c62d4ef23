/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_PATHS_H
#define NWFC_CLI_PATHS_H

#include "compiler/library.h"

/*
 * The folder of the built-in filters: $NWFC_FILTERS if set; else beside the
 * program, wherever its prefix was moved: PREFIX/bin/nwfc looks into
 * PREFIX/share/nwfc/filters, a program in a build tree into runtime/filters.
 */
void paths_add_builtin(struct library *lib);

/* the filters of the store, then libvirt's, below root; those folders that are there */
void paths_add_store(struct library *lib, const char *root);

#endif
