/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/opt_join.h"

#include "compiler/opt_passes.h"

bool reads_values(const struct stmt *s)
{
	return s->kind == STMT_LOOKUP && s->set->kind == SET_VALUES;
}

/* nft does not look up raw bytes beside what has a type */
static bool has_type(const struct tuple *t)
{
	for (unsigned i = 0; i < t->nkey; i++)
		if (t->key[i].id == KEY_RAW_NETWORK)
			return false;
	return true;
}

static void add_keys(struct tuple *to, const struct tuple *more)
{
	if (!to->nkey)
		to->key[to->nkey++] = more->key[0];
	for (unsigned i = 1; i < more->nkey; i++)
		to->key[to->nkey++] = more->key[i];
}

bool look_ups_join(struct arena *arena, const struct opt_binding *of, const struct stmt *test,
		   unsigned n, struct stmt *ret)
{
	struct tuple *t = ARENA_NEW(arena, struct tuple);
	enum table_id table = TABLE_MAX;
	struct demand joined = {0};
	struct nft_set set;

	for (unsigned k = 0; k < n; k++) {
		const struct demand *d;

		if (!reads_values(&test[k]))
			continue;
		d = demand_find(of->demand, test[k].set);
		if (!d || !has_type(test[k].tuple) || !demand_join(&joined, d, of->binding))
			return false;
		add_keys(t, test[k].tuple);
		table = test[k].set->table;
	}
	set = demand_set(arena, &joined, table, &t->key[1]);
	joined.set = ruleset_add_set(of->ruleset, &set);
	demand_add(arena, of->demand, &joined);
	*ret = (struct stmt){.kind = STMT_LOOKUP, .op = OP_EQ, .tuple = t, .set = joined.set};
	return true;
}

static const struct stmt *find_look_up(const struct nft_rule *r, const struct nft_set *set)
{
	for (unsigned i = 0; r && i < r->nstmt; i++)
		if (reads_values(&r->stmt[i]) && r->stmt[i].op == OP_EQ && r->stmt[i].set == set)
			return &r->stmt[i];
	return NULL;
}

static bool is_part(const struct stmt *s, const struct stmt *test, unsigned n)
{
	for (unsigned k = 0; k < n; k++)
		if (reads_values(s) && reads_values(&test[k]) && s->op == OP_EQ &&
		    s->set == test[k].set)
			return true;
	return false;
}

static void absorb(struct arena *arena, struct nft_rule *r, const struct nft_rule *jump,
		   const struct stmt *test, unsigned n, const struct stmt *joined)
{
	struct tuple *t = ARENA_NEW(arena, struct tuple);
	struct stmt *stmt = ARENA_ARRAY(arena, struct stmt, r->nstmt + 1u);
	unsigned to = 0;

	for (unsigned k = 0; k < n; k++) {
		const struct stmt *own;

		if (!reads_values(&test[k]))
			continue;
		own = find_look_up(r, test[k].set);
		if (!own)
			own = find_look_up(jump, test[k].set);
		/* it is not known; or one set twice, and which of its look-ups is which is not said
		 */
		if (!own || is_part(&test[k], test, k))
			return;
		add_keys(t, own->tuple);
	}
	for (unsigned i = 0; i < r->nstmt; i++)
		if (!is_part(&r->stmt[i], test, n))
			stmt[to++] = r->stmt[i];
	if (to == r->nstmt)
		return;
	stmt[to] = *joined;
	stmt[to++].tuple = t;
	r->stmt = stmt;
	r->nstmt = (uint16_t)to;
}

void look_ups_absorb(struct arena *arena, struct program *p, const struct stmt *test, unsigned n,
		     const struct stmt *joined)
{
	if (is_part(joined, test, n))
		return;
	for (size_t c = 0; c < p->chain.n; c++) {
		struct nft_chain *chain = p->chain.at[c];
		const struct nft_rule *jump =
			program_count_jumps(p, chain) == 1 ? program_jump_to(p, chain) : NULL;

		for (size_t i = 0; i < chain->rule.n; i++)
			absorb(arena, &chain->rule.at[i], jump, test, n, joined);
	}
}
