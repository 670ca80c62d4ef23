/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_SESSION_H
#define NWFC_CLI_SESSION_H

#include "compiler/cli/options.h"

/*
 * What compile, apply and lint share: a job set up from the options, bindings
 * from the command line or from files, diagnostics on standard error.
 */

/* calls run(job) with folders and sets in place; handles exhausted memory */
int session_run(const struct options *o, const struct target *target,
		int (*run)(struct job *job, const struct options *o));

/*
 * All bindings of the options through the passes.  With --dump the dump goes to
 * standard output.  EXIT_FINE, or the exit code after diagnostics.
 */
int session_compile(struct job *job, const struct options *o);

/* on a terminal, for work that takes a while */
void session_progress(size_t done, size_t all);

/* what a folder is searched for: a pipe in it would wait for a writer */
bool session_is_file(const char *folder, const char *name);

/* prints the diagnostics that count; call once, last */
void session_report(struct job *job, const struct options *o);
void session_stats(const struct job *job);

#endif
