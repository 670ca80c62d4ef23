/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/plan.h"

static struct str name_of(struct plan *plan, const struct entry *e, enum hook_id id)
{
	struct arena *arena = plan->inventory->arena;
	struct buf name;
	struct str copy;

	buf_init(&name);
	entry_name(e, id, &name);
	copy = str_dup(arena, buf_str(&name));
	plan->text.failed |= name.failed;
	buf_release(&name);
	return copy;
}

/* remember that an entry chain no longer goes where it went */
static void leave(struct plan *plan, const struct known_chain *chain)
{
	struct known_chain *root =
		chain->sole.len ? inventory_chain(plan->inventory, chain->sole) : NULL;

	if (root && !root->nleft++)
		*VEC_PUSH(plan->inventory->arena, &plan->left) = root;
}

static void remove_chain(struct plan *plan, struct known_chain *chain)
{
	plan->failed |= !inventory_count(plan->inventory, chain, plan->diag);
	leave(plan, chain);
	table_put(&plan->settled, plan->inventory->arena, chain->name, (void *)chain);
	emit_flush_chain(chain->name, &plan->text);
	emit_remove_chain(chain->name, &plan->text);
}

/* once for a tap, however many of its hooks change */
static void note_tap(struct plan *plan, struct str tap, enum tap_change_kind kind)
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

static void plan_entry(struct plan *plan, const struct entry *e, enum hook_id id)
{
	struct str name = name_of(plan, e, id);
	struct known_chain *chain = inventory_chain(plan->inventory, name);
	const struct known_element *element =
		inventory_element(plan->inventory, id, e->binding->tap);
	bool right;

	plan->failed |= chain && !inventory_count(plan->inventory, chain, plan->diag);
	right = chain && str_eq(chain->sole, e->program[id]->name);
	table_put(&plan->settled, plan->inventory->arena, name, (void *)e);
	if (plan->program[e->program[id]->index] != PROGRAM_WHOLE)
		note_tap(plan, e->binding->tap, chain || element ? TAP_SET : TAP_ADDED);
	if (right && element && str_eq(element->target, name))
		return;
	note_tap(plan, e->binding->tap, chain || element ? TAP_SET : TAP_ADDED);
	/* the kernel refuses to add an element that leads elsewhere */
	if (element && !str_eq(element->target, name))
		emit_remove_element(id, e->binding->tap, &plan->text);
	if (chain && !right)
		leave(plan, chain);
	emit_entry_hook(e, id, &plan->text);
	plan->report->entries++;
}

static void plan_no_entry(struct plan *plan, const struct entry *e, enum hook_id id)
{
	struct known_chain *chain = inventory_chain(plan->inventory, name_of(plan, e, id));
	const struct known_element *element =
		inventory_element(plan->inventory, id, e->binding->tap);

	if (element)
		emit_remove_element(id, e->binding->tap, &plan->text);
	if (chain)
		remove_chain(plan, chain);
	if (!element && !chain)
		return;
	plan->report->removed++;
	note_tap(plan, e->binding->tap, TAP_REMOVED);
}

void plan_entries(struct plan *plan, const struct ruleset *rs)
{
	for (size_t i = 0; i < rs->entry.n && !plan->failed; i++)
		for (int id = 0; id < HOOK_MAX; id++)
			if (rs->entry.at[i].program[id])
				plan_entry(plan, &rs->entry.at[i], (enum hook_id)id);
			else
				plan_no_entry(plan, &rs->entry.at[i], (enum hook_id)id);
}

void plan_forget(struct plan *plan, struct str tap)
{
	struct binding binding = {.tap = tap};
	struct entry entry = {.binding = &binding};

	for (int id = 0; id < HOOK_MAX; id++)
		plan_no_entry(plan, &entry, (enum hook_id)id);
}

static void plan_strange_elements(struct plan *plan, enum hook_id id, const struct table *taps)
{
	const struct known_map *map = &plan->inventory->map[id];

	for (size_t i = 0; i < map->element.n; i++) {
		const struct known_element *e = map->element.at[i];

		if (table_get(taps, e->tap))
			continue;
		emit_remove_element(id, e->tap, &plan->text);
		plan->report->removed++;
		note_tap(plan, e->tap, TAP_REMOVED);
	}
}

/* the tap's entry chains are dealt with: nothing happens to them */
static void keep_tap(struct plan *plan, struct str tap, struct table *taps)
{
	struct binding *binding = ARENA_NEW(plan->inventory->arena, struct binding);
	struct entry entry = {.binding = binding};

	binding->tap = tap;
	table_put(taps, plan->inventory->arena, tap, binding);
	for (int id = 0; id < HOOK_MAX; id++)
		table_put(&plan->settled, plan->inventory->arena,
			  name_of(plan, &entry, (enum hook_id)id), binding);
}

/* elements first: a chain that a map leads to cannot be deleted */
void plan_strangers(struct plan *plan, const struct ruleset *rs,
		    const struct apply_options *options)
{
	const struct inventory *inv = plan->inventory;
	struct table taps = {0};

	for (size_t i = 0; i < rs->entry.n; i++)
		table_put(&taps, inv->arena, rs->entry.at[i].binding->tap,
			  (void *)rs->entry.at[i].binding);
	for (size_t i = 0; i < options->keep.n; i++)
		keep_tap(plan, options->keep.at[i], &taps);
	for (int id = 0; id < HOOK_MAX; id++)
		plan_strange_elements(plan, (enum hook_id)id, &taps);
	for (size_t i = 0; i < inv->chain.n; i++) {
		struct known_chain *chain = inv->chain.at[i];

		for (int id = 0; id < HOOK_MAX; id++)
			if (chain_is_entry(inv, chain, (enum hook_id)id) &&
			    !table_get(&plan->settled, chain->name))
				remove_chain(plan, chain);
	}
}
