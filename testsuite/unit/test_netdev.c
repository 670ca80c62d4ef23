/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/apply_fixture.h"
#include "testsuite/unit/suites.h"

static bool present;
static bool vanishes_then; /* when somebody has looked */

static bool interface(struct backend *b, struct str name)
{
	bool there = present;

	(void)b;
	(void)name;
	present &= !vanishes_then;
	return there;
}

/* a macvtap mv0 on a program of an EtherType, or a tap of that name */
static void ruleset_of(struct apply_fixture *f, enum attach attach, unsigned ethertype)
{
	enum hook_id id = attach == ATTACH_NETDEV ? HOOK_DEV_IN_L2 : HOOK_IN_L2;
	struct entry *e;

	sample_renew(&f->sample, target_default());
	e = sample_entry(&f->sample, "mv0");
	((struct binding *)e->binding)->attach = attach;
	e->way = attach == ATTACH_NETDEV ? WAY_DIRECT : WAY_PRIVATE;
	e->program[id] = sample_simple(&f->sample, id, ethertype, 3);
}

static void setup(struct apply_fixture *f, bool there)
{
	apply_setup(f);
	f->fake.backend.interface = interface;
	present = there;
	vanishes_then = false;
}

static void expect_change(const struct apply_fixture *f, enum tap_change_kind kind)
{
	ck_assert_uint_eq(f->report.tap.n, 1);
	ck_assert(str_is(f->report.tap.at[0]->tap, "mv0"));
	ck_assert_int_eq(f->report.tap.at[0]->kind, kind);
}

START_TEST(changes)
{
	struct apply_options gone = {0};
	struct apply_fixture f;

	setup(&f, true);
	ruleset_of(&f, ATTACH_NETDEV, 0x0800);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	expect_change(&f, TAP_ADDED);
	ck_assert(fake_has_chain(&f.fake, "mv0.dev-in-l2"));
	ck_assert_int_eq(apply_now(&f, true), APPLY_NOTHING);
	/* the rule of the base chain is replaced, and the old program collected */
	ruleset_of(&f, ATTACH_NETDEV, 0x0900);
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	expect_change(&f, TAP_SET);
	ck_assert_uint_eq(f.report.collected, 1);
	ck_assert_int_eq(apply_now(&f, true), APPLY_NOTHING);
	*VEC_PUSH(f.sample.arena, &gone.gone) = STR("mv0");
	ck_assert_int_eq(apply_ruleset(&f.runtime, NULL, gone, &f.diag, &f.report), APPLY_CHANGED);
	expect_change(&f, TAP_REMOVED);
	ck_assert(!fake_has_chain(&f.fake, "mv0.dev-in-l2"));
	ck_assert_uint_eq(f.report.collected, 1);
	apply_teardown(&f);
}
END_TEST

/* what is one table's is taken out of the other, in the same transaction */
START_TEST(moves)
{
	struct apply_fixture f;
	unsigned before;

	setup(&f, true);
	ruleset_of(&f, ATTACH_BRIDGE, 0x0800);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	before = fake_transactions(&f.fake);
	ruleset_of(&f, ATTACH_NETDEV, 0x0800);
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	expect_change(&f, TAP_SET);
	/* the second one collects */
	ck_assert_uint_eq(fake_transactions(&f.fake), before + 2);
	ck_assert(fake_has_chain(&f.fake, "mv0.dev-in-l2"));
	ck_assert(!fake_has_chain(&f.fake, "mv0.in-l2"));
	ruleset_of(&f, ATTACH_BRIDGE, 0x0800);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert(!fake_has_chain(&f.fake, "mv0.dev-in-l2"));
	ck_assert(fake_has_chain(&f.fake, "mv0.in-l2"));
	apply_teardown(&f);
}
END_TEST

/* a kernel that has no chains of devices that are not there */
START_TEST(waits)
{
	struct apply_fixture f;

	setup(&f, false);
	f.fake.refuse = "nwfc.no-device";
	f.fake.refuse_words = "No such file or directory";
	ruleset_of(&f, ATTACH_NETDEV, 0x0800);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.tap.n, 0);
	ck_assert_uint_eq(f.report.waiting.n, 1);
	ck_assert(!fake_has_chain(&f.fake, "mv0.dev-in-l2"));
	ck_assert_int_eq(apply_now(&f, true), APPLY_NOTHING);
	ck_assert_uint_eq(f.report.waiting.n, 1);
	present = true;
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.programs, 0);
	ck_assert_uint_eq(f.report.waiting.n, 0);
	expect_change(&f, TAP_ADDED);
	apply_teardown(&f);
}
END_TEST

/* a kernel that has no chains of devices that are not there */
static void setup_old(struct apply_fixture *f)
{
	setup(f, true);
	f->fake.refuse = "device";
	f->fake.refuse_words = "No such file or directory";
	ruleset_of(f, ATTACH_NETDEV, 0x0800);
}

/* the device goes when the plan is made: its chains are left out, and nothing is said */
START_TEST(vanishes)
{
	struct apply_fixture f;

	setup_old(&f);
	vanishes_then = true;
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.waiting.n, 1);
	ck_assert_uint_eq(f.report.tap.n, 0);
	ck_assert_uint_eq(f.diag.nraised, 0);
	ck_assert(!fake_has_chain(&f.fake, "mv0.dev-in-l2"));
	ck_assert_int_eq(apply_now(&f, true), APPLY_NOTHING);
	apply_teardown(&f);
}
END_TEST

/* one that goes whenever its chains are made, and is back then, does not hold up for ever */
START_TEST(flaps)
{
	struct apply_fixture f;

	setup_old(&f);
	ck_assert_int_eq(apply_now(&f, true), APPLY_REFUSED);
	ck_assert_uint_eq(f.diag.nraised, 1);
	ck_assert_uint_eq(f.fake.run.n, 4);
	ck_assert_uint_eq(fake_transactions(&f.fake), 0);
	apply_teardown(&f);
}
END_TEST

/* what is refused for another reason is not tried again */
START_TEST(refused)
{
	struct apply_fixture f;

	setup_old(&f);
	f.fake.refuse_words = "Operation not permitted";
	ck_assert_int_eq(apply_now(&f, true), APPLY_REFUSED);
	ck_assert_uint_eq(f.diag.nraised, 1);
	ck_assert_uint_eq(f.fake.run.n, 1);
	apply_teardown(&f);
}
END_TEST

/* a kernel without hook egress */
START_TEST(too_old)
{
	struct apply_fixture f;
	struct entry *e;

	setup(&f, true);
	f.fake.refuse = "hook egress";
	f.fake.refuse_words = "Operation not supported";
	ruleset_of(&f, ATTACH_NETDEV, 0x0800);
	e = &f.sample.rs->entry.at[0];
	e->program[HOOK_DEV_OUT_L2] = sample_simple(&f.sample, HOOK_DEV_OUT_L2, 0x0800, 3);
	ck_assert_int_eq(apply_now(&f, true), APPLY_REFUSED);
	ck_assert_uint_eq(f.diag.nraised, 1);
	ck_assert(memmem(f.diag.diag.at[0]->help.ptr, f.diag.diag.at[0]->help.len, "5.16", 4));
	apply_teardown(&f);
}
END_TEST

/* and one that has */
START_TEST(beforehand)
{
	struct apply_fixture f;

	setup(&f, false);
	ruleset_of(&f, ATTACH_NETDEV, 0x0800);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.waiting.n, 0);
	ck_assert(fake_has_chain(&f.fake, "mv0.dev-in-l2"));
	apply_teardown(&f);
}
END_TEST

Suite *netdev_suite(void)
{
	Suite *s = suite_create("netdev");
	TCase *t = tcase_create("netdev");

	tcase_add_test(t, changes);
	tcase_add_test(t, moves);
	tcase_add_test(t, waits);
	tcase_add_test(t, vanishes);
	tcase_add_test(t, flaps);
	tcase_add_test(t, refused);
	tcase_add_test(t, too_old);
	tcase_add_test(t, beforehand);
	suite_add_tcase(s, t);
	return s;
}
