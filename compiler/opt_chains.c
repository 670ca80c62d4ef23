/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/opt_passes.h"
#include "compiler/opt_test.h"

/*
 * Rules of a chain that are put in the place of the jump.  If that asks something,
 * what does not pass would run each of them in the place of the one jump.
 */
#define INLINE_MAX 2
#define INLINE_GUARDED_MAX 1

void program_drop_unused(struct program *p)
{
	size_t n = 1;

	for (size_t i = 1; i < p->chain.n; i++) {
		bool used = false;

		for (size_t c = 0; c < p->chain.n; c++)
			for (size_t k = 0; k < p->chain.at[c]->rule.n; k++)
				used |= p->chain.at[c]->rule.at[k].target == p->chain.at[i];
		if (used)
			p->chain.at[n++] = p->chain.at[i];
	}
	p->chain.n = n;
}

size_t program_count_jumps(const struct program *p, const struct nft_chain *to)
{
	size_t n = 0;

	for (size_t c = 0; c < p->chain.n; c++)
		for (size_t k = 0; k < p->chain.at[c]->rule.n; k++)
			n += p->chain.at[c]->rule.at[k].target == to;
	return n;
}

const struct nft_rule *program_jump_to(const struct program *p, const struct nft_chain *chain)
{
	for (size_t c = 0; c < p->chain.n; c++)
		for (size_t k = 0; k < p->chain.at[c]->rule.n; k++)
			if (p->chain.at[c]->rule.at[k].target == chain)
				return &p->chain.at[c]->rule.at[k];
	return NULL;
}

/*
 * May the rules of the chain stand where the jump to it stands?  Each of them
 * then asks first what the jump asks, so those tests must be pure.  A return
 * would leave the wrong chain.  The tests of a jump are never negated, so that
 * no two negated tests meet that lower has kept apart.
 */
static bool may_inline(const struct program *p, const struct nft_rule *jump)
{
	const struct nft_chain *chain = jump->target;

	if (jump->verdict != VERDICT_JUMP || !rule_is_pure(jump) ||
	    chain->rule.n > (jump->nstmt ? INLINE_GUARDED_MAX : INLINE_MAX) ||
	    program_count_jumps(p, chain) > 1)
		return false;
	for (unsigned i = 0; i < jump->nstmt; i++)
		if (jump->stmt[i].op != OP_EQ)
			return false;
	for (size_t i = 0; i < chain->rule.n; i++)
		if (chain->rule.at[i].verdict == VERDICT_RETURN)
			return false;
	return true;
}

static struct nft_rule guarded(struct arena *arena, const struct nft_rule *jump,
			       const struct nft_rule *r)
{
	struct nft_rule ret = *r;

	ret.nstmt = (uint16_t)(jump->nstmt + r->nstmt);
	ret.stmt = ARENA_ARRAY(arena, struct stmt, ret.nstmt + 1u);
	if (jump->nstmt)
		memcpy(ret.stmt, jump->stmt, jump->nstmt * sizeof(*ret.stmt));
	if (r->nstmt)
		memcpy(ret.stmt + jump->nstmt, r->stmt, r->nstmt * sizeof(*ret.stmt));
	origin_add(arena, &ret, jump);
	return ret;
}

/*
 * Safe: a frame that passes the tests of the jump meets the chain's rules in
 * their order, and behind the last of them, without a verdict, the rule behind
 * the jump; a frame that does not passes none of them.  An empty chain leaves
 * nothing of the jump.
 */
static void inline_chains(struct arena *arena, struct program *p, struct nft_chain *chain)
{
	VEC(struct nft_rule) rule = {0};

	for (size_t i = 0; i < chain->rule.n; i++) {
		const struct nft_rule *r = &chain->rule.at[i];

		if (!may_inline(p, r)) {
			*VEC_PUSH(arena, &rule) = *r;
			continue;
		}
		for (size_t k = 0; k < r->target->rule.n; k++) {
			struct nft_rule one = guarded(arena, r, &r->target->rule.at[k]);

			*VEC_PUSH(arena, &rule) = one;
		}
	}
	chain->rule.at = rule.at;
	chain->rule.n = rule.n;
	chain->rule.cap = rule.cap;
}

static bool same_chains(const struct nft_chain *a, const struct nft_chain *b)
{
	if (a->rule.n != b->rule.n)
		return false;
	for (size_t i = 0; i < a->rule.n; i++) {
		const struct nft_rule *x = &a->rule.at[i];
		const struct nft_rule *y = &b->rule.at[i];

		/* two places that count are not one */
		if (x->verdict != y->verdict || x->target != y->target || !rule_is_pure(x) ||
		    !rules_same_tests(x, y))
			return false;
	}
	return true;
}

/* Safe: the rules of both do the same to any frame, wherever it comes from. */
static void share(struct arena *arena, struct program *p, struct nft_chain *kept,
		  const struct nft_chain *gone)
{
	for (size_t c = 0; c < p->chain.n; c++)
		for (size_t k = 0; k < p->chain.at[c]->rule.n; k++) {
			struct nft_rule *r = &p->chain.at[c]->rule.at[k];

			if (r->target == gone)
				r->target = kept;
		}
	for (size_t i = 0; i < kept->rule.n; i++)
		origin_add(arena, &kept->rule.at[i], &gone->rule.at[i]);
}

void opt_chains(struct arena *arena, struct program *p)
{
	for (size_t i = 1; i < p->chain.n; i++)
		for (size_t k = i + 1; k < p->chain.n; k++)
			if (same_chains(p->chain.at[i], p->chain.at[k]) &&
			    program_count_jumps(p, p->chain.at[k]))
				share(arena, p, p->chain.at[i], p->chain.at[k]);
	program_drop_unused(p);
	for (size_t i = 0; i < p->chain.n; i++)
		inline_chains(arena, p, p->chain.at[i]);
	program_drop_unused(p);
}
