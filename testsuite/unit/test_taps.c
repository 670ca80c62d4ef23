/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/apply_fixture.h"
#include "testsuite/unit/suites.h"

/* taps, each on one program of its own EtherType */
static void ruleset_of(struct apply_fixture *f, const char *const *tap, unsigned ethertype)
{
	sample_renew(&f->sample, target_default());
	for (; *tap; tap++)
		sample_entry(&f->sample, *tap)->program[HOOK_IN_L2] =
			sample_simple(&f->sample, HOOK_IN_L2, ethertype++, 3);
}

#define TAPS(...) ((const char *const[]){__VA_ARGS__, NULL})

static enum apply_result apply_with(struct apply_fixture *f, struct apply_options options)
{
	return apply_ruleset(&f->runtime, f->sample.rs, options, &f->diag, &f->report);
}

static void expect_tap(const struct apply_fixture *f, size_t i, const char *tap,
		       enum tap_change_kind kind)
{
	ck_assert_uint_lt(i, f->report.tap.n);
	ck_assert(str_is(f->report.tap.at[i]->tap, tap));
	ck_assert_int_eq(f->report.tap.at[i]->kind, kind);
}

static struct apply_options with_gone(struct apply_fixture *f, const char *tap)
{
	struct apply_options options = {0};

	*VEC_PUSH(f->sample.arena, &options.gone) = str_of(tap);
	return options;
}

static struct apply_options with_keep(struct apply_fixture *f, const char *tap)
{
	struct apply_options options = {.exact = true};

	*VEC_PUSH(f->sample.arena, &options.keep) = str_of(tap);
	return options;
}

START_TEST(changes)
{
	struct apply_fixture f;

	apply_setup(&f);
	ruleset_of(&f, TAPS("vnet0", "vnet1"), 0x0800);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.tap.n, 2);
	expect_tap(&f, 0, "vnet0", TAP_ADDED);
	expect_tap(&f, 1, "vnet1", TAP_ADDED);
	ck_assert_int_eq(apply_now(&f, true), APPLY_NOTHING);
	ck_assert_uint_eq(f.report.tap.n, 0);
	ruleset_of(&f, TAPS("vnet0", "vnet2"), 0x0900);
	ck_assert_int_eq(apply_with(&f, (struct apply_options){.exact = true, .check_only = true}),
			 APPLY_CHANGED);
	ck_assert_uint_eq(f.report.tap.n, 3);
	expect_tap(&f, 0, "vnet0", TAP_SET);
	expect_tap(&f, 1, "vnet2", TAP_ADDED);
	expect_tap(&f, 2, "vnet1", TAP_REMOVED);
	ck_assert(fake_has_chain(&f.fake, "vnet1.in-l2"));
	apply_teardown(&f);
}
END_TEST

/* two hooks of a tap change in two ways: the tap is set, and named once */
START_TEST(named_once)
{
	struct apply_fixture f;

	apply_setup(&f);
	ruleset_of(&f, TAPS("vnet0"), 0x0800);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	sample_renew(&f.sample, target_default());
	sample_entry(&f.sample, "vnet0")->program[HOOK_OUT_L2] =
		sample_simple(&f.sample, HOOK_OUT_L2, 0x0800, 3);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.tap.n, 1);
	expect_tap(&f, 0, "vnet0", TAP_SET);
	apply_teardown(&f);
}
END_TEST

START_TEST(gone)
{
	struct apply_fixture f;
	unsigned before;

	apply_setup(&f);
	ruleset_of(&f, TAPS("vnet0", "vnet1", "vnet2"), 0x0800);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	before = fake_transactions(&f.fake);
	/* one goes, one comes, in one transaction; what is not named stays */
	ruleset_of(&f, TAPS("vnet3"), 0x0900);
	ck_assert_int_eq(apply_with(&f, with_gone(&f, "vnet0")), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.tap.n, 2);
	expect_tap(&f, 0, "vnet3", TAP_ADDED);
	expect_tap(&f, 1, "vnet0", TAP_REMOVED);
	/* the other is that of the old program */
	ck_assert_uint_eq(fake_transactions(&f.fake), before + 2);
	ck_assert_uint_eq(f.report.collected, 1);
	ck_assert(!fake_has_chain(&f.fake, "vnet0.in-l2"));
	ck_assert(fake_has_chain(&f.fake, "vnet1.in-l2"));
	ck_assert(fake_has_chain(&f.fake, "vnet2.in-l2"));
	ck_assert(fake_has_chain(&f.fake, "vnet3.in-l2"));
	ck_assert_int_eq(apply_with(&f, with_gone(&f, "vnet0")), APPLY_NOTHING);
	/* without a ruleset, which unbind does not make */
	ck_assert_int_eq(
		apply_ruleset(&f.runtime, NULL, with_gone(&f, "vnet1"), &f.diag, &f.report),
		APPLY_CHANGED);
	ck_assert(!fake_has_chain(&f.fake, "vnet1.in-l2"));
	ck_assert(fake_has_chain(&f.fake, "vnet2.in-l2"));
	apply_teardown(&f);
}
END_TEST

START_TEST(keep)
{
	struct apply_fixture f;

	apply_setup(&f);
	ruleset_of(&f, TAPS("vnet0", "vnet1"), 0x0800);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ruleset_of(&f, TAPS("vnet2"), 0x0900);
	ck_assert_int_eq(apply_with(&f, with_keep(&f, "vnet0")), APPLY_CHANGED);
	ck_assert(fake_has_chain(&f.fake, "vnet0.in-l2"));
	ck_assert(!fake_has_chain(&f.fake, "vnet1.in-l2"));
	ck_assert(fake_has_chain(&f.fake, "vnet2.in-l2"));
	ck_assert_int_eq(apply_with(&f, with_keep(&f, "vnet0")), APPLY_NOTHING);
	/* what the ruleset has no use for may be what the kept tap runs on */
	ruleset_of(&f, TAPS(NULL), 0);
	ck_assert_int_eq(apply_with(&f, with_keep(&f, "vnet0")), APPLY_CHANGED);
	ck_assert(fake_has_chain(&f.fake, "vnet0.in-l2"));
	ck_assert(fake_has_chain(&f.fake, "post-l2"));
	/* to keep what is not there is nothing to do */
	ck_assert_int_eq(apply_with(&f, with_keep(&f, "vnet9")), APPLY_CHANGED);
	ck_assert(!fake_has_chain(&f.fake, "vnet0.in-l2"));
	apply_teardown(&f);
}
END_TEST

/* what the last tap of a hook leaves behind does no harm, and is known as that */
START_TEST(spare)
{
	struct apply_options dry = {.exact = true, .check_only = true};
	struct apply_fixture f;

	apply_setup(&f);
	ruleset_of(&f, TAPS("vnet0"), 0x0800);
	sample_entry(&f.sample, "vnet1")->program[HOOK_OUT_L2] =
		sample_simple(&f.sample, HOOK_OUT_L2, 0x0800, 3);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_int_eq(runtime_unbind(&f.runtime, STR("vnet1"), false, &f.diag, &f.report),
			 APPLY_CHANGED);
	ruleset_of(&f, TAPS("vnet0"), 0x0800);
	ck_assert_int_eq(apply_with(&f, dry), APPLY_CHANGED);
	ck_assert_uint_eq(f.report.tap.n, 0);
	ck_assert_uint_gt(f.report.spare, 0);
	ck_assert_uint_eq(f.report.spare, f.report.bytes);
	/* but not what somebody did to a chain that is used */
	fake_change(&f.fake, "flush chain bridge nwfc post-l2\n");
	ck_assert_int_eq(apply_with(&f, dry), APPLY_CHANGED);
	ck_assert_uint_gt(f.report.bytes, f.report.spare);
	apply_teardown(&f);
}
END_TEST

static void guard(struct apply_fixture *f, const char *prefix)
{
	*VEC_PUSH(f->sample.arena, &f->sample.rs->guard) = str_of(prefix);
}

static unsigned guarded(struct apply_fixture *f)
{
	struct str text = fake_last(&f->fake);
	unsigned n = 0;

	for (size_t i = 0; i + 4 <= text.len; i++)
		n += !memcmp(text.ptr + i, "\"vm*", 4) || !memcmp(text.ptr + i, "\"tp*", 4);
	return n;
}

START_TEST(guarding)
{
	struct apply_fixture f;

	apply_setup(&f);
	ruleset_of(&f, TAPS("vm0"), 0x0800);
	guard(&f, "vm");
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_uint_eq(guarded(&f), 2); /* both directions, also the one nobody filters */
	ck_assert(fake_has_chain(&f.fake, "pre-l2"));
	ck_assert_int_eq(apply_now(&f, true), APPLY_NOTHING);
	/* other prefixes are another guard */
	ruleset_of(&f, TAPS("vm0"), 0x0800);
	guard(&f, "vm");
	guard(&f, "tp");
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_uint_eq(guarded(&f), 4);
	ck_assert_uint_eq(f.report.tap.n, 0);
	ck_assert_int_eq(apply_now(&f, true), APPLY_NOTHING);
	/* somebody flushed it */
	fake_change(&f.fake, "flush chain bridge nwfc post-l2\n"
			     "add rule bridge nwfc post-l2 oifname vmap @in-l2\n");
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_uint_eq(guarded(&f), 2);
	/* without it, the direction that nobody filters has no chain again */
	ruleset_of(&f, TAPS("vm0"), 0x0800);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ck_assert_uint_eq(guarded(&f), 0);
	ck_assert(!fake_has_chain(&f.fake, "pre-l2"));
	ck_assert(fake_has_chain(&f.fake, "post-l2"));
	apply_teardown(&f);
}
END_TEST

/* a tap that was loaded without the guard and has rules of layer 3 alone must not be cut off */
START_TEST(guarding_late)
{
	struct apply_fixture f;

	apply_setup(&f);
	sample_renew(&f.sample, target_default());
	sample_entry(&f.sample, "vm0")->program[HOOK_IN_L3] =
		sample_simple(&f.sample, HOOK_IN_L3, 0x0800, 3);
	ck_assert_int_eq(apply_now(&f, true), APPLY_CHANGED);
	ruleset_of(&f, TAPS("vm1"), 0x0900);
	guard(&f, "vm");
	ck_assert_int_eq(apply_now(&f, false), APPLY_CHANGED);
	ck_assert_uint_eq(guarded(&f), 0);
	ck_assert_int_eq(apply_with(&f, with_keep(&f, "none")), APPLY_CHANGED);
	apply_teardown(&f);
}
END_TEST

Suite *taps_suite(void)
{
	Suite *suite = suite_create("taps");
	TCase *tcase = tcase_create("fake kernel");

	tcase_add_test(tcase, changes);
	tcase_add_test(tcase, named_once);
	tcase_add_test(tcase, gone);
	tcase_add_test(tcase, keep);
	tcase_add_test(tcase, spare);
	tcase_add_test(tcase, guarding);
	tcase_add_test(tcase, guarding_late);
	suite_add_tcase(suite, tcase);
	return suite;
}
