/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * apply against a real kernel: what is loaded follows the ruleset, and a second
 * apply finds nothing to do, whatever was done to the tables in between.  Run
 * in a network namespace of its own; prints a line a step.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emit/emit.h"
#include "runtime/apply.h"
#include "runtime/probe.h"
#include "testsuite/unit/sample_ruleset.h"

struct live {
	struct sample sample;
	struct runtime runtime;
	struct diag_list diag;
	struct apply_report report;
	unsigned passed, failed;
};

static void check(struct live *l, bool ok, const char *what)
{
	struct buf text;

	printf("%s - %s\n", ok ? "ok" : "not ok", what);
	l->passed += ok;
	l->failed += !ok;
	if (ok)
		return;
	buf_init(&text);
	diag_render(&l->diag, (struct diag_style){DIAG_GCC, false, 0}, &text);
	printf("%.*s", (int)text.len, text.bytes ? text.bytes : "");
	buf_release(&text);
}

static enum apply_result apply(struct live *l, bool exact, bool check_only)
{
	struct apply_options options = {.exact = exact, .check_only = check_only};

	diag_init(&l->diag, l->sample.arena, MODE_DEFAULT);
	return apply_ruleset(&l->runtime, l->sample.rs, options, &l->diag, &l->report);
}

static uint32_t generation(struct live *l)
{
	return l->runtime.backend->generation(l->runtime.backend);
}

/* applies, expects a change, and that the second time nothing is sent */
static void expect_change(struct live *l, bool exact, const char *what)
{
	char again[120];
	uint32_t before;

	check(l, apply(l, exact, false) == APPLY_CHANGED, what);
	before = generation(l);
	snprintf(again, sizeof(again), "%s: then nothing is left to do", what);
	check(l, apply(l, exact, false) == APPLY_NOTHING && generation(l) == before, again);
}

static void shell(struct live *l, const char *command)
{
	if (system(command)) {
		printf("not ok - %s\n", command);
		l->failed++;
	}
}

static bool shows(const char *command)
{
	return !system(command);
}

/* what others may do to our tables: each is seen, and mended */
static void damages(struct live *l)
{
	static const struct {
		const char *what;
		const char *command;
	} rows[] = {
		{"flush ruleset", "nft flush ruleset"},
		{"flush table", "nft flush table bridge nwfc"},
		{"delete table", "nft delete table bridge nwfc"},
		{"entry chain flushed", "nft flush chain bridge nwfc vnet0.in-l2"},
		{"entry chain with another rule", "nft insert rule bridge nwfc vnet0.in-l2 accept"},
		{"base chain flushed", "nft flush chain bridge nwfc post-l2"},
		{"base chain with another rule", "nft insert rule bridge nwfc post-l2 accept"},
		{"element deleted", "nft delete element bridge nwfc in-l2 '{ \"vnet0\" }'"},
		{"element that leads elsewhere",
		 "nft -f - <<'EOF'\nadd chain bridge nwfc other\n"
		 "delete element bridge nwfc in-l2 { \"vnet0\" }\n"
		 "add element bridge nwfc in-l2 { \"vnet0\" : goto other }\nEOF"},
		{"programs flushed", "for c in $(nft list chains bridge | "
				     "sed -n 's/.*chain \\(clean_traffic[^ ]*\\).*/\\1/p');"
				     " do nft flush chain bridge nwfc $c; done"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		shell(l, rows[i].command);
		expect_change(l, false, rows[i].what);
	}
}

static void two_taps(struct live *l, unsigned ethertype, unsigned other)
{
	struct entry *e;

	sample_renew(&l->sample, target_default());
	e = sample_entry(&l->sample, "vnet0");
	e->program[HOOK_IN_L2] = sample_simple(&l->sample, HOOK_IN_L2, ethertype, 3);
	e->program[HOOK_OUT_L2] = sample_everything(&l->sample, true);
	e = sample_entry(&l->sample, "vnet1");
	e->program[HOOK_IN_L2] = sample_simple(&l->sample, HOOK_IN_L2, other, 3);
}

static void one_tap(struct live *l, const char *tap, unsigned ethertype)
{
	struct entry *e;

	sample_renew(&l->sample, target_default());
	e = sample_entry(&l->sample, tap);
	e->program[HOOK_IN_L2] = sample_simple(&l->sample, HOOK_IN_L2, ethertype, 3);
}

static void switching(struct live *l)
{
	two_taps(l, 0x0800, 0x0800);
	check(l, apply(l, false, true) == APPLY_CHANGED && !shows("nft list tables | grep nwfc"),
	      "check only: nothing is loaded");
	expect_change(l, false, "two taps");
	two_taps(l, 0x0806, 0x0800);
	expect_change(l, false, "redefined: one tap moves to another program");
	check(l, !l->report.collected, "the old program is still used");
	two_taps(l, 0x0806, 0x0806);
	check(l, apply(l, false, false) == APPLY_CHANGED && l->report.collected == 1,
	      "the last user leaves: the old program goes");
	one_tap(l, "vnet2", 0x86dd);
	expect_change(l, false, "a third tap");
	check(l, shows("nft list chain bridge nwfc vnet1.in-l2 >/dev/null"), "others stay");
	expect_change(l, true, "exactly the third tap");
	check(l,
	      !shows("nft list ruleset | grep -e vnet0 -e vnet1") &&
		      !shows("nft list chains | grep out-l2"),
	      "others and their programs are gone");
}

static void unbinding(struct live *l)
{
	two_taps(l, 0x0800, 0x0806);
	expect_change(l, true, "two taps again");
	diag_init(&l->diag, l->sample.arena, MODE_DEFAULT);
	check(l,
	      runtime_unbind(&l->runtime, STR("vnet0"), true, &l->diag, &l->report) ==
			      APPLY_CHANGED &&
		      shows("nft list ruleset | grep -q vnet0"),
	      "unbind, check only");
	check(l,
	      runtime_unbind(&l->runtime, STR("vnet0"), false, &l->diag, &l->report) ==
			      APPLY_CHANGED &&
		      l->report.collected == 2,
	      "unbind vnet0");
	check(l,
	      !shows("nft list ruleset | grep -q vnet0") &&
		      shows("nft list chain bridge nwfc vnet1.in-l2 >/dev/null"),
	      "nothing of it is left, vnet1 is");
	check(l,
	      runtime_unbind(&l->runtime, STR("vnet0"), false, &l->diag, &l->report) ==
		      APPLY_NOTHING,
	      "unbind vnet0 again");
	check(l,
	      runtime_unbind(&l->runtime, STR("nosuch"), false, &l->diag, &l->report) ==
		      APPLY_NOTHING,
	      "unbind an unknown tap");
}

static void foreign(struct live *l)
{
	struct buf command;
	const struct program *p;

	two_taps(l, 0x0800, 0x0800);
	expect_change(l, true, "two taps on one program");
	p = l->sample.rs->entry.at[1].program[HOOK_IN_L2];
	buf_init(&command);
	buf_printf(&command,
		   "nft flush ruleset; nft -f - <<'EOF'\nadd table bridge nwfc\n"
		   "add chain bridge nwfc %.*s\nadd rule bridge nwfc %.*s accept\n"
		   "add chain bridge nwfc vnet1.in-l2\n"
		   "add rule bridge nwfc vnet1.in-l2 goto %.*s\nEOF",
		   STR_ARG(p->name), STR_ARG(p->name), STR_ARG(p->name));
	buf_putc(&command, 0);
	shell(l, command.bytes);
	one_tap(l, "vnet0", 0x0800);
	expect_change(l, false, "a chain with the program's name, but not its hash");
	command.len = 0;
	buf_printf(&command, "nft list chain bridge nwfc vnet1.in-l2 | grep -q 'goto %.*s'",
		   STR_ARG(p->name));
	buf_putc(&command, 0);
	check(l, shows(command.bytes), "other taps that go to it still do");
	/* a rule of somebody else's that leads to a program pins it */
	command.len = 0;
	buf_printf(&command,
		   "nft add chain bridge nwfc mine; nft add rule bridge nwfc mine jump %.*s",
		   STR_ARG(p->name));
	buf_putc(&command, 0);
	shell(l, command.bytes);
	one_tap(l, "vnet0", 0x0806);
	expect_change(l, true, "an old program that a stranger uses");
	buf_release(&command);
}

static void refused(struct live *l)
{
	struct nft_set nowhere = {.name = STR("nowhere")};
	struct tuple keys = {.nkey = 1, .key = {NAMED_KEY(IP_SADDR)}};
	struct stmt lookup = {.kind = STMT_LOOKUP, .tuple = &keys, .set = &nowhere};
	struct program *p;
	struct diag *d;

	two_taps(l, 0x0800, 0x0800);
	expect_change(l, true, "two taps once more");
	sample_renew(&l->sample, target_default());
	p = sample_program(&l->sample, HOOK_IN_L2);
	sample_rule(&l->sample, p->chain.at[0], 4, VERDICT_DROP);
	sample_stmt(&l->sample, sample_rule(&l->sample, p->chain.at[0], 7, VERDICT_DROP), lookup);
	sample_entry(&l->sample, "vnet0")->program[HOOK_IN_L2] =
		ruleset_add_program(l->sample.rs, p);
	check(l, apply(l, false, false) == APPLY_REFUSED,
	      "a look-up in a set that is not there is refused");
	d = l->diag.diag.n ? l->diag.diag.at[0] : NULL;
	check(l,
	      d && d->id == DIAG_KERNEL_REFUSED && d->label[0].span.source &&
		      span_position(d->label[0].span).line == 7,
	      "the refusal names the rule in the XML");
	two_taps(l, 0x0800, 0x0800);
	check(l, apply(l, true, false) == APPLY_NOTHING, "the refused ruleset left no trace");
}

static void sets(struct live *l)
{
	two_taps(l, 0x0800, 0x0800);
	check(l, apply(l, true, false) == APPLY_NOTHING, "sets with elements that are loaded");
	*VEC_PUSH(l->sample.arena, &l->sample.rs->set.at[0]->element) = STR("11.0.0.0/8 . 6 . 81");
	expect_change(l, false, "an element more");
}

static void marks(struct live *l)
{
	struct target target = target_default();

	target.state = STATE_MARK_CT;
	sample_renew(&l->sample, target);
	sample_entry(&l->sample, "vnet0")->program[HOOK_OUT_L3] =
		sample_stateful(&l->sample, HOOK_OUT_L3);
	expect_change(l, true, "state by marks");
	shell(l, "nft flush chain ip nwfc_ct pre");
	expect_change(l, false, "state chain no longer called");
	shell(l, "nft delete table ip nwfc_ct");
	expect_change(l, false, "state table deleted");
	target.mark = 0x1f0000;
	sample_renew(&l->sample, target);
	sample_entry(&l->sample, "vnet1")->program[HOOK_OUT_L3] =
		sample_stateful(&l->sample, HOOK_OUT_L3);
	check(l,
	      apply(l, false, false) == APPLY_REFUSED &&
		      l->diag.diag.at[0]->id == DIAG_STATE_TARGET,
	      "other mark bits under a tap that stays");
	expect_change(l, true, "other mark bits for all");
	two_taps(l, 0x0800, 0x0800);
	expect_change(l, true, "no state any more");
	check(l, !shows("nft list tables | grep -q nwfc_ct"), "the state table is gone");
}

/* the set of counted addresses goes with the program that fills it */
static void counting(struct live *l)
{
	struct nft_set set = {.name = STR("vnet0.in-l3.count-0"),
			      .kind = SET_COUNT,
			      .nkey = 1,
			      .key = {NAMED_KEY(IP_SADDR)}};
	struct stmt count = {.kind = STMT_COUNT, .key = NAMED_KEY(IP_SADDR), .value = {0, 3}};
	struct nft_rule *rule;
	struct program *p;

	sample_renew(&l->sample, target_default());
	p = sample_program(&l->sample, HOOK_IN_L3);
	rule = sample_rule(&l->sample, p->chain.at[0], 5, VERDICT_DROP);
	count.set = ruleset_add_set(l->sample.rs, &set);
	sample_stmt(&l->sample, rule,
		    stmt_number((struct key)NAMED_KEY(ETHER_TYPE), OP_EQ, 0x0800));
	sample_stmt(&l->sample, rule, count);
	sample_entry(&l->sample, "vnet0")->program[HOOK_IN_L3] =
		ruleset_add_program(l->sample.rs, p);
	expect_change(l, false, "a rule that counts connections");
	check(l,
	      runtime_unbind(&l->runtime, STR("vnet0"), false, &l->diag, &l->report) ==
			      APPLY_CHANGED &&
		      !shows("nft list sets bridge | grep -q count-0"),
	      "its set is deleted with it");
}

static void probing(struct live *l)
{
	struct target target;
	bool ok;

	diag_init(&l->diag, l->sample.arena, MODE_DEFAULT);
	check(l, probe_target(&l->runtime, false, &target, &l->diag) && !l->diag.diag.n,
	      "probe without need of state");
	ok = probe_target(&l->runtime, true, &target, &l->diag);
	printf("# probe: %s%s\n",
	       !ok                               ? "no state"
	       : target.state == STATE_BRIDGE_CT ? "bridge-ct"
						 : "mark-ct",
	       ok && target.reject ? ", reject" : "");
	check(l, ok || (l->diag.diag.n == 1 && l->diag.diag.at[0]->id == DIAG_STATE_TARGET),
	      "probe with need of state");
	check(l, !shows("nft list tables | grep -q probe"), "the probe leaves no table");
	if (ok && target.state == STATE_BRIDGE_CT)
		counting(l);
	else
		printf("# skipped: counted connections, no conntrack in family bridge\n");
}

int main(void)
{
	struct live l = {0};
	char root[] = "/tmp/nwfc-live.XXXXXX";

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!mkdtemp(root))
		return 99;
	sample_init(&l.sample, target_default());
	diag_init(&l.diag, l.sample.arena, MODE_DEFAULT);
	if (!runtime_open(&l.runtime, l.sample.arena, root, &l.diag))
		return 99;
	switching(&l);
	one_tap(&l, "vnet0", 0x0800);
	expect_change(&l, true, "one tap");
	damages(&l);
	unbinding(&l);
	foreign(&l);
	refused(&l);
	sets(&l);
	marks(&l);
	probing(&l);
	runtime_close(&l.runtime);
	sample_release(&l.sample);
	printf("%u passed, %u failed\n", l.passed, l.failed);
	return l.failed != 0;
}
