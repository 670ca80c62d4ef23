/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_VERBS_H
#define NWFC_CLI_VERBS_H

struct options;

/* each returns the exit code of the process */
int verb_compile(const struct options *o);
int verb_apply(const struct options *o);
int verb_unbind(const struct options *o);
int verb_lint(const struct options *o);
int verb_fields(const struct options *o);

#endif
