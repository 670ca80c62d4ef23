/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/opt.h"
#include "compiler/opt_test.h"
#include "compiler/opt_verify.h"
#include "testsuite/unit/sample_ruleset.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/trial.h"

#define KEY(name) ((struct key)NAMED_KEY(name))
#define OUT(action, match) "<rule action='" action "' direction='out'>" match "</rule>"

static void expect_lowered(const char *rules, const char *text)
{
	struct trial t;
	struct buf xml;

	buf_init(&xml);
	buf_printf(&xml, "<filter name='f' chain='root'>%s</filter>", rules);
	buf_putc(&xml, 0);
	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	t.job->opt.level = 1;
	ck_assert(trial_lower(&t, xml.bytes));
	expect_dump(&t, text);
	trial_release(&t);
	buf_release(&xml);
}

static struct stmt port(enum test_op op, unsigned low, unsigned high)
{
	if (low == high)
		return stmt_number(KEY(TH_DPORT), op, low);
	return stmt_range(KEY(TH_DPORT), op, value_of_number(low, 2), value_of_number(high, 2));
}

/* every pair of small tests against all values there are */
START_TEST(implications)
{
	struct stmt test[64];
	unsigned n = 0;

	for (unsigned low = 0; low < 5; low++)
		for (unsigned high = low; high < 5; high++) {
			test[n++] = port(OP_EQ, low, high);
			test[n++] = port(OP_NE, low, high);
		}
	for (unsigned a = 0; a < n; a++)
		for (unsigned b = 0; b < n; b++) {
			bool implied = true, excluded = true;

			for (unsigned v = 0; v < 7; v++) {
				bool in[2];

				for (unsigned i = 0; i < 2; i++) {
					const struct stmt *s = &test[i ? b : a];
					unsigned low = s->value[1];
					unsigned high = s->kind == STMT_RANGE ? s->other[1] : low;

					in[i] = (v >= low && v <= high) != (s->op == OP_NE);
				}
				implied &= !in[0] || in[1];
				excluded &= !in[0] || !in[1];
			}
			ck_assert_int_eq(test_implies(&test[a], &test[b]), implied);
			ck_assert_int_eq(test_excludes(&test[a], &test[b]), excluded);
		}
}
END_TEST

START_TEST(prefixes)
{
	struct value net = {.len = 4, .b = {10, 1}};
	struct value host = {.len = 4, .b = {10, 1, 2, 3}};
	struct stmt wide = stmt_masked(KEY(IP_SADDR), value_of_prefix(8, 4), OP_EQ, net);
	struct stmt narrow = stmt_masked(KEY(IP_SADDR), value_of_prefix(16, 4), OP_EQ, net);
	struct stmt one = stmt_test(KEY(IP_SADDR), OP_EQ, host);
	struct stmt other = stmt_test(KEY(IP_DADDR), OP_EQ, host);
	struct value odd_mask = {.len = 4, .b = {255, 0, 255}};
	struct value last = {.len = 4, .b = {10, 1, 255, 255}};
	struct stmt range = stmt_range(KEY(IP_SADDR), OP_EQ, net, last);
	struct stmt odd = stmt_masked(KEY(IP_SADDR), odd_mask, OP_EQ, host);

	ck_assert(test_implies(&narrow, &wide) && !test_implies(&wide, &narrow));
	ck_assert(test_implies(&one, &narrow) && !test_excludes(&one, &narrow));
	/* the same addresses, but a frame that ends in the third byte passes the prefix alone */
	ck_assert(test_implies(&range, &narrow) && !test_implies(&narrow, &range));
	narrow.op = OP_NE;
	ck_assert(test_excludes(&one, &narrow) && !test_excludes(&wide, &narrow));
	/* nothing is told of other keys, nor of a mask with holes */
	ck_assert(!test_implies(&one, &other) && !test_excludes(&one, &other));
	ck_assert(!test_implies(&one, &odd) && !test_implies(&odd, &wide));
	ck_assert(test_implies(&odd, &odd));
}
END_TEST

/* a state test holds if any of its bits does, so order says nothing of it */
START_TEST(states)
{
	struct stmt new = stmt_number(KEY(CT_STATE), OP_EQ, STATE_NEW);
	struct stmt both = stmt_number(KEY(CT_STATE), OP_EQ, STATE_NEW | STATE_ESTABLISHED);
	struct stmt not_new = stmt_number(KEY(CT_STATE), OP_NE, STATE_NEW);

	ck_assert(!test_excludes(&new, &both) && !test_excludes(&both, &new));
	ck_assert(!test_implies(&both, &new) && !test_excludes(&both, &not_new));
	ck_assert(test_excludes(&new, &not_new));
}
END_TEST

START_TEST(shadowed)
{
	expect_lowered(
		OUT("accept", "<ip srcipaddr='10.0.0.0' srcipmask='8'/>")
			OUT("drop", "<mac srcmacaddr='02:00:00:00:00:01'/>")
				OUT("drop", "<ip srcipaddr='10.1.2.3' protocol='udp'/>")
					OUT("drop", "<ip srcipaddr='11.1.2.3'/>") OUT("drop", "")
						OUT("accept", "<arp/>"),
		"out-l2\n"
		"\t(root)\n"
		"\t\tether type == 0x0800; ip saddr & 0xff000000 == 0x0a000000; accept  <f:1>\n"
		"\t\tether saddr == 0x020000000001; drop  <f:1>\n"
		"\t\tether type == 0x0800; ip saddr == 0x0b010203; drop  <f:1>\n"
		"\t\tdrop  <f:1>\n");
}
END_TEST

/* an accept before the end of the root is its end; a drop before it is not */
START_TEST(trailing)
{
	expect_lowered(OUT("drop", "<ip/>") OUT("accept", "<arp/>") OUT("return", ""),
		       "out-l2\n\t(root)\n\t\tether type == 0x0800; drop  <f:1>\n");
	expect_lowered(OUT("accept", "<arp/>") OUT("drop", "<ip/>"),
		       "out-l2\n\t(root)\n"
		       "\t\tether type == 0x0806; accept  <f:1>\n"
		       "\t\tether type == 0x0800; drop  <f:1>\n");
}
END_TEST

/* a rule that counts connections is neither left out nor reason to leave one out */
START_TEST(counting)
{
	struct sample s;
	struct opt opt = {.level = 1};
	struct program *p;
	struct stmt count = {.kind = STMT_COUNT, .key = NAMED_KEY(IP_SADDR)};

	sample_init(&s, target_default());
	p = sample_program(&s, HOOK_OUT_L3);
	for (unsigned i = 0; i < 2; i++)
		sample_stmt(&s, sample_rule(&s, p->chain.at[0], 2 + i, VERDICT_ACCEPT), count);
	sample_rule(&s, p->chain.at[0], 5, VERDICT_DROP);
	sample_optimise(&s, &opt, p);
	ck_assert_uint_eq(p->chain.at[0]->rule.n, 3);
	ck_assert_uint_eq(opt.before, 3);
	ck_assert_uint_eq(opt.after, 3);
	sample_release(&s);
}
END_TEST

/* of two equal rules the first stays, and comes from both */
START_TEST(origins)
{
	struct sample s;
	struct opt opt = {.level = 1};
	struct program *p;
	const struct nft_rule *r;

	sample_init(&s, target_default());
	p = sample_program(&s, HOOK_OUT_L2);
	for (unsigned i = 0; i < 3; i++)
		sample_stmt(&s, sample_rule(&s, p->chain.at[0], 2 + i, VERDICT_DROP),
			    stmt_number(KEY(ETHER_TYPE), OP_EQ, 0x0806));
	sample_optimise(&s, &opt, p);
	ck_assert_uint_eq(p->chain.at[0]->rule.n, 1);
	ck_assert_uint_eq(opt.saved[OPT_SHADOWED], 2);
	r = &p->chain.at[0]->rule.at[0];
	ck_assert_uint_eq(span_position(r->origin.rule->span).line, 2);
	ck_assert_uint_eq(span_position(r->origin.more->rule->span).line, 3);
	ck_assert_uint_eq(span_position(r->origin.more->more->rule->span).line, 4);
	ck_assert_ptr_null(r->origin.more->more->more);
	sample_release(&s);
}
END_TEST

/* neighbours become an interval, few values far apart a list, a wide range stays apart */
START_TEST(merged_values)
{
	expect_lowered(OUT("drop", "<vlan vlanid='7'/>") OUT("drop", "<vlan vlanid='9'/>")
			       OUT("drop", "<vlan vlanid='8'/>"),
		       "out-l2\n\t(root)\n"
		       "\t\tether type == 0x8100; vlan id == 0x0007-0x0009; drop"
		       "  <f:1>  <f:1>  <f:1>\n");
	expect_lowered(OUT("drop", "<vlan vlanid='7'/>") OUT("drop", "<vlan vlanid='8'/>")
			       OUT("drop", "<vlan vlanid='4095'/>")
				       OUT("accept", "<vlan vlanid='1'/>")
					       OUT("drop", "<vlan vlanid='1'/>") OUT("drop", ""),
		       "out-l2\n\t(root)\n"
		       "\t\tether type == 0x8100; vlan id in 0x0007 0x0008 0x0fff; drop"
		       "  <f:1>  <f:1>  <f:1>\n"
		       "\t\tether type == 0x8100; vlan id == 0x0001; accept  <f:1>\n"
		       "\t\tdrop  <f:1>\n");
	expect_lowered(OUT("drop", "<ip protocol='udp' dstportstart='7' dstportend='99'/>")
			       OUT("drop", "<ip protocol='udp' dstportstart='200'/>"),
		       "out-l2\n\t(root)\n"
		       "\t\tether type == 0x0800; ip protocol == 0x11; ip frag-off & 0x1fff == "
		       "0x0000; th dport == 0x0007-0x0063; drop  <f:1>\n"
		       "\t\tether type == 0x0800; ip protocol == 0x11; ip frag-off & 0x1fff == "
		       "0x0000; th dport == 0x00c8; drop  <f:1>\n");
}
END_TEST

static size_t rules_left(struct key key, enum test_op op, const unsigned *number, unsigned n,
			 const struct stmt *rest)
{
	struct sample s;
	struct opt opt = {.level = 1};
	struct program *p;
	size_t left;

	sample_init(&s, target_default());
	p = sample_program(&s, HOOK_OUT_L2);
	for (unsigned i = 0; i < n; i++) {
		struct nft_rule *r = sample_rule(&s, p->chain.at[0], 2 + i % 30, VERDICT_DROP);

		sample_stmt(&s, r, stmt_number(key, op, number[i]));
		if (rest)
			sample_stmt(&s, r, *rest);
	}
	sample_optimise(&s, &opt, p);
	left = p->chain.at[0]->rule.n;
	sample_release(&s);
	return left;
}

/* what nft reads other keys by, keys without a row, and negated tests */
START_TEST(barriers)
{
	const unsigned some[] = {6, 17, 40};
	unsigned many[300];
	struct stmt arp = stmt_number(KEY(ARP_OPERATION), OP_EQ, 1);
	struct stmt dport = stmt_number(KEY(TH_DPORT), OP_EQ, 1);
	struct stmt type = stmt_number(KEY(ICMP_TYPE), OP_EQ, 1);

	ck_assert_uint_eq(rules_left(KEY(ETHER_TYPE), OP_EQ, some, 3, NULL), 1);
	ck_assert_uint_eq(rules_left(KEY(ETHER_TYPE), OP_EQ, some, 3, &arp), 3);
	ck_assert_uint_eq(rules_left(KEY(IP_PROTOCOL), OP_EQ, some, 3, &dport), 1);
	ck_assert_uint_eq(rules_left(KEY(IP_PROTOCOL), OP_EQ, some, 3, &type), 3);
	ck_assert_uint_eq(rules_left(KEY(TCP_FLAGS), OP_EQ, some, 3, NULL), 3);
	ck_assert_uint_eq(rules_left(KEY(CT_STATE), OP_EQ, some, 3, NULL), 3);
	ck_assert_uint_eq(rules_left(KEY(TH_DPORT), OP_NE, some, 1, &type), 1);
	ck_assert_uint_eq(rules_left(KEY(MARK), OP_EQ, some, 3, NULL), 3);
	for (unsigned i = 0; i < 300; i++)
		many[i] = 2 * i;
	ck_assert_uint_eq(rules_left(KEY(TH_DPORT), OP_EQ, many, 255, NULL), 1);
	ck_assert_uint_eq(rules_left(KEY(TH_DPORT), OP_EQ, many, 300, NULL), 2);
	ck_assert_uint_eq(rules_left(KEY(TH_DPORT), OP_NE, many, 2, NULL), 2);
}
END_TEST

Suite *opt_suite(void)
{
	Suite *s = suite_create("opt");
	TCase *tc = tcase_create("opt");

	tcase_add_test(tc, implications);
	tcase_add_test(tc, prefixes);
	tcase_add_test(tc, states);
	tcase_add_test(tc, shadowed);
	tcase_add_test(tc, trailing);
	tcase_add_test(tc, counting);
	tcase_add_test(tc, origins);
	tcase_add_test(tc, merged_values);
	tcase_add_test(tc, barriers);
	suite_add_tcase(s, tc);
	return s;
}
