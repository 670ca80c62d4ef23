/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/suites.h"
#include "testsuite/unit/text.h"

#define RULE "<rule action='drop' direction='in'"
#define IN_FILTER(inside) "<filter name='f'>" inside "</filter>"
#define IN_RULE(inside) IN_FILTER(RULE ">" inside "</rule>")
#define NAME_50 "12345678901234567890123456789012345678901234567890"

/* one defect each; the severity is that of the table of codes, in every mode */
static const struct {
	const char *text;
	enum diag_id id;
	const char *span; /* the text under the caret; NULL: a whole start tag */
} complaints[] = {
	{"<network/>", DIAG_ROOT_ELEMENT, NULL},
	{"<filter/>", DIAG_FILTER_NAME_MISSING, NULL},
	{"<filter name=''/>", DIAG_FILTER_NAME_MISSING, "name"},
	{"<filter name='../a'/>", DIAG_FILTER_NAME, "../a"},
	{"<filter name='.a'/>", DIAG_FILTER_NAME, ".a"},
	{"<filter name='a/b'/>", DIAG_FILTER_NAME, "a/b"},
	{"<filter name='a\\b'/>", DIAG_FILTER_NAME, "a\\b"},
	{"<filter name='a&quot;b'/>", DIAG_FILTER_NAME, "a&quot;b"},
	{"<filter name='a&#10;b'/>", DIAG_FILTER_NAME, "a&#10;b"},
	{"<filter name=' '/>", DIAG_FILTER_NAME, " "},
	{"<filter name='" NAME_50 NAME_50 NAME_50 NAME_50 "1'/>", DIAG_FILTER_NAME,
	 NAME_50 NAME_50 NAME_50 NAME_50 "1"},
	{"<filter name='f' chain='foo'/>", DIAG_CHAIN_NAME, "foo"},
	{"<filter name='f' chain='IPv4'/>", DIAG_CHAIN_NAME, "IPv4"},
	{"<filter name='f' chain='rootx'/>", DIAG_CHAIN_NAME, "rootx"},
	{"<filter name='f' chain='ipv4 x'/>", DIAG_CHAIN_NAME, "ipv4 x"},
	{"<filter name='f' chain='ipv4-abcdefgh'/>", DIAG_CHAIN_NAME, "ipv4-abcdefgh"},
	{"<filter name='f' priority='1001'/>", DIAG_CHAIN_PRIORITY, "1001"},
	{"<filter name='f' chain='arp' priority='5 '/>", DIAG_CHAIN_PRIORITY, "5 "},
	{"<filter name='f' chain='arp' priority='high'/>", DIAG_CHAIN_PRIORITY, "high"},
	{"<filter name='f' table='nat'/>", DIAG_UNKNOWN_ATTRIBUTE, "table"},
	{IN_FILTER("<uuid>6ef53069-ba34-94a0-d33d</uuid>"), DIAG_UUID, "6ef53069-ba34-94a0-d33d"},
	{IN_FILTER("<uuid/>"), DIAG_UUID, "<uuid/>"},
	{IN_FILTER("<uuid>6ef53069ba3494a0d33d17751b9b8cb1</uuid><uuid></uuid>"), DIAG_UUID_TWICE,
	 "<uuid>"},
	{IN_FILTER("<Rule/>"), DIAG_UNKNOWN_ELEMENT, "<Rule/>"},
	{IN_FILTER("<parameter name='A' value='1'/>"), DIAG_UNKNOWN_ELEMENT, NULL},
	{IN_FILTER("drop"), DIAG_STRAY_TEXT, "drop"},
	{IN_RULE("drop"), DIAG_STRAY_TEXT, "drop"},
	{IN_RULE("<tcp>drop</tcp>"), DIAG_STRAY_TEXT, "drop"},
	{IN_RULE("<tcp><a/></tcp>"), DIAG_UNKNOWN_ELEMENT, "<a/>"},
	{IN_FILTER("<rule direction='in'/>"), DIAG_RULE_ACTION, NULL},
	{IN_FILTER("<rule action='DROP' direction='in'/>"), DIAG_RULE_ACTION, "DROP"},
	{IN_FILTER("<rule action='drop'/>"), DIAG_RULE_DIRECTION, NULL},
	{IN_FILTER("<rule action='drop' direction=''/>"), DIAG_RULE_DIRECTION, ""},
	{IN_FILTER(RULE " priority='-1001'/>"), DIAG_RULE_PRIORITY, "-1001"},
	{IN_FILTER(RULE " priority='12a'/>"), DIAG_RULE_PRIORITY, "12a"},
	{IN_FILTER(RULE " priority=''/>"), DIAG_RULE_PRIORITY, ""},
	{IN_FILTER(RULE " priority='4294967796'/>"), DIAG_RULE_PRIORITY, "4294967796"},
	{IN_FILTER(RULE " statematch='no'/>"), DIAG_RULE_STATEMATCH, "no"},
	{IN_FILTER(RULE " dir='in'/>"), DIAG_UNKNOWN_ATTRIBUTE, "dir"},
	{IN_FILTER("<filterref/>"), DIAG_FILTERREF_NAME, NULL},
	{IN_FILTER("<filterref filter=''/>"), DIAG_FILTERREF_NAME, "filter"},
	{IN_FILTER("<filterref filter='a'><parameter name='A'/></filterref>"), DIAG_PARAMETER,
	 "<parameter name='A'/>"},
	{IN_FILTER("<filterref filter='a'><parameter name='A-B' value='1'/></filterref>"),
	 DIAG_PARAMETER, "A-B"},
	{IN_FILTER("<filterref filter='a'><parameter name='A' value=''/></filterref>"),
	 DIAG_PARAMETER, ""},
	{IN_FILTER("<filterref filter='a'><parameter name='A' value='10.0.0.0/8'/></filterref>"),
	 DIAG_PARAMETER, "10.0.0.0/8"},
	{IN_RULE("<icmp-ipv6/>"), DIAG_UNKNOWN_PROTOCOL, "<icmp-ipv6/>"},
	{IN_RULE("<TCP/>"), DIAG_UNKNOWN_PROTOCOL, "<TCP/>"},
	{IN_RULE("<ip/><udp/>"), DIAG_SECOND_PROTOCOL, "<udp/>"},
	{IN_RULE("<igmp-ipv6/>"), DIAG_UNKNOWN_TO_LIBVIRT, "<igmp-ipv6/>"},
	{IN_RULE("<tcp dstport='22'/>"), DIAG_UNKNOWN_MATCH, "dstport"},
	{IN_RULE("<udp flags='SYN/SYN'/>"), DIAG_UNKNOWN_MATCH, "flags"},
	{IN_RULE("<udplite dstportstart='1'/>"), DIAG_UNKNOWN_MATCH, "dstportstart"},
	{IN_RULE("<tcp match='NO'/>"), DIAG_MATCH_WORD, "NO"},
	{IN_RULE("<tcp dstportstart='ssh'/>"), DIAG_VALUE_ILLEGAL, "ssh"},
	{IN_RULE("<tcp dstportstart='65536'/>"), DIAG_VALUE_RANGE, "65536"},
	{IN_RULE("<tcp dscp='64'/>"), DIAG_VALUE_RANGE, "64"},
	{IN_RULE("<mac protocolid='0x5ff'/>"), DIAG_VALUE_RANGE, "0x5ff"},
	{IN_RULE("<ip srcipaddr='010.0.0.1'/>"), DIAG_VALUE_ODD, "010.0.0.1"},
	{IN_RULE("<arp gratuitous='perhaps'/>"), DIAG_VALUE_ODD, "perhaps"},
	{IN_RULE("<tcp state=','/>"), DIAG_VALUE_ODD, ","},
	{IN_RULE("<tcp match='no' state='NEW'/>"), DIAG_VALUE_ODD, "state"},
	{IN_RULE("<tcp dstportstart='ff'/>"), DIAG_VALUE_LOOSE, "ff"},
	{IN_RULE("<tcp srcipaddr='$A-B'/>"), DIAG_VARIABLE_SYNTAX, "$A-B"},
	{IN_RULE("<tcp state='$A'/>"), DIAG_VARIABLE_NOT_HERE, "$A"},
	{IN_RULE("<mac comment='$A'/>"), DIAG_VARIABLE_NOT_HERE, "$A"},
	{IN_RULE("<ip srcipmask='8'/>"), DIAG_PARTNER_MISSING, "srcipmask"},
	{IN_RULE("<tcp srcipto='10.0.0.1'/>"), DIAG_PARTNER_MISSING, "srcipto"},
	{IN_RULE("<tcp dstportend='50'/>"), DIAG_PARTNER_MISSING, "dstportend"},
	{IN_RULE("<icmp code='0'/>"), DIAG_PARTNER_MISSING, "code"},
	{IN_RULE("<stp age-hi='5'/>"), DIAG_PARTNER_MISSING, "age-hi"},
	{IN_RULE("<all ipsetflags='src'/>"), DIAG_PARTNER_MISSING, "ipsetflags"},
	{IN_RULE("<tcp srcipfrom='10.0.0.1'/>"), DIAG_RANGE_HALF, "srcipfrom"},
	{IN_RULE("<tcp srcipaddr='1.2.3.4' srcipfrom='1.2.3.4' srcipto='1.2.3.5'/>"),
	 DIAG_ADDRESS_AND_RANGE, "srcipfrom"},
	{IN_RULE("<ip dstportstart='80'/>"), DIAG_PORTS_PROTOCOL, "dstportstart"},
	{IN_RULE("<ip protocol='icmp' dstportstart='80'/>"), DIAG_PORTS_PROTOCOL, "dstportstart"},
	{IN_RULE("<ip protocol='$P' dstportstart='80'/>"), DIAG_PORTS_PROTOCOL, "dstportstart"},
	{IN_RULE("<ip srcportstart='1'/><ip protocol='tcp'/>"), DIAG_PORTS_PROTOCOL,
	 "srcportstart"},
	{IN_RULE("<ip match='no' protocol='tcp' dstportstart='80'/>"), DIAG_PORTS_NEGATED,
	 "protocol"},
	{IN_RULE("<ipv6 type='1'/>"), DIAG_ICMP_PROTOCOL, "type"},
	{IN_RULE("<ipv6 protocol='tcp' codeend='1'/>"), DIAG_ICMP_PROTOCOL, "codeend"},
	{IN_FILTER("<rule action='drop' direction='inout'><stp srcmacaddr='1:2:3:4:5:6'/></rule>"),
	 DIAG_STP_INOUT, "srcmacaddr"},
	{IN_RULE("<tcp match='no' dstportstart='22'/>"), DIAG_PORT_NEGATION, "dstportstart"},
	{IN_RULE("<tcp match='no' srcportstart='1'/><tcp dstportstart='2'/>"), DIAG_PORT_NEGATION,
	 "dstportstart"},
	{IN_RULE("<tcp ipset='s' ipsetflags='src'/>"), DIAG_IPSET_KEPT, "ipset"},
	{IN_RULE("<tcp ipset='s'/>"), DIAG_IPSET_KEPT, "ipset"},
	{IN_RULE("<all ipset='s'/>"), DIAG_IPSET_KEPT, "ipset"},
	{IN_RULE("<tcp-ipv6 dstipfrom='2001:db8::1' dstipto='2001:db8::2'/>"), DIAG_IPV6_DSTIPTO,
	 "2001:db8::2"},
	{IN_RULE("<tcp-ipv6 flags='SYN/SYN'/>"), DIAG_TCP_IPV6_FLAGS, "flags"},
	{IN_RULE("<tcp comment='say &quot;hi&quot;'/>"), DIAG_COMMENT_CHANGED,
	 "say &quot;hi&quot;"},
	{IN_RULE("<tcp comment='one&#10;two'/>"), DIAG_COMMENT_CHANGED, "one&#10;two"},
	{IN_RULE("<tcp comment='" NAME_50 NAME_50 NAME_50 "'/>"), DIAG_COMMENT_CHANGED,
	 NAME_50 NAME_50 NAME_50},
};

START_TEST(reported)
{
	for (int mode = 0; mode < MODE_MAX; mode++) {
		struct text t;
		struct filter *f = text_parse(&t, (enum mode)mode, complaints[_i].text);
		enum severity expected = diag_code(complaints[_i].id)->severity[mode];
		const struct diag *d = text_first(&t, complaints[_i].id);
		bool is_error = expected == SEVERITY_ERROR;

		ck_assert_msg(d, "not reported: %s", complaints[_i].text);
		ck_assert_msg(t.compile.diag.diag.n == 1, "more than that is reported: %s",
			      complaints[_i].text);
		ck_assert_int_eq(d->severity, expected);
		if (complaints[_i].span)
			ck_span(d->label[0].span, complaints[_i].span);
		else
			ck_assert_int_eq(text_of(d->label[0].span).ptr[0], '<');
		ck_assert(!f || f->broken == is_error);
		ck_assert(f || is_error);
		text_release(&t);
	}
}
END_TEST

static const char *const clean[] = {
	"<filter name='a b'/>",
	"<filter name='nova-base:x' chain='ipv4-x_.:' priority=' +7'/>",
	"<filter name='f' chain='' priority=''/>",
	IN_FILTER("<uuid> 6EF53069-ba34-94a0-d33d-17751b9b8cb1\n</uuid>"),
	IN_FILTER("<!-- text --><filterref filter='a'/>"),
	IN_FILTER("<filterref filter='a'><parameter name='A' value='1:2.x_'/></filterref>"),
	IN_FILTER(RULE " priority='-1000' statematch='False'/>"),
	IN_RULE(""),
	IN_RULE("<tcp match='yes'/>"),
	IN_RULE("<arp srcmacaddr='1:2:3:4:5:6'/><arp match='no' opcode='reply'/>"),
	IN_RULE("<ip protocol='33' srcportstart='1' srcportend='0xff'/>"),
	IN_RULE("<ipv6 protocol='icmpv6' codeend='7'/>"),
	IN_RULE("<ipv6 protocol='$P' type='1'/>"),
	IN_RULE("<tcp match='no' srcportstart='1' dstportstart='2'/>"),
	IN_RULE("<ip match='no' protocol='tcp'/>"),
	IN_RULE("<all ipset='s' ipsetflags='src,dst'/>"),
	IN_RULE("<tcp comment='plain; text { } is kept'/>"),
};

START_TEST(not_reported)
{
	for (int mode = 0; mode < MODE_MAX; mode++) {
		struct text t;
		struct filter *f = text_parse(&t, (enum mode)mode, clean[_i]);

		ck_assert_ptr_nonnull(f);
		ck_assert_msg(!t.compile.diag.diag.n, "%s: %s", clean[_i],
			      t.compile.diag.diag.n ? t.compile.diag.diag.at[0]->message.ptr : "");
		ck_assert(!f->broken);
		text_release(&t);
	}
}
END_TEST

START_TEST(suggestions)
{
	static const struct {
		const char *text, *help;
	} rows[] = {
		{IN_RULE("<icmp-ipv6/>"), "did you mean <icmpv6>?"},
		{IN_RULE("<TCP/>"), "did you mean <tcp>?"},
		{IN_RULE("<tcp dstport='1'/>"), "did you mean dstportstart?"},
		{IN_RULE("<tcp srcporttend='1'/>"), "did you mean srcportend?"},
		{IN_RULE("<arp opcode='Reqest'/>"), "did you mean 'Request'?"},
		{IN_RULE("<ip srcipaddr='10.0.0.0/8'/>"),
		 "write srcipaddr='10.0.0.0' srcipmask='8'"},
		{IN_RULE("<tcp srcipaddr='fe80::1'/>"), "IPv6 addresses belong into <tcp-ipv6>"},
		{IN_RULE("<ipv6 srcipaddr='10.0.0.1'/>"), "IPv4 addresses belong into <ip>"},
		{IN_RULE("<mac srcmacaddr='1-2-3-4-5-6'/>"), "separate the bytes by colons"},
		{IN_RULE("<ip srcipaddr='10.0.0.$A'/>"),
		 "a variable can only be a whole value: $NAME"},
		{IN_FILTER("<rule action='dropp' direction='in'/>"), "did you mean 'drop'?"},
		{IN_FILTER("<filter name='g'/>"), "did you mean <filterref>?"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text t;

		text_parse(&t, MODE_DEFAULT, rows[i].text);
		ck_assert_uint_ge(t.compile.diag.diag.n, 1);
		ck_str(t.compile.diag.diag.at[0]->help, rows[i].help);
		text_release(&t);
	}
}
END_TEST

START_TEST(filter_header)
{
	struct text t;
	struct filter *f = text_parse(&t, MODE_DEFAULT,
				      "<filter name='f' chain='stp-x' priority='-7'>"
				      "<uuid>6EF53069ba3494a0d33d17751b9b8cb1</uuid></filter>");

	ck_str(f->name, "f");
	ck_str(f->chain, "stp-x");
	ck_assert_int_eq(f->priority, -7);
	ck_assert(f->priority_given);
	ck_str(f->uuid, "6ef53069-ba34-94a0-d33d-17751b9b8cb1");
	text_release(&t);

	f = text_parse(&t, MODE_DEFAULT, "<filter name='f' chain='rarp'/>");
	ck_assert_int_eq(f->priority, -400);
	ck_assert(!f->priority_given);
	text_release(&t);

	/* a priority without a chain is checked and has no effect */
	f = text_parse(&t, MODE_DEFAULT, "<filter name='f' priority='5'/>");
	ck_str(f->chain, "root");
	ck_assert_int_eq(f->priority, 0);
	ck_assert(!f->priority_given);
	text_release(&t);
}
END_TEST

START_TEST(chain_names)
{
	static const struct {
		const char *name;
		int priority;
		unsigned ethertype;
	} rows[] = {
		{"root", 0, 0},           {"stp", 0, 0},          {"mac", -800, 0},
		{"vlan9", -750, 0x8100},  {"ipv4", -700, 0x0800}, {"ipv6-a", -600, 0x86dd},
		{"arpfoo", -500, 0x0806}, {"rarp", -400, 0x8035},
	};
	static const char *const none[] = {"",   "Root",   "rootx",        "xarp",
					   "ip", "ipv4/1", "ipv4-12345678"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct chain_kind *kind = chain_kind(str_of(rows[i].name));

		ck_assert_ptr_nonnull(kind);
		ck_assert_int_eq(kind->priority, rows[i].priority);
		ck_assert_uint_eq(kind->ethertype, rows[i].ethertype);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_ptr_null(chain_kind(str_of(none[i])));
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *parse_suite(void)
{
	Suite *s = suite_create("parse");
	TCase *tc = tcase_create("parse");

	tcase_add_loop_test(tc, reported, 0, ROWS(complaints));
	tcase_add_loop_test(tc, not_reported, 0, ROWS(clean));
	tcase_add_test(tc, suggestions);
	tcase_add_test(tc, filter_header);
	tcase_add_test(tc, chain_names);
	suite_add_tcase(s, tc);
	return s;
}
