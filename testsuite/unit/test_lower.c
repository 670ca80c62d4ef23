/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/suites.h"
#include "testsuite/unit/trial.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))
#define IN_CHAIN(chain, rules) "<filter name='v' chain='" chain "'>" rules "</filter>"
#define IN_ROOT(rules) IN_CHAIN("root", rules)
#define RULE(action, direction, match)                                                             \
	"<rule action='" action "' direction='" direction "'>" match "</rule>"
#define ONE(action, direction, match) IN_ROOT(RULE(action, direction, match))

/* the programs of a dump: FI, FO, I and O of semantics.md, with the lines of their root chains */
#define FI(lines) "out-l3\n\t(root)\n" lines
#define FO(lines) "in-l3\n\t(root)\n" lines
#define I(lines) "out-l2\n\t(root)\n" lines
#define O(lines) "in-l2\n\t(root)\n" lines
#define LINE(text) "\t\t" text "  <v:1>\n"
#define SHAPE(text) "\t\t" text "\n"

#define IPV4 "ether type == 0x0800; "
#define TCP IPV4 "ip protocol == 0x06; "
#define ICMP IPV4 "ip protocol == 0x01; "
#define ECHO ICMP "ip frag-off & 0x1fff == 0x0000; icmp type == 0x08; "
#define SPORT "th sport == 0x0016; "
#define DPORT "th dport == 0x0016; "
#define BOTH_STATES "ct state == 0x00000003; "
#define NEW_O BOTH_STATES "ct direction == 0x00; "
#define EST_R "ct state == 0x00000002; ct direction == 0x01; "
#define VALID "ct state == 0x00000007; "
#define TRACKED "ct state == 0x0000000f; "
#define MAC_M "52:54:00:00:00:01"
#define SADDR_M "ether saddr == 0x525400000001; "
#define ICMPV6 "ether type == 0x86dd; meta l4proto == 0x3a; "
/* of IPv6: without a fragment header, or in the first fragment */
#define UNFRAGMENTED(text, verdict)                                                                \
	LINE(text "exthdr frag missing; " verdict) LINE(text "frag frag-off == 0x0000; " verdict)

/* appendix A of semantics.md, by number; what differs by default is a fix of 8.2 */
static const struct {
	int number;
	enum mode mode;
	const char *xml;
	const char *set;
	const char *lowered;
} vectors[] = {
	{1, MODE_DEFAULT, ONE("accept", "in", "<tcp dstportstart='22'/>"), NULL,
	 FI(LINE(TCP SPORT EST_R "accept")) FO(LINE(TCP DPORT NEW_O "accept"))},
	{2, MODE_DEFAULT, ONE("accept", "out", "<tcp dstportstart='22'/>"), NULL,
	 FI(LINE(TCP DPORT NEW_O "accept")) FO(LINE(TCP SPORT EST_R "accept"))},
	{3, MODE_DEFAULT, ONE("drop", "in", "<tcp dstportstart='22'/>"), NULL,
	 FI(LINE(TCP SPORT "drop")) FO(LINE(TCP DPORT "drop"))},
	{4, MODE_DEFAULT,
	 ONE("accept", "inout",
	     "<tcp srcmacaddr='" MAC_M "' srcipaddr='1.1.1.1' dstipfrom='2.2.2.2' "
	     "dstipto='2.2.2.9' srcportstart='1' srcportend='5' dstportstart='2'/>"),
	 NULL,
	 FI(LINE(TCP "ip daddr == 0x01010101; ip saddr == 0x02020202-0x02020209; "
		     "th dport == 0x0001-0x0005; th sport == 0x0002; accept"))
		 FO(LINE(TCP SADDR_M "ip saddr == 0x01010101; ip daddr == 0x02020202-0x02020209; "
				     "th sport == 0x0001-0x0005; th dport == 0x0002; accept"))},
	{5, MODE_DEFAULT, ONE("accept", "in", "<tcp dstportstart='22' state='NEW,ESTABLISHED'/>"),
	 NULL, FI("") FO(LINE(TCP DPORT BOTH_STATES "accept"))},
	{6, MODE_DEFAULT, ONE("accept", "out", "<tcp dstportstart='22' state='NEW,ESTABLISHED'/>"),
	 NULL, FI(LINE(TCP DPORT BOTH_STATES "accept")) FO("")},
	{7, MODE_DEFAULT, ONE("drop", "inout", "<tcp srcipaddr='1.1.1.1' state='INVALID'/>"), NULL,
	 FI(LINE(TCP "ip daddr == 0x01010101; ct state == 0x00000008; drop"))
		 FO(LINE(TCP "ip saddr == 0x01010101; ct state == 0x00000008; drop"))},
	{8, MODE_DEFAULT, ONE("accept", "in", "<tcp dstportstart='22' state='NONE'/>"), NULL,
	 FI("") FO(LINE(TCP DPORT "accept"))},
	{9, MODE_DEFAULT,
	 IN_ROOT("<rule action='accept' direction='in' statematch='false'>"
		 "<tcp dstportstart='22' state='NEW'/></rule>"),
	 NULL, FI(LINE(TCP SPORT "accept")) FO(LINE(TCP DPORT "accept"))},
	{10, MODE_DEFAULT, ONE("accept", "in", "<icmp type='8'/>"), NULL,
	 FI("") FO(LINE(ECHO BOTH_STATES "accept"))},
	{11, MODE_DEFAULT, ONE("drop", "out", "<icmp type='8'/>"), NULL,
	 FI(LINE(ECHO "drop")) FO("")},
	{12, MODE_DEFAULT, ONE("drop", "inout", "<icmp type='8'/>"), NULL,
	 FI(LINE(ECHO "drop")) FO(LINE(ECHO "drop"))},
	{12, MODE_COMPAT, ONE("drop", "inout", "<icmp type='8'/>"), NULL, FI("") FO("")},
	{13, MODE_DEFAULT, ONE("accept", "out", "<icmp/>"), NULL,
	 FI(LINE(ICMP NEW_O "accept")) FO(LINE(ICMP EST_R "accept"))},
	{14, MODE_DEFAULT, ONE("drop", "out", "<tcp connlimit-above='2'/>"), NULL,
	 FI(LINE(TCP TRACKED "ip saddr connections over 2; drop")) FO("")},
	{15, MODE_DEFAULT,
	 ONE("accept", "out", "<tcp dstportstart='22' connlimit-above='3' state='NEW'/>"), NULL,
	 FI(LINE(TCP DPORT VALID "ip saddr connections over 3; accept")) FO("")},
	{16, MODE_DEFAULT, ONE("drop", "inout", "<tcp match='no' connlimit-above='3'/>"), NULL,
	 FI("") FO(LINE(TCP TRACKED "ip saddr connections at most 3; drop"))},
	{17, MODE_DEFAULT, ONE("accept", "in", "<all srcmacaddr='" MAC_M "'/>"), NULL,
	 FI("") FO(LINE(IPV4 SADDR_M NEW_O "accept"))},
	{18, MODE_DEFAULT, ONE("drop", "out", "<all match='no' srcmacaddr='" MAC_M "'/>"), NULL,
	 FI(LINE(IPV4 "ether saddr != 0x525400000001; drop")) FO("")},
	{19, MODE_DEFAULT, ONE("drop", "in", "<tcp match='no' dstportstart='22'/>"), NULL,
	 FI(LINE(TCP "th sport != 0x0016; drop")) FO(LINE(TCP "th dport != 0x0016; drop"))},
	{19, MODE_COMPAT, ONE("drop", "in", "<tcp match='no' dstportstart='22'/>"), NULL,
	 FI(LINE(TCP SPORT "drop")) FO(LINE(TCP DPORT "drop"))},
	{20, MODE_DEFAULT,
	 ONE("drop", "in", "<tcp match='no' srcportstart='1000'/><tcp dstportstart='22'/>"), NULL,
	 FI(LINE(TCP "th dport != 0x03e8; " SPORT "drop"))
		 FO(LINE(TCP "th sport != 0x03e8; " DPORT "drop"))},
	{20, MODE_COMPAT,
	 ONE("drop", "in", "<tcp match='no' srcportstart='1000'/><tcp dstportstart='22'/>"), NULL,
	 FI(LINE(TCP "@th,0,32 != 0x001603e8; drop")) FO(LINE(TCP "@th,0,32 != 0x03e80016; drop"))},
	{21, MODE_DEFAULT,
	 ONE("accept", "in", "<tcp ipset='foo' ipsetflags='src,dst' dstportstart='22'/>"),
	 "foo=ip,net",
	 FI(LINE(TCP "ip daddr . ip saddr in @ipset.foo; " SPORT EST_R "accept"))
		 FO(LINE(TCP "ip saddr . ip daddr in @ipset.foo; " DPORT NEW_O "accept"))},
	{21, MODE_COMPAT,
	 ONE("accept", "in", "<tcp ipset='foo' ipsetflags='src,dst' dstportstart='22'/>"),
	 "foo=ip,net", FI(LINE(TCP SPORT EST_R "accept")) FO(LINE(TCP DPORT NEW_O "accept"))},
	{22, MODE_COMPAT, ONE("accept", "in", "<all ipset='S' ipsetflags='src,dst'/>"), "S=ip,ip",
	 FI(LINE(IPV4 "ip daddr . ip saddr in @ipset.S; " EST_R "accept"))
		 FO(LINE(IPV4 "ip saddr . ip daddr in @ipset.S; " NEW_O "accept"))},
	{23, MODE_DEFAULT,
	 ONE("drop", "out", "<ip match='no' srcipaddr='1.1.1.9' srcipmask='24'/>"), NULL,
	 I(LINE(IPV4 "ip saddr & 0xffffff00 != 0x01010100; drop"))},
	{24, MODE_DEFAULT,
	 ONE("drop", "inout",
	     "<ip srcmacaddr='" MAC_M "' dstmacaddr='52:54:00:00:00:02' srcipaddr='1.1.1.1' "
	     "dstipaddr='2.2.2.0' dstipmask='24' protocol='tcp' srcportstart='1' srcportend='5' "
	     "dstportstart='2'/>"),
	 NULL,
	 I(LINE(IPV4 "ether daddr == 0x525400000001; ether saddr == 0x525400000002; "
		     "ip daddr == 0x01010101; ip saddr & 0xffffff00 == 0x02020200; "
		     "ip protocol == 0x06; ip frag-off & 0x1fff == 0x0000; "
		     "th dport == 0x0001-0x0005; th sport == 0x0002; drop"))
		 O(LINE(IPV4 SADDR_M "ether daddr == 0x525400000002; ip saddr == 0x01010101; "
				     "ip daddr & 0xffffff00 == 0x02020200; ip protocol == 0x06; "
				     "ip frag-off & 0x1fff == 0x0000; th sport == 0x0001-0x0005; "
				     "th dport == 0x0002; drop"))},
	{25, MODE_DEFAULT,
	 ONE("drop", "inout",
	     "<arp opcode='1' arpsrcmacaddr='" MAC_M "' arpdstmacaddr='52:54:00:00:00:02' "
	     "arpsrcipaddr='1.1.1.1' arpdstipaddr='2.2.2.2'/>"),
	 NULL,
	 I(LINE("ether type == 0x0806; arp operation == 0x0001; arp htype == 0x0001; "
		"arp hlen == 0x06; @nh,144,48 == 0x525400000001; @nh,64,48 == 0x525400000002; "
		"arp ptype == 0x0800; arp plen == 0x04; @nh,192,32 == 0x00000000-0xffffffff; "
		"@nh,192,32 == 0x01010101; @nh,112,32 == 0x02020202; drop"))
		 O(LINE("ether type == 0x0806; arp operation == 0x0001; arp htype == 0x0001; "
			"arp hlen == 0x06; @nh,64,48 == 0x525400000001; @nh,144,48 == "
			"0x525400000002; "
			"arp ptype == 0x0800; arp plen == 0x04; @nh,192,32 == "
			"0x00000000-0xffffffff; "
			"@nh,112,32 == 0x01010101; @nh,192,32 == 0x02020202; drop"))},
	{26, MODE_DEFAULT, ONE("drop", "out", "<ipv6 protocol='icmpv6' code='1'/>"), NULL,
	 I(UNFRAGMENTED(ICMPV6 "icmpv6 type == 0x00-0xff; icmpv6 code == 0x01; ", "drop"))},
	{27, MODE_DEFAULT, ONE("drop", "out", "<ipv6 protocol='icmpv6' typeend='5'/>"), NULL,
	 I(UNFRAGMENTED(ICMPV6 "icmpv6 type == 0x00-0x05; ", "drop"))},
	{28, MODE_COMPAT, ONE("drop", "out", "<mac srcmacmask='ff:ff:ff:00:00:00'/>"), NULL,
	 I(LINE("drop"))},
	{29, MODE_DEFAULT, IN_CHAIN("ipv4", RULE("drop", "in", "")), NULL,
	 O(SHAPE("ether type == 0x0800; jump ipv4") "\tipv4\n" LINE("drop") SHAPE("accept"))},
};

START_TEST(vector)
{
	struct trial t;

	trial_init(&t, vectors[_i].mode, "bridge-ct");
	if (vectors[_i].set)
		ck_assert(trial_set(&t, vectors[_i].set));
	ck_assert_msg(trial_lower(&t, vectors[_i].xml), "vector %d is refused", vectors[_i].number);
	expect_dump(&t, vectors[_i].lowered);
	trial_release(&t);
}
END_TEST

/* attributes that go nowhere are refused, unless libvirt's verdicts are wanted */
START_TEST(mask_alone)
{
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	ck_assert(!trial_lower(&t, ONE("drop", "out", "<mac srcmacmask='ff:ff:ff:00:00:00'/>")));
	ck_assert_uint_eq(trial_count(&t, DIAG_PARTNER_MISSING), 1);
	trial_release(&t);
}
END_TEST

/* L2 verdicts; a rule that continues is none (semantics.md 4.3) */
static const struct {
	const char *action, *line;
} actions[] = {
	{"accept", LINE("accept")}, {"drop", LINE("drop")}, {"reject", LINE("drop")},
	{"return", LINE("return")}, {"continue", ""},
};

START_TEST(stateless_actions)
{
	static const char *const directions[] = {"in", "out", "inout"};
	struct trial t;
	struct arena *a;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	a = t.job->compile.arena;
	for (int d = 0; d < ROWS(directions); d++) {
		const char *line = actions[_i].line;
		bool out = strcmp(directions[d], "in") != 0;
		bool in = strcmp(directions[d], "out") != 0;

		ck_assert(trial_lower(
			&t,
			str_printf(a, ONE("%s", "%s", ""), actions[_i].action, directions[d]).ptr));
		expect_dump(&t, str_printf(a, "%s%s%s%s", out ? I("") : "", out ? line : "",
					   in ? O("") : "", in ? line : "")
					.ptr);
		ck_assert(trial_lower(&t, str_printf(a, IN_CHAIN("mac", RULE("%s", "%s", "")),
						     actions[_i].action, directions[d])
						  .ptr));
		expect_dump(&t,
			    str_printf(a, "%s%s%s%s%s%s", out ? I(SHAPE("jump mac")) "\tmac\n" : "",
				       out ? line : "", out ? SHAPE("accept") : "",
				       in ? O(SHAPE("jump mac")) "\tmac\n" : "", in ? line : "",
				       in ? SHAPE("accept") : "")
				    .ptr);
	}
	ck_assert_uint_eq(t.job->compile.diag.diag.n, 0);
	trial_release(&t);
}
END_TEST

/* which frames enter a chain (semantics.md 3.1) */
START_TEST(chain_guards)
{
	static const struct {
		const char *chain, *guard;
	} rows[] = {
		{"mac-x", ""},
		{"stp-x", "ether daddr == 0x0180c2000000; "},
		{"vlan-x", "ether type == 0x8100; "},
		{"arp-x", "ether type == 0x0806; "},
		{"rarp-x", "ether type == 0x8035; "},
		{"ipv4-x", "ether type == 0x0800; "},
		{"ipv6-x", "ether type == 0x86dd; "},
		{"ipv4:x_.-", "ether type == 0x0800; "},
	};
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	for (int i = 0; i < ROWS(rows); i++) {
		struct arena *a = t.job->compile.arena;
		const char *chain = rows[i].chain;

		ck_assert(trial_lower(
			&t, str_printf(a, IN_CHAIN("%s", RULE("drop", "out", "")), chain).ptr));
		expect_dump(&t,
			    str_printf(a,
				       I(SHAPE("%sjump %s") "\t%s\n" LINE("drop") SHAPE("accept")),
				       rows[i].guard, chain, chain)
				    .ptr);
	}
	trial_release(&t);
}
END_TEST

/* no rules, no programs: what is not configured is accepted (K11) */
START_TEST(absent_programs)
{
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	ck_assert(trial_lower(&t, IN_ROOT("")));
	for (int id = 0; id < HOOK_MAX; id++)
		ck_assert_ptr_null(trial_entry(&t)->program[id]);
	ck_assert(trial_lower(&t, ONE("accept", "out", "<tcp-ipv6/>")));
	ck_assert_ptr_null(trial_entry(&t)->program[HOOK_OUT_L2]);
	ck_assert_ptr_nonnull(trial_entry(&t)->program[HOOK_OUT_L3]);
	ck_assert_ptr_nonnull(trial_entry(&t)->program[HOOK_IN_L3]);
	ck_assert_ptr_null(trial_entry(&t)->program[HOOK_IN_L2]);
	trial_release(&t);
}
END_TEST

Suite *lower_suite(void)
{
	Suite *s = suite_create("lower");
	TCase *tc = tcase_create("lower");

	tcase_add_loop_test(tc, vector, 0, ROWS(vectors));
	tcase_add_test(tc, mask_alone);
	tcase_add_loop_test(tc, stateless_actions, 0, ROWS(actions));
	tcase_add_test(tc, chain_guards);
	tcase_add_test(tc, absent_programs);
	suite_add_tcase(s, tc);
	return s;
}
