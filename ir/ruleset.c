/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/ruleset.h"

#include "ir/base/buf.h"
#include "ir/binding.h"
#include "ir/digest.h"
#include "ir/name.h"

static const struct hook hooks[] = {
	[HOOK_OUT_L2] = {"out-l2", "pre-l2", "prerouting", -300, KEY_IIFNAME, DIRECTION_OUT,
			 LAYER_L2, TABLE_BRIDGE},
	[HOOK_OUT_L3] = {"out-l3", "pre-l3", "prerouting", 10, KEY_IIFNAME, DIRECTION_OUT, LAYER_L3,
			 TABLE_BRIDGE},
	/* never priority 0: kernel.md 1a, Linux 6.1 skips it for IP frames */
	[HOOK_IN_L3] = {"in-l3", "fwd-l3", "forward", 10, KEY_OIFNAME, DIRECTION_IN, LAYER_L3,
			TABLE_BRIDGE},
	[HOOK_IN_L2] = {"in-l2", "post-l2", "postrouting", 300, KEY_OIFNAME, DIRECTION_IN, LAYER_L2,
			TABLE_BRIDGE},
	/* the other way round than at a tap: what the VM sends leaves through its macvtap */
	[HOOK_DEV_OUT_L2] = {"dev-out-l2", NULL, "egress", -300, KEY_OIFNAME, DIRECTION_OUT,
			     LAYER_L2, TABLE_NETDEV},
	[HOOK_DEV_OUT_L3] = {"dev-out-l3", NULL, "egress", 10, KEY_OIFNAME, DIRECTION_OUT, LAYER_L3,
			     TABLE_NETDEV},
	[HOOK_DEV_IN_L3] = {"dev-in-l3", NULL, "ingress", 10, KEY_IIFNAME, DIRECTION_IN, LAYER_L3,
			    TABLE_NETDEV},
	[HOOK_DEV_IN_L2] = {"dev-in-l2", NULL, "ingress", 300, KEY_IIFNAME, DIRECTION_IN, LAYER_L2,
			    TABLE_NETDEV},
};

const struct hook *hook(enum hook_id id)
{
	return &hooks[id];
}

struct ruleset *ruleset_new(struct arena *arena, const struct target *target)
{
	struct ruleset *rs = ARENA_NEW(arena, struct ruleset);

	rs->arena = arena;
	rs->target = *target;
	return rs;
}

struct nft_chain *program_chain(struct program *p, struct arena *arena, struct str label)
{
	struct nft_chain *chain = ARENA_NEW(arena, struct nft_chain);

	chain->label = label;
	*VEC_PUSH(arena, &p->chain) = chain;
	return chain;
}

struct nft_rule *chain_rule(struct nft_chain *chain, struct arena *arena)
{
	return VEC_PUSH(arena, &chain->rule);
}

bool ruleset_uses_guard(const struct ruleset *rs, enum hook_id id)
{
	return rs->guard.n && hooks[id].layer == LAYER_L2 && hooks[id].table == TABLE_BRIDGE;
}

bool ruleset_uses(const struct ruleset *rs, enum hook_id id)
{
	for (size_t i = 0; i < rs->entry.n; i++)
		if (rs->entry.at[i].program[id])
			return true;
	return ruleset_uses_guard(rs, id);
}

enum table_id binding_table(const struct binding *binding)
{
	return binding->attach == ATTACH_NETDEV ? TABLE_NETDEV : TABLE_BRIDGE;
}

bool ruleset_has(const struct ruleset *rs, enum table_id table)
{
	for (size_t i = 0; i < rs->entry.n; i++)
		if (binding_table(rs->entry.at[i].binding) == table)
			return true;
	return table == TABLE_BRIDGE && (!rs->entry.n || rs->guard.n);
}

void ruleset_guard_comment(const struct ruleset *rs, struct buf *out)
{
	unsigned char digest[HASH_BYTES];
	struct hash hash;

	hash_init(&hash);
	for (size_t i = 0; i < rs->guard.n; i++) {
		hash_update(&hash, rs->guard.at[i].ptr, rs->guard.at[i].len);
		hash_update(&hash, "\n", 1);
	}
	hash_final(&hash, digest);
	buf_puts(out, GUARD_COMMENT);
	for (unsigned i = 0; i < NAME_DIGITS / 2; i++)
		buf_puthex(out, digest[i], 2);
}

static bool reads_state(const struct stmt *s)
{
	return s->kind == STMT_COUNT || s->key.id == KEY_CT_STATE ||
	       s->key.id == KEY_CT_DIRECTION || s->key.id == KEY_MARK;
}

/* tests come in order: a rule that stops at another EtherType reads nothing */
static const struct stmt *rule_stateful(const struct nft_rule *rule, enum family family)
{
	struct value type = value_of_number(family == FAMILY_IPV4 ? 0x0800 : 0x86dd, 2);

	for (unsigned i = 0; i < rule->nstmt; i++) {
		const struct stmt *s = &rule->stmt[i];

		if (s->kind == STMT_TEST && s->key.id == KEY_ETHER_TYPE && s->op == OP_EQ &&
		    memcmp(s->value, type.b, 2) != 0)
			return NULL;
		if (reads_state(s))
			return s;
	}
	return NULL;
}

const struct nft_rule *program_stateful(const struct program *p, enum family family,
					const struct stmt **ret)
{
	for (size_t c = 0; c < p->chain.n; c++)
		for (size_t r = 0; r < p->chain.at[c]->rule.n; r++) {
			*ret = rule_stateful(&p->chain.at[c]->rule.at[r], family);
			if (*ret)
				return &p->chain.at[c]->rule.at[r];
		}
	return NULL;
}

bool ruleset_stateful(const struct ruleset *rs, enum family family)
{
	const struct stmt *ignored;

	for (size_t i = 0; i < rs->program.n; i++)
		if (hook(rs->program.at[i]->hook)->layer == LAYER_L3 &&
		    program_stateful(rs->program.at[i], family, &ignored))
			return true;
	return false;
}

bool ruleset_marks_state(const struct ruleset *rs, enum family family)
{
	return rs->target.state == STATE_MARK_CT && ruleset_stateful(rs, family);
}

static void use_set(struct ruleset *rs, const struct nft_set *set)
{
	struct nft_set *known;

	if (!set || set->used)
		return;
	known = table_get(&rs->set_by_name[set->table], set->name);
	if (!known)
		return;
	known->used = true;
	*VEC_PUSH(rs->arena, &rs->set) = known;
}

static void use_sets(struct ruleset *rs, const struct program *p)
{
	for (size_t c = 0; c < p->chain.n; c++) {
		const struct nft_chain *chain = p->chain.at[c];

		for (size_t r = 0; r < chain->rule.n; r++)
			for (unsigned s = 0; s < chain->rule.at[r].nstmt; s++)
				use_set(rs, chain->rule.at[r].stmt[s].set);
	}
}

const struct program *ruleset_add_program(struct ruleset *rs, struct program *p)
{
	unsigned char digest[HASH_BYTES];
	char hex[2 * HASH_BYTES];
	struct program *known;

	digest_program(p, digest);
	for (unsigned i = 0; i < HASH_BYTES; i++) {
		hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
	}
	p->hash = (struct str){hex, sizeof(hex)};
	p->name = program_name(rs, p, NAME_DIGITS);
	known = table_get(&rs->program_by_name, p->name);
	if (known && !str_eq(known->hash, p->hash)) {
		p->name = program_name(rs, p, (int)p->hash.len);
		known = table_get(&rs->program_by_name, p->name);
	}
	if (known)
		return known;
	p->hash = str_dup(rs->arena, p->hash);
	name_chains(rs, p);
	p->index = rs->program.n;
	*VEC_PUSH(rs->arena, &rs->program) = p;
	table_put(&rs->program_by_name, rs->arena, p->name, p);
	use_sets(rs, p);
	return p;
}

struct nft_set *ruleset_add_set(struct ruleset *rs, const struct nft_set *set)
{
	struct table *names = &rs->set_by_name[set->table];
	struct nft_set *known = table_get(names, set->name);

	if (known)
		return known;
	known = arena_copy(rs->arena, set, sizeof(*set));
	known->name = str_dup(rs->arena, set->name);
	known->used = false;
	table_put(names, rs->arena, known->name, known);
	return known;
}

static struct nft_rule *state_rule(const struct ruleset *rs, struct nft_chain *chain,
				   const struct stmt *test, unsigned ntest, uint32_t keep,
				   uint32_t set)
{
	struct nft_rule *r = chain_rule(chain, rs->arena);
	struct value mask = value_of_number(keep, 4);
	struct value bits = value_of_number(set, 4);

	r->stmt = ARENA_ARRAY(rs->arena, struct stmt, ntest + 1u);
	if (ntest)
		memcpy(r->stmt, test, ntest * sizeof(*test));
	r->stmt[ntest] = stmt_mark(mask, bits);
	r->nstmt = (uint16_t)(ntest + 1);
	return r;
}

/* what nearly all packets are is told first: then nothing else has to be asked */
static void established(const struct ruleset *rs, struct nft_chain *chain, bool reply)
{
	const struct target *t = &rs->target;
	uint32_t bits = target_mark_bit(t, MARK_ESTABLISHED);
	struct stmt test[] = {
		stmt_number((struct key)NAMED_KEY(CT_STATE), OP_EQ, STATE_ESTABLISHED),
		stmt_number((struct key)NAMED_KEY(CT_DIRECTION), OP_EQ, reply),
	};

	if (reply)
		bits |= target_mark_bit(t, MARK_REPLY);
	state_rule(rs, chain, test, 2, ~t->mark, bits)->verdict = VERDICT_RETURN;
}

const struct nft_chain *state_chain(const struct ruleset *rs)
{
	static const struct {
		enum mark_bit bit;
		unsigned state;
	} rows[] = {
		{MARK_RELATED, STATE_RELATED},
		{MARK_NEW, STATE_NEW},
		{MARK_INVALID, STATE_INVALID},
	};
	struct nft_chain *chain = ARENA_NEW(rs->arena, struct nft_chain);
	struct stmt test;

	chain->label = chain->name = STR("state");
	established(rs, chain, false);
	established(rs, chain, true);
	state_rule(rs, chain, NULL, 0, ~rs->target.mark, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test = stmt_number((struct key)NAMED_KEY(CT_STATE), OP_EQ, rows[i].state);
		state_rule(rs, chain, &test, 1, UINT32_MAX,
			   target_mark_bit(&rs->target, rows[i].bit));
	}
	test = stmt_number((struct key)NAMED_KEY(CT_DIRECTION), OP_EQ, 1);
	state_rule(rs, chain, &test, 1, UINT32_MAX, target_mark_bit(&rs->target, MARK_REPLY));
	return chain;
}

bool program_uses(const struct program *p, const struct nft_set *set)
{
	for (size_t c = 0; c < p->chain.n; c++) {
		const struct nft_chain *chain = p->chain.at[c];

		for (size_t r = 0; r < chain->rule.n; r++)
			for (unsigned s = 0; s < chain->rule.at[r].nstmt; s++)
				if (chain->rule.at[r].stmt[s].set == set)
					return true;
	}
	return false;
}

bool ruleset_program_uses(const struct ruleset *rs, const struct nft_set *set)
{
	for (size_t i = 0; i < rs->program.n; i++)
		if (program_uses(rs->program.at[i], set))
			return true;
	return false;
}

static void view_add(const struct ruleset *rs, const struct entry *e, bool *seen,
		     struct ruleset *ret)
{
	*VEC_PUSH(rs->arena, &ret->entry) = *e;
	for (int id = 0; id < HOOK_MAX; id++) {
		const struct program *p = e->program[id];

		if (!p || seen[p->index])
			continue;
		seen[p->index] = true;
		*VEC_PUSH(rs->arena, &ret->program) = (struct program *)p;
	}
}

static bool *view_start(const struct ruleset *rs, struct ruleset *ret)
{
	*ret = (struct ruleset){.arena = rs->arena, .target = rs->target, .way = rs->way};
	ret->guard.at = rs->guard.at;
	ret->guard.n = rs->guard.n;
	return ARENA_ARRAY(rs->arena, bool, rs->program.n + 1);
}

static void view_end(const struct ruleset *rs, struct ruleset *ret)
{
	for (size_t k = 0; k < rs->set.n; k++)
		if (ruleset_program_uses(ret, rs->set.at[k]))
			*VEC_PUSH(rs->arena, &ret->set) = rs->set.at[k];
}

void ruleset_view(const struct ruleset *rs, size_t i, struct ruleset *ret)
{
	bool *seen = view_start(rs, ret);

	view_add(rs, &rs->entry.at[i], seen, ret);
	view_end(rs, ret);
}

void ruleset_of_filter(const struct ruleset *rs, struct str filter, struct ruleset *ret)
{
	bool *seen = view_start(rs, ret);

	for (size_t i = 0; i < rs->entry.n; i++)
		if (str_eq(rs->entry.at[i].binding->filter, filter))
			view_add(rs, &rs->entry.at[i], seen, ret);
	view_end(rs, ret);
}
