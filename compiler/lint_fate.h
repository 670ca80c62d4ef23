/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LINT_FATE_H
#define NWFC_COMPILER_LINT_FATE_H

#include "ir/ruleset.h"

/*
 * What becomes of all frames of which some tests are known to hold, without
 * looking at a single one.
 */
enum fate {
	FATE_OPEN,    /* some may be accepted */
	FATE_DROPPED, /* none is */
	FATE_LEFT,    /* some leave the chain undecided, and none is accepted in it */
};

/* of a program; NULL accepts */
enum fate program_fate(const struct program *p, const struct stmt *known, unsigned n);

#endif
