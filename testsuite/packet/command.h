/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_COMMAND_H
#define NWFC_PACKET_COMMAND_H

#include <stdbool.h>

/* A program that was run to its end, and what it wrote. */
struct output {
	int status; /* its exit status, or 128 and the signal that ended it */
	char *out;
	char *err;
};

/*
 * Runs argv[0], found in PATH, without a shell; `input` is its standard input,
 * NULL: empty.  It is ended after COMMAND_SECONDS.  False: it could not be
 * started; `err` then says why.
 */
#define COMMAND_SECONDS 120
bool command_run(struct output *o, char *const argv[], const char *input);
void output_release(struct output *o);

#endif
