/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/cli/reason.h"
#include "compiler/cli/test_run.h"
#include "emit/emit.h"
#include "runtime/lab.h"

/*
 * The frames of cases through a tap.  The rules are those of target mark-ct, and
 * a chain of ours writes into the mark what conntrack would have: so every state
 * can be had, on every kernel.  What is compared is whether the frame passes.
 */
#define STATE_TABLE "nwfc_lab"

/* the kernel cannot be asked, so that nothing of this run is sent */
static void give_up(struct test_run *run, const char *why)
{
	if (!run->no_kernel)
		fprintf(stderr, "nwfc: --kernel: %s\n", why);
	run->no_kernel = true;
}

void test_kernel_end(struct test_run *run)
{
	if (!run->lab)
		return;
	lab_close(run->lab);
	free(run->lab);
	run->lab = NULL;
}

/* the taps of tests have different names: a lab for each binding */
static bool make_lab(struct test_run *run, struct str tap)
{
	test_kernel_end(run);
	run->lab = calloc(1, sizeof(*run->lab));
	if (!run->lab) {
		give_up(run, "out of memory");
		return false;
	}
	if (lab_open(run->lab, tap))
		return true;
	give_up(run, run->lab->error);
	return false;
}

/* the same binding for another target; what that cannot express is no mistake here */
static struct ruleset *compile_again(struct test_run *run, struct binding *binding)
{
	struct job *job = run->job;
	struct ruleset *given = job->ruleset;
	struct diag_list diag = job->compile.diag;
	struct ruleset *made;
	struct target target;
	bool ok;

	target_parse(STR("mark-ct,no-reject"), &target);
	made = job->ruleset = ruleset_new(job->compile.arena, &target);
	ok = job_compile_filter(job, binding, job->top);
	job->ruleset = given;
	job->compile.diag = diag;
	return ok ? made : NULL;
}

static bool load(struct test_run *run, const struct ruleset *rs)
{
	struct buf text;
	bool ok;

	buf_init(&text);
	emit_text(rs, &text, NULL);
	ok = lab_load(run->lab, buf_str(&text));
	buf_release(&text);
	return ok;
}

/* each case is the first one, as for the interpreter */
static void put_forgotten(const struct ruleset *rs, struct buf *text)
{
	for (size_t i = 0; i < rs->set.n; i++)
		if (rs->set.at[i]->kind == SET_LEARNED)
			buf_printf(text, "flush set bridge " NFT_TABLE " %.*s\n",
				   STR_ARG(rs->set.at[i]->name));
}

/* what a bridge does not pass by itself says nothing of rules */
static bool try_bridge(struct test_run *run, const struct binding *binding)
{
	const struct case_block *block = run->block;

	run->passes = ARENA_ARRAY(run->job->compile.arena, bool, block->cases.n);
	for (size_t i = 0; i < block->cases.n; i++) {
		struct flow flow;

		if (!flow_parse(&run->job->compile, binding, block->cases.at[i].flow, &flow) ||
		    flow.from_host)
			continue;
		if (!lab_send(run->lab, flow.direction == DIRECTION_OUT, flow.packet.bytes,
			      flow.packet.len, &run->passes[i]))
			return false;
	}
	return true;
}

/* its directions are the other way round than a tap's, and only root can open one */
static bool is_device(struct test_run *run, const struct binding *binding)
{
	if (binding_table(binding) != TABLE_NETDEV)
		return false;
	if (!run->no_devices)
		fputs("nwfc: --kernel: frames of macvtaps are not sent\n", stderr);
	run->no_devices = true;
	return true;
}

void test_kernel_block(struct test_run *run, struct binding *binding)
{
	run->kernel_ruleset = NULL;
	if (run->no_kernel || is_device(run, binding) || !make_lab(run, binding->tap))
		return;
	run->kernel_ruleset = compile_again(run, binding);
	if (!run->kernel_ruleset)
		return;
	if (!try_bridge(run, binding) || !load(run, run->kernel_ruleset)) {
		give_up(run, run->lab->error);
		run->kernel_ruleset = NULL;
	}
}

static bool set_state(struct test_run *run, const struct packet *packet)
{
	struct buf text;
	bool ok;

	buf_init(&text);
	buf_puts(&text, "add table bridge " STATE_TABLE "\nadd chain bridge " STATE_TABLE
			" state { type filter hook prerouting priority 5; policy accept; }\n"
			"flush chain bridge " STATE_TABLE " state\n");
	buf_printf(&text, "add rule bridge " STATE_TABLE " state meta mark set 0x%08x\n",
		   eval_mark(&run->kernel_ruleset->target, packet));
	put_forgotten(run->kernel_ruleset, &text);
	ok = lab_load(run->lab, buf_str(&text));
	buf_release(&text);
	return ok;
}

static void compare(struct test_run *run, struct case_result *result, enum verdict wanted,
		    bool arrived)
{
	struct compile *c = &run->job->compile;
	struct diag *d;

	result->sent = true;
	result->agrees = arrived == (wanted == VERDICT_ACCEPT);
	run->nsent++;
	if (result->agrees)
		return;
	d = diag_report(&c->diag, DIAG_CASE_KERNEL, result->one->flow,
			"the interpreter says %s, the kernel %s the frame", verdict_word(wanted),
			arrived ? "passes" : "drops");
	/* one that fails has a message already */
	if (result->passed)
		result->message = d->message;
}

void test_kernel_case(struct test_run *run, const struct flow *flow, struct case_result *result)
{
	size_t i = (size_t)(result->one - run->block->cases.at);
	struct ruleset *rs = run->kernel_ruleset;
	struct outcome outcome;
	bool arrived;

	if (!rs || !run->passes[i])
		return;
	outcome_of(run->job->scratch, rs, &rs->entry.at[0], flow->direction, flow->from_host,
		   &flow->packet, &outcome);
	if (set_state(run, &flow->packet) &&
	    lab_send(run->lab, flow->direction == DIRECTION_OUT, flow->packet.bytes,
		     flow->packet.len, &arrived))
		compare(run, result, outcome.verdict, arrived);
	else
		give_up(run, run->lab->error);
}
