/* SPDX-License-Identifier: GPL-2.0-or-later */
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

void plan_astray(struct plan *plan, struct str tap, enum hook_id id)
{
	struct known_element *loaded = inventory_element(plan->inventory, id, tap);

	if (!loaded || !loaded->astray)
		return;
	plan_displace(plan, id, loaded);
	plan->report->removed++;
	plan_note(plan, tap, TAP_REMOVED);
}
