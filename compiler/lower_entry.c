/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lower_entry.h"

void lower_entry(struct lowering *l, struct program *program[HOOK_MAX])
{
	struct arena *arena = l->compile->arena;
	struct entry *entry = &l->entry;
	struct opt_binding of = {l->binding, l->ruleset, l->demand, &entry->values};

	entry->binding = l->binding;
	/* values that look odd were reported when they were bound */
	demand_values(arena, l->demand, l->binding, &entry->values);
	for (int id = 0; id < HOOK_MAX; id++)
		if (program[id]) {
			optimise(l->opt, arena, &of, program[id]);
			entry->program[id] = ruleset_add_program(l->ruleset, program[id]);
		}
	/* what the optimizer left of them reads some sets no more */
	if (demand_drop_unread(l->demand, entry))
		demand_values(arena, l->demand, l->binding, &entry->values);
	/* dynamic sets are the interface's own, and so are programs that have them */
	if ((l->ncount || learn_used(l->learn)) && binding_table(l->binding) == TABLE_BRIDGE)
		entry->way = WAY_PRIVATE;
	if (entry->way == WAY_SHARED)
		entry->group = demand_group(arena, l->demand, l->top->name, l->signature);
	*VEC_PUSH(arena, &l->ruleset->entry) = *entry;
}
