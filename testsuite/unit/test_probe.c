/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/probe.h"
#include "runtime/refusal.h"
#include "testsuite/unit/apply_fixture.h"
#include "testsuite/unit/suites.h"

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
	struct apply_fixture f;

	apply_setup(&f);
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
	apply_teardown(&f);
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
	struct apply_fixture f;

	apply_setup(&f);
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
	apply_teardown(&f);
}
END_TEST

Suite *probe_suite(void)
{
	Suite *suite = suite_create("probe");
	TCase *tcase = tcase_create("fake kernel");

	tcase_add_loop_test(tcase, probing, 0, sizeof(probes) / sizeof(probes[0]));
	tcase_add_test(tcase, messages);
	suite_add_tcase(suite, tcase);
	return suite;
}
