/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_REASON_H
#define NWFC_CLI_REASON_H

#include "compiler/flow.h"
#include "ir/base/buf.h"
#include "ir/outcome.h"

/* Why a frame passes or does not, in words that explain and test share. */

/* "accept", "drop", "reject", "return", "jump", "goto" */
const char *verdict_word(enum verdict verdict);
/* "new", ..., "untracked" */
const char *state_word(unsigned state);
/* "FILE:LINE" of a rule, or what else it is: "the end of chain mac" */
void reason_place(const struct nft_rule *rule, const struct nft_chain *chain, struct buf *out);
/* "drop by FILE:LINE"; of an accept, both layers may have a rule that did */
void reason_verdict(const struct outcome *o, struct buf *out);
/* the attribute that a near miss is about, as written: dstportstart='22'; may be nothing */
void reason_attribute(const struct near_miss *n, struct buf *out);
/* the i-th test that it wanted, in nft's words */
void reason_wanted(const struct near_miss *n, size_t i, const struct target *target,
		   struct buf *out);
/* what the frame has there; "nothing of the kind" if it has not */
void reason_found(const struct near_miss *n, const struct flow *flow, struct buf *out);
/* "wants A or B, the frame has C" */
void reason_near(const struct near_miss *n, const struct flow *flow, const struct target *target,
		 struct buf *out);

/* an explanation of one frame: as text, or as an element of a JSON array */
struct explanation {
	const struct target *target;
	const struct binding *binding;
	const struct flow *flow;
	const struct outcome *outcome;
	struct str title; /* the flow as written */
};

void explain_text(const struct explanation *e, struct buf *out);
void explain_json(const struct explanation *e, struct buf *out);

#endif
