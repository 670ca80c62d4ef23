/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_OUTCOME_H
#define NWFC_IR_OUTCOME_H

#include "ir/eval.h"

/*
 * What becomes of a frame on its whole way through a tap, and why: the hooks it
 * meets, every rule that ran there, and the rules that would have decided
 * otherwise but for one test.  Verdicts are those of eval_hook(); the rest is a
 * second walk over the same rules, for explanations.
 */
struct outcome_step {
	const struct nft_chain *chain;
	const struct nft_rule *rule;
	struct arm arm;            /* what it says, if no test failed */
	unsigned nfailed;          /* tests that do not hold; those of the state count once */
	const struct stmt *failed; /* the first of them */
};

struct outcome_hook {
	enum hook_id id;
	struct evaluation evaluation;
	VEC(struct outcome_step) step; /* in the order in which they ran */
};

/* a rule whose verdict is another one, and that only one test kept from deciding */
struct near_miss {
	enum hook_id hook;
	const struct nft_rule *rule;
	const struct nft_chain *chain;
	/* the test; several where a list of values makes several rules of one */
	VEC(const struct stmt *) wanted;
	const struct match *match; /* what it was made of; NULL: nothing that is written */
	struct key key; /* what is tested; of a look-up the first one but the interface */
	bool present;   /* does the frame have it? */
	struct value found;
};

#define OUTCOME_HOOKS 2

struct outcome {
	enum verdict verdict;
	unsigned nhook; /* after a drop there is no other one */
	struct outcome_hook hook[OUTCOME_HOOKS];
	VEC(struct near_miss) near;
};

/* a frame that the host itself sends does not come to HOOK_IN_L3 of a bridge */
void outcome_of(struct arena *a, const struct ruleset *rs, const struct entry *entry,
		enum direction direction, bool from_host, const struct packet *packet,
		struct outcome *ret);

/*
 * The rule of the i-th hook if it is one that decided: the one that dropped; of an
 * accepted frame, any with an origin that accepted it.  NULL: none.
 */
static inline const struct nft_rule *outcome_rule(const struct outcome *o, unsigned i)
{
	const struct evaluation *e = &o->hook[i].evaluation;
	bool decided = e->verdict == o->verdict && e->rule &&
		       (e->rule->origin.rule || o->verdict != VERDICT_ACCEPT);

	return decided ? e->rule : NULL;
}

/* every rule of the program whose tests hold, whether another one came before it or not */
void outcome_matching(const struct ruleset *rs, const struct program *program,
		      const struct packet *packet, void *context,
		      void (*each)(void *context, const struct nft_rule *rule));

#endif
