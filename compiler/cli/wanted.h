/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_WANTED_H
#define NWFC_CLI_WANTED_H

#include "compiler/cli/session.h"

/* The bindings that the command line asks for: by --tap and the rest, or in files. */
struct wanted {
	VEC(struct binding *) binding;
	struct table taps;
	struct str path; /* of the one filter, if it was given as a file */
};

/* also takes the sets of --set; EXIT_FINE, or the exit code after a diagnostic */
int wanted_read(struct job *job, const struct options *o, struct wanted *ret);
/* those of a domain document; false after a diagnostic */
bool wanted_domain(struct job *job, struct str path, struct wanted *ret);

#endif
