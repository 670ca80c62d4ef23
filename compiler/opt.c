/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/opt.h"

#include <stdio.h>

#include "compiler/opt_passes.h"
#include "compiler/opt_shortcut.h"
#include "compiler/opt_verify.h"

/* one pass makes work for another; what is left after these rounds stays */
#define ROUNDS 4

static const struct {
	const char *name;
	opt_fn *run;
} passes[OPT_PASSES] = {
	[OPT_CONTRADICTIONS] = {"contradictions", opt_contradictions},
	[OPT_SHADOWED] = {"shadowed", opt_shadowed},
	[OPT_TRAILING] = {"trailing", opt_trailing},
	[OPT_CHAINS] = {"chains", opt_chains},
	[OPT_THREAD] = {"thread", opt_thread},
	[OPT_MERGE] = {"merge", opt_merge},
	/* once, behind all rounds */
	[OPT_SHORTCUTS] = {"shortcuts", NULL},
	[OPT_TABLES] = {"tables", NULL},
};

const char *opt_pass_name(enum opt_pass pass)
{
	return passes[pass].name;
}

static size_t count_rules(const struct program *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->chain.n; i++)
		n += p->chain.at[i]->rule.n;
	return n;
}

bool chain_decides(const struct nft_chain *chain)
{
	const struct nft_rule *last;

	if (!chain->rule.n)
		return false;
	last = &chain->rule.at[chain->rule.n - 1];
	if (last->nstmt || last->verdict == VERDICT_RETURN)
		return false;
	for (size_t i = 0; i < chain->rule.n; i++)
		if (chain->rule.at[i].verdict == VERDICT_RETURN)
			return false;
	return rule_decides(last);
}

bool rule_decides(const struct nft_rule *r)
{
	if (r->verdict == VERDICT_JUMP || r->verdict == VERDICT_GOTO)
		return chain_decides(r->target);
	return r->verdict != VERDICT_NONE;
}

/* copies of a rule share what is behind its first origin: what one gets, the others must not */
static void own_origins(struct arena *arena, struct origin *first)
{
	for (struct origin *o = first; o->more; o = (struct origin *)o->more)
		o->more = arena_copy(arena, o->more, sizeof(*o->more));
}

void origin_add(struct arena *arena, struct nft_rule *to, const struct nft_rule *of)
{
	if (!to->comment.len)
		to->comment = of->comment;
	own_origins(arena, &to->origin);
	for (const struct origin *o = &of->origin; o && o->rule; o = o->more) {
		const struct origin *known = &to->origin;
		struct origin *more;

		while (known && known->rule != o->rule)
			known = known->more;
		if (known)
			continue;
		/* the first of them stays in front; the others stand in their order */
		if (!to->origin.rule) {
			to->origin = (struct origin){.rule = o->rule, .path = o->path};
			continue;
		}
		more = ARENA_NEW(arena, struct origin);
		*more = (struct origin){.rule = o->rule, .path = o->path};
		known = &to->origin;
		while (known->more)
			known = known->more;
		((struct origin *)known)->more = more;
	}
}

static void run_passes(struct opt *opt, struct arena *arena, struct program *p)
{
	size_t n = count_rules(p);

	for (unsigned round = 0; round < ROUNDS; round++) {
		size_t start = n;

		for (int pass = 0; pass < OPT_PASSES && passes[pass].run; pass++) {
			passes[pass].run(arena, p);
			opt->saved[pass] += n - count_rules(p);
			n = count_rules(p);
		}
		if (n == start)
			break;
	}
}

static struct stmt ethertype_is(unsigned type)
{
	return stmt_number((struct key)NAMED_KEY(ETHER_TYPE), OP_EQ, type);
}

/*
 * A test of the state has a side effect after all: while there is one, the kernel
 * tracks connections, and they are known to the rules that a change brings.  Where
 * none is left, a rule stays that reads the state and does nothing.
 */
static void keep_tracking(struct arena *arena, const struct program *plain, struct program *p)
{
	const struct nft_rule *from[FAMILY_MAX] = {0};
	const struct stmt *state[FAMILY_MAX];
	const struct stmt *ignored;
	enum family one;
	struct nft_rule *r;

	for (enum family f = FAMILY_IPV4; f <= FAMILY_IPV6; f++)
		if (!program_stateful(p, f, &ignored))
			from[f] = program_stateful(plain, f, &state[f]);
	if (!from[FAMILY_IPV4] && !from[FAMILY_IPV6])
		return;
	r = chain_rule(p->chain.at[0], arena);
	r->stmt = ARENA_ARRAY(arena, struct stmt, 2);
	/* one rule reads it for both */
	if (!from[FAMILY_IPV6])
		r->stmt[r->nstmt++] = ethertype_is(0x0800);
	else if (!from[FAMILY_IPV4])
		r->stmt[r->nstmt++] = ethertype_is(0x86dd);
	one = from[FAMILY_IPV4] ? FAMILY_IPV4 : FAMILY_IPV6;
	r->stmt[r->nstmt++] = *state[one];
	r->origin = from[one]->origin;
}

static bool same_verdicts(const struct opt_binding *of, const struct program *plain,
			  const struct program *p, bool *ret_longer)
{
	return programs_agree(&of->ruleset->target, of->values, plain, p, ret_longer);
}

/*
 * What comes after all rounds.  A shortcut is no good where it is a detour for some frame:
 * the program as it was written is the measure.  False if a frame's verdict differs.
 */
static bool finish(struct opt *opt, struct arena *arena, const struct opt_binding *of,
		   const struct program *plain, struct program *p)
{
	struct program *without = program_copy(arena, p);
	size_t shortcuts = opt_shortcuts(arena, of, p);
	size_t tables = opt_tables(arena, p);
	bool longer = false;
	bool same = true;

	if (shortcuts)
		demand_values(arena, of->demand, of->binding, of->values);
	if (shortcuts || !opt->unverified)
		same = same_verdicts(of, plain, p, &longer);
	if (shortcuts && same && longer) {
		*p = *without;
		shortcuts = 0;
		tables = opt_tables(arena, p);
		same = opt->unverified || same_verdicts(of, plain, p, &longer);
	}
	opt->saved[OPT_SHORTCUTS] += shortcuts;
	opt->saved[OPT_TABLES] += tables;
	return same || opt->unverified;
}

void optimise(struct opt *opt, struct arena *arena, const struct opt_binding *of, struct program *p)
{
	struct program *plain;

	opt->before += count_rules(p);
	if (opt->level) {
		plain = program_copy(arena, p);
		run_passes(opt, arena, p);
		keep_tracking(arena, plain, p);
		if (!finish(opt, arena, of, plain, p)) {
			fprintf(stderr,
				"nwfc: bug: the optimizer changed a verdict of %.*s at %s; that "
				"program stays as it was\n",
				STR_ARG(p->filter), hook(p->hook)->name);
			opt->rejected++;
			*p = *plain;
		}
	}
	opt->after += count_rules(p);
}
