/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/folder.h"
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

static void write_memory(const struct apply_fixture *f, const char *text)
{
	struct str path = str_printf(f->sample.arena, "%s/run/nwfc/target", f->root);

	ck_assert(folder_put(path.ptr, str_of(text)));
}

/* asked once; what can change under it, and what may be wrong, is asked again */
START_TEST(remembering)
{
	struct target target = target_default();
	struct apply_fixture f;
	size_t asked;

	apply_setup(&f);
	f.fake.refuse = "ct state";
	f.fake.refuse_words = "Protocol error";
	f.fake.sysctl_iptables = f.fake.sysctl_ip6tables = 1;
	ck_assert(runtime_lock(&f.runtime, &f.diag));
	ck_assert(probe_remembered(&f.runtime, true, &target, &f.diag));
	ck_assert_int_eq(target.state, STATE_MARK_CT);
	asked = f.fake.run.n;
	ck_assert_uint_gt(asked, 0);

	target = target_default();
	ck_assert(probe_remembered(&f.runtime, true, &target, &f.diag));
	ck_assert_int_eq(target.state, STATE_MARK_CT);
	ck_assert(target.reject);
	ck_assert_uint_eq(f.fake.run.n, asked);

	/* another boot, or what never was a target */
	write_memory(&f, "another-boot bridge-ct,reject\n");
	ck_assert(probe_remembered(&f.runtime, false, &target, &f.diag));
	ck_assert_int_eq(target.state, STATE_MARK_CT);
	ck_assert_uint_eq(f.fake.run.n, 2 * asked);
	write_memory(&f, "");
	ck_assert(probe_remembered(&f.runtime, false, &target, &f.diag));
	ck_assert_uint_eq(f.fake.run.n, 3 * asked);

	probe_forget(&f.runtime);
	ck_assert(probe_remembered(&f.runtime, false, &target, &f.diag));
	ck_assert_uint_eq(f.fake.run.n, 4 * asked);

	/* a module that has to do with it, and one that has not */
	f.fake.module = "nft_reject_bridge";
	ck_assert(probe_remembered(&f.runtime, false, &target, &f.diag));
	ck_assert_uint_eq(f.fake.run.n, 4 * asked);
	f.fake.module = "nf_conntrack_bridge";
	ck_assert(probe_remembered(&f.runtime, false, &target, &f.diag));
	ck_assert_uint_eq(f.fake.run.n, 5 * asked);
	f.fake.module = NULL;

	/* the way to the state was switched off; then the kernel learns another */
	f.fake.sysctl_iptables = 0;
	ck_assert(probe_remembered(&f.runtime, false, &target, &f.diag));
	ck_assert_uint_eq(f.fake.run.n, 5 * asked);
	ck_assert(!probe_remembered(&f.runtime, true, &target, &f.diag));
	ck_assert_uint_eq(f.diag.nerror, 1);
	f.fake.refuse = NULL;
	ck_assert(probe_remembered(&f.runtime, true, &target, &f.diag));
	ck_assert_int_eq(target.state, STATE_BRIDGE_CT);
	runtime_unlock(&f.runtime);
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
	tcase_add_test(tcase, remembering);
	tcase_add_test(tcase, messages);
	suite_add_tcase(suite, tcase);
	return suite;
}
