/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/learned.h"
#include "runtime/plan.h"

/*
 * Can the kernel hold a base chain of a device that does not exist?  Linux 6.18 can;
 * 6.1 refuses it, and a chain goes with its device.
 */
static bool absent_devices(struct plan *plan)
{
	struct backend *b = plan->inventory->runtime->backend;
	struct str trial = STR("add table netdev nwfc.trial\n"
			       "add chain netdev nwfc.trial trial { type filter hook egress "
			       "device \"nwfc.no-device\" priority 0; }\n");
	struct buf ignored;

	if (plan->absent == ABSENT_UNKNOWN) {
		buf_init(&ignored);
		plan->absent = b->run(b, trial, true, &ignored) ? ABSENT_TAKEN : ABSENT_REFUSED;
		buf_release(&ignored);
	}
	return plan->absent == ABSENT_TAKEN;
}

bool plan_waits(struct plan *plan, const struct entry *e)
{
	struct backend *b = plan->inventory->runtime->backend;
	struct str tap = e->binding->tap;

	if (binding_table(e->binding) != TABLE_NETDEV || !b->interface || b->interface(b, tap) ||
	    absent_devices(plan))
		return false;
	*VEC_PUSH(plan->inventory->arena, &plan->report->waiting) = tap;
	return true;
}

bool plan_needs_devices(const struct plan *plan)
{
	size_t n = 0;

	for (int id = HOOK_BRIDGE_MAX; id < HOOK_MAX; id++)
		n += plan->place[id].n + plan->displace[id].n;
	/* a kernel that holds chains of absent devices does not lose them */
	return n && plan->absent != ABSENT_TAKEN;
}

bool plan_bereft(struct plan *plan, struct str tap)
{
	for (int id = HOOK_BRIDGE_MAX; id < HOOK_MAX && plan->inventory->netdev; id++)
		if (inventory_element(plan->inventory, (enum hook_id)id, tap))
			return false;
	return plan->inventory->netdev;
}

static bool fills_set_of(const struct known_chain *chain, struct str tap)
{
	struct learned_name name;

	for (size_t i = 0; i < chain->fills.n; i++)
		if (learned_name_parse(chain->fills.at[i], &name) && str_eq(name.tap, tap))
			return true;
	return false;
}

static bool is_unused(struct plan *plan, struct known_chain *root)
{
	plan->failed |= !inventory_count(plan->inventory, root, plan->diag);
	return root->use == root->nrule;
}

/* programs of other interfaces may be unused as well, and wait for a device */
void plan_leave_learners(struct plan *plan, struct str tap)
{
	struct inventory *inv = plan->inventory;

	for (size_t i = 0; i < inv->chain.n && !plan->failed; i++) {
		struct known_chain *chain = inv->chain.at[i];
		struct known_chain *root =
			chain->table == TABLE_NETDEV ? inventory_root(inv, chain) : NULL;

		if (!root || !is_unused(plan, root))
			continue;
		plan->failed |= !inventory_count(inv, chain, plan->diag);
		if (fills_set_of(chain, tap))
			plan_leave(plan, root);
	}
}

void plan_astray(struct plan *plan, struct str tap, enum hook_id id)
{
	struct known_element *loaded = inventory_element(plan->inventory, id, tap);

	if (!loaded || !loaded->astray)
		return;
	plan_displace(plan, id, loaded);
	plan->report->removed++;
	plan_note(plan, tap, TAP_REMOVED);
}
