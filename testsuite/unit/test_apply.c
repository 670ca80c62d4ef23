/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "testsuite/unit/apply_fixture.h"
#include "testsuite/unit/suites.h"

/* taps vnet0 and vnet1 on programs for these EtherTypes */
static void two_taps(struct apply_fixture *f, unsigned first, unsigned second)
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
	struct apply_fixture f;

	apply_setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	ck_assert_uint_eq(fake_transactions(&f.fake), 1);
	ck_assert_uint_eq(f.report.programs, 2);
	ck_assert_uint_eq(f.report.entries, 2);
	ck_assert_int_eq(apply_now(&f, false), APPLY_NOTHING);
	ck_assert_int_eq(apply_now(&f, true), APPLY_NOTHING);
	ck_assert_uint_eq(fake_transactions(&f.fake), 1);
	apply_teardown(&f);
}
END_TEST

START_TEST(check_only)
{
	struct apply_options options = {.check_only = true};
	struct apply_fixture f;

	apply_setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	ck_assert_int_eq(apply_ruleset(&f.runtime, f.sample.rs, options, &f.diag, &f.report),
			 APPLY_CHANGED);
	ck_assert_uint_eq(fake_transactions(&f.fake), 0);
	ck_assert_uint_eq(f.fake.run.n, 1);
	ck_assert(!fake_has_chain(&f.fake, "vnet0.in-l2"));
	apply_teardown(&f);
}
END_TEST

/* one tap's program changes: nothing of the other is sent */
START_TEST(difference)
{
	struct apply_fixture f;
	struct str sent;

	apply_setup(&f);
	two_taps(&f, 0x0800, 0x0800);
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	two_taps(&f, 0x0806, 0x0800);
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.programs, 1);
	ck_assert_uint_eq(f.report.entries, 1);
	ck_assert_uint_eq(f.report.collected, 0);
	sent = fake_last(&f.fake);
	ck_assert_ptr_nonnull(memmem(sent.ptr, sent.len, "vnet0", 5));
	ck_assert_ptr_null(memmem(sent.ptr, sent.len, "vnet1", 5));
	ck_assert_ptr_null(memmem(sent.ptr, sent.len, "add map", 7));
	apply_teardown(&f);
}
END_TEST

/* the switch is one transaction, the old programs go in a second */
START_TEST(collection)
{
	struct apply_fixture f;
	unsigned before;
	const struct program *old;

	apply_setup(&f);
	two_taps(&f, 0x0800, 0x0800);
	old = f.sample.rs->program.at[0];
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	two_taps(&f, 0x0806, 0x0806);
	before = fake_transactions(&f.fake);
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	ck_assert_uint_eq(fake_transactions(&f.fake), before + 2);
	ck_assert_uint_eq(f.report.collected, 1);
	ck_assert(!fake_has_chain(&f.fake, str_c(f.sample.arena, old->name)));
	apply_teardown(&f);
}
END_TEST

/* what the kernel names as in use stays, the rest goes all the same */
START_TEST(busy)
{
	struct apply_fixture f;
	const struct program *first, *second;

	apply_setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	first = f.sample.rs->program.at[0];
	second = f.sample.rs->program.at[1];
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	two_taps(&f, 0x86dd, 0x86dd);
	f.fake.refuse =
		str_printf(f.sample.arena, "delete chain bridge nwfc %.*s", STR_ARG(first->name))
			.ptr;
	f.fake.refuse_words = "Device or resource busy";
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.collected, 1);
	ck_assert(fake_has_chain(&f.fake, str_c(f.sample.arena, first->name)));
	ck_assert(!fake_has_chain(&f.fake, str_c(f.sample.arena, second->name)));
	ck_assert_uint_eq(f.diag.diag.n, 0);
	apply_teardown(&f);
}
END_TEST

START_TEST(exactly)
{
	struct apply_fixture f;

	apply_setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	sample_renew(&f.sample, target_default());
	sample_entry(&f.sample, "vnet0")->program[HOOK_OUT_L2] =
		sample_simple(&f.sample, HOOK_OUT_L2, 0x0800, 3);
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	ck_assert(fake_has_chain(&f.fake, "vnet1.in-l2"));
	ck_assert(!fake_has_chain(&f.fake, "vnet0.in-l2"));
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert(!fake_has_chain(&f.fake, "vnet1.in-l2"));
	ck_assert(!fake_has_chain(&f.fake, "post-l2"));
	ck_assert(fake_has_chain(&f.fake, "pre-l2"));
	ck_assert_int_eq(apply_now(&f, true), APPLY_NOTHING);
	apply_teardown(&f);
}
END_TEST

/* what others may do to our tables in between */
static const char *const damages[] = {
	"delete table bridge nwfc\n",
	"flush chain bridge nwfc vnet0.in-l2\n",
	"flush chain bridge nwfc post-l2\n",
	"add rule bridge nwfc post-l2 accept\n",
	("flush chain bridge nwfc post-l2\nadd rule bridge nwfc post-l2 accept\n"
	 "add rule bridge nwfc post-l2 oifname vmap @in-l2\n"),
	"add rule bridge nwfc vnet1.in-l2 accept\n",
	"delete element bridge nwfc in-l2 { \"vnet0\" }\n",
	("delete element bridge nwfc in-l2 { \"vnet0\" }\nadd chain bridge nwfc other\n"
	 "add element bridge nwfc in-l2 { \"vnet0\" : goto other }\n"),
};

START_TEST(drift)
{
	struct apply_fixture f;

	apply_setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	fake_change(&f.fake, damages[_i]);
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	ck_assert_int_eq(apply_now(&f, false), APPLY_NOTHING);
	apply_teardown(&f);
}
END_TEST

/* a program that lost its users is taken up again, not thrown away */
START_TEST(taken_up)
{
	struct apply_fixture f;

	apply_setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	fake_change(&f.fake, "delete element bridge nwfc in-l2 { \"vnet0\" }\n"
			     "flush chain bridge nwfc vnet0.in-l2\n"
			     "delete chain bridge nwfc vnet0.in-l2\n");
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.programs, 0);
	for (size_t i = 0; i < f.fake.run.n; i++)
		ck_assert(f.fake.run.at[i].accepted);
	apply_teardown(&f);
}
END_TEST

START_TEST(flushed_program)
{
	struct apply_fixture f;
	struct str name;

	apply_setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	name = f.sample.rs->program.at[1]->name;
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	fake_change(
		&f.fake,
		str_printf(f.sample.arena, "flush chain bridge nwfc %.*s\n", STR_ARG(name)).ptr);
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.programs, 1);
	ck_assert_uint_eq(f.report.entries, 0);
	ck_assert_int_eq(apply_now(&f, false), APPLY_NOTHING);
	apply_teardown(&f);
}
END_TEST

/* the name is there but not the hash: as after a load through JSON, or by a forger */
START_TEST(without_hash)
{
	struct apply_fixture f;
	struct str name;

	apply_setup(&f);
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
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.programs, 1);
	ck_assert_int_eq(apply_now(&f, false), APPLY_NOTHING);
	ck_assert(fake_has_chain(&f.fake, "vnet9.in-l2"));
	apply_teardown(&f);
}
END_TEST

START_TEST(refused)
{
	struct apply_fixture f;
	const struct diag *d;

	apply_setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	f.fake.refuse = "ether type arp";
	f.fake.refuse_words = "Protocol error";
	ck_assert_int_eq(apply_now(&f, false), APPLY_REFUSED);
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
	apply_teardown(&f);
}
END_TEST

START_TEST(unreadable)
{
	struct apply_fixture f;

	apply_setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	f.fake.read_error = EPERM;
	ck_assert_int_eq(apply_now(&f, false), APPLY_REFUSED);
	ck_assert_uint_eq(f.diag.nerror, 1);
	f.fake.read_error = 0;
	f.fake.restless = 3;
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	f.fake.restless = 1000;
	ck_assert_int_eq(apply_now(&f, false), APPLY_REFUSED);
	apply_teardown(&f);
}
END_TEST

START_TEST(unbinding)
{
	struct apply_fixture f;

	apply_setup(&f);
	two_taps(&f, 0x0800, 0x0806);
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	ck_assert_int_eq(runtime_unbind(&f.runtime, STR("vnet0"), false, &f.diag, &f.report),
			 APPLY_CHANGED);
	ck_assert_uint_eq(f.report.removed, 1);
	ck_assert_uint_eq(f.report.collected, 1);
	ck_assert(!fake_has_chain(&f.fake, "vnet0.in-l2"));
	ck_assert(fake_has_chain(&f.fake, "vnet1.in-l2"));
	ck_assert_int_eq(runtime_unbind(&f.runtime, STR("vnet0"), false, &f.diag, &f.report),
			 APPLY_NOTHING);
	apply_teardown(&f);
}
END_TEST

/* the table of marks serves all taps */
START_TEST(other_mark)
{
	struct target target = target_default();
	struct apply_fixture f;

	apply_setup(&f);
	target.state = STATE_MARK_CT;
	sample_renew(&f.sample, target);
	sample_entry(&f.sample, "vnet0")->program[HOOK_IN_L3] =
		sample_stateful(&f.sample, HOOK_IN_L3);
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	ck_assert_int_eq(apply_now(&f, false), APPLY_NOTHING);
	target.mark = 0x1f;
	sample_renew(&f.sample, target);
	sample_entry(&f.sample, "vnet1")->program[HOOK_IN_L3] =
		sample_stateful(&f.sample, HOOK_IN_L3);
	ck_assert_int_eq(apply_now(&f, false), APPLY_REFUSED);
	ck_assert_int_eq(f.diag.diag.at[0]->id, DIAG_STATE_TARGET);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_int_eq(apply_now(&f, true), APPLY_NOTHING);
	apply_teardown(&f);
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
	tcase_add_test(tcase, taken_up);
	tcase_add_test(tcase, flushed_program);
	tcase_add_test(tcase, without_hash);
	tcase_add_test(tcase, refused);
	tcase_add_test(tcase, unreadable);
	tcase_add_test(tcase, unbinding);
	tcase_add_test(tcase, other_mark);
	suite_add_tcase(suite, tcase);
	return suite;
}
