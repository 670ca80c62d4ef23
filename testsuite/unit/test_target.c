/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/buf.h"
#include "ir/target.h"
#include "testsuite/unit/suites.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

static const struct {
	const char *text;
	enum state_source state;
	bool reject;
	uint32_t mark;
	const char *printed;
} targets[] = {
	{"bridge-ct", STATE_BRIDGE_CT, true, TARGET_MARK, "bridge-ct,reject"},
	{"mark-ct", STATE_MARK_CT, false, TARGET_MARK, "mark-ct,no-reject"},
	{"bridge-ct,no-reject", STATE_BRIDGE_CT, false, TARGET_MARK, "bridge-ct,no-reject"},
	{"mark-ct,reject", STATE_MARK_CT, true, TARGET_MARK, "mark-ct,reject"},
	/* the last word counts */
	{"mark-ct,reject,no-reject", STATE_MARK_CT, false, TARGET_MARK, "mark-ct,no-reject"},
	{"mark-ct,mark=0x1f", STATE_MARK_CT, false, 0x1f, "mark-ct,no-reject,mark=0x0000001f"},
	{"mark-ct,mark=0x1f000000", STATE_MARK_CT, false, TARGET_MARK, "mark-ct,no-reject"},
	{"mark-ct,mark=0xf8000000,reject", STATE_MARK_CT, true, 0xf8000000,
	 "mark-ct,reject,mark=0xf8000000"},
	{"bridge-ct,mark=0x0003E0", STATE_BRIDGE_CT, true, 0x3e0,
	 "bridge-ct,reject,mark=0x000003e0"},
};

START_TEST(known)
{
	struct target t, again;
	struct buf text;

	ck_assert(target_parse(str_of(targets[_i].text), &t));
	ck_assert_int_eq(t.state, targets[_i].state);
	ck_assert_int_eq(t.reject, targets[_i].reject);
	ck_assert_uint_eq(t.mark, targets[_i].mark);
	buf_init(&text);
	target_print(&t, &text);
	ck_assert_msg(str_is(buf_str(&text), targets[_i].printed), "%.*s", (int)text.len,
		      text.bytes);
	ck_assert(target_parse(buf_str(&text), &again));
	ck_assert_int_eq(again.state, t.state);
	ck_assert_int_eq(again.reject, t.reject);
	ck_assert_uint_eq(again.mark, t.mark);
	buf_release(&text);
}
END_TEST

static const char *const unknown[] = {
	"",
	"bridge",
	"Bridge-ct",
	"bridge-ct ",
	" bridge-ct",
	"reject",
	",reject",
	"bridge-ct,",
	"bridge-ct,,reject",
	"bridge-ct,rejects",
	"bridge-ct reject",
	"bridge-ct,mark-ct",
	"bridge-ct,mark",
	"bridge-ct,mark=",
	"bridge-ct,mark=0x",
	"bridge-ct,mark=31",
	"bridge-ct,mark=1f",
	"bridge-ct,mark=0x0",
	/* five bits, side by side */
	"bridge-ct,mark=0xf",
	"bridge-ct,mark=0x3f",
	"bridge-ct,mark=0x2f",
	"bridge-ct,mark=0x1e1",
	"bridge-ct,mark=0x101010101",
	"bridge-ct,mark=0xf0000000",
	"bridge-ct,mark=0x1f0000000",
	"bridge-ct,mark=0x1f00000000",
	"bridge-ct,mark=0x1fg",
	"bridge-ct,mark=-0x1f",
};

START_TEST(refused)
{
	struct target t = {STATE_MARK_CT, true, 42};

	ck_assert_msg(!target_parse(str_of(unknown[_i]), &t), "\"%s\" is no target", unknown[_i]);
	ck_assert_int_eq(t.state, STATE_MARK_CT);
	ck_assert(t.reject);
	ck_assert_uint_eq(t.mark, 42);
}
END_TEST

START_TEST(standard)
{
	struct target t = target_default();
	struct target named;

	ck_assert(target_parse(STR("bridge-ct"), &named));
	ck_assert_int_eq(t.state, named.state);
	ck_assert_int_eq(t.reject, named.reject);
	ck_assert_uint_eq(t.mark, named.mark);
}
END_TEST

/* each meaning has a bit of its own, from the lowest of the mask up */
START_TEST(bits)
{
	static const uint32_t masks[] = {TARGET_MARK, 0x1f, 0xf8000000, 0x3e0};

	for (int i = 0; i < ROWS(masks); i++) {
		struct target t = {STATE_MARK_CT, false, masks[i]};
		uint32_t all = 0;

		for (int bit = 0; bit < MARK_BITS; bit++) {
			uint32_t one = target_mark_bit(&t, (enum mark_bit)bit);

			ck_assert_uint_eq(one & (one - 1), 0);
			ck_assert_uint_gt(one, all);
			all |= one;
		}
		ck_assert_uint_eq(all, masks[i]);
	}
}
END_TEST

Suite *target_suite(void)
{
	Suite *s = suite_create("target");
	TCase *tc = tcase_create("target");

	tcase_add_loop_test(tc, known, 0, ROWS(targets));
	tcase_add_loop_test(tc, refused, 0, ROWS(unknown));
	tcase_add_test(tc, standard);
	tcase_add_test(tc, bits);
	suite_add_tcase(s, tc);
	return s;
}
