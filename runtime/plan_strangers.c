/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/plan.h"

static void strange_elements(struct plan *plan, enum hook_id id, const struct table *taps)
{
	const struct known_map *map = inventory_map(plan->inventory, id);

	for (size_t i = 0; i < map->element.n; i++) {
		struct known_element *e = map->element.at[i];

		if (e->taken || table_get(taps, e->tap))
			continue;
		plan_displace(plan, id, e);
		plan->report->removed++;
		plan_note(plan, e->tap, TAP_REMOVED);
	}
}

/* values of interfaces that are not there, whoever put them there */
static void strange_values(struct plan *plan, struct known_set *set, const struct table *taps)
{
	inventory_read_values(plan->inventory, set);
	for (size_t i = 0; i < set->value.n; i++)
		if (!table_get(taps, set->value.at[i].tap))
			*VEC_PUSH(plan->inventory->arena, &plan->remove) = (struct set_element){
				set->value.at[i].tap, &set->value.at[i].element};
}

/* the tap's entry chains are dealt with: nothing happens to them */
static void keep_tap(struct plan *plan, struct str tap, struct table *taps)
{
	table_put(taps, plan->inventory->arena, tap, plan);
	for (int id = 0; id < HOOK_MAX; id++) {
		const struct known_element *e =
			inventory_element(plan->inventory, (enum hook_id)id, tap);

		if (e && !table_get(&plan->settled, e->target))
			table_put(&plan->settled, plan->inventory->arena, e->target, (void *)e);
	}
}

/* entry chains that no element leads to after this */
static void strange_chains(struct plan *plan)
{
	const struct inventory *inv = plan->inventory;

	for (size_t i = 0; i < inv->chain.n; i++) {
		struct known_chain *chain = inv->chain.at[i];

		for (int id = 0; id < HOOK_MAX; id++)
			if (chain_is_entry(inv, chain, (enum hook_id)id) &&
			    !table_get(&plan->settled, chain->name))
				plan_remove_chain(plan, chain);
	}
}

void plan_strangers(struct plan *plan, const struct ruleset *rs)
{
	struct inventory *inv = plan->inventory;
	struct table taps = {0};

	for (size_t i = 0; i < rs->entry.n; i++)
		table_put(&taps, inv->arena, rs->entry.at[i].binding->tap,
			  (void *)rs->entry.at[i].binding);
	for (size_t i = 0; i < plan->options->keep.n; i++)
		keep_tap(plan, plan->options->keep.at[i], &taps);
	for (int id = 0; id < HOOK_MAX; id++)
		strange_elements(plan, (enum hook_id)id, &taps);
	for (size_t i = 0; i < inv->values.n; i++)
		strange_values(plan, inv->values.at[i], &taps);
	strange_chains(plan);
}
