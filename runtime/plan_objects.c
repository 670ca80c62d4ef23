/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/diag.h"
#include "runtime/plan.h"

void plan_init(struct plan *plan, struct inventory *inv, const struct apply_options *options,
	       struct diag_list *diag, struct apply_report *report)
{
	*plan = (struct plan){.inventory = inv, .options = options, .diag = diag, .report = report};
	plan->map.arena = inv->arena;
	buf_init(&plan->text);
}

void plan_release(struct plan *plan)
{
	buf_release(&plan->text);
}

static void plan_maps(struct plan *plan)
{
	bool missing = false;

	for (int id = 0; id < HOOK_BRIDGE_MAX; id++)
		missing |= !plan->inventory->map[id].present;
	if (missing)
		emit_maps(&plan->text);
}

/* a tap that is not in the ruleset but has rules of layer 3, which may read the state */
static const struct known_element *other_user(struct plan *plan)
{
	for (int id = HOOK_OUT_L3; id <= HOOK_IN_L3; id++) {
		const struct known_map *map = inventory_map(plan->inventory, (enum hook_id)id);

		for (size_t i = 0; i < map->element.n; i++)
			if (!table_get(&plan->ours, map->element.at[i]->tap))
				return map->element.at[i];
	}
	return NULL;
}

/* the note is that of the last rule: of the guard if there is one */
static bool guard_is_loaded(const struct known_chain *chain, const struct ruleset *rs,
			    enum hook_id id)
{
	size_t n = hook(id)->layer == LAYER_L2 ? rs->guard.n : 0;
	struct buf comment;
	bool same;

	buf_init(&comment);
	if (n)
		ruleset_guard_comment(rs, &comment);
	same = chain->nrule == 1 + n && str_eq(chain->note, buf_str(&comment));
	buf_release(&comment);
	return same;
}

/*
 * A base chain is right if its first rule looks the interface up in the map.  The
 * guard would cut off an interface that was loaded without it and has rules of
 * layer 3 alone: with such about, only what knows all interfaces changes it.
 */
static void plan_base(struct plan *plan, const struct ruleset *rs, enum hook_id id, bool exact)
{
	struct known_chain *chain = inventory_chain(plan->inventory, str_of(hook(id)->chain));
	bool guard = exact || !rs->guard.n || !other_user(plan);
	bool right;

	if (chain && !inventory_count(plan->inventory, chain, plan->diag)) {
		plan->failed = true;
		return;
	}
	right = chain && chain->base && str_is(chain->set, hook(id)->name) &&
		(guard ? guard_is_loaded(chain, rs, id)
		       : chain->nrule == 1 || str_starts(chain->note, STR(GUARD_COMMENT)));
	if (!right)
		emit_base(rs, id, guard, &plan->text);
}

static void plan_no_base(struct plan *plan, enum hook_id id)
{
	struct known_chain *chain = inventory_chain(plan->inventory, str_of(hook(id)->chain));

	if (!chain)
		return;
	emit_flush_chain(chain->table, chain->name, &plan->text);
	emit_remove_chain(chain->table, chain->name, &plan->text);
}

static bool loaded_elements(struct plan *plan, const struct nft_set *set)
{
	struct backend *b = plan->inventory->runtime->backend;
	struct buf text, ignored;
	bool loaded;

	buf_init(&text);
	buf_init(&ignored);
	emit_elements(set, "get element", &text);
	loaded = b->run(b, buf_str(&text), true, &ignored);
	/* of a range it looks up the start; a wider one is refused when added */
	text.len = 0;
	emit_elements(set, "add element", &text);
	loaded = loaded && b->run(b, buf_str(&text), true, &ignored);
	buf_release(&text);
	buf_release(&ignored);
	return loaded;
}

/*
 * Sets live as long as a rule that uses them, so those of loaded programs are
 * there; but elements given on the command line may be new.
 */
static void plan_sets(struct plan *plan, const struct ruleset *rs)
{
	bool missing = plan->report->programs;

	for (size_t i = 0; i < rs->set.n && !missing; i++)
		missing =
			rs->set.at[i]->kind == SET_VALUES
				? !table_get(&plan->inventory->set_by_name[rs->set.at[i]->table],
					     rs->set.at[i]->name)
				: rs->set.at[i]->element.n && !loaded_elements(plan, rs->set.at[i]);
	if (missing && rs->set.n)
		emit_sets(rs, &plan->text);
}

static bool state_is_loaded(const struct inventory *inv, const struct ruleset *rs,
			    enum family family)
{
	const struct known_chain *state = inventory_state(inv, family, "state");
	const struct known_chain *pre = inventory_state(inv, family, "pre");
	const struct known_chain *out = inventory_state(inv, family, "out");
	struct str mark = str_printf(inv->arena, STATE_COMMENT "%08x", rs->target.mark);

	return state && pre && out && state->nrule == state_chain(rs)->rule.n &&
	       str_eq(state->note, mark) && pre->base && out->base && pre->nrule == 1 &&
	       out->nrule == 1;
}

/* the table serves all taps: one cannot change the mark bits under the others */
static void plan_state(struct plan *plan, const struct ruleset *rs, enum family family, bool exact)
{
	const struct known_chain *state = inventory_state(plan->inventory, family, "state");
	const struct known_element *other;
	struct diag *d;

	if (state_is_loaded(plan->inventory, rs, family))
		return;
	other = !exact && state && state->note.len ? other_user(plan) : NULL;
	if (other && !str_eq(state->note, str_printf(plan->inventory->arena, STATE_COMMENT "%08x",
						     rs->target.mark))) {
		d = diag_report(
			plan->diag, DIAG_STATE_TARGET, (struct span){0},
			"the state table is loaded with %.*s, not 0x%08x, and tap %.*s uses it",
			STR_ARG(state->note), rs->target.mark, STR_ARG(other->tap));
		diag_help(plan->diag, d, "apply all taps, or give the target that mark");
		plan->failed = true;
		return;
	}
	emit_state(rs, family, &plan->text);
}

/* taps that went, one by one, left behind what only they used; it does no harm */
static void plan_spare(struct plan *plan, const struct ruleset *rs)
{
	size_t before = plan->text.len;

	for (int id = 0; id < HOOK_BRIDGE_MAX; id++)
		if (!ruleset_uses(rs, (enum hook_id)id))
			plan_no_base(plan, (enum hook_id)id);
	for (enum family f = FAMILY_IPV4; f <= FAMILY_IPV6; f++)
		if (!ruleset_marks_state(rs, f) && inventory_state(plan->inventory, f, "state"))
			emit_remove_state(f, &plan->text);
	plan->report->spare = plan->text.len - before;
}

void plan_objects(struct plan *plan, const struct ruleset *rs, bool exact)
{
	/* an empty ruleset needs none */
	if ((rs->entry.n || rs->guard.n) && ruleset_has(rs, TABLE_BRIDGE))
		plan_maps(plan);
	if (ruleset_has(rs, TABLE_NETDEV) && !plan->inventory->netdev)
		emit_table(TABLE_NETDEV, &plan->text);
	for (int id = 0; id < HOOK_BRIDGE_MAX && !plan->failed; id++)
		if (ruleset_uses(rs, (enum hook_id)id))
			plan_base(plan, rs, (enum hook_id)id, exact);
	plan_sets(plan, rs);
	for (enum family f = FAMILY_IPV4; f <= FAMILY_IPV6 && !plan->failed; f++)
		if (ruleset_marks_state(rs, f))
			plan_state(plan, rs, f, exact);
	if (exact)
		plan_spare(plan, rs);
}
