/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "testsuite/unit/suites.h"
#include "testsuite/unit/text.h"

/* the rule of a filter that holds these elements; the text lives as long as the rule */
static struct filter_rule *parse_rule(struct text *t, enum mode mode, const char *elements)
{
	struct str text;
	struct filter *f;

	text_init(t, mode, STR(""));
	text = str_printf(
		t->compile.arena,
		"<filter name='f'><rule action='accept' direction='in'>%s</rule></filter>",
		elements);
	t->source = compile_text(&t->compile, STR("text"), text);
	f = parse_filter(&t->compile, t->source);
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->item.n, 1);
	return f->item.at[0].rule;
}

static const struct match *find(const struct filter_rule *r, enum field_id id)
{
	for (size_t i = 0; i < r->match.n; i++)
		if (r->match.at[i].field == id)
			return &r->match.at[i];
	return NULL;
}

static bool given(const struct filter_rule *r, enum field_id id, enum slot slot)
{
	const struct match *m = find(r, id);

	return m && m->operand[slot].kind != OPERAND_ABSENT;
}

START_TEST(rule_header)
{
	struct text t;
	struct filter *f = text_parse(&t, MODE_DEFAULT,
				      "<filter name='f'>\n<rule action='reject'\n  "
				      "direction='inout' statematch='0'>\n<tcp  dscp='1'/>\n"
				      "</rule></filter>");
	struct filter_rule *r = f->item.at[0].rule;

	ck_assert_int_eq(r->action, ACTION_REJECT);
	ck_assert_int_eq(r->direction, DIRECTION_INOUT);
	ck_assert_int_eq(r->priority, 500);
	ck_assert(!r->statematch);
	ck_assert_ptr_eq(r->proto, proto(PROTO_TCP));
	ck_str(r->text, "<rule action='reject' direction='inout' statematch='0'> <tcp dscp='1'/>");
	ck_assert_uint_eq(span_position(r->span).line, 2);
	text_release(&t);
}
END_TEST

START_TEST(protocol_choice)
{
	static const struct {
		enum mode mode;
		const char *elements;
		enum proto_id proto;
	} rows[] = {
		{MODE_DEFAULT, "", PROTO_ANY},
		{MODE_DEFAULT, "<tcp/><tcp/>", PROTO_TCP},
		{MODE_DEFAULT, "<igmp-ipv6/>", PROTO_IGMP_IPV6},
		{MODE_COMPAT, "<igmp-ipv6/>", PROTO_ANY},
		{MODE_COMPAT, "<foo/>", PROTO_ANY},
		{MODE_COMPAT, "<foo/><tcp dscp='1'/><udp dscp='2'/><foo/>", PROTO_TCP},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text t;
		struct filter_rule *r = parse_rule(&t, rows[i].mode, rows[i].elements);
		const struct match *m = find(r, FIELD_DSCP);

		ck_assert_ptr_eq(r->proto, proto(rows[i].proto));
		/* that of <udp> is left out with it */
		if (m)
			ck_str(m->operand[SLOT_VALUE].text, "1");
		text_release(&t);
	}
}
END_TEST

/* pairs become one match, in table order and not in that of writing */
START_TEST(folding)
{
	struct text t;
	struct filter_rule *r = parse_rule(
		&t, MODE_DEFAULT,
		"<ip protocol='tcp'/><ip match='no' dstportend='9' dstportstart='7' srcipmask='8' "
		"srcipaddr='10.0.0.0'/>");
	const struct match *m;

	ck_assert_uint_eq(t.compile.diag.diag.n, 0);
	ck_assert_uint_eq(r->match.n, 3);
	m = &r->match.at[0];
	ck_assert_int_eq(m->field, FIELD_SRCIP);
	ck_assert(m->negated);
	ck_assert_uint_eq(m->operand[SLOT_MASK].value.b[0], 0xff);
	ck_assert_int_eq(m->operand[SLOT_MASK].field, FIELD_SRCIP_MASK);
	ck_assert_int_eq(r->match.at[1].field, FIELD_IP_PROTOCOL);
	ck_assert(!r->match.at[1].negated);
	m = &r->match.at[2];
	ck_assert_uint_eq(value_number(&m->operand[SLOT_VALUE].value), 7);
	ck_assert_uint_eq(value_number(&m->operand[SLOT_END].value), 9);
	text_release(&t);
}
END_TEST

/* later elements overwrite, sign included; masks take the sign of their address */
START_TEST(merging)
{
	struct text t;
	struct filter_rule *r =
		parse_rule(&t, MODE_DEFAULT,
			   "<tcp match='no' srcipaddr='1.2.3.4' dstipaddr='5.6.7.8'/>"
			   "<tcp srcipaddr='9.9.9.9' state='NEW'/>"
			   "<tcp match='no' srcipmask='24'/><tcp state='RELATED'/>");
	const struct match *src = find(r, FIELD_SRCIP);

	ck_assert_uint_eq(t.compile.diag.diag.n, 0);
	ck_str(src->operand[SLOT_VALUE].text, "9.9.9.9");
	ck_assert(!src->negated);
	ck_assert(given(r, FIELD_SRCIP, SLOT_MASK));
	ck_assert(find(r, FIELD_DSTIP)->negated);
	ck_assert_uint_eq(find(r, FIELD_STATE)->operand[SLOT_VALUE].value.b[0],
			  STATE_NEW | STATE_RELATED);
	text_release(&t);
}
END_TEST

/* node by node, within a node in table order; what was overwritten stays */
START_TEST(access_order)
{
	static const char *const names[] = {"S", "P", "D", "E"};
	struct text t;
	struct filter_rule *r = parse_rule(
		&t, MODE_DEFAULT,
		"<tcp dstportstart='$P[@2]' srcipaddr='$S'/>"
		"<tcp dstportend='$E[1]' dstipaddr='$D' dstportstart='80' srcportstart='$S[@0]'/>");

	ck_assert_uint_eq(r->access.n, 4);
	for (size_t i = 0; i < 4; i++)
		ck_str(r->access.at[i].name, names[i]);
	ck_assert_uint_eq(r->access.at[1].number, 2);
	ck_assert_int_eq(r->access.at[3].kind, ACCESS_INDEX);
	ck_assert_int_eq(find(r, FIELD_DSTPORT)->operand[SLOT_VALUE].kind, OPERAND_LITERAL);
	text_release(&t);
}
END_TEST

/* fix F1: libvirt takes the sign of the source port */
START_TEST(signs_of_ports)
{
	struct text t;
	struct filter_rule *r;

	r = parse_rule(&t, MODE_DEFAULT, "<tcp match='no' dstportstart='22'/>");
	ck_assert(find(r, FIELD_DSTPORT)->negated);
	text_release(&t);
	r = parse_rule(&t, MODE_COMPAT, "<tcp match='no' dstportstart='22'/>");
	ck_assert(!find(r, FIELD_DSTPORT)->negated);
	text_release(&t);
	r = parse_rule(&t, MODE_COMPAT,
		       "<tcp dstportstart='22'/><tcp match='no' srcportstart='1'/>");
	ck_assert(find(r, FIELD_DSTPORT)->negated);
	text_release(&t);
	/* not at the Ethernet layer */
	r = parse_rule(&t, MODE_COMPAT, "<ip protocol='tcp'/><ip match='no' dstportstart='22'/>");
	ck_assert(find(r, FIELD_DSTPORT)->negated);
	ck_assert_uint_eq(t.compile.diag.diag.n, 0);
	text_release(&t);
}
END_TEST

/* fix F2: libvirt drops sets, or rules with them */
START_TEST(sets)
{
	struct text t;
	struct filter_rule *r;

	r = parse_rule(&t, MODE_DEFAULT, "<tcp ipset='s'/>");
	ck_assert(given(r, FIELD_IPSET, SLOT_SECOND));
	ck_assert_uint_eq(find(r, FIELD_IPSET)->operand[SLOT_SECOND].value.b[0], 1);
	text_release(&t);
	r = parse_rule(&t, MODE_COMPAT, "<tcp ipset='s' ipsetflags='src'/>");
	ck_assert_ptr_null(find(r, FIELD_IPSET));
	text_release(&t);
	r = parse_rule(&t, MODE_COMPAT, "<all ipset='s'/>");
	ck_assert_ptr_null(find(r, FIELD_IPSET));
	text_release(&t);
	r = parse_rule(&t, MODE_COMPAT, "<all ipset='s' ipsetflags='dst'/>");
	ck_assert_uint_eq(find(r, FIELD_IPSET)->operand[SLOT_SECOND].value.b[1], 1);
	text_release(&t);
}
END_TEST

/* fixes F9 and F24: what libvirt leaves out; its variables must have a value, or not even that */
START_TEST(left_out)
{
	struct text t;
	struct filter_rule *r;

	r = parse_rule(&t, MODE_COMPAT, "<tcp-ipv6 flags='$A'/>");
	ck_assert_uint_eq(r->match.n + r->access.n, 0);
	text_release(&t);
	r = parse_rule(&t, MODE_COMPAT, "<tcp flags='$A' state='NEW'/><tcp state='$B'/>");
	ck_assert_ptr_null(find(r, FIELD_TCP_FLAGS));
	ck_assert_uint_eq(find(r, FIELD_STATE)->operand[SLOT_VALUE].value.b[0], STATE_NEW);
	ck_assert_uint_eq(r->access.n, 2);
	text_release(&t);
}
END_TEST

/* attributes without their partner, ranges beside the address */
START_TEST(inert)
{
	struct text t;
	struct filter_rule *r;

	r = parse_rule(&t, MODE_COMPAT, "<tcp srcipto='1.1.1.1' dstportend='5' dscp='1'/>");
	ck_assert_uint_eq(r->match.n, 1);
	text_release(&t);
	r = parse_rule(&t, MODE_COMPAT,
		       "<tcp srcipaddr='1.2.3.4' srcipfrom='1.2.3.4' srcipto='$A'/>");
	ck_assert_uint_eq(r->match.n, 1);
	ck_assert_uint_eq(r->access.n, 1);
	text_release(&t);
	r = parse_rule(&t, MODE_DEFAULT,
		       "<tcp srcipaddr='1.2.3.4' srcipfrom='1.2.3.4' srcipto='1.2.3.5'/>");
	ck_assert_uint_eq(r->match.n, 2);
	text_release(&t);
}
END_TEST

/* libvirt fails on a variable in the comment of a stateful rule */
START_TEST(variable_in_comment)
{
	struct text t;
	struct filter_rule *r;

	parse_rule(&t, MODE_COMPAT, "<tcp comment='$A'/>");
	ck_assert_uint_eq(t.compile.diag.nerror, 1);
	text_release(&t);
	r = parse_rule(&t, MODE_COMPAT, "<ip comment='$A'/>");
	ck_assert_uint_eq(t.compile.diag.nerror, 0);
	ck_assert_uint_eq(r->comment.len, 0);
	text_release(&t);
}
END_TEST

/* attributes of an ICMPv6 range that stand alone */
START_TEST(lone_codes)
{
	struct text t;
	struct filter_rule *r =
		parse_rule(&t, MODE_DEFAULT,
			   "<ipv6 protocol='icmpv6'/><ipv6 match='no' code='1' codeend='2'/>");
	const struct match *m = find(r, FIELD_IP6_TYPE);

	ck_assert_ptr_nonnull(m);
	ck_assert_int_eq(m->operand[SLOT_VALUE].kind, OPERAND_ABSENT);
	ck_assert_int_eq(m->operand[SLOT_SECOND].kind, OPERAND_LITERAL);
	ck_assert_int_eq(m->operand[SLOT_SECOND_END].kind, OPERAND_LITERAL);
	ck_assert(m->negated);
	ck_assert_uint_eq(text_count(&t, DIAG_PORT_NEGATION), 1);
	text_release(&t);
	r = parse_rule(&t, MODE_COMPAT,
		       "<ipv6 protocol='icmpv6'/><ipv6 match='no' code='1' codeend='2'/>");
	ck_assert(!find(r, FIELD_IP6_TYPE)->negated);
	text_release(&t);
}
END_TEST

START_TEST(comments)
{
	char text[6000];
	struct filter_rule *r;
	struct text t;

	snprintf(text, sizeof(text), "<tcp comment='%04097d'/>", 0);
	parse_rule(&t, MODE_DEFAULT, text);
	ck_assert_uint_eq(text_count(&t, DIAG_VALUE_RANGE), 1);
	text_release(&t);
	/* libvirt keeps 256 bytes */
	r = parse_rule(&t, MODE_COMPAT, text);
	ck_assert_uint_eq(text_count(&t, DIAG_COMMENT_CHANGED), 1);
	ck_assert_uint_eq(r->comment.len, 256);
	text_release(&t);
	r = parse_rule(&t, MODE_DEFAULT, "<mac comment='a  &lt; b'/>");
	ck_str(r->comment, "a  < b");
	ck_assert_uint_eq(r->match.n, 0);
	text_release(&t);
}
END_TEST

Suite *rule_suite(void)
{
	Suite *s = suite_create("rule");
	TCase *tc = tcase_create("rule");

	tcase_add_test(tc, rule_header);
	tcase_add_test(tc, protocol_choice);
	tcase_add_test(tc, folding);
	tcase_add_test(tc, merging);
	tcase_add_test(tc, access_order);
	tcase_add_test(tc, signs_of_ports);
	tcase_add_test(tc, sets);
	tcase_add_test(tc, left_out);
	tcase_add_test(tc, inert);
	tcase_add_test(tc, variable_in_comment);
	tcase_add_test(tc, lone_codes);
	tcase_add_test(tc, comments);
	suite_add_tcase(s, tc);
	return s;
}
