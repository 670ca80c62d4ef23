/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/plan.h"

/* above this, all elements at once are read faster than those of each interface */
#define FEW_ENTRIES 16

static bool has_hash(const struct known_chain *root, const struct program *p)
{
	struct str prefix = STR(PROGRAM_COMMENT);
	struct str comment = root->comment;

	return str_starts(comment, prefix) &&
	       str_eq((struct str){comment.ptr + prefix.len, comment.len - prefix.len}, p->hash);
}

static enum program_state state_of(struct plan *plan, const struct program *p)
{
	struct known_chain *root = inventory_chain(plan->inventory, p->name);

	if (root && !has_hash(root, p))
		return PROGRAM_FOREIGN;
	for (size_t i = 0; i < p->chain.n; i++) {
		const struct nft_chain *chain = p->chain.at[i];
		struct known_chain *known = inventory_chain(plan->inventory, chain->name);

		if (!known)
			return PROGRAM_MISSING;
		if (!inventory_count(plan->inventory, known, plan->diag)) {
			plan->failed = true;
			return PROGRAM_WHOLE;
		}
		if (known->nrule != chain->rule.n)
			return PROGRAM_MISSING;
	}
	return PROGRAM_WHOLE;
}

static bool goes_to(struct plan *plan, struct known_chain *chain, const struct program *p)
{
	if (!chain_is_entry(plan->inventory, chain, p->hook))
		return false;
	plan->failed |= !inventory_count(plan->inventory, chain, plan->diag);
	return str_eq(chain->sole, p->name);
}

/* elements that lead to the program itself are taken out, and those of others put back */
static void let_go(struct plan *plan, const struct program *p)
{
	const struct known_map *map = inventory_map(plan->inventory, p->hook);

	for (size_t i = 0; i < map->element.n; i++) {
		struct known_element *e = map->element.at[i];

		if (e->taken || !str_eq(e->target, p->name))
			continue;
		emit_remove_element(p->hook, e->tap, &plan->text);
		e->taken = true;
		if (!table_get(&plan->ours, e->tap))
			plan_place(plan, p->hook,
				   &(struct map_element){e->tap, e->target, e->comment});
	}
}

/*
 * The comment of a chain cannot be changed, so the chain is deleted and made
 * again; for that, what goes to it lets go and comes back, in one transaction.
 * Happens after a load through JSON, which has no such comments.
 */
static void rebuild(struct plan *plan, const struct program *p)
{
	struct inventory *inv = plan->inventory;
	enum table_id table = hook(p->hook)->table;

	let_go(plan, p);
	for (size_t i = 0; i < inv->chain.n; i++)
		if (goes_to(plan, inv->chain.at[i], p))
			emit_flush_chain(table, inv->chain.at[i]->name, &plan->text);
	for (size_t i = 0; i < p->chain.n; i++)
		if (inventory_chain(inv, p->chain.at[i]->name))
			emit_flush_chain(table, p->chain.at[i]->name, &plan->text);
	for (size_t i = 0; i < p->chain.n; i++)
		if (inventory_chain(inv, p->chain.at[i]->name))
			emit_remove_chain(table, p->chain.at[i]->name, &plan->text);
	emit_program(p, &plan->text, &plan->map);
	for (size_t i = 0; i < inv->chain.n; i++)
		if (goes_to(plan, inv->chain.at[i], p))
			emit_goto(inv->chain.at[i]->name, p, &plan->text);
}

void plan_compare(struct plan *plan, const struct ruleset *rs)
{
	struct inventory *inv = plan->inventory;

	for (size_t i = 0; i < rs->entry.n; i++)
		table_put(&plan->ours, inv->arena, rs->entry.at[i].binding->tap,
			  (void *)&rs->entry.at[i]);
	if (rs->entry.n > FEW_ENTRIES)
		inventory_read_elements(inv);
	plan->program = ARENA_ARRAY(inv->arena, uint8_t, rs->program.n + 1);
	for (size_t i = 0; i < rs->program.n && !plan->failed; i++) {
		enum program_state state = state_of(plan, rs->program.at[i]);

		plan->program[i] = (uint8_t)state;
		plan->report->programs += state != PROGRAM_WHOLE;
	}
}

void plan_programs(struct plan *plan, const struct ruleset *rs)
{
	for (size_t i = 0; i < rs->program.n; i++)
		if (plan->program[i] == PROGRAM_FOREIGN)
			rebuild(plan, rs->program.at[i]);
		else if (plan->program[i] == PROGRAM_MISSING)
			emit_program(rs->program.at[i], &plan->text, &plan->map);
}
