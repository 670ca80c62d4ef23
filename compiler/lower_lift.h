/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LOWER_LIFT_H
#define NWFC_COMPILER_LOWER_LIFT_H

#include "compiler/lower_match.h"

/*
 * Matches whose value is a parameter of the binding, as look-ups in sets of the
 * ruleset.  They stand behind the other tests of the rule, which are cheaper and
 * make sure that the fields are there.
 */
void instance_lift(struct instance *in, const struct bound_match *m, struct key key);
/* after all matches of the rule */
void instance_look_ups(struct instance *in);

#endif
