/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/opt_passes.h"
#include "compiler/opt_test.h"

/* rules before a rule that are looked at: keeps long lists from taking quadratic time */
#define WINDOW 128

/*
 * false: two tests of the rule exclude each other, so no frame passes both.
 * A test that another of the same rule implies says nothing, and goes.  The one
 * that stays moves to the first of the two places: tests commute, and what nft
 * must have read before the key of one it must have read before the other's.
 */
static bool simplify(struct arena *arena, struct nft_rule *r)
{
	struct stmt *kept = ARENA_ARRAY(arena, struct stmt, r->nstmt + 1u);
	unsigned n = 0;

	for (unsigned i = 0; i < r->nstmt; i++) {
		const struct stmt *s = &r->stmt[i];
		unsigned k = 0;

		while (k < n && !test_implies(&kept[k], s)) {
			if (test_excludes(&kept[k], s))
				return false;
			if (test_implies(s, &kept[k]))
				break;
			k++;
		}
		if (k == n)
			kept[n++] = *s;
		else if (!test_implies(&kept[k], s))
			kept[k] = *s;
	}
	r->stmt = kept;
	r->nstmt = (uint16_t)n;
	return true;
}

/*
 * Safe: a rule whose tests exclude each other matches nothing; a rule without a
 * verdict that only tests does nothing.
 */
static void chain_contradictions(struct arena *arena, struct nft_chain *chain)
{
	size_t n = 0;

	for (size_t i = 0; i < chain->rule.n; i++) {
		struct nft_rule r = chain->rule.at[i];

		if (rule_is_pure(&r) && (r.verdict == VERDICT_NONE || !simplify(arena, &r)))
			continue;
		chain->rule.at[n++] = r;
	}
	chain->rule.n = n;
}

void opt_contradictions(struct arena *arena, struct program *p)
{
	for (size_t i = 0; i < p->chain.n; i++)
		chain_contradictions(arena, p->chain.at[i]);
}

/* the rule before that has taken every frame which this one would take */
static struct nft_rule *shadow(struct nft_chain *chain, size_t n, const struct nft_rule *r)
{
	for (size_t i = n; i > 0 && n - i < WINDOW; i--) {
		struct nft_rule *before = &chain->rule.at[i - 1];

		if (rule_is_pure(before) && rule_decides(before) &&
		    rule_is_sure(before, r->stmt, r->nstmt))
			return before;
	}
	return NULL;
}

static bool changes_tests(const struct nft_chain *chain)
{
	for (size_t i = 0; i < chain->rule.n; i++)
		for (unsigned k = 0; k < chain->rule.at[i].nstmt; k++)
			if (chain->rule.at[i].stmt[k].kind >= STMT_MARK &&
			    chain->rule.at[i].stmt[k].kind <= STMT_FORGET)
				return true;
	return false;
}

bool program_changes_tests(const struct program *p)
{
	for (size_t i = 0; i < p->chain.n; i++)
		if (changes_tests(p->chain.at[i]))
			return true;
	return false;
}

/*
 * Safe: a frame that passes the rule's tests passes those of the rule before,
 * which read the same of it, and with its verdict left the chain there.  So the
 * rule never decides; it must not count either, for it would have counted what
 * passed only some of its tests.  Behind an unconditional verdict nothing runs.
 */
static void chain_shadowed(struct arena *arena, struct nft_chain *chain)
{
	size_t n = 0;

	if (changes_tests(chain))
		return;
	for (size_t i = 0; i < chain->rule.n; i++) {
		struct nft_rule r = chain->rule.at[i];
		struct nft_rule *before = rule_is_pure(&r) ? shadow(chain, n, &r) : NULL;

		if (n && !chain->rule.at[n - 1].nstmt && rule_decides(&chain->rule.at[n - 1]))
			break;
		if (!before) {
			chain->rule.at[n++] = r;
			continue;
		}
		/* the same rule written twice: a frame it takes comes from both */
		if (before->verdict == r.verdict && rules_same_tests(before, &r))
			origin_add(arena, before, &r);
	}
	chain->rule.n = n;
}

void opt_shadowed(struct arena *arena, struct program *p)
{
	for (size_t i = 0; i < p->chain.n; i++)
		chain_shadowed(arena, p->chain.at[i]);
}

/* the verdict of every frame that enters the chain; NONE: not one and the same */
static enum verdict only_verdict(const struct nft_chain *chain)
{
	enum verdict only;

	if (!chain_decides(chain))
		return VERDICT_NONE;
	only = (enum verdict)chain->rule.at[chain->rule.n - 1].verdict;
	for (size_t i = 0; i < chain->rule.n; i++)
		if (chain->rule.at[i].verdict != only || !rule_is_pure(&chain->rule.at[i]))
			return VERDICT_NONE;
	return only == VERDICT_ACCEPT || only == VERDICT_DROP ? only : VERDICT_NONE;
}

/*
 * Safe: whether a frame passes the tests of such a rule or not, its verdict is
 * `end`: here, or behind the rule, where nothing is left but rules of that kind.
 * The end of the root accepts (the entry chain is reached by goto, so the base
 * chain's policy holds), and a return from the root is its end.  A chain below
 * ends with a rule for every frame, which stays.  A rule that counts stays too.
 */
static void chain_trailing(struct nft_chain *chain, bool root)
{
	size_t keep = root ? 0 : 1;
	size_t n = chain->rule.n;
	struct nft_rule last;
	enum verdict end = VERDICT_ACCEPT;

	if (n < keep)
		return;
	if (!root) {
		last = chain->rule.at[n - 1];
		end = (enum verdict)last.verdict;
		if (last.nstmt || end == VERDICT_JUMP || end == VERDICT_GOTO)
			return;
	}
	while (n > keep) {
		const struct nft_rule *r = &chain->rule.at[n - keep - 1];
		bool accepts = root && r->verdict == VERDICT_RETURN;
		bool same = r->verdict == end || accepts ||
			    (r->verdict == VERDICT_JUMP && only_verdict(r->target) == end);

		if (!rule_is_pure(r) || !same)
			break;
		n--;
	}
	if (!root)
		chain->rule.at[n - 1] = last;
	chain->rule.n = n;
}

void opt_trailing(struct arena *arena, struct program *p)
{
	(void)arena;
	/* chains below before the root, which looks at what they decide */
	for (size_t i = p->chain.n; i > 0; i--)
		chain_trailing(p->chain.at[i - 1], i == 1);
	program_drop_unused(p);
}
