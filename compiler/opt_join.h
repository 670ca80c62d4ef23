/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_OPT_JOIN_H
#define NWFC_OPT_JOIN_H

#include "compiler/opt.h"

/*
 * Look-ups of an interface's values, several in one.  Elements are the interface's
 * own values, every one of a set beside every one of the others, so the one look-up
 * holds where all of them do.
 */

/* is the test one of them? */
bool reads_values(const struct stmt *s);

/*
 * All look-ups among the tests in one, of a set that is demanded from now on.  False
 * if there is no such set.
 */
bool look_ups_join(struct arena *arena, const struct opt_binding *of, const struct stmt *test,
		   unsigned n, struct stmt *ret);

/*
 * Rules of the program that have some of these look-ups, of whatever in a frame, have
 * the one they were joined into in their place, where what remains of it is known:
 * by the rule that alone leads to their chain.  So sets may go out of use.
 */
void look_ups_absorb(struct arena *arena, struct program *p, const struct stmt *test, unsigned n,
		     const struct stmt *joined);

#endif
