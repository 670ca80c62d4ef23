/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/nft_stmt.h"
#include "testsuite/unit/sample_ruleset.h"
#include "testsuite/unit/suites.h"

#define KEY(name) ((struct key)NAMED_KEY(name))

static struct stmt one_tuple(enum stmt_kind kind, enum test_op op, struct tuple *t,
			     const struct nft_set *set)
{
	return (struct stmt){
		.kind = (uint8_t)kind, .op = (uint8_t)op, .nlist = 1, .tuple = t, .set = set};
}

static void expect_stmt(struct stmt s, const char *text)
{
	struct buf out;

	buf_init(&out);
	nft_stmt(&out, &s);
	ck_assert_msg(str_is(buf_str(&out), text), "\"%.*s\" is not \"%s\"", (int)out.len,
		      out.bytes, text);
	buf_release(&out);
}

START_TEST(tests)
{
	struct value mac = sample_bytes("525400123456");
	struct value name = {.len = 5, .b = "vnet0"};

	expect_stmt(stmt_test(KEY(ETHER_SADDR), OP_EQ, mac), " ether saddr 52:54:00:12:34:56");
	expect_stmt(stmt_test(KEY(ETHER_SADDR), OP_NE, mac), " ether saddr != 52:54:00:12:34:56");
	expect_stmt(stmt_number(KEY(ETHER_TYPE), OP_EQ, 0x86dd), " ether type ip6");
	expect_stmt(stmt_number(KEY(ETHER_TYPE), OP_NE, 0x8035), " ether type != 0x8035");
	expect_stmt(stmt_number(KEY(VLAN_TYPE), OP_EQ, 0x0806), " vlan type arp");
	expect_stmt(stmt_number(KEY(IP_SADDR), OP_EQ, 0x0a000001), " ip saddr 10.0.0.1");
	expect_stmt(
		stmt_test(KEY(IP6_SADDR), OP_NE, sample_bytes("fe800000000000000000000000000001")),
		" ip6 saddr != fe80::1");
	expect_stmt(stmt_test((struct key)NETWORK_BITS(64, 48), OP_EQ, mac),
		    " @nh,64,48 0x525400123456");
	expect_stmt(stmt_number(KEY(ARP_PTYPE), OP_EQ, 0x800), " arp ptype 0x0800");
	expect_stmt(stmt_number(KEY(TH_DPORT), OP_EQ, 80), " th dport 80");
	expect_stmt(stmt_test(KEY(IIFNAME), OP_EQ, name), " iifname \"vnet0\"");
	/* without its == nft would ask for any of these flags */
	expect_stmt(stmt_number(KEY(TCP_FLAGS), OP_EQ, 0x12), " tcp flags == 0x12");
	expect_stmt(stmt_number(KEY(CT_DIRECTION), OP_EQ, 1), " ct direction reply");
}
END_TEST

START_TEST(states)
{
	expect_stmt(stmt_number(KEY(CT_STATE), OP_EQ, STATE_NEW | STATE_ESTABLISHED),
		    " ct state new,established");
	expect_stmt(stmt_number(KEY(CT_STATE), OP_NE, STATE_RELATED | STATE_INVALID),
		    " ct state & (related|invalid) == 0");
}
END_TEST

START_TEST(masks)
{
	struct value mac_mask = sample_bytes("ffffff000000");
	struct value holes = sample_bytes("ff00ff00");

	expect_stmt(
		stmt_masked(KEY(IP_SADDR), value_of_prefix(8, 4), OP_EQ, sample_bytes("0a010203")),
		" ip saddr 10.0.0.0/8");
	expect_stmt(
		stmt_masked(KEY(IP_DADDR), value_of_prefix(0, 4), OP_NE, sample_bytes("00000000")),
		" ip daddr != 0.0.0.0/0");
	expect_stmt(stmt_masked(KEY(IP6_DADDR), value_of_prefix(10, 16), OP_EQ,
				sample_bytes("fe800000000000000000000000000000")),
		    " ip6 daddr fe80::/10");
	expect_stmt(stmt_masked(KEY(IP_SADDR), holes, OP_EQ, sample_bytes("0a000100")),
		    " ip saddr & 255.0.255.0 == 10.0.1.0");
	expect_stmt(stmt_masked(KEY(ETHER_SADDR), mac_mask, OP_NE, sample_bytes("525400000000")),
		    " ether saddr & ff:ff:ff:00:00:00 != 52:54:00:00:00:00");
	expect_stmt(stmt_masked((struct key)NETWORK_BITS(112, 32), value_of_prefix(24, 4), OP_EQ,
				sample_bytes("0a000000")),
		    " @nh,112,32 & 0xffffff00 == 0x0a000000");
	expect_stmt(stmt_masked(KEY(ETHER_TYPE), sample_bytes("ff00"), OP_EQ, sample_bytes("0800")),
		    " ether type & 0xff00 == 0x0800");
}
END_TEST

/* a prefix would drop the bits that make the test false */
START_TEST(mask_outside)
{
	struct stmt s =
		stmt_masked(KEY(IP_SADDR), value_of_prefix(8, 4), OP_EQ, sample_bytes("0a000000"));

	s.value[3] = 1;
	expect_stmt(s, " ip saddr & 255.0.0.0 == 10.0.0.1");
}
END_TEST

START_TEST(ranges)
{
	expect_stmt(
		stmt_range(KEY(TH_SPORT), OP_EQ, value_of_number(1, 2), value_of_number(1024, 2)),
		" th sport 1-1024");
	expect_stmt(stmt_range(KEY(IP_SADDR), OP_NE, sample_bytes("0a000001"),
			       sample_bytes("0a000009")),
		    " ip saddr != 10.0.0.1-10.0.0.9");
	/* `ip-arp` would be one word to nft */
	expect_stmt(stmt_range(KEY(ETHER_TYPE), OP_EQ, value_of_number(0x0800, 2),
			       value_of_number(0x0806, 2)),
		    " ether type 0x0800-0x0806");
}
END_TEST

START_TEST(existence)
{
	struct stmt s = {.kind = STMT_EXISTS, .key = KEY(FRAG_EXISTS) };

	expect_stmt(s, " exthdr frag exists");
	s.op = OP_NE;
	expect_stmt(s, " exthdr frag missing");
	s.key = (struct key){KEY_TCP_OPTION, 254, 0};
	expect_stmt(s, " tcp option 254 missing");
}
END_TEST

START_TEST(lists)
{
	struct value list[] = {value_of_number(0x0800, 2), value_of_number(0x9000, 2)};
	struct stmt s = {.kind = STMT_LIST, .nlist = 2, .key = KEY(ETHER_TYPE), .list = list };

	expect_stmt(s, " ether type { ip, 0x9000 }");
	s.op = OP_NE;
	expect_stmt(s, " ether type != { ip, 0x9000 }");
}
END_TEST

START_TEST(tuples)
{
	struct nft_set set = {.name = STR("ipset.hosts")};
	struct tuple icmp = {.nkey = 2, .key = {KEY(ICMP_TYPE), KEY(ICMP_CODE)}};
	struct tuple flow = {.nkey = 3, .key = {KEY(IP_SADDR), KEY(L4PROTO), KEY(TH_DPORT)}};

	icmp.low[0] = value_of_number(3, 1);
	icmp.high[0] = icmp.low[0];
	icmp.low[1] = value_of_number(0, 1);
	icmp.high[1] = value_of_number(255, 1);
	expect_stmt(one_tuple(STMT_CONCAT, OP_NE, &icmp, NULL),
		    " icmp type . icmp code != { 3 . 0-255 }");
	expect_stmt(one_tuple(STMT_LOOKUP, OP_EQ, &flow, &set),
		    " ip saddr . meta l4proto . th dport @ipset.hosts");
	expect_stmt(one_tuple(STMT_LOOKUP, OP_NE, &flow, &set),
		    " ip saddr . meta l4proto . th dport != @ipset.hosts");
}
END_TEST

START_TEST(actions)
{
	struct nft_set set = {.name = STR("vnet0.count"), .kind = SET_COUNT};
	struct stmt count = {
		.kind = STMT_COUNT,
		.key = KEY(IP_SADDR),
		.value = {1, 2},
		.set = &set
	};
	struct stmt mark = {
		.kind = STMT_MARK,
		.key = KEY(MARK),
		.value = {0xe0, 0xff, 0xff, 0xff}
	};

	expect_stmt(count, " add @vnet0.count { ip saddr ct count over 258 }");
	count.op = OP_NE;
	expect_stmt(count, " add @vnet0.count { ip saddr ct count 258 }");
	expect_stmt(mark, " meta mark set meta mark & 0xe0ffffff");
	mark.other[0] = 1;
	expect_stmt(mark, " meta mark set meta mark & 0xe0ffffff | 0x01000000");
	memset(mark.value, 0xff, 4);
	expect_stmt(mark, " meta mark set meta mark | 0x01000000");
}
END_TEST

Suite *stmt_suite(void)
{
	Suite *suite = suite_create("stmt");
	TCase *tcase = tcase_create("nft text");

	tcase_add_test(tcase, tests);
	tcase_add_test(tcase, states);
	tcase_add_test(tcase, masks);
	tcase_add_test(tcase, mask_outside);
	tcase_add_test(tcase, ranges);
	tcase_add_test(tcase, existence);
	tcase_add_test(tcase, lists);
	tcase_add_test(tcase, tuples);
	tcase_add_test(tcase, actions);
	suite_add_tcase(suite, tcase);
	return suite;
}
