/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/suites.h"
#include "testsuite/unit/trial.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))
#define FILTER "<filter name='s'><rule action='%s' direction='%s' %s>%s</rule></filter>"

/*
 * Which instances a stateful rule has in the program of frames from the VM (FI)
 * and to the VM (FO), as semantics.md 5.4 to 5.7 puts it: NULL is none, f the
 * attributes as written, r with source and destination exchanged; then the
 * state: N is NEW,ESTABLISHED, E is ESTABLISHED, S those that are written; o and
 * r are the direction of the connection.
 */
struct instances {
	const char *direction;
	const char *fi, *fo;
};

static const struct {
	const char *code, *tests;
} states[] = {
	{"", ""},
	{" N+o", "ct state == 0x00000003; ct direction == 0x00; "},
	{" E+r", "ct state == 0x00000002; ct direction == 0x01; "},
	{" N", "ct state == 0x00000003; "},
	{" E", "ct state == 0x00000002; "},
	{" S", "ct state == 0x0000000c; "},
};

#define WRITTEN "RELATED,INVALID"

static const char *state_tests(const char *code)
{
	int i = 0;

	while (strcmp(states[i].code, code))
		i++;
	return states[i].tests;
}

/* a program of at most one rule, without its verdict */
static struct str program(struct arena *a, const char *name, const char *head, const char *forward,
			  const char *reverse, const char *instance, const char *tail)
{
	if (!instance)
		return str_printf(a, "%s\n\t(root)\n", name);
	return str_printf(a, "%s\n\t(root)\n\t\t%s%s%s%s", name, head,
			  *instance == 'f' ? forward : reverse, state_tests(instance + 1), tail);
}

/* a rule, and what it is without its instances */
struct written {
	const char *xml, *head, *forward, *reverse, *tail;
};

static void expect_instances(struct trial *t, const struct written *m, const struct instances *in,
			     const char *fi_verdict, const char *fo_verdict)
{
	struct arena *a = t->job->compile.arena;
	struct str fi = program(a, "out-l3", m->head, m->forward, m->reverse, in->fi, m->tail);
	struct str fo = program(a, "in-l3", m->head, m->forward, m->reverse, in->fo, m->tail);

	expect_dump(t, str_printf(a, "%.*s%s%s%.*s%s%s", STR_ARG(fi), in->fi ? fi_verdict : "",
				  in->fi ? "  <s:1>\n" : "", STR_ARG(fo), in->fo ? fo_verdict : "",
				  in->fo ? "  <s:1>\n" : "")
			       .ptr);
}

static void lower_rule(struct trial *t, const char *action, const char *direction,
		       const char *attributes, const char *match)
{
	struct str xml =
		str_printf(t->job->compile.arena, FILTER, action, direction, attributes, match);

	ck_assert_msg(trial_lower(t, xml.ptr), "refused: %s", xml.ptr);
}

static const struct verdict_row {
	const char *action, *fi, *fo;
} verdicts[] = {
	{"accept", "accept", "accept"},
	{"drop", "drop", "drop"},
	/* only what the VM sends can be answered */
	{"reject", "reject", "drop"},
	/* the end of the list accepts, and so does return */
	{"return", "accept", "accept"},
};

#define ACCEPT 0

/* [accept, others][state: none, off, written, NONE][direction] */
static const struct instances matrix[2][4][3] = {
	{{{"in", "r E+r", "f N+o"}, {"out", "f N+o", "r E+r"}, {"inout", "r", "f"}},
	 {{"in", "r", "f"}, {"out", "f", "r"}, {"inout", "r", "f"}},
	 {{"in", NULL, "f S"}, {"out", "f S", NULL}, {"inout", "r S", "f S"}},
	 {{"in", NULL, "f"}, {"out", "f", NULL}, {"inout", "r", "f"}}},
	{{{"in", "r", "f"}, {"out", "f", "r"}, {"inout", "r", "f"}},
	 {{"in", "r", "f"}, {"out", "f", "r"}, {"inout", "r", "f"}},
	 {{"in", NULL, "f S"}, {"out", "f S", NULL}, {"inout", "r S", "f S"}},
	 {{"in", NULL, "f"}, {"out", "f", NULL}, {"inout", "r", "f"}}},
};

#define STATE_OFF 1

static const char *const state_attributes[] = {
	"",
	"state='" WRITTEN "'", /* without effect, as statematch is off */
	"state='" WRITTEN "'",
	"state='NONE'",
};

static const struct {
	const char *element, *head;
} protocols[] = {
	{"tcp", "ether type == 0x0800; ip protocol == 0x06; "},
	{"udp", "ether type == 0x0800; ip protocol == 0x11; "},
	{"tcp-ipv6", "ether type == 0x86dd; meta l4proto == 0x06; "},
	{"udp-ipv6", "ether type == 0x86dd; meta l4proto == 0x11; "},
};

static void expect_matrix(struct trial *t, const struct verdict_row *v)
{
	struct arena *a = t->job->compile.arena;

	for (int p = 0; p < ROWS(protocols); p++)
		for (int state = 0; state < ROWS(state_attributes); state++)
			for (int d = 0; d < 3; d++) {
				struct instances in = matrix[v != &verdicts[ACCEPT]][state][d];
				struct written m = {
					NULL,
					protocols[p].head,
					"th dport == 0x0016; ",
					"th sport == 0x0016; ",
					"",
				};

				m.xml = str_printf(a, "<%s dstportstart='22' %s/>",
						   protocols[p].element, state_attributes[state])
						.ptr;
				lower_rule(t, v->action, in.direction,
					   state == STATE_OFF ? "statematch='0'" : "", m.xml);
				expect_instances(t, &m, &in, v->fi, v->fo);
			}
}

START_TEST(actions_and_states)
{
	for (int mode = 0; mode < MODE_STRICT; mode++) {
		struct trial t;

		trial_init(&t, (enum mode)mode, "bridge-ct");
		expect_matrix(&t, &verdicts[_i]);
		trial_release(&t);
	}
}
END_TEST

/* a word of no effect at this layer (fix F10) */
START_TEST(continuing)
{
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	ck_assert(trial_dump(&t,
			     trial_filter(&t, "<filter name='s'><rule action='continue' "
					      "direction='in'><tcp/></rule></filter>"),
			     STAGE_LOWER));
	expect_dump(&t, "out-l3\n\t(root)\nin-l3\n\t(root)\n");
	ck_assert_uint_eq(trial_count(&t, DIAG_CONTINUE_L3), 1);
	trial_release(&t);
}
END_TEST

/* a list of separators is no state at all */
START_TEST(empty_state)
{
	static const struct instances in = {"in", "r E+r", "f N+o"};
	static const struct written m = {"<tcp dstportstart='22' state=', '/>",
					 "ether type == 0x0800; ip protocol == 0x06; ",
					 "th dport == 0x0016; ", "th sport == 0x0016; ", ""};
	struct trial t;

	trial_init(&t, MODE_COMPAT, "bridge-ct");
	lower_rule(&t, "accept", "in", "", m.xml);
	expect_instances(&t, &m, &in, "accept", "accept");
	trial_release(&t);
}
END_TEST

#define V4(protocol) "ether type == 0x0800; ip protocol == " protocol "; "
#define ECHO V4("0x01") "ip frag-off & 0x1fff == 0x0000; icmp type == 0x08; "
#define MAC "srcmacaddr='52:54:00:00:00:01'"
#define MAC_IS "ether saddr == 0x525400000001; "

/* single cases: typed ICMP, connlimit, the source MAC */
static const struct {
	enum mode mode;
	const char *action;
	struct instances in;
	struct written match;
} cases[] = {
	/* only as written, and no direction of the connection */
	{MODE_DEFAULT, "accept", {"in", NULL, "f N"}, {"<icmp type='8'/>", ECHO, "", "", ""}},
	{MODE_DEFAULT, "accept", {"out", "f N", NULL}, {"<icmp type='8'/>", ECHO, "", "", ""}},
	{MODE_DEFAULT, "accept", {"inout", "f", "f"}, {"<icmp type='8'/>", ECHO, "", "", ""}},
	{MODE_COMPAT, "accept", {"inout", NULL, NULL}, {"<icmp type='8'/>", ECHO, "", "", ""}},
	{MODE_DEFAULT, "drop", {"in", NULL, "f"}, {"<icmp type='8'/>", ECHO, "", "", ""}},
	{MODE_DEFAULT, "drop", {"out", "f", NULL}, {"<icmp type='8'/>", ECHO, "", "", ""}},
	{MODE_DEFAULT, "drop", {"inout", "f", "f"}, {"<icmp type='8'/>", ECHO, "", "", ""}},
	{MODE_COMPAT, "drop", {"inout", NULL, NULL}, {"<icmp type='8'/>", ECHO, "", "", ""}},
	{MODE_DEFAULT,
	 "accept",
	 {"in", NULL, "f S"},
	 {"<icmp type='8' state='" WRITTEN "'/>", ECHO, "", "", ""}},
	{MODE_DEFAULT,
	 "drop",
	 {"inout", "f S", "f S"},
	 {"<icmp type='8' state='" WRITTEN "'/>", ECHO, "", "", ""}},
	/* addresses are as written on both sides, so that a reply type is the reply type */
	{MODE_DEFAULT,
	 "drop",
	 {"inout", "f", "f"},
	 {"<icmp type='8' srcipaddr='1.1.1.1'/>",
	  V4("0x01") "ip saddr == 0x01010101; ip frag-off & 0x1fff == 0x0000; icmp type == 0x08; ",
	  "", "", ""}},
	{MODE_DEFAULT, "accept", {"in", "r E+r", "f N+o"}, {"<icmp/>", V4("0x01"), "", "", ""}},
	{MODE_COMPAT,
	 "accept",
	 {"out", "f N+o", "r E+r"},
	 {"<icmp code='3'/>", V4("0x01"), "", "", ""}},
	/* connections are counted as written only, of those packets that have one */
	{MODE_DEFAULT,
	 "accept",
	 {"in", NULL, "f"},
	 {"<tcp connlimit-above='9'/>", V4("0x06"), "", "",
	  "ct state == 0x00000007; ip saddr connections over 9; "}},
	{MODE_DEFAULT,
	 "accept",
	 {"out", "f", NULL},
	 {"<tcp connlimit-above='9' state='NEW'/>", V4("0x06"), "", "",
	  "ct state == 0x00000007; ip saddr connections over 9; "}},
	{MODE_DEFAULT,
	 "drop",
	 {"inout", NULL, "f"},
	 {"<tcp connlimit-above='9'/>", V4("0x06"), "", "",
	  "ct state == 0x0000000f; ip saddr connections over 9; "}},
	{MODE_DEFAULT,
	 "drop",
	 {"inout", NULL, "f S"},
	 {"<tcp connlimit-above='9' state='" WRITTEN "'/>", V4("0x06"), "", "",
	  "ip saddr connections over 9; "}},
	{MODE_DEFAULT,
	 "drop",
	 {"out", "f S", NULL},
	 {"<tcp-ipv6 connlimit-above='9' state='" WRITTEN "'/>",
	  "ether type == 0x86dd; meta l4proto == 0x06; ", "", "",
	  "ip6 saddr connections over 9; "}},
	/* of the source MAC nothing is left in a reversed instance */
	{MODE_DEFAULT,
	 "accept",
	 {"out", "f N+o", NULL},
	 {"<tcp " MAC "/>", V4("0x06") MAC_IS, "", "", ""}},
	{MODE_DEFAULT,
	 "drop",
	 {"inout", NULL, "f"},
	 {"<tcp " MAC "/>", V4("0x06") MAC_IS, "", "", ""}},
	{MODE_COMPAT,
	 "drop",
	 {"inout", NULL, "f"},
	 {"<tcp " MAC "/>", V4("0x06") MAC_IS, "", "", ""}},
	{MODE_DEFAULT,
	 "accept",
	 {"out", "f N+o", "r E+r"},
	 {"<tcp " MAC " dstportstart='22'/>", V4("0x06"), MAC_IS "th dport == 0x0016; ",
	  "th sport == 0x0016; ", ""}},
	{MODE_DEFAULT,
	 "accept",
	 {"inout", "r", "f"},
	 {"<tcp " MAC " dscp='1'/>", V4("0x06"), MAC_IS "ip dscp == 0x01; ", "ip dscp == 0x01; ",
	  ""}},
	{MODE_COMPAT,
	 "accept",
	 {"inout", NULL, "f S"},
	 {"<tcp " MAC " state='" WRITTEN "'/>", V4("0x06") MAC_IS, "", "", ""}},
	/* fix F27: a drop must not get broader; libvirt drops what others send */
	{MODE_COMPAT,
	 "drop",
	 {"out", "f", "r"},
	 {"<tcp " MAC " dstportstart='22'/>", V4("0x06"), MAC_IS "th dport == 0x0016; ",
	  "th sport == 0x0016; ", ""}},
	{MODE_DEFAULT,
	 "drop",
	 {"out", "f", NULL},
	 {"<tcp " MAC " dstportstart='22'/>", V4("0x06"), MAC_IS "th dport == 0x0016; ", "", ""}},
	{MODE_COMPAT,
	 "drop",
	 {"inout", "r S", "f S"},
	 {"<tcp " MAC " dstportstart='22' state='" WRITTEN "'/>", V4("0x06"),
	  MAC_IS "th dport == 0x0016; ", "th sport == 0x0016; ", ""}},
	{MODE_DEFAULT,
	 "drop",
	 {"inout", NULL, "f S"},
	 {"<tcp " MAC " dstportstart='22' state='" WRITTEN "'/>", V4("0x06"),
	  MAC_IS "th dport == 0x0016; ", "", ""}},
};

START_TEST(single_cases)
{
	struct written m = cases[_i].match;
	struct trial t;

	trial_init(&t, cases[_i].mode, "bridge-ct");
	lower_rule(&t, cases[_i].action, cases[_i].in.direction, "", m.xml);
	expect_instances(&t, &m, &cases[_i].in, cases[_i].action, cases[_i].action);
	trial_release(&t);
}
END_TEST

/* how a target spells states, and what it answers */
static const struct {
	const char *target, *action, *fi, *fo;
} targets[] = {
	{"mark-ct", "accept",
	 "meta mark & 0x01000000 != 0x00000000; "
	 "meta mark & 0x10000000 != 0x00000000; accept",
	 "meta mark & 0x05000000 != 0x00000000; meta mark & 0x10000000 == 0x00000000; accept"},
	{"mark-ct,mark=0x3e", "accept",
	 "meta mark & 0x00000002 != 0x00000000; "
	 "meta mark & 0x00000020 != 0x00000000; accept",
	 "meta mark & 0x0000000a != 0x00000000; meta mark & 0x00000020 == 0x00000000; accept"},
	{"mark-ct", "reject", "drop", "drop"},
	{"mark-ct,reject", "reject", "reject", "drop"},
	{"bridge-ct,no-reject", "reject", "drop", "drop"},
	{"bridge-ct", "reject", "reject", "drop"},
};

START_TEST(target_spellings)
{
	struct trial t;
	struct str expected;

	trial_init(&t, MODE_DEFAULT, targets[_i].target);
	lower_rule(&t, targets[_i].action, "in", "", "<all/>");
	expected = str_printf(t.job->compile.arena,
			      "out-l3\n\t(root)\n\t\tether type == 0x0800; %s  <s:1>\n"
			      "in-l3\n\t(root)\n\t\tether type == 0x0800; %s  <s:1>\n",
			      targets[_i].fi, targets[_i].fo);
	expect_dump(&t, expected.ptr);
	ck_assert_int_eq(trial_count(&t, DIAG_REJECT_DROPS) > 0,
			 str_is(str_of(targets[_i].action), "reject"));
	trial_release(&t);
}
END_TEST

START_TEST(counting_needs_bridge)
{
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "mark-ct");
	ck_assert(!trial_lower(&t, "<filter name='s'><rule action='drop' direction='in'>"
				   "<tcp connlimit-above='1'/></rule></filter>"));
	ck_assert_uint_eq(trial_count(&t, DIAG_CONNLIMIT_TARGET), 1);
	ck_assert_uint_eq(t.job->ruleset->entry.n, 0);
	trial_release(&t);
}
END_TEST

Suite *state_suite(void)
{
	Suite *s = suite_create("state");
	TCase *tc = tcase_create("state");

	tcase_add_loop_test(tc, actions_and_states, 0, ROWS(verdicts));
	tcase_add_test(tc, continuing);
	tcase_add_test(tc, empty_state);
	tcase_add_loop_test(tc, single_cases, 0, ROWS(cases));
	tcase_add_loop_test(tc, target_spellings, 0, ROWS(targets));
	tcase_add_test(tc, counting_needs_bridge);
	suite_add_tcase(s, tc);
	return s;
}
