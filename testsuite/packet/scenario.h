/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_SCENARIO_H
#define NWFC_PACKET_SCENARIO_H

#include "end.h"
#include "frame.h"
#include "watch.h"
#include "words.h"

enum step_kind {
	STEP_RUN,
	STEP_OUTPUT,
	STEP_FRAME,
	STEP_LINK_ADD,
	STEP_LINK_DEL,
	STEP_BRIDGE_NF,
	STEP_SYSCTL,
	STEP_FORGET,
	STEP_SLEEP,
	STEP_SAY,
};

/* One line of a scenario, checked and with all its frames built. */
struct step {
	enum step_kind kind;
	unsigned line;
	char *text; /* as written, without blanks at its ends and comment */
	struct words words;
	char **arguments; /* in `words`: of a command, its name is the first */
	uint32_t number;  /* exit status, milliseconds, switch, or the end of a link */
	unsigned from;
	unsigned to;
	enum verdict expected;
	struct packet packet;
};

/*
 * A file of steps.  `ends` holds all links it ever has; whether a link is there
 * at a step was checked while reading.
 */
struct scenario {
	const char *path;
	char *name;
	struct ends ends;
	const char *macvtap; /* mode of the macvtap that `vm` is; NULL: a tap */
	struct step *step;
	unsigned nstep;
};

/* false after all errors were written to standard error as file:line: ... */
bool scenario_read(struct scenario *s, const char *path);
void scenario_release(struct scenario *s);
/* does the step say what must happen? */
bool step_expects(const struct step *step);
unsigned scenario_expectations(const struct scenario *s);

#endif
