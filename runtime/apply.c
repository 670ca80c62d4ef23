/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/apply.h"

#include "runtime/plan.h"
#include "runtime/refusal.h"

/* the transaction of a plan; without text there is none */
static enum apply_result commit(struct plan *plan, bool dry)
{
	struct inventory *inv = plan->inventory;
	struct backend *b = inv->runtime->backend;
	struct refusal_list refusals = {.arena = inv->arena};
	struct buf messages;
	bool ok;

	if (plan->text.failed) {
		diag_report(plan->diag, DIAG_MEMORY_LIMIT, (struct span){0},
			    "no memory for the text of the ruleset");
		return APPLY_REFUSED;
	}
	if (plan->failed)
		return APPLY_REFUSED;
	if (!plan->text.len)
		return APPLY_NOTHING;
	plan->report->bytes = plan->text.len;
	buf_init(&messages);
	ok = b->run(b, buf_str(&plan->text), dry, &messages);
	if (!ok) {
		refusal_parse(&refusals, buf_str(&messages));
		refusal_report(&refusals, buf_str(&plan->text), &plan->map, plan->diag);
	}
	buf_release(&messages);
	return ok ? APPLY_CHANGED : APPLY_REFUSED;
}

static void plan_ruleset(struct plan *plan, const struct ruleset *rs, bool exact)
{
	plan_compare(plan, rs);
	if (plan->failed)
		return;
	plan_objects(plan, rs, exact);
	plan_programs(plan, rs);
	plan_entries(plan, rs);
	if (exact)
		plan_strangers(plan, rs);
}

static enum apply_result apply_locked(struct runtime *rt, const struct ruleset *rs,
				      struct apply_options options, struct diag_list *diag,
				      struct apply_report *report)
{
	struct inventory inv;
	struct plan plan;
	enum apply_result result;

	if (!inventory_read(&inv, rt, diag))
		return APPLY_REFUSED;
	plan_init(&plan, &inv, diag, report);
	plan_ruleset(&plan, rs, options.exact);
	result = commit(&plan, options.check_only);
	if (result == APPLY_NOTHING || (result == APPLY_CHANGED && !options.check_only))
		if (collect(&plan, rs, options.exact, options.check_only))
			result = APPLY_CHANGED;
	plan_release(&plan);
	return result;
}

enum apply_result apply_ruleset(struct runtime *rt, const struct ruleset *rs,
				struct apply_options options, struct diag_list *diag,
				struct apply_report *ret)
{
	enum apply_result result;

	*ret = (struct apply_report){0};
	if (!runtime_lock(rt, diag))
		return APPLY_REFUSED;
	result = apply_locked(rt, rs, options, diag, ret);
	runtime_unlock(rt);
	return result;
}

enum apply_result runtime_unbind(struct runtime *rt, struct str tap, bool check_only,
				 struct diag_list *diag, struct apply_report *ret)
{
	enum apply_result result = APPLY_REFUSED;
	struct inventory inv;
	struct plan plan;

	*ret = (struct apply_report){0};
	if (!runtime_lock(rt, diag))
		return APPLY_REFUSED;
	if (inventory_read(&inv, rt, diag)) {
		plan_init(&plan, &inv, diag, ret);
		plan_forget(&plan, tap);
		result = commit(&plan, check_only);
		if (result == APPLY_CHANGED && !check_only)
			collect(&plan, NULL, false, false);
		plan_release(&plan);
	}
	runtime_unlock(rt);
	return result;
}
