/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_EVAL_H
#define NWFC_IR_EVAL_H

#include "ir/packet.h"
#include "ir/ruleset.h"

/*
 * The ruleset run over a frame, without a kernel: the verdict of a hook, and the
 * rule that decided with its origin.  It does what nf_tables does with the text
 * that emit makes of the ruleset; the property tests hold it to that.
 */
struct evaluation {
	enum verdict verdict; /* ACCEPT, DROP or REJECT */
	/* NULL: no rule decided, the base chain's policy (accept) did */
	const struct nft_rule *rule;
	const struct nft_chain *chain;
	unsigned steps; /* rules that ran for it */
};

/* what the entry's program at the hook says; accept if it has none there */
struct evaluation eval_hook(const struct ruleset *rs, const struct entry *entry, enum hook_id id,
			    const struct packet *packet);

/* the packet as the rules of a hook see it: in the mark is what mark-ct makes of its state */
struct packet eval_packet(const struct ruleset *rs, enum hook_id id, const struct packet *packet);

/* does one statement hold? */
bool eval_stmt(const struct stmt *stmt, const struct packet *packet);

/* the verdict of a rule whose tests all hold: its own, or that of its map for the packet */
struct arm eval_arm(const struct nft_rule *rule, const struct packet *packet);

/* the mark that the table of target mark-ct leaves on a packet of this state */
uint32_t eval_mark(const struct target *target, const struct packet *packet);

#endif
