/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/parse.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/text.h"

static struct filter *parse(struct text *t, enum mode mode, const char *text)
{
	text_init(t, mode, str_of(text));
	return parse_filter(&t->compile, t->source);
}

/* the only rule of a filter with that rule's elements */
static struct filter_rule *parse_rule(struct text *t, enum mode mode, const char *elements)
{
	struct filter *f;
	char text[1024];

	snprintf(text, sizeof(text), "<filter name='f'><rule action='accept' direction='%s'>%s"
				     "</rule></filter>",
		 strstr(elements, "<stp") ? "inout" : "in", elements);
	text_init(t, mode, STR(""));
	t->source = compile_text(&t->compile, STR("text"), str_dup(t->compile.arena, str_of(text)));
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
	{IN_FILTER("<filterref name='a'/>"), DIAG_FILTERREF_NAME, NULL},
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
		struct filter *f = parse(&t, (enum mode)mode, complaints[_i].text);
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
		struct filter *f = parse(&t, (enum mode)mode, clean[_i]);

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
		{IN_FILTER("<filterref name='a'/>"), NULL},
		{IN_FILTER("<rule action='dropp' direction='in'/>"), "did you mean 'drop'?"},
		{IN_FILTER("<filter name='g'/>"), "did you mean <filterref>?"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text t;

		parse(&t, MODE_DEFAULT, rows[i].text);
		ck_assert_uint_ge(t.compile.diag.diag.n, 1);
		if (rows[i].help)
			ck_str(t.compile.diag.diag.at[0]->help, rows[i].help);
		text_release(&t);
	}
}
END_TEST

START_TEST(filter_header)
{
	struct text t;
	struct filter *f = parse(&t, MODE_DEFAULT,
				 "<filter name='f' chain='stp-x' priority='-7'>"
				 "<uuid>6EF53069ba3494a0d33d17751b9b8cb1</uuid></filter>");

	ck_str(f->name, "f");
	ck_str(f->chain, "stp-x");
	ck_assert_int_eq(f->priority, -7);
	ck_assert(f->priority_given);
	ck_str(f->uuid, "6ef53069-ba34-94a0-d33d-17751b9b8cb1");
	text_release(&t);

	f = parse(&t, MODE_DEFAULT, "<filter name='f' chain='rarp'/>");
	ck_assert_int_eq(f->priority, -400);
	ck_assert(!f->priority_given);
	text_release(&t);

	/* a priority without a chain is checked and has no effect */
	f = parse(&t, MODE_DEFAULT, "<filter name='f' priority='5'/>");
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
		{"root", 0, 0},         {"stp", 0, 0},          {"mac", -800, 0},
		{"vlan9", -750, 0x8100}, {"ipv4", -700, 0x0800}, {"ipv6-a", -600, 0x86dd},
		{"arpfoo", -500, 0x0806}, {"rarp", -400, 0x8035},
	};
	static const char *const none[] = {"", "Root", "rootx", "xarp", "ip", "ipv4/1",
					   "ipv4-12345678"};

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

START_TEST(rule_header)
{
	struct text t;
	struct filter *f = parse(&t, MODE_DEFAULT,
				 "<filter name='f'>\n<rule action='reject'\n  direction='inout' "
				 "statematch='0'>\n<tcp  dscp='1'/>\n</rule></filter>");
	struct filter_rule *r = f->item.at[0].rule;

	ck_assert_int_eq(r->action, ACTION_REJECT);
	ck_assert_int_eq(r->direction, DIRECTION_INOUT);
	ck_assert_int_eq(r->priority, 500);
	ck_assert(!r->statematch);
	ck_assert_ptr_eq(r->proto, proto(PROTO_TCP));
	ck_str(r->text, "<rule action='reject' direction='inout' statematch='0'> <tcp dscp='1'/>");
	ck_assert_uint_eq(span_position(r->span).line, 2);
	text_release(&t);

	r = parse_rule(&t, MODE_COMPAT, "<foo/>");
	ck_assert_ptr_eq(r->proto, proto(PROTO_ANY));
	text_release(&t);
	r = parse_rule(&t, MODE_COMPAT, "<foo/><tcp dscp='1'/><udp dscp='2'/><tcp dscp='3'/>");
	ck_assert_ptr_eq(r->proto, proto(PROTO_TCP));
	ck_assert_uint_eq(value_number(&find(r, FIELD_DSCP)->operand[SLOT_VALUE].value), 3);
	text_release(&t);
	r = parse_rule(&t, MODE_DEFAULT, "<igmp-ipv6/>");
	ck_assert_ptr_eq(r->proto, proto(PROTO_IGMP_IPV6));
	text_release(&t);
	r = parse_rule(&t, MODE_COMPAT, "<igmp-ipv6/>");
	ck_assert_ptr_eq(r->proto, proto(PROTO_ANY));
	text_release(&t);
}
END_TEST

START_TEST(folding)
{
	struct text t;
	struct filter_rule *r = parse_rule(
		&t, MODE_DEFAULT,
		"<ip match='no' dstportend='9' dstportstart='7' srcipmask='8' srcipaddr='10.0.0.0'/>"
		"<ip protocol='tcp'/>");
	const struct match *m;

	/* table order, not the order of writing; PORTS_PROTOCOL is another test's */
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

START_TEST(compat_meaning)
{
	struct text t;
	struct filter_rule *r;

	/* F1: the sign of the source port */
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
	r = parse_rule(&t, MODE_COMPAT,
		       "<ip protocol='tcp'/><ip match='no' dstportstart='22'/>");
	ck_assert(find(r, FIELD_DSTPORT)->negated);
	ck_assert_uint_eq(t.compile.diag.diag.n, 0);
	text_release(&t);

	/* F2: sets */
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

	/* F9: flags of tcp-ipv6, whose variables are not even wanted */
	r = parse_rule(&t, MODE_COMPAT, "<tcp-ipv6 flags='$A'/>");
	ck_assert_uint_eq(r->match.n + r->access.n, 0);
	text_release(&t);

	/* F24: variables without effect, which must have a value all the same */
	r = parse_rule(&t, MODE_COMPAT, "<tcp flags='$A' state='NEW'/><tcp state='$B'/>");
	ck_assert_ptr_null(find(r, FIELD_TCP_FLAGS));
	ck_assert_uint_eq(find(r, FIELD_STATE)->operand[SLOT_VALUE].value.b[0], STATE_NEW);
	ck_assert_uint_eq(r->access.n, 2);
	text_release(&t);

	/* without their partner, or beside the address */
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

	/* libvirt fails on a variable in the comment of a stateful rule */
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
	struct filter_rule *r = parse_rule(
		&t, MODE_DEFAULT, "<ipv6 protocol='icmpv6'/><ipv6 match='no' code='1' codeend='2'/>");
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
	char text[6000] = "<filter name='f'>" RULE "><tcp comment='";
	size_t n = strlen(text);
	struct text t;
	struct filter *f;

	memset(text + n, 'A', 4097);
	strcpy(text + n + 4097, "'/></rule></filter>");
	parse(&t, MODE_DEFAULT, text);
	ck_assert_uint_eq(text_count(&t, DIAG_VALUE_RANGE), 1);
	text_release(&t);
	/* libvirt keeps 256 bytes */
	f = parse(&t, MODE_COMPAT, text);
	ck_assert_uint_eq(text_count(&t, DIAG_COMMENT_CHANGED), 1);
	ck_assert_uint_eq(f->item.at[0].rule->comment.len, 256);
	text_release(&t);
	f = parse(&t, MODE_DEFAULT, IN_RULE("<mac comment='a  &lt; b'/>"));
	ck_str(f->item.at[0].rule->comment, "a  < b");
	ck_assert_uint_eq(f->item.at[0].rule->match.n, 0);
	text_release(&t);
}
END_TEST

START_TEST(parameters)
{
	struct text t;
	struct filter *f = parse(&t, MODE_DEFAULT,
				 IN_FILTER("<filterref filter='g'>"
					   "<parameter name='A' value='1'/>"
					   "<parameter name='B' value='2'/>"
					   "<parameter name='A' value='1'/></filterref>"));
	const struct parameter_list *list = &f->item.at[0].filterref->parameter;
	const struct parameter *a = parameter_find(list, STR("A"));
	struct source *ours;
	struct span all;

	ck_assert_uint_eq(list->n, 2);
	ck_assert_ptr_eq(a, &list->at[0]);
	ck_assert_uint_eq(a->value.n, 2);
	ck_assert_uint_eq(a->value_span.n, 2);
	ck_span(a->value_span.at[1], "1");
	ck_assert_ptr_null(parameter_find(list, STR("C")));

	/* the command line takes what any value may have, and nothing else, in every mode */
	ours = compile_text(&t.compile, STR(COMMAND_LINE), STR("A=..."));
	all = (struct span){ours, 0, 5};
	ck_assert(parameter_add(&t.compile, &f->item.at[0].filterref->parameter, STR("A"), all,
				STR("src,dst"), all));
	ck_assert(!parameter_add(&t.compile, &f->item.at[0].filterref->parameter, STR("A"), all,
				 STR(""), all));
	ck_assert(!parameter_add(&t.compile, &f->item.at[0].filterref->parameter, STR("A"), all,
				 STR("10.0.0.1; flush ruleset"), all));
	ck_assert(!parameter_add(&t.compile, &f->item.at[0].filterref->parameter, STR("A-B"), all,
				 STR("1"), all));
	ck_assert_uint_eq(text_count(&t, DIAG_PARAMETER_VALUE), 3);
	ck_assert_uint_eq(t.compile.diag.nerror, 3);
	text_release(&t);

	f = parse(&t, MODE_COMPAT,
		  IN_FILTER("<filterref filter='g'><parameter name='A' value='1/2'/></filterref>"));
	ck_assert_uint_eq(f->item.at[0].filterref->parameter.n, 0);
	text_release(&t);
}
END_TEST

#define BINDING(inside) "<filterbinding>" inside "</filterbinding>"
#define PORT "<portdev name='tap0'/>"
#define MAC "<mac address='52:54:0:12:34:5F'/>"
#define REF "<filterref filter='f'/>"

START_TEST(bindings)
{
	struct text t;
	struct binding *b;

	text_init(&t, MODE_DEFAULT,
		  STR(BINDING("<owner><name>vm</name><uuid>x</uuid></owner>" PORT
			      "<linkdev name='x'/>" MAC
			      "<filterref filter='f'><parameter name='IP' value='1.2.3.4'/>"
			      "</filterref>")));
	b = parse_binding(&t.compile, t.source);
	ck_assert_ptr_nonnull(b);
	ck_str(b->tap, "tap0");
	ck_str(b->filter, "f");
	ck_assert_uint_eq(b->mac[5], 0x5f);
	ck_str(parameter_find(&b->parameter, STR("IP"))->value.at[0], "1.2.3.4");
	ck_str(parameter_find(&b->parameter, STR("MAC"))->value.at[0], "52:54:00:12:34:5f");
	ck_assert_uint_eq(t.compile.diag.diag.n, 0);
	text_release(&t);

	/* the user's MAC stays */
	text_init(&t, MODE_DEFAULT,
		  STR(BINDING(PORT MAC "<filterref filter='f'>"
				       "<parameter name='MAC' value='1:2:3:4:5:6'/></filterref>")));
	b = parse_binding(&t.compile, t.source);
	ck_assert_uint_eq(parameter_find(&b->parameter, STR("MAC"))->value.n, 1);
	ck_str(parameter_find(&b->parameter, STR("MAC"))->value.at[0], "1:2:3:4:5:6");
	text_release(&t);
}
END_TEST

static const struct {
	const char *text;
	enum diag_id id;
} bad_bindings[] = {
	{"<filter name='f'/>", DIAG_ROOT_ELEMENT},
	{BINDING(MAC REF), DIAG_BINDING_INCOMPLETE},
	{BINDING("<portdev/>" MAC REF), DIAG_BINDING_INCOMPLETE},
	{BINDING(PORT MAC), DIAG_BINDING_INCOMPLETE},
	{BINDING(PORT MAC "<filterref filter=''/>"), DIAG_BINDING_INCOMPLETE},
	{BINDING(PORT REF), DIAG_BINDING_MAC},
	{BINDING(PORT REF "<mac address='52:54:00:12:34'/>"), DIAG_BINDING_MAC},
	{BINDING("<portdev name='a b'/>" MAC REF), DIAG_TAP_NAME},
	{BINDING("<portdev name='0123456789abcdef'/>" MAC REF), DIAG_TAP_NAME},
	{BINDING("<portdev name='..'/>" MAC REF), DIAG_TAP_NAME},
	{BINDING(PORT PORT MAC REF), DIAG_UNKNOWN_ELEMENT},
	{BINDING(PORT MAC REF "<ip/>"), DIAG_UNKNOWN_ELEMENT},
	{"<filterbinding>" PORT MAC REF, DIAG_XML_MALFORMED},
};

START_TEST(refused_bindings)
{
	struct text t;

	text_init(&t, MODE_DEFAULT, str_of(bad_bindings[_i].text));
	ck_assert_ptr_null(parse_binding(&t.compile, t.source));
	ck_assert_uint_eq(t.compile.diag.diag.n, 1);
	ck_assert_uint_eq(text_count(&t, bad_bindings[_i].id), 1);
	text_release(&t);
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
	tcase_add_test(tc, rule_header);
	tcase_add_test(tc, folding);
	tcase_add_test(tc, merging);
	tcase_add_test(tc, access_order);
	tcase_add_test(tc, compat_meaning);
	tcase_add_test(tc, lone_codes);
	tcase_add_test(tc, comments);
	tcase_add_test(tc, parameters);
	tcase_add_test(tc, bindings);
	tcase_add_loop_test(tc, refused_bindings, 0, ROWS(bad_bindings));
	suite_add_tcase(s, tc);
	return s;
}
