/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/apply.h"

#include <errno.h>

#include "runtime/plan.h"
#include "runtime/refusal.h"

/* devices may go while a change is made; more often than this they do not stop */
#define DEVICE_TRIES 4

/* not whether the device is there: it may have come back */
static bool device_went(const struct plan *plan, struct str messages)
{
	const char *words = strerror(ENOENT);

	return plan_needs_devices(plan) && memmem(messages.ptr, messages.len, words, strlen(words));
}

static void report_refusal(struct plan *plan, struct str messages)
{
	struct refusal_list refusals = {.arena = plan->inventory->arena};

	refusal_parse(&refusals, messages);
	refusal_report(&refusals, buf_str(&plan->text), &plan->map, plan->diag);
}

/*
 * The transaction of a plan; without text there is none.  *ret_again: it was refused,
 * and nothing is said, as a device may have gone: another plan may do better.
 */
static enum apply_result commit(struct plan *plan, bool dry, bool last, bool *ret_again)
{
	struct backend *b = plan->inventory->runtime->backend;
	struct buf messages;
	bool ok;

	*ret_again = false;
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
	*ret_again = !ok && !last && device_went(plan, buf_str(&messages));
	if (!ok && !*ret_again)
		report_refusal(plan, buf_str(&messages));
	buf_release(&messages);
	return ok ? APPLY_CHANGED : APPLY_REFUSED;
}

/* what is asked for: a ruleset, and that taps go */
struct wish {
	const struct ruleset *rs; /* NULL: nothing but that */
	struct apply_options options;
};

static void plan_wish(struct plan *plan, const struct wish *wish)
{
	if (wish->rs) {
		plan_compare(plan, wish->rs);
		if (plan->failed)
			return;
		plan_objects(plan, wish->rs, wish->options.exact && !wish->options.keep.n);
		plan_programs(plan, wish->rs);
		plan_entries(plan, wish->rs);
		if (wish->options.exact)
			plan_strangers(plan, wish->rs);
	}
	for (size_t i = 0; i < wish->options.gone.n && !plan->failed; i++)
		plan_forget(plan, wish->options.gone.at[i]);
	plan_deserted(plan);
	plan_write_elements(plan);
	plan->failed |= plan->inventory->failed;
}

/* false after a diagnostic, and there is no plan to release then */
static bool make_plan(struct plan *plan, struct inventory *inv, struct runtime *rt,
		      const struct wish *wish, struct diag_list *diag, struct apply_report *report)
{
	for (unsigned i = 0; i < INVENTORY_TRIES; i++) {
		*report = (struct apply_report){0};
		if (!inventory_read(inv, rt, diag))
			return false;
		plan_init(plan, inv, &wish->options, diag, report);
		plan_wish(plan, wish);
		if (plan->failed || inventory_current(inv))
			return true;
		plan_release(plan);
	}
	inventory_restless(diag);
	return false;
}

static enum apply_result try_out(struct runtime *rt, const struct wish *wish,
				 struct diag_list *diag, struct apply_report *report, bool last,
				 bool *ret_again)
{
	bool dry = wish->options.check_only;
	struct inventory inv;
	struct plan plan;
	enum apply_result result;

	*ret_again = false;
	if (!make_plan(&plan, &inv, rt, wish, diag, report))
		return APPLY_REFUSED;
	result = commit(&plan, dry, last, ret_again);
	if (result == APPLY_NOTHING || (result == APPLY_CHANGED && !dry))
		if (collect(&plan, wish->rs, wish->options.exact, dry))
			result = APPLY_CHANGED;
	plan_release(&plan);
	return result;
}

static enum apply_result carry_out(struct runtime *rt, const struct wish *wish,
				   struct diag_list *diag, struct apply_report *report)
{
	enum apply_result result = APPLY_REFUSED;
	bool again = true;

	for (unsigned i = 1; i <= DEVICE_TRIES && again; i++)
		result = try_out(rt, wish, diag, report, i == DEVICE_TRIES, &again);
	return result;
}

static enum apply_result carry_out_locked(struct runtime *rt, const struct wish *wish,
					  struct diag_list *diag, struct apply_report *ret)
{
	enum apply_result result;

	*ret = (struct apply_report){0};
	if (!runtime_lock(rt, diag))
		return APPLY_REFUSED;
	result = carry_out(rt, wish, diag, ret);
	runtime_unlock(rt);
	return result;
}

enum apply_result apply_ruleset(struct runtime *rt, const struct ruleset *rs,
				struct apply_options options, struct diag_list *diag,
				struct apply_report *ret)
{
	struct wish wish = {.rs = rs, .options = options};

	return carry_out_locked(rt, &wish, diag, ret);
}

enum apply_result runtime_unbind(struct runtime *rt, struct str tap, bool check_only,
				 struct diag_list *diag, struct apply_report *ret)
{
	struct wish wish = {.options = {.check_only = check_only}};

	*VEC_PUSH(rt->arena, &wish.options.gone) = tap;
	return carry_out_locked(rt, &wish, diag, ret);
}
