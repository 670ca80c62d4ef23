/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_OPT_SHORTCUT_H
#define NWFC_OPT_SHORTCUT_H

#include "compiler/opt.h"

/*
 * Most frames of a VM have its own addresses, and each address is a look-up of its
 * own on their way through the chains.  A shortcut is a first rule that looks up all
 * of them at once, in a set of their combinations, and accepts: one look-up, which
 * is what costs most in a rule, in the place of several.
 *
 * Safe: the frames it takes are known by the tests of the rule that accepts them,
 * and by the look-ups that the rules which drop others on the way want of them.
 * With these alone known, every rule on the way is sure to pass them on, or accepts
 * as well if it takes them.  Elements are the interface's own values, every one of a
 * set beside every one of the others, so the one look-up holds where all of them do.
 * If that way is the only one to the rule, no frame meets its tests any more, and it
 * goes.  Other frames pay one test of their type.
 *
 * Returns how many were made; their sets are demanded of the bindings.
 */
size_t opt_shortcuts(struct arena *arena, const struct opt_binding *of, struct program *p);

#endif
