/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_CONFIG_H
#define NWFC_CLI_CONFIG_H

#include "compiler/cli/options.h"

/*
 * /etc/nwfc/nwfc.conf: lines NAME = VALUE, of options that hold for all verbs
 * which read or change the stored state.  `#` begins a comment.  What the command
 * line says comes first.  compile and lint do not read it: their output depends
 * on nothing but what they are given.  lint has files of its own, beside the
 * filters (lint_select.h).
 */
#define CONFIG_FILE "/etc/nwfc/nwfc.conf"

enum config_kind {
	CONFIG_HOST = 1,
	CONFIG_LINT = 2,
};

/* without a file there is nothing to do; false after a message on standard error */
bool config_read(struct options *o);
/* reads that file into options that are zero but for their kind; o->config keeps its text */
bool config_read_file(struct options *o, const char *path, enum config_kind kind);
/* the settings in force, as such a file */
void config_print(const struct options *o);

#endif
