/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/plan.h"

/* once for a tap, however many of its hooks change */
void plan_note(struct plan *plan, struct str tap, enum tap_change_kind kind)
{
	struct arena *arena = plan->inventory->arena;
	struct tap_change *change = table_get(&plan->noted, tap);

	if (!change) {
		change = ARENA_NEW(arena, struct tap_change);
		*change = (struct tap_change){tap, kind};
		table_put(&plan->noted, arena, tap, change);
		*VEC_PUSH(arena, &plan->report->tap) = change;
	}
	if (change->kind != kind)
		change->kind = TAP_SET;
}

void plan_leave(struct plan *plan, struct known_chain *root)
{
	if (root && !root->nleft++)
		*VEC_PUSH(plan->inventory->arena, &plan->left) = root;
}

/* where an element led: to a program, or to an entry chain that others may have too */
void plan_desert(struct plan *plan, struct str target)
{
	struct known_chain *chain = inventory_chain(plan->inventory, target);

	if (!chain)
		return;
	if (chain_is_root(chain))
		plan_leave(plan, chain);
	else if (!chain->nleft++)
		*VEC_PUSH(plan->inventory->arena, &plan->deserted) = chain;
}

void plan_displace(struct plan *plan, enum hook_id id, struct known_element *element)
{
	*VEC_PUSH(plan->inventory->arena, &plan->displace[id]) = element->tap;
	element->taken = true;
	plan_desert(plan, element->target);
}

void plan_place(struct plan *plan, enum hook_id id, const struct map_element *element)
{
	*VEC_PUSH(plan->inventory->arena, &plan->place[id]) = *element;
}

void plan_remove_chain(struct plan *plan, struct known_chain *chain)
{
	plan->failed |= !inventory_count(plan->inventory, chain, plan->diag);
	if (chain->sole.len)
		plan_leave(plan, inventory_chain(plan->inventory, chain->sole));
	table_put(&plan->settled, plan->inventory->arena, chain->name, chain);
	*VEC_PUSH(plan->inventory->arena, &plan->dead) = chain;
}

static bool is_wanted(const struct element_list *list, const struct known_value *value)
{
	for (size_t i = 0; i < list->at.n; i++)
		if (list->at.at[i].set->table == value->element.set->table &&
		    str_eq(list->at.at[i].set->name, value->element.set->name) &&
		    !memcmp(list->at.at[i].value, value->element.value,
			    sizeof(value->element.value)))
			return true;
	return false;
}

static void remove_others(struct plan *plan, struct str tap, const struct element_list *list,
			  enum plan_known known)
{
	struct inventory *inv = plan->inventory;

	for (size_t i = 0; i < inv->values.n; i++) {
		struct known_set *set = inv->values.at[i];
		const struct known_values *values;

		if (known == KNOWN_BRIDGE && set->set.table == TABLE_BRIDGE)
			continue;
		inventory_read_values(inv, set);
		values = table_get(&set->by_tap, tap);
		for (size_t k = 0; values && k < values->at.n; k++) {
			const struct known_value *value = &set->value.at[values->at.at[k]];

			if (!is_wanted(list, value))
				*VEC_PUSH(inv->arena, &plan->remove) =
					(struct set_element){tap, &value->element};
		}
	}
}

void plan_values(struct plan *plan, struct str tap, const struct element_list *list,
		 enum plan_known known)
{
	struct inventory *inv = plan->inventory;

	if (known != KNOWN_ALL)
		remove_others(plan, tap, list, known);
	for (size_t i = 0; i < list->at.n; i++)
		if (!inventory_has_value(inv, &list->at.at[i], tap))
			*VEC_PUSH(inv->arena, &plan->add) =
				(struct set_element){tap, &list->at.at[i]};
}

/* from `first`, those of the same set that fit a command */
static size_t same_set(const struct set_element *at, size_t n)
{
	size_t k = 1;

	while (k < n && k < ELEMENTS_A_LINE && at[k].element->set == at->element->set)
		k++;
	return k;
}

/* by set, in the order in which the sets come first, for as few commands as can be */
static void write_values(struct plan *plan, struct set_element *at, size_t n, bool remove)
{
	struct set_element *sorted = ARENA_ARRAY(plan->inventory->arena, struct set_element, n + 1);
	size_t done = 0;

	for (size_t i = 0; i < n; i++) {
		const struct nft_set *set = at[i].element ? at[i].element->set : NULL;

		for (size_t k = i; set && k < n; k++)
			if (at[k].element && at[k].element->set == set) {
				sorted[done++] = at[k];
				at[k].element = NULL;
			}
	}
	for (size_t i = 0, k; i < n; i += k) {
		k = same_set(sorted + i, n - i);
		emit_values(sorted + i, k, remove, &plan->text);
	}
}

static void write_map(struct plan *plan, enum hook_id id)
{
	size_t n = plan->place[id].n;

	for (size_t i = 0; i < plan->displace[id].n; i++)
		emit_remove_element(id, plan->displace[id].at[i], &plan->text);
	for (size_t i = 0; i < n; i += ELEMENTS_A_LINE)
		emit_map_elements(id, plan->place[id].at + i,
				  n - i < ELEMENTS_A_LINE ? n - i : ELEMENTS_A_LINE, &plan->text);
}

void plan_write_elements(struct plan *plan)
{
	write_values(plan, plan->remove.at, plan->remove.n, true);
	write_values(plan, plan->add.at, plan->add.n, false);
	for (int id = 0; id < HOOK_MAX; id++)
		write_map(plan, (enum hook_id)id);
	for (size_t i = 0; i < plan->dead.n; i++)
		emit_flush_chain(plan->dead.at[i]->table, plan->dead.at[i]->name, &plan->text);
	for (size_t i = 0; i < plan->dead.n; i++)
		emit_remove_chain(plan->dead.at[i]->table, plan->dead.at[i]->name, &plan->text);
}
