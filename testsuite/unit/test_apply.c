/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/apply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/probe.h"
#include "runtime/refusal.h"
#include "testsuite/unit/fake_backend.h"
#include "testsuite/unit/sample_ruleset.h"
#include "testsuite/unit/suites.h"

struct fixture {
	struct sample sample;
	struct fake_backend fake;
	struct runtime runtime;
	struct diag_list diag;
	struct apply_report report;
	char root[32];
};

static void setup(struct fixture *f)
{
	sample_init(&f->sample, target_default());
	fake_init(&f->fake, f->sample.arena);
	diag_init(&f->diag, f->sample.arena, MODE_DEFAULT);
	strcpy(f->root, "/tmp/nwfc-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->root));
	f->runtime = (struct runtime){
		.arena = f->sample.arena, .backend = &f->fake.backend, .root = f->root};
}

static void teardown(struct fixture *f)
{
	static const char *const below[] = {"/run/nwfc/lock", "/run/nwfc", "/run", ""};
	char path[64];

	runtime_close(&f->runtime);
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", f->root, below[i]);
		remove(path);
	}
	sample_release(&f->sample);
}

static enum apply_result apply(struct fixture *f, bool exact)
{
	struct apply_options options = {.exact = exact};

	return apply_ruleset(&f->runtime, f->sample.rs, options, &f->diag, &f->report);
}

/* taps vnet0 and vnet1 on programs for these EtherTypes */
static void two_taps(struct fixture *f, unsigned first, unsigned second)
{
	struct entry *e;

	sample_renew(&f->sample, target_default());
	e = sample_entry(&f->sample, "vnet0");
	e->program[HOOK_IN_L2] = sample_simple(&f->sample, HOOK_IN_L2, first, 3);
	e = sample_entry(&f->sample, "vnet1");
	e->program[HOOK_IN_L2] = sample_simple(&f->sample, HOOK_IN_L2, second, 3);
}

START_TEST(once)
{
	struct fixture f;

	setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	ck_assert_uint_eq(fake_transactions(&f.fake), 1);
	ck_assert_uint_eq(f.report.programs, 2);
	ck_assert_uint_eq(f.report.entries, 2);
	ck_assert_int_eq(apply(&f, false), APPLY_NOTHING);
	ck_assert_int_eq(apply(&f, true), APPLY_NOTHING);
	ck_assert_uint_eq(fake_transactions(&f.fake), 1);
	teardown(&f);
}
END_TEST

START_TEST(check_only)
{
	struct apply_options options = {.check_only = true};
	struct fixture f;

	setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	ck_assert_int_eq(apply_ruleset(&f.runtime, f.sample.rs, options, &f.diag, &f.report),
			 APPLY_CHANGED);
	ck_assert_uint_eq(fake_transactions(&f.fake), 0);
	ck_assert_uint_eq(f.fake.run.n, 1);
	ck_assert(!fake_has_chain(&f.fake, "vnet0.in-l2"));
	teardown(&f);
}
END_TEST

/* one tap's program changes: nothing of the other is sent */
START_TEST(difference)
{
	struct fixture f;
	struct str sent;

	setup(&f);
	two_taps(&f, 0x0800, 0x0800);
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	two_taps(&f, 0x0806, 0x0800);
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.programs, 1);
	ck_assert_uint_eq(f.report.entries, 1);
	ck_assert_uint_eq(f.report.collected, 0);
	sent = fake_last(&f.fake);
	ck_assert_ptr_nonnull(memmem(sent.ptr, sent.len, "vnet0", 5));
	ck_assert_ptr_null(memmem(sent.ptr, sent.len, "vnet1", 5));
	ck_assert_ptr_null(memmem(sent.ptr, sent.len, "add map", 7));
	teardown(&f);
}
END_TEST

/* the switch is one transaction, the old programs go in a second */
START_TEST(collection)
{
	struct fixture f;
	unsigned before;
	const struct program *old;

	setup(&f);
	two_taps(&f, 0x0800, 0x0800);
	old = f.sample.rs->program.at[0];
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	two_taps(&f, 0x0806, 0x0806);
	before = fake_transactions(&f.fake);
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	ck_assert_uint_eq(fake_transactions(&f.fake), before + 2);
	ck_assert_uint_eq(f.report.collected, 1);
	ck_assert(!fake_has_chain(&f.fake, str_c(f.sample.arena, old->name)));
	teardown(&f);
}
END_TEST

/* what the kernel names as in use stays, the rest goes all the same */
START_TEST(busy)
{
	struct fixture f;
	const struct program *first, *second;

	setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	first = f.sample.rs->program.at[0];
	second = f.sample.rs->program.at[1];
	ck_assert_int_eq(apply(&f, true), APPLY_CHANGED);
	two_taps(&f, 0x86dd, 0x86dd);
	f.fake.refuse =
		str_printf(f.sample.arena, "delete chain bridge nwfc %.*s", STR_ARG(first->name))
			.ptr;
	f.fake.refuse_words = "Device or resource busy";
	ck_assert_int_eq(apply(&f, true), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.collected, 1);
	ck_assert(fake_has_chain(&f.fake, str_c(f.sample.arena, first->name)));
	ck_assert(!fake_has_chain(&f.fake, str_c(f.sample.arena, second->name)));
	ck_assert_uint_eq(f.diag.diag.n, 0);
	teardown(&f);
}
END_TEST

START_TEST(exactly)
{
	struct fixture f;

	setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	sample_renew(&f.sample, target_default());
	sample_entry(&f.sample, "vnet0")->program[HOOK_OUT_L2] =
		sample_simple(&f.sample, HOOK_OUT_L2, 0x0800, 3);
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	ck_assert(fake_has_chain(&f.fake, "vnet1.in-l2"));
	ck_assert(!fake_has_chain(&f.fake, "vnet0.in-l2"));
	ck_assert_int_eq(apply(&f, true), APPLY_CHANGED);
	ck_assert(!fake_has_chain(&f.fake, "vnet1.in-l2"));
	ck_assert(!fake_has_chain(&f.fake, "post-l2"));
	ck_assert(fake_has_chain(&f.fake, "pre-l2"));
	ck_assert_int_eq(apply(&f, true), APPLY_NOTHING);
	teardown(&f);
}
END_TEST

/* what others may do to our tables in between */
static const char *const damages[] = {
	"delete table bridge nwfc\n",
	"flush chain bridge nwfc vnet0.in-l2\n",
	"flush chain bridge nwfc post-l2\n",
	"add rule bridge nwfc post-l2 accept\n",
	"add rule bridge nwfc vnet1.in-l2 accept\n",
	"delete element bridge nwfc in-l2 { \"vnet0\" }\n",
	"delete element bridge nwfc in-l2 { \"vnet0\" }\nadd chain bridge nwfc other\n"
	"add element bridge nwfc in-l2 { \"vnet0\" : goto other }\n",
};

START_TEST(drift)
{
	struct fixture f;

	setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	fake_change(&f.fake, damages[_i]);
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	ck_assert_int_eq(apply(&f, false), APPLY_NOTHING);
	teardown(&f);
}
END_TEST

START_TEST(flushed_program)
{
	struct fixture f;
	struct str name;

	setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	name = f.sample.rs->program.at[1]->name;
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	fake_change(
		&f.fake,
		str_printf(f.sample.arena, "flush chain bridge nwfc %.*s\n", STR_ARG(name)).ptr);
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.programs, 1);
	ck_assert_uint_eq(f.report.entries, 0);
	ck_assert_int_eq(apply(&f, false), APPLY_NOTHING);
	teardown(&f);
}
END_TEST

/* the name is there but not the hash: as after a load through JSON, or by a forger */
START_TEST(without_hash)
{
	struct fixture f;
	struct str name;

	setup(&f);
	two_taps(&f, 0x0800, 0x0800);
	name = f.sample.rs->program.at[0]->name;
	fake_change(&f.fake,
		    str_printf(f.sample.arena,
			       "add table bridge nwfc\nadd chain bridge nwfc %.*s\n"
			       "add rule bridge nwfc %.*s accept\nadd rule bridge nwfc %.*s drop\n"
			       "add chain bridge nwfc vnet9.in-l2\n"
			       "add rule bridge nwfc vnet9.in-l2 goto %.*s\n",
			       STR_ARG(name), STR_ARG(name), STR_ARG(name), STR_ARG(name))
			    .ptr);
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.programs, 1);
	ck_assert_int_eq(apply(&f, false), APPLY_NOTHING);
	ck_assert(fake_has_chain(&f.fake, "vnet9.in-l2"));
	teardown(&f);
}
END_TEST

START_TEST(refused)
{
	struct fixture f;
	const struct diag *d;

	setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	f.fake.refuse = "ether type arp";
	f.fake.refuse_words = "Protocol error";
	ck_assert_int_eq(apply(&f, false), APPLY_REFUSED);
	ck_assert_uint_eq(fake_transactions(&f.fake), 0);
	ck_assert_uint_eq(f.diag.diag.n, 1);
	d = f.diag.diag.at[0];
	ck_assert_int_eq(d->id, DIAG_KERNEL_REFUSED);
	ck_assert_ptr_eq(d->label[0].span.source, f.sample.source);
	ck_assert_uint_eq(span_position(d->label[0].span).line, 3);
	ck_assert(str_ends(d->message, STR(": Protocol error")));
	ck_assert_uint_eq(d->note.n, 1);
	ck_assert(
		str_starts(d->note.at[0], STR("sent: add rule bridge nwfc clean_traffic.in-l2.")));
	teardown(&f);
}
END_TEST

START_TEST(unreadable)
{
	struct fixture f;

	setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	f.fake.read_error = EPERM;
	ck_assert_int_eq(apply(&f, false), APPLY_REFUSED);
	ck_assert_uint_eq(f.diag.nerror, 1);
	f.fake.read_error = 0;
	f.fake.restless = 3;
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	f.fake.restless = 1000;
	ck_assert_int_eq(apply(&f, false), APPLY_REFUSED);
	teardown(&f);
}
END_TEST

START_TEST(unbinding)
{
	struct fixture f;

	setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	ck_assert_int_eq(runtime_unbind(&f.runtime, STR("vnet0"), false, &f.diag, &f.report),
			 APPLY_CHANGED);
	ck_assert_uint_eq(f.report.removed, 1);
	ck_assert_uint_eq(f.report.collected, 1);
	ck_assert(!fake_has_chain(&f.fake, "vnet0.in-l2"));
	ck_assert(fake_has_chain(&f.fake, "vnet1.in-l2"));
	ck_assert_int_eq(runtime_unbind(&f.runtime, STR("vnet0"), false, &f.diag, &f.report),
			 APPLY_NOTHING);
	teardown(&f);
}
END_TEST

static const struct {
	const char *refuse; /* what the kernel refuses */
	int iptables, ip6tables;
	bool need_state, ok;
	enum state_source state;
	bool reject;
} probes[] = {
	{NULL, -1, -1, true, true, STATE_BRIDGE_CT, true},
	{"reject", 1, 1, true, true, STATE_BRIDGE_CT, false},
	{"ct state", 1, 1, true, true, STATE_MARK_CT, true},
	{"ct state", 1, 0, true, false, STATE_MARK_CT, true},
	{"ct state", -1, -1, true, false, STATE_MARK_CT, true},
	{"ct state", -1, -1, false, true, STATE_MARK_CT, true},
	{"add table", 1, 1, false, false, STATE_MARK_CT, false},
};

START_TEST(probing)
{
	struct target target = target_default();
	struct fixture f;

	setup(&f);
	f.fake.refuse = probes[_i].refuse;
	f.fake.refuse_words = "Protocol error";
	f.fake.sysctl_iptables = probes[_i].iptables;
	f.fake.sysctl_ip6tables = probes[_i].ip6tables;
	ck_assert_int_eq(probe_target(&f.runtime, probes[_i].need_state, &target, &f.diag),
			 probes[_i].ok);
	ck_assert_uint_eq(f.diag.nerror, !probes[_i].ok);
	ck_assert_uint_eq(fake_transactions(&f.fake), 0);
	if (probes[_i].ok) {
		ck_assert_int_eq(target.state, probes[_i].state);
		ck_assert_int_eq(target.reject, probes[_i].reject);
	}
	teardown(&f);
}
END_TEST

/* the table of marks serves all taps */
START_TEST(other_mark)
{
	struct target target = target_default();
	struct fixture f;

	setup(&f);
	target.state = STATE_MARK_CT;
	sample_renew(&f.sample, target);
	sample_entry(&f.sample, "vnet0")->program[HOOK_IN_L3] =
		sample_stateful(&f.sample, HOOK_IN_L3);
	ck_assert_int_eq(apply(&f, false), APPLY_CHANGED);
	ck_assert_int_eq(apply(&f, false), APPLY_NOTHING);
	target.mark = 0x1f;
	sample_renew(&f.sample, target);
	sample_entry(&f.sample, "vnet1")->program[HOOK_IN_L3] =
		sample_stateful(&f.sample, HOOK_IN_L3);
	ck_assert_int_eq(apply(&f, false), APPLY_REFUSED);
	ck_assert_int_eq(f.diag.diag.at[0]->id, DIAG_STATE_TARGET);
	ck_assert_int_eq(apply(&f, true), APPLY_CHANGED);
	ck_assert_int_eq(apply(&f, true), APPLY_NOTHING);
	teardown(&f);
}
END_TEST

START_TEST(messages)
{
	static const char text[] =
		"/proc/self/fd/7:12:24-31: Error: Could not process rule: Protocol error\n"
		"add rule bridge nwfc a ct state new accept\n"
		"                       ^^^^^^^^\n"
		"/proc/self/fd/7:3:5: Error: syntax error, unexpected ')'\n";
	struct refusal_list list;
	struct fixture f;

	setup(&f);
	list = (struct refusal_list){.arena = f.sample.arena};
	refusal_parse(&list, str_of(text));
	ck_assert_uint_eq(list.refusal.n, 2);
	ck_assert_uint_eq(list.refusal.at[0].line, 12);
	ck_assert_uint_eq(list.refusal.at[0].column, 24);
	ck_assert(str_is(list.refusal.at[0].words, "Protocol error"));
	ck_assert_uint_eq(list.refusal.at[1].line, 3);
	list = (struct refusal_list){.arena = f.sample.arena};
	refusal_parse(&list, STR("Operation not permitted\n"));
	ck_assert_uint_eq(list.refusal.n, 1);
	ck_assert_uint_eq(list.refusal.at[0].line, 0);
	ck_assert(str_is(list.refusal.at[0].words, "Operation not permitted"));
	teardown(&f);
}
END_TEST

Suite *apply_suite(void)
{
	Suite *suite = suite_create("apply");
	TCase *tcase = tcase_create("fake kernel");

	tcase_add_test(tcase, once);
	tcase_add_test(tcase, check_only);
	tcase_add_test(tcase, difference);
	tcase_add_test(tcase, collection);
	tcase_add_test(tcase, busy);
	tcase_add_test(tcase, exactly);
	tcase_add_loop_test(tcase, drift, 0, sizeof(damages) / sizeof(damages[0]));
	tcase_add_test(tcase, flushed_program);
	tcase_add_test(tcase, without_hash);
	tcase_add_test(tcase, refused);
	tcase_add_test(tcase, unreadable);
	tcase_add_test(tcase, unbinding);
	tcase_add_loop_test(tcase, probing, 0, sizeof(probes) / sizeof(probes[0]));
	tcase_add_test(tcase, other_mark);
	tcase_add_test(tcase, messages);
	suite_add_tcase(suite, tcase);
	return suite;
}
