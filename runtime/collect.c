/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/plan.h"
#include "runtime/refusal.h"

/* rounds in which the kernel can name what is still in use */
#define ROUNDS 4

/*
 * Something to delete: the chains of a program, or a set that only its rules
 * filled.  A unit that the kernel finds in use is left out of the next round.
 */
struct unit {
	VEC(struct known_chain *) chain; /* the root first; none: a set */
	struct str set;
	enum table_id table;
	size_t first, last; /* lines of the text */
	bool busy;
};

struct collection {
	struct plan *plan;
	struct arena *arena;
	VEC(struct unit *) unit;
	struct table by_name[TABLE_MAX];
};

static struct unit *add_unit(struct collection *c, enum table_id table, struct str name)
{
	struct unit *u = table_get(&c->by_name[table], name);

	if (u)
		return u;
	u = ARENA_NEW(c->arena, struct unit);
	u->table = table;
	*VEC_PUSH(c->arena, &c->unit) = u;
	table_put(&c->by_name[table], c->arena, name, u);
	return u;
}

/* once the plan is carried out, does nothing lead to the root any more? */
static bool unused(struct collection *c, struct known_chain *root)
{
	if (!inventory_count(c->plan->inventory, root, c->plan->diag))
		return false;
	return root->use <= root->nrule + root->nleft;
}

static void add_root(struct collection *c, struct known_chain *root)
{
	if (unused(c, root))
		*VEC_PUSH(c->arena, &add_unit(c, root->table, root->name)->chain) = root;
}

/* the other chains of the programs, and the sets that they alone fill */
static void add_rest(struct collection *c)
{
	const struct inventory *inv = c->plan->inventory;

	for (size_t i = 0; i < inv->chain.n && c->unit.n; i++) {
		struct known_chain *chain = inv->chain.at[i];
		struct known_chain *root = inventory_root(inv, chain);
		struct unit *u = root ? table_get(&c->by_name[root->table], root->name) : NULL;

		if (!u)
			continue;
		if (chain != root)
			*VEC_PUSH(c->arena, &u->chain) = chain;
		if (!inventory_count(c->plan->inventory, chain, c->plan->diag))
			continue;
		for (size_t k = 0; k < chain->fills.n; k++)
			add_unit(c, chain->table, chain->fills.at[k])->set = chain->fills.at[k];
	}
}

/* sets of values that no rule of ours reads; those of interfaces that are kept are in use */
static void add_sets(struct collection *c, const struct ruleset *rs)
{
	const struct inventory *inv = c->plan->inventory;

	for (size_t i = 0; i < inv->values.n; i++) {
		const struct nft_set *set = &inv->values.at[i]->set;
		const struct nft_set *known =
			rs ? table_get(&rs->set_by_name[set->table], set->name) : NULL;

		if (!known || !known->used)
			add_unit(c, set->table, set->name)->set = set->name;
	}
}

static void put_chains(struct unit *u, struct buf *text)
{
	u->first = text->line;
	for (size_t i = 0; i < u->chain.n; i++)
		emit_flush_chain(u->table, u->chain.at[i]->name, text);
	for (size_t i = 0; i < u->chain.n; i++)
		emit_remove_chain(u->table, u->chain.at[i]->name, text);
	u->last = text->line - 1;
}

/* sets last: rules that are deleted before no longer use them */
static void put_text(const struct collection *c, struct buf *text)
{
	for (size_t i = 0; i < c->unit.n; i++)
		if (!c->unit.at[i]->busy && c->unit.at[i]->chain.n)
			put_chains(c->unit.at[i], text);
	for (size_t i = 0; i < c->unit.n; i++) {
		struct unit *u = c->unit.at[i];

		if (u->busy || u->chain.n)
			continue;
		u->first = u->last = text->line;
		emit_remove_set(u->table, u->set, text);
	}
}

static bool leave_out(struct collection *c, struct str messages)
{
	struct refusal_list refusals = {.arena = c->arena};
	bool found = false;

	refusal_parse(&refusals, messages);
	for (size_t i = 0; i < refusals.refusal.n; i++)
		for (size_t k = 0; k < c->unit.n; k++) {
			struct unit *u = c->unit.at[k];
			size_t line = refusals.refusal.at[i].line;

			if (!u->busy && line >= u->first && line <= u->last)
				u->busy = found = true;
		}
	return found;
}

static size_t count_collected(const struct collection *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->unit.n; i++)
		n += !c->unit.at[i]->busy && c->unit.at[i]->chain.n;
	return n;
}

static bool run_rounds(struct collection *c, bool dry)
{
	struct backend *b = c->plan->inventory->runtime->backend;
	struct buf text, messages;
	bool done = false;
	bool again = true;

	for (unsigned round = 0; round < ROUNDS && again && !done; round++) {
		buf_init(&text);
		buf_init(&messages);
		put_text(c, &text);
		done = text.len && !text.failed && b->run(b, buf_str(&text), dry, &messages);
		again = !done && text.len && leave_out(c, buf_str(&messages));
		buf_release(&text);
		buf_release(&messages);
	}
	return done;
}

bool collect(struct plan *plan, const struct ruleset *rs, bool everywhere, bool dry)
{
	const struct inventory *inv = plan->inventory;
	struct collection c = {.plan = plan, .arena = inv->arena};
	bool done;

	if (everywhere) {
		for (size_t i = 0; i < inv->chain.n; i++)
			if (chain_is_root(inv->chain.at[i]) &&
			    !(rs && table_get(&rs->program_by_name, inv->chain.at[i]->name)))
				add_root(&c, inv->chain.at[i]);
		add_sets(&c, rs);
	} else {
		for (size_t i = 0; i < plan->left.n; i++)
			add_root(&c, plan->left.at[i]);
	}
	add_rest(&c);
	if (!c.unit.n)
		return false;
	done = run_rounds(&c, dry);
	if (done)
		plan->report->collected = count_collected(&c);
	return done;
}
