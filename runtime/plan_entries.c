/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/values.h"
#include "runtime/plan.h"

/* an entry chain after the change */
enum entry_state {
	ENTRY_RIGHT = 1, /* as it is loaded */
	ENTRY_CHANGED,
	ENTRY_TAKEN, /* others use it with another program: ours go to theirs directly */
};

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

static bool is_kept(const struct plan *plan, struct str tap)
{
	for (size_t i = 0; i < plan->options->keep.n; i++)
		if (str_eq(plan->options->keep.at[i], tap))
			return true;
	return false;
}

/* do interfaces lead to the chain that the change does not move? */
static bool others_use(struct plan *plan, const struct ruleset *rs, struct known_chain *chain,
		       enum hook_id id)
{
	size_t users = chain->use - chain->nrule;
	const struct known_map *map;

	if (plan->options->exact) {
		map = inventory_map(plan->inventory, id);
		for (size_t i = 0; i < map->element.n; i++)
			if (str_eq(map->element.at[i]->target, chain->name) &&
			    !table_get(&plan->ours, map->element.at[i]->tap) &&
			    is_kept(plan, map->element.at[i]->tap))
				return true;
		return false;
	}
	for (size_t i = 0; i < rs->entry.n && users; i++) {
		const struct known_element *e =
			inventory_element(plan->inventory, id, rs->entry.at[i].binding->tap);

		users -= e && str_eq(e->target, chain->name);
	}
	return users > chain->nleft;
}

static enum entry_state entry_state(struct plan *plan, const struct ruleset *rs,
				    const struct entry *e, enum hook_id id, struct str name)
{
	struct known_chain *chain = inventory_chain(plan->inventory, name);

	if (!chain)
		return ENTRY_CHANGED;
	plan->failed |= !inventory_count(plan->inventory, chain, plan->diag);
	if (str_eq(chain->sole, e->program[id]->name))
		return ENTRY_RIGHT;
	if (e->way == WAY_SHARED && !e->stands && others_use(plan, rs, chain, id))
		return ENTRY_TAKEN;
	if (chain->sole.len)
		plan_leave(plan, inventory_chain(plan->inventory, chain->sole));
	return ENTRY_CHANGED;
}

/* once for an entry chain, however many interfaces have it */
static enum entry_state settle(struct plan *plan, const struct ruleset *rs, const struct entry *e,
			       enum hook_id id, struct str name)
{
	static char states[] = {0, ENTRY_RIGHT, ENTRY_CHANGED, ENTRY_TAKEN};
	const char *known = table_get(&plan->settled, name);
	enum entry_state state;

	if (known)
		return (enum entry_state) * known;
	state = entry_state(plan, rs, e, id, name);
	if (state == ENTRY_CHANGED)
		emit_entry_chain(e, id, &plan->text);
	table_put(&plan->settled, plan->inventory->arena, name, &states[state]);
	return state;
}

/* the first element of an interface says what it has in sets */
static struct str comment_of(struct plan *plan, const struct entry *e, enum hook_id id)
{
	char digits[VALUES_DIGITS];

	for (int before = 0; before < (int)id; before++)
		if (e->program[before])
			return (struct str){0};
	if (!e->values.at.n)
		return (struct str){0};
	values_digest(&e->values, digits);
	return str_dup(plan->inventory->arena, (struct str){digits, sizeof(digits)});
}

/* is it new to the kernel, or does it say that it has these values and no others? */
static bool values_known(struct plan *plan, const struct entry *e)
{
	bool loaded = false;

	for (int id = 0; id < HOOK_MAX; id++) {
		const struct known_element *element =
			inventory_element(plan->inventory, (enum hook_id)id, e->binding->tap);

		loaded |= element != NULL;
		if (element && element->comment.len)
			return str_eq(element->comment, comment_of(plan, e, (enum hook_id)id));
	}
	return !loaded;
}

static void plan_entry(struct plan *plan, const struct ruleset *rs, const struct entry *e,
		       enum hook_id id)
{
	const struct program *p = e->program[id];
	struct str tap = e->binding->tap;
	struct known_element *loaded = inventory_element(plan->inventory, id, tap);
	struct map_element wanted = {.tap = tap, .comment = comment_of(plan, e, id)};
	enum entry_state state = ENTRY_TAKEN;
	bool same;

	if (e->way != WAY_DIRECT) {
		wanted.chain = name_of(plan, e, id);
		state = settle(plan, rs, e, id, wanted.chain);
	}
	if (state == ENTRY_TAKEN)
		wanted.chain = p->name;
	same = loaded && !loaded->astray && str_eq(loaded->target, wanted.chain) &&
	       str_eq(loaded->comment, wanted.comment);
	if (plan->program[p->index] != PROGRAM_WHOLE || state == ENTRY_CHANGED || !same)
		plan_note(plan, tap, loaded ? TAP_SET : TAP_ADDED);
	plan->report->entries += state == ENTRY_CHANGED || !same;
	if (same)
		return;
	/* the kernel refuses to add an element that leads elsewhere; a rule is replaced */
	if (loaded && (hook(id)->table == TABLE_BRIDGE || loaded->astray))
		plan_displace(plan, id, loaded);
	else if (loaded && !str_eq(loaded->target, wanted.chain))
		plan_desert(plan, loaded->target);
	plan_place(plan, id, &wanted);
}

static void plan_no_entry(struct plan *plan, struct str tap, enum hook_id id)
{
	struct binding binding = {.tap = tap};
	struct entry own = {.binding = &binding};
	struct known_chain *chain = NULL;
	struct known_element *element = inventory_element(plan->inventory, id, tap);

	/* in table netdev the chain is the element */
	if (hook(id)->table == TABLE_BRIDGE)
		chain = inventory_chain(plan->inventory, name_of(plan, &own, id));
	if (element)
		plan_displace(plan, id, element);
	/* one that nothing leads to */
	else if (chain && !chain->nleft && !table_get(&plan->settled, chain->name))
		plan_remove_chain(plan, chain);
	else
		return;
	plan->report->removed++;
	plan_note(plan, tap, TAP_REMOVED);
}

/* for all of its group: elements stay as they are */
static void plan_group(struct plan *plan, const struct ruleset *rs, const struct entry *e)
{
	for (int id = 0; id < HOOK_MAX; id++) {
		const struct program *p = e->program[id];
		bool changed;

		if (!p)
			continue;
		changed = settle(plan, rs, e, (enum hook_id)id,
				 name_of(plan, e, (enum hook_id)id)) == ENTRY_CHANGED;
		plan->report->entries += changed;
		if (changed || plan->program[p->index] != PROGRAM_WHOLE)
			plan_note(plan, e->binding->tap, TAP_SET);
	}
}

static void plan_interface(struct plan *plan, const struct ruleset *rs, const struct entry *e)
{
	bool known = values_known(plan, e);
	bool bereft =
		binding_table(e->binding) == TABLE_NETDEV && plan_bereft(plan, e->binding->tap);
	size_t before = plan->add.n + plan->remove.n;
	bool waits;

	plan_values(plan, e->binding->tap, &e->values,
		    !known   ? KNOWN_NOWHERE
		    : bereft ? KNOWN_BRIDGE
			     : KNOWN_ALL);
	if (plan->add.n + plan->remove.n != before)
		plan_note(plan, e->binding->tap, known ? TAP_ADDED : TAP_SET);
	waits = plan_waits(plan, e);
	for (int id = 0; id < HOOK_MAX; id++)
		if (e->program[id] && waits)
			plan_astray(plan, e->binding->tap, (enum hook_id)id);
		else if (e->program[id])
			plan_entry(plan, rs, e, (enum hook_id)id);
		else
			plan_no_entry(plan, e->binding->tap, (enum hook_id)id);
}

void plan_entries(struct plan *plan, const struct ruleset *rs)
{
	for (size_t i = 0; i < rs->entry.n && !plan->failed; i++)
		if (rs->entry.at[i].stands)
			plan_group(plan, rs, &rs->entry.at[i]);
		else
			plan_interface(plan, rs, &rs->entry.at[i]);
}

void plan_forget(struct plan *plan, struct str tap)
{
	static const struct element_list none;
	size_t before = plan->report->removed;

	for (int id = 0; id < HOOK_MAX; id++)
		plan_no_entry(plan, tap, (enum hook_id)id);
	if (plan->report->removed != before) {
		plan_values(plan, tap, &none, KNOWN_NOWHERE);
	} else if (plan_bereft(plan, tap)) {
		plan_values(plan, tap, &none, KNOWN_BRIDGE);
		plan_leave_learners(plan, tap);
	}
}

void plan_deserted(struct plan *plan)
{
	for (size_t i = 0; i < plan->deserted.n; i++) {
		struct known_chain *chain = plan->deserted.at[i];

		plan->failed |= !inventory_count(plan->inventory, chain, plan->diag);
		if (chain->use == chain->nrule + chain->nleft &&
		    !table_get(&plan->settled, chain->name))
			plan_remove_chain(plan, chain);
	}
}
