/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/opt_passes.h"
#include "compiler/opt_test.h"

/* rules behind a jump that are looked at */
#define WINDOW 64

/*
 * What becomes of a frame that has passed the tests of the rule at `from` and goes
 * on behind it: the rule that surely has it next, if there is one.  At the end of
 * the chain the caller's word is the last: `end`.
 */
static const struct nft_rule *next_of(const struct nft_chain *chain, size_t from,
				      const struct nft_rule *end)
{
	const struct nft_rule *guard = &chain->rule.at[from];

	for (size_t i = from + 1; i < chain->rule.n; i++) {
		const struct nft_rule *r = &chain->rule.at[i];

		if (i - from > WINDOW || !rule_is_pure(r))
			return NULL;
		if (r->verdict == VERDICT_NONE || rule_is_out(r, guard->stmt, guard->nstmt))
			continue;
		return rule_is_sure(r, guard->stmt, guard->nstmt) ? r : NULL;
	}
	return end;
}

static void follow(struct arena *arena, struct nft_rule *r, const struct nft_rule *next)
{
	r->verdict = next->verdict;
	r->target = next->target;
	origin_add(arena, r, next);
}

/* a chain that is left at its end, or by a return, is left as `next` says */
static void redirect(struct arena *arena, struct nft_chain *chain, const struct nft_rule *next)
{
	for (size_t i = 0; i < chain->rule.n; i++)
		if (chain->rule.at[i].verdict == VERDICT_RETURN)
			follow(arena, &chain->rule.at[i], next);
	if (!chain->rule.n || chain->rule.at[chain->rule.n - 1].nstmt ||
	    !rule_decides(&chain->rule.at[chain->rule.n - 1]))
		follow(arena, chain_rule(chain, arena), next);
}

/*
 * Safe: all frames in the chain have passed the tests of its only jump, and a frame
 * is the same throughout.  The rules behind the jump that such a frame cannot pass
 * do nothing, and the first that it must pass decides; so it may decide where the
 * frame would come back, and nobody has to come back.  A jump is not followed: its
 * chain would return to the rule behind it; but last ones are made first, so that
 * most are goto.  A return at the end leaves both chains.
 */
static void thread_jump(struct arena *arena, struct program *p, struct nft_chain *chain, size_t at,
			const struct nft_rule *end)
{
	struct nft_rule *jump = &chain->rule.at[at];
	struct nft_chain *target = (struct nft_chain *)jump->target;
	const struct nft_rule *next;

	if (jump->verdict != VERDICT_JUMP || !rule_is_pure(jump) || target == chain ||
	    program_count_jumps(p, target) > 1)
		return;
	next = next_of(chain, at, end);
	if (!next || next->verdict == VERDICT_JUMP || next->target == target)
		return;
	redirect(arena, target, next);
	jump->verdict = VERDICT_GOTO;
}

/* holds or not for every frame, so that one of a test and its opposite does */
static bool always_there(const struct stmt *s)
{
	bool tuple = s->kind == STMT_LOOKUP;

	if (!tuple && s->kind != STMT_TEST)
		return false;
	for (unsigned i = 0; i < (tuple ? s->tuple->nkey : 1); i++) {
		const struct key_info *info = key_info(tuple ? s->tuple->key[i] : s->key);

		if (info->base != BASE_LINK && info->base != BASE_META)
			return false;
		/* nothing is known of the bits behind the Ethernet header */
		if (info->base == BASE_LINK && info->offset + info->length > 14 * 8)
			return false;
	}
	return tuple || key_info(s->key)->base == BASE_LINK;
}

/* "what passes one test returns, all else is decided": in a word, what fails it */
static bool is_check(const struct program *p, const struct nft_rule *jump)
{
	const struct nft_chain *chain = jump->target;

	return jump->verdict == VERDICT_JUMP && rule_is_pure(jump) && !jump->nstmt &&
	       program_count_jumps(p, chain) == 1 && chain->rule.n == 2 &&
	       chain->rule.at[0].verdict == VERDICT_RETURN && chain->rule.at[0].nstmt == 1 &&
	       always_there(&chain->rule.at[0].stmt[0]) && !chain->rule.at[1].nstmt &&
	       rule_decides(&chain->rule.at[1]) && !chain->rule.at[1].target;
}

/*
 * Safe: a frame has the key, so that it passes the test or its opposite.  If it
 * passes the test it goes on behind the jump, as it does behind the new rule.
 */
static void negate_check(struct arena *arena, struct nft_rule *jump)
{
	const struct nft_rule *test = &jump->target->rule.at[0];
	struct nft_rule r = jump->target->rule.at[1];

	r.stmt = arena_copy(arena, test->stmt, sizeof(*test->stmt));
	r.nstmt = 1;
	r.stmt[0].op = test->stmt[0].op == OP_EQ ? OP_NE : OP_EQ;
	origin_add(arena, &r, test);
	origin_add(arena, &r, jump);
	*jump = r;
}

void opt_thread(struct arena *arena, struct program *p)
{
	static const struct nft_rule accept = {.verdict = VERDICT_ACCEPT};
	static const struct nft_rule leave = {.verdict = VERDICT_RETURN};

	if (program_changes_tests(p))
		return;
	for (size_t c = 0; c < p->chain.n; c++) {
		struct nft_chain *chain = p->chain.at[c];

		for (size_t i = chain->rule.n; i > 0; i--) {
			if (is_check(p, &chain->rule.at[i - 1]))
				negate_check(arena, &chain->rule.at[i - 1]);
			else
				thread_jump(arena, p, chain, i - 1, c ? &leave : &accept);
		}
	}
	program_drop_unused(p);
}
