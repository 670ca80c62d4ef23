/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/canonical.h"
#include "testsuite/unit/same.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/text.h"

#define RULE "  <rule action='accept' direction='in' priority='500'>\n"
#define HEAD "<filter name='f' chain='root'>\n"
#define IN_RULE(elements) HEAD RULE elements "  </rule>\n</filter>\n"
#define L "    "

static struct str canonical(struct compile *c, const struct filter *f)
{
	struct buf out;
	struct str text;

	buf_init(&out);
	canonical_filter(f, &out);
	ck_assert(!out.failed);
	text = str_dup(c->arena, buf_str(&out));
	buf_release(&out);
	return text;
}

/* that xml prints as the expected text, which prints as itself and means the same */
static void expect(enum mode mode, const char *xml, const char *expected)
{
	struct text t;
	struct filter *f = text_parse(&t, mode, xml);
	struct filter *again;
	struct str text;
	const char *what;

	ck_assert_msg(f && !f->broken, "refused: %s", xml);
	text = canonical(&t.compile, f);
	ck_assert_msg(str_is(text, expected), "\n%.*sinstead of\n%s", STR_ARG(text), expected);
	again = parse_filter(&t.compile, compile_text(&t.compile, STR("again"), text));
	ck_assert_msg(again && !again->broken, "refused: %.*s", STR_ARG(text));
	what = filter_difference(f, again);
	ck_assert_msg(!what, "%s differs in %s", what, expected);
	text = canonical(&t.compile, again);
	ck_assert_msg(str_is(text, expected), "\n%.*sinstead of\n%s", STR_ARG(text), expected);
	text_release(&t);
}

static const struct {
	const char *xml, *expected;
} filters[] = {
	{"<filter name='f'/>", "<filter name='f' chain='root'>\n</filter>\n"},
	{"<filter name='a &amp; &lt;b' chain='ipv4-x'/>",
	 "<filter name='a &amp; &lt;b' chain='ipv4-x' priority='-700'>\n</filter>\n"},
	/* libvirt would print no priority, and read -500 (fix F19) */
	{"<filter name='f' chain='arp' priority='+0'/>",
	 "<filter name='f' chain='arp' priority='0'>\n</filter>\n"},
	{"<filter name='f' chain='arp' priority='7'/>",
	 "<filter name='f' chain='arp' priority='7'>\n</filter>\n"},
	{"<filter name='f' chain='stp'/>", "<filter name='f' chain='stp'>\n</filter>\n"},
	{"<filter name='f' priority='7'/>", "<filter name='f' chain='root'>\n</filter>\n"},
	{"<filter name='f'><!-- c --><uuid>6EF53069ba3494a0d33d17751b9b8cb1</uuid></filter>",
	 HEAD "  <uuid>6ef53069-ba34-94a0-d33d-17751b9b8cb1</uuid>\n</filter>\n"},
	{"<filter name='f'><filterref filter='g'/><filterref filter='h'>"
	 "<parameter name='B' value='2'/><parameter name='A' value='z'/>"
	 "<parameter name='B' value='1'/></filterref></filter>",
	 HEAD "  <filterref filter='g'/>\n  <filterref filter='h'>\n"
	      "    <parameter name='A' value='z'/>\n    <parameter name='B' value='2'/>\n"
	      "    <parameter name='B' value='1'/>\n  </filterref>\n</filter>\n"},
	{"<filter name='f'><rule direction='inout' statematch='FALSE' action='drop'/></filter>",
	 HEAD "  <rule action='drop' direction='inout' priority='500' statematch='false'/>\n"
	      "</filter>\n"},
};

START_TEST(whole_filters)
{
	for (int mode = 0; mode < MODE_MAX; mode++)
		expect((enum mode)mode, filters[_i].xml, filters[_i].expected);
}
END_TEST

static const struct {
	const char *elements, *expected;
} rules[] = {
	{"<tcp match='no'/>", L "<tcp/>\n"},
	{"<mac srcmacmask='FF:ff:ff:0:0:0' srcmacaddr='1:2:3:A:b:C' protocolid='0x0806'/>",
	 L "<mac srcmacaddr='01:02:03:0a:0b:0c' srcmacmask='ff:ff:ff:00:00:00' "
	   "protocolid='arp'/>\n"},
	{"<mac protocolid='0X1234'/>", L "<mac protocolid='0x1234'/>\n"},
	{"<mac protocolid='4660'/>", L "<mac protocolid='4660'/>\n"},
	{"<mac protocolid='ff00'/>", L "<mac protocolid='0xff00'/>\n"},
	{"<arp opcode='reply' gratuitous='1' hwtype=' +1'/>",
	 L "<arp hwtype='1' opcode='Reply' gratuitous='true'/>\n"},
	{"<arp opcode='11' gratuitous='no'/>", L "<arp opcode='11' gratuitous='false'/>\n"},
	{"<stp root-cost='-1'/>", NULL},
	{"<ip srcipaddr='10.1.2.3' srcipmask='255.255.0.0' protocol='17' dstportstart='0x35'/>",
	 L "<ip srcipaddr='10.1.2.3' srcipmask='16' protocol='udp' dstportstart='0x35'/>\n"},
	{"<ipv6 dstipaddr='FE80:0::1' dstipmask='ffff::' protocol='icmpv6' codeend='7'/>",
	 L "<ipv6 dstipaddr='fe80::1' dstipmask='16' protocol='icmpv6' codeend='7'/>\n"},
	{"<tcp state='related, new' flags='syn,ack/SYN'/>",
	 L "<tcp state='NEW,RELATED' flags='SYN,ACK/SYN'/>\n"},
	{"<tcp state='NEW'/><tcp state='NONE'/><tcp flags='ALL/'/>",
	 L "<tcp state='NONE' flags='ALL/NONE'/>\n"},
	{"<tcp connlimit-above='7' dscp='0x2e' comment='a &quot;b&quot; "
	 "&lt;&amp;&apos;&gt;&#10;'/>",
	 L "<tcp dscp='0x2e' connlimit-above='7' "
	   "comment='a &quot;b&quot; &lt;&amp;&apos;&gt;&#10;'/>\n"},
	{"<all ipset='a b+' ipsetflags='SRC,dst'/>",
	 L "<all ipset='a b+' ipsetflags='src,dst'/>\n"},
	{"<tcp dstportstart='$P[ @ 0 ]' srcportstart='$Q[@7]' srcipaddr='$A[ 3]'/>",
	 L "<tcp srcipaddr='$A[3]' srcportstart='$Q[@7]' dstportstart='$P'/>\n"},
	/* what is not negated comes first, so that there are two elements at most */
	{"<tcp match='no' srcipaddr='10.0.0.0'/><tcp srcipmask='8' srcportstart='1' dscp='2'/>"
	 "<tcp match='no' srcportend='5' dscp='2' comment='c'/>",
	 L "<tcp srcportstart='1' srcportend='5'/>\n" L
	   "<tcp match='no' srcipaddr='10.0.0.0' srcipmask='8' dscp='2' comment='c'/>\n"},
	{"<tcp match='no' srcipaddr='10.0.0.0'/><tcp srcipmask='8' comment='c'/>",
	 L "<tcp comment='c'/>\n" L "<tcp match='no' srcipaddr='10.0.0.0' srcipmask='8'/>\n"},
	{"<tcp match='no' dscp='1' comment='c'/>", L "<tcp match='no' dscp='1' comment='c'/>\n"},
	/* the order in which variables are met is kept */
	{"<tcp dstportstart='$P[@2]' dscp='3'/><tcp srcipaddr='$A[@1]' srcportstart='$P[@2]'/>",
	 L "<tcp dscp='3' srcportstart='$P[@2]' dstportstart='$P[@2]'/>\n" L
	   "<tcp srcipaddr='$A[@1]'/>\n"},
	/* and a variable that was overwritten counts */
	{"<tcp dstportstart='$P'/><tcp dstportstart='22'/>",
	 L "<tcp dstportstart='22'/>\n" L "<tcp dstportstart='$P'/>\n" L
	   "<tcp dstportstart='22'/>\n"},
	{"<ip protocol='$P'/><ip match='no' protocol='tcp' dscp='$D'/>",
	 L "<ip match='no' protocol='tcp'/>\n" L "<ip protocol='$P'/>\n" L
	   "<ip match='no' dscp='$D'/>\n" L "<ip match='no' protocol='tcp'/>\n"},
	{"<ip protocol='$P'/><ip protocol='tcp' srcportstart='1'/>",
	 L "<ip protocol='tcp' srcportstart='1'/>\n" L "<ip srcportstart='$P'/>\n" L
	   "<ip srcportstart='1'/>\n"},
};

START_TEST(whole_rules)
{
	char xml[1024], expected[1024];

	snprintf(xml, sizeof(xml), IN_RULE("%s"), rules[_i].elements);
	snprintf(expected, sizeof(expected), IN_RULE("%s"),
		 rules[_i].expected ? rules[_i].expected : L "<stp root-cost='4294967295'/>\n");
	/* where the default mode refuses */
	if (rules[_i].expected)
		expect(MODE_DEFAULT, xml, expected);
	expect(MODE_COMPAT, xml, expected);
}
END_TEST

/* what libvirt leaves out is gone, and what a rule means there stays */
static const struct {
	enum mode mode;
	const char *elements, *expected;
} modes[] = {
	{MODE_DEFAULT, "<igmp-ipv6/>", IN_RULE(L "<igmp-ipv6/>\n")},
	{MODE_COMPAT, "<igmp-ipv6/>",
	 HEAD "  <rule action='accept' direction='in' priority='500'/>\n</filter>\n"},
	{MODE_COMPAT, "<icmp-ipv6/>",
	 HEAD "  <rule action='accept' direction='in' priority='500'/>\n</filter>\n"},
	{MODE_COMPAT, "<foo/><tcp dscp='1' foo='1'/><udp dscp='2'/><tcp srcipmask='8'/>",
	 IN_RULE(L "<tcp dscp='1'/>\n")},
	{MODE_DEFAULT, "<tcp match='no' dstportstart='22'/>",
	 IN_RULE(L "<tcp match='no' dstportstart='22'/>\n")},
	{MODE_COMPAT, "<tcp match='no' dstportstart='22'/>",
	 IN_RULE(L "<tcp dstportstart='22'/>\n")},
	{MODE_DEFAULT, "<tcp ipset='s'/>", IN_RULE(L "<tcp ipset='s'/>\n")},
	{MODE_COMPAT, "<tcp ipset='s' dscp='1'/>", IN_RULE(L "<tcp dscp='1'/>\n")},
	{MODE_COMPAT, "<tcp srcipaddr='010.0.1'/>", IN_RULE(L "<tcp srcipaddr='8.0.0.1'/>\n")},
	/* an attribute that is ignored with a variable still asks for its value */
	{MODE_COMPAT, "<tcp state='$A[1]'/>", IN_RULE(L "<tcp srcipmask='$A[1]'/>\n")},
	{MODE_COMPAT, "<arp comment='$A'/>", IN_RULE(L "<arp srcmacmask='$A'/>\n")},
};

START_TEST(by_mode)
{
	char xml[1024];

	snprintf(xml, sizeof(xml), IN_RULE("%s"), modes[_i].elements);
	expect(modes[_i].mode, xml, modes[_i].expected);
}
END_TEST

/* libvirt cuts a comment at a byte; what is left must still be UTF-8 */
START_TEST(long_comment)
{
	enum { LONG = 5000 };
	char *xml = malloc(LONG + 300), *expected = malloc(1000);
	size_t n = (size_t)sprintf(xml, "<filter name='f'><rule action='accept' direction='in'>"
					"<tcp comment='x");

	for (int i = 0; i < LONG / 2; i++, n += 2)
		memcpy(xml + n, "\xc3\xa9", 2);
	strcpy(xml + n, "'/></rule></filter>");
	n = (size_t)sprintf(expected, HEAD RULE "    <tcp comment='x");
	for (int i = 0; i < 127; i++, n += 2)
		memcpy(expected + n, "\xc3\xa9", 2);
	strcpy(expected + n, "'/>\n  </rule>\n</filter>\n");
	expect(MODE_COMPAT, xml, expected);
	free(xml);
	free(expected);
}
END_TEST

#define BINDING(owner, parameters)                                                                 \
	"<filterbinding>\n" owner "  <portdev name='tap0'/>\n"                                     \
	"  <mac address='52:54:00:12:34:5f'/>\n"                                                   \
	"  <filterref filter='a&amp;b'" parameters "</filterbinding>\n"
#define OWNER                                                                                      \
	"  <owner>\n    <name>a &lt;b&gt;</name>\n    <uuid>0b9d4c57-7c0e</uuid>\n  </owner>\n"
#define PARAMETER(name, value) "    <parameter name='" name "' value='" value "'/>\n"

static const char *const bindings[] = {
	BINDING("", "/>\n"),
	BINDING(OWNER, "/>\n"),
	BINDING(OWNER, ">\n" PARAMETER("A", "2") PARAMETER("A", "1")
			       PARAMETER("B", "3") "  </filterref>\n"),
	BINDING("", ">\n" PARAMETER("MAC", "1:2:3:4:5:6") "  </filterref>\n"),
};

START_TEST(whole_bindings)
{
	struct text t;
	struct binding *b;
	struct buf out;

	text_init(&t, MODE_DEFAULT, str_of(bindings[_i]));
	b = parse_binding(&t.compile, t.source);
	ck_assert_ptr_nonnull(b);
	ck_assert_uint_eq(t.compile.diag.diag.n, 0);
	ck_assert_ptr_null(canonical_unfit(b));
	buf_init(&out);
	canonical_binding(b, &out);
	ck_assert_msg(str_is(buf_str(&out), bindings[_i]), "\n%.*sinstead of\n%s",
		      STR_ARG(buf_str(&out)), bindings[_i]);
	buf_release(&out);
	text_release(&t);
}
END_TEST

START_TEST(unfit_bindings)
{
	struct text t;
	struct binding *b;
	struct source *ours;
	struct span all;

	text_init(&t, MODE_DEFAULT, str_of(bindings[0]));
	b = parse_binding(&t.compile, t.source);
	ours = compile_text(&t.compile, STR(COMMAND_LINE), STR("S=a-b"));
	all = (struct span){ours, 0, 5};
	ck_assert(parameter_add(&t.compile, &b->parameter, STR("S"), all, STR("fits"), all));
	ck_assert_ptr_null(canonical_unfit(b));
	ck_assert(parameter_add(&t.compile, &b->parameter, STR("S"), all, STR("a-b"), all));
	ck_assert_ptr_eq(canonical_unfit(b), parameter_find(&b->parameter, STR("S")));
	text_release(&t);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *canonical_suite(void)
{
	Suite *s = suite_create("canonical");
	TCase *tc = tcase_create("canonical");

	tcase_add_loop_test(tc, whole_filters, 0, ROWS(filters));
	tcase_add_loop_test(tc, whole_rules, 0, ROWS(rules));
	tcase_add_loop_test(tc, by_mode, 0, ROWS(modes));
	tcase_add_test(tc, long_comment);
	tcase_add_loop_test(tc, whole_bindings, 0, ROWS(bindings));
	tcase_add_test(tc, unfit_bindings);
	suite_add_tcase(s, tc);
	return s;
}
