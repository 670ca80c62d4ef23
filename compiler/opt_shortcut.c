/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/opt_shortcut.h"

#include "compiler/opt_join.h"
#include "compiler/opt_passes.h"
#include "compiler/opt_test.h"

/* a way of fewer rules is not worth one more for all other frames */
#define WAY_MIN 3
#define KNOWN_MAX 8
#define LOOK_UPS (TUPLE_MAX - 1)
/* of IPv4, of IPv6 */
#define SHORTCUTS_MAX 2

/* how frames come from the root to a rule that accepts them */
struct way {
	const struct nft_rule *end;
	struct stmt known[KNOWN_MAX]; /* tests that hold for them */
	unsigned nknown;
	const struct nft_rule *guard[LOOK_UPS]; /* rules that drop where a look-up fails */
	unsigned nguard;
	unsigned length;
	bool only; /* nothing else leads there */
};

/* tests that are cheap to fail for the frames that the shortcut is not for */
static bool may_end(const struct nft_rule *r)
{
	bool looks_up = false;

	if (r->verdict != VERDICT_ACCEPT || r->nstmt > KNOWN_MAX - LOOK_UPS)
		return false;
	for (unsigned i = 0; i < r->nstmt; i++) {
		const struct stmt *s = &r->stmt[i];
		bool type = s->kind == STMT_TEST && s->key.id == KEY_ETHER_TYPE;

		if (s->op != OP_EQ || !(type || reads_values(s)))
			return false;
		looks_up |= !type;
	}
	return looks_up;
}

static bool is_guard(const struct nft_rule *r)
{
	return r->nstmt == 1 && r->verdict == VERDICT_DROP && r->stmt[0].op == OP_NE &&
	       reads_values(&r->stmt[0]);
}

static bool pass_guard(struct way *w, const struct nft_rule *r)
{
	if (w->nguard == LOOK_UPS || w->nknown == KNOWN_MAX)
		return false;
	w->guard[w->nguard++] = r;
	w->known[w->nknown] = r->stmt[0];
	w->known[w->nknown++].op = OP_EQ;
	return true;
}

/* what a rule on the way does with its frames */
enum turn { TURN_ON, TURN_INTO, TURN_END, TURN_AWAY };

static enum turn turn_at(struct way *w, const struct nft_rule *r)
{
	if (!rule_is_pure(r))
		return TURN_AWAY;
	if (r->verdict == VERDICT_NONE || rule_is_out(r, w->known, w->nknown))
		return TURN_ON;
	if (!rule_is_sure(r, w->known, w->nknown)) {
		/* accepted here or at the end */
		if (r->verdict == VERDICT_ACCEPT)
			return TURN_ON;
		return is_guard(r) && pass_guard(w, r) ? TURN_ON : TURN_AWAY;
	}
	if (r->verdict == VERDICT_GOTO)
		return TURN_INTO;
	return r == w->end ? TURN_END : TURN_AWAY;
}

static bool find_way(const struct program *p, const struct nft_rule *end, struct way *w)
{
	const struct nft_chain *chain = p->chain.at[0];
	size_t i = 0;

	*w = (struct way){.end = end, .only = true};
	for (unsigned k = 0; k < end->nstmt; k++)
		w->known[w->nknown++] = end->stmt[k];
	while (i < chain->rule.n) {
		const struct nft_rule *r = &chain->rule.at[i++];

		w->length++;
		switch (turn_at(w, r)) {
		case TURN_ON:
			break;
		case TURN_INTO:
			chain = r->target;
			i = 0;
			w->only &= program_count_jumps(p, chain) == 1;
			break;
		case TURN_END:
			return w->length >= WAY_MIN;
		case TURN_AWAY:
			return false;
		}
	}
	return false;
}

/* what the frames are known by, in one rule that does what the last on the way does */
static bool make_rule(struct arena *arena, const struct opt_binding *of, const struct way *w,
		      struct nft_rule *ret)
{
	struct stmt look_up;

	if (!look_ups_join(arena, of, w->known, w->nknown, &look_up))
		return false;
	*ret = *w->end;
	ret->nstmt = 0;
	ret->stmt = ARENA_ARRAY(arena, struct stmt, KNOWN_MAX + 1);
	for (unsigned k = 0; k < w->nknown; k++)
		if (!reads_values(&w->known[k]))
			ret->stmt[ret->nstmt++] = w->known[k];
	ret->stmt[ret->nstmt++] = look_up;
	for (unsigned i = 0; i < w->nguard; i++)
		origin_add(arena, ret, w->guard[i]);
	return true;
}

static void put_first(struct arena *arena, struct nft_chain *root, const struct nft_rule *r)
{
	chain_rule(root, arena);
	memmove(&root->rule.at[1], &root->rule.at[0], (root->rule.n - 1) * sizeof(*r));
	root->rule.at[0] = *r;
}

static void take_out(struct nft_chain *chain, size_t at)
{
	memmove(&chain->rule.at[at], &chain->rule.at[at + 1],
		(chain->rule.n - at - 1) * sizeof(chain->rule.at[0]));
	chain->rule.n--;
}

static bool shorten(struct arena *arena, const struct opt_binding *of, struct program *p,
		    struct nft_chain *chain, size_t at)
{
	struct nft_rule first;
	struct way way;

	if (!may_end(&chain->rule.at[at]) || !find_way(p, &chain->rule.at[at], &way) ||
	    !make_rule(arena, of, &way, &first))
		return false;
	if (way.only)
		take_out(chain, at);
	look_ups_absorb(arena, p, way.known, way.nknown, &first.stmt[first.nstmt - 1]);
	put_first(arena, p->chain.at[0], &first);
	return true;
}

size_t opt_shortcuts(struct arena *arena, const struct opt_binding *of, struct program *p)
{
	size_t n = 0;

	for (size_t c = 0; c < p->chain.n; c++)
		for (size_t i = 0; i < p->chain.at[c]->rule.n && n < SHORTCUTS_MAX; i++)
			if (shorten(arena, of, p, p->chain.at[c], i)) {
				n++;
				break;
			}
	return n;
}
