/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_EMIT_WALK_SHARED_H
#define NWFC_EMIT_WALK_SHARED_H

#include "emit/writer.h"

/*
 * A ruleset whose interfaces share sets: it is all that there is, so that maps and
 * sets are emptied and filled anew, in one transaction.
 */
void write_empty(struct writer *w, const struct ruleset *rs);
/* entry chains of the hook, each once */
void write_chains(struct writer *w, const struct ruleset *rs, enum hook_id id);
/* the elements of one interface, with a note in front */
void write_elements(struct writer *w, const struct entry *e);
/* entry chains, each once, and the elements of all interfaces */
void write_shared(struct writer *w, const struct ruleset *rs);

#endif
