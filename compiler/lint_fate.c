/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint_fate.h"

#include "compiler/opt_test.h"

static enum fate chain_fate(const struct nft_chain *chain, const struct stmt *known, unsigned n,
			    bool root);

/* what the rule makes of those that pass it; FATE_LEFT: they go on behind it */
static enum fate rule_fate(const struct nft_rule *r, const struct stmt *known, unsigned n,
			   bool root)
{
	switch ((enum verdict)r->verdict) {
	case VERDICT_DROP:
	case VERDICT_REJECT:
		return FATE_DROPPED;
	case VERDICT_MAP: /* in optimized programs only */
		return FATE_OPEN;
	case VERDICT_RETURN:
		return root ? FATE_OPEN : FATE_LEFT;
	case VERDICT_JUMP:
	case VERDICT_GOTO:
		return chain_fate(r->target, known, n, false);
	case VERDICT_NONE:
		return FATE_LEFT;
	case VERDICT_ACCEPT:
		break;
	}
	return FATE_OPEN;
}

static enum fate chain_fate(const struct nft_chain *chain, const struct stmt *known, unsigned n,
			    bool root)
{
	bool left = false;

	for (size_t i = 0; i < chain->rule.n; i++) {
		const struct nft_rule *r = &chain->rule.at[i];
		enum fate fate;

		if (rule_is_out(r, known, n))
			continue;
		fate = rule_fate(r, known, n, root);
		if (fate == FATE_OPEN)
			return FATE_OPEN;
		if (r->verdict == VERDICT_RETURN) {
			left = true;
			if (rule_is_sure(r, known, n))
				return FATE_LEFT;
		}
		if (fate == FATE_DROPPED && rule_is_sure(r, known, n))
			return left ? FATE_LEFT : FATE_DROPPED;
	}
	return root ? FATE_OPEN : FATE_LEFT;
}

enum fate program_fate(const struct program *p, const struct stmt *known, unsigned n)
{
	return p ? chain_fate(p->chain.at[0], known, n, true) : FATE_OPEN;
}
