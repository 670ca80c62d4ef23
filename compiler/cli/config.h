/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_CONFIG_H
#define NWFC_CLI_CONFIG_H

#include "compiler/cli/options.h"

/*
 * /etc/nwfc/nwfc.conf: lines NAME = VALUE, of options that hold for all verbs
 * which read or change the stored state.  `#` begins a comment.  What the command
 * line says comes first.  compile and lint do not read it: their output depends
 * on nothing but what they are given.
 */
#define CONFIG_FILE "/etc/nwfc/nwfc.conf"

/* without a file there is nothing to do; false after a message on standard error */
bool config_read(struct options *o);
/* the settings in force, as such a file */
void config_print(const struct options *o);

#endif
