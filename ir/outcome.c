/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/outcome.h"

#include "ir/learned.h"
#include "ir/near_miss.h"

static bool holds(const struct nft_rule *r, const struct packet *p)
{
	for (unsigned i = 0; i < r->nstmt; i++)
		if (!eval_stmt(&r->stmt[i], p))
			return false;
	return true;
}

/* the state of a connection may take two tests; it is one thing that differs */
static bool is_state(const struct stmt *s)
{
	return s->key.id == KEY_CT_STATE || s->key.id == KEY_CT_DIRECTION || s->key.id == KEY_MARK;
}

/* what learns or forgets does so only where all before it holds */
static bool changes_sets(const struct stmt *s)
{
	return s->kind >= STMT_LEARN && s->kind <= STMT_FORGET;
}

static struct outcome_step step_of(const struct nft_chain *chain, const struct nft_rule *r,
				   const struct packet *p)
{
	struct outcome_step step = {.chain = chain, .rule = r};
	bool state = false;

	for (unsigned i = 0; i < r->nstmt; i++) {
		const struct stmt *s = &r->stmt[i];

		if ((step.nfailed && changes_sets(s)) || eval_stmt(s, p) || (state && is_state(s)))
			continue;
		state |= is_state(s);
		if (!step.nfailed++)
			step.failed = s;
	}
	if (!step.nfailed)
		step.arm = eval_arm(r, p);
	return step;
}

/* as eval_hook() walks; false: no verdict yet, the rules behind the jump come next */
static bool walk(struct arena *a, struct outcome_hook *hook, const struct nft_chain *chain,
		 const struct packet *p)
{
	for (size_t i = 0; i < chain->rule.n; i++) {
		const struct nft_rule *r = &chain->rule.at[i];
		struct outcome_step step = step_of(chain, r, p);

		*VEC_PUSH(a, &hook->step) = step;
		if (r->verdict == VERDICT_NONE || step.nfailed)
			continue;
		if (step.arm.verdict == VERDICT_RETURN)
			return false;
		if (step.arm.verdict != VERDICT_JUMP && step.arm.verdict != VERDICT_GOTO)
			return true;
		if (walk(a, hook, step.arm.target, p))
			return true;
		if (step.arm.verdict == VERDICT_GOTO)
			return false;
	}
	return false;
}

static void run_hook(struct arena *a, const struct ruleset *rs, const struct entry *entry,
		     const struct packet *packet, struct outcome_hook *hook)
{
	struct packet p = eval_packet(rs, hook->id, packet);
	struct learned before = *packet->learned;

	hook->evaluation = eval_hook(rs, entry, hook->id, packet);
	/* the second time as the first: what is learned is new again */
	p.learned = &before;
	if (entry->program[hook->id])
		walk(a, hook, entry->program[hook->id]->chain.at[0], &p);
}

void outcome_of(struct arena *a, const struct ruleset *rs, const struct entry *entry,
		enum direction direction, bool from_host, const struct packet *packet,
		struct outcome *ret)
{
	static const enum hook_id ways[2][OUTCOME_HOOKS] = {
		[DIRECTION_OUT] = {HOOK_OUT_L2, HOOK_OUT_L3},
		[DIRECTION_IN] = {HOOK_IN_L3, HOOK_IN_L2},
	};
	bool device = binding_table(entry->binding) == TABLE_NETDEV;
	struct learned none = {.n = 0};
	struct packet now = *packet;

	if (!now.learned)
		now.learned = &none;
	*ret = (struct outcome){.verdict = VERDICT_ACCEPT};
	for (unsigned i = 0; i < OUTCOME_HOOKS && ret->verdict == VERDICT_ACCEPT; i++) {
		struct outcome_hook *hook = &ret->hook[ret->nhook];

		/* a macvtap is no port of the host's bridge */
		if (from_host && !device && ways[direction][i] == HOOK_IN_L3)
			continue;
		hook->id = (enum hook_id)(ways[direction][i] + (device ? HOOK_DEV_OUT_L2 : 0));
		run_hook(a, rs, entry, &now, hook);
		ret->verdict = hook->evaluation.verdict;
		ret->nhook++;
	}
	for (unsigned i = 0; i < ret->nhook; i++) {
		struct packet p = eval_packet(rs, ret->hook[i].id, packet);

		near_misses(a, ret, &ret->hook[i], &p);
	}
}

static void match_chain(const struct nft_chain *chain, const struct packet *p, void *context,
			void (*each)(void *context, const struct nft_rule *rule))
{
	for (size_t i = 0; i < chain->rule.n; i++) {
		const struct nft_rule *r = &chain->rule.at[i];
		const struct nft_chain *target;

		if (!holds(r, p))
			continue;
		each(context, r);
		target = eval_arm(r, p).target;
		if (target)
			match_chain(target, p, context, each);
	}
}

void outcome_matching(const struct ruleset *rs, const struct program *program,
		      const struct packet *packet, void *context,
		      void (*each)(void *context, const struct nft_rule *rule))
{
	struct packet p = eval_packet(rs, program->hook, packet);
	struct learned none = {.n = 0};

	if (!p.learned)
		p.learned = &none;
	match_chain(program->chain.at[0], &p, context, each);
}
