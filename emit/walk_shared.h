/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_EMIT_WALK_SHARED_H
#define NWFC_EMIT_WALK_SHARED_H

#include "emit/writer.h"

/*
 * A ruleset whose interfaces share sets: it is all that there is, so that maps and
 * sets are emptied and filled anew, in one transaction.
 */
void write_empty(struct writer *w, const struct ruleset *rs);
/* one by one, each with a note in front: its chains and its elements */
void write_apart(struct writer *w, const struct ruleset *rs);
/* entry chains, each once, and the elements of all interfaces */
void write_shared(struct writer *w, const struct ruleset *rs);

#endif
