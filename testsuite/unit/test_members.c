/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/set_member.h"
#include "testsuite/unit/suites.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

/* an element over keys, values in decimal bytes, and whether it holds them */
static const struct {
	const char *element;
	struct key key[TUPLE_MAX];
	struct value v[TUPLE_MAX];
	bool holds;
} rows[] = {
	{"192.0.2.0/24", {NAMED_KEY(IP_SADDR)}, {{.len = 4, .b = {192, 0, 2, 255}}}, true},
	{"192.0.2.0/25", {NAMED_KEY(IP_DADDR)}, {{.len = 4, .b = {192, 0, 2, 128}}}, false},
	{"192.0.2.7", {NAMED_KEY(IP_SADDR)}, {{.len = 4, .b = {192, 0, 2, 7}}}, true},
	{"192.0.2.7", {NAMED_KEY(IP_SADDR)}, {{.len = 4, .b = {192, 0, 2, 6}}}, false},
	{"0.0.0.0/0", {NAMED_KEY(IP_SADDR)}, {{.len = 4, .b = {1, 2, 3, 4}}}, true},
	{"2001:db8::/33",
	 {NAMED_KEY(IP6_SADDR)},
	 {{.len = 16, .b = {0x20, 0x01, 0x0d, 0xb8, 0x7f}}},
	 true},
	{"2001:db8::/33",
	 {NAMED_KEY(IP6_SADDR)},
	 {{.len = 16, .b = {0x20, 0x01, 0x0d, 0xb8, 0x80}}},
	 false},
	{"192.0.2.7 . 6 . 80",
	 {NAMED_KEY(IP_SADDR), NAMED_KEY(L4PROTO), NAMED_KEY(TH_DPORT)},
	 {{.len = 4, .b = {192, 0, 2, 7}}, {.len = 1, .b = {6}}, {.len = 2, .b = {0, 80}}},
	 true},
	{"192.0.2.7 . 6 . 80",
	 {NAMED_KEY(IP_SADDR), NAMED_KEY(L4PROTO), NAMED_KEY(TH_DPORT)},
	 {{.len = 4, .b = {192, 0, 2, 7}}, {.len = 1, .b = {17}}, {.len = 2, .b = {0, 80}}},
	 false},
	{"52:54:00:12:34:56",
	 {NAMED_KEY(ETHER_SADDR)},
	 {{.len = 6, .b = {0x52, 0x54, 0, 0x12, 0x34, 0x56}}},
	 true},
};

START_TEST(holds)
{
	struct str element = str_of(rows[_i].element);
	struct nft_set set = {.element = {.at = &element, .n = 1}};

	while (set.nkey < TUPLE_MAX && rows[_i].key[set.nkey].id != KEY_NONE) {
		set.key[set.nkey] = rows[_i].key[set.nkey];
		set.nkey++;
	}
	ck_assert_int_eq(set_holds(&set, rows[_i].v), rows[_i].holds);
	set.element.n = 0;
	ck_assert(!set_holds(&set, rows[_i].v));
}
END_TEST

Suite *members_suite(void)
{
	Suite *s = suite_create("members");
	TCase *tc = tcase_create("members");

	tcase_add_loop_test(tc, holds, 0, ROWS(rows));
	suite_add_tcase(s, tc);
	return s;
}
