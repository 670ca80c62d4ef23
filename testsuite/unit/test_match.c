/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/suites.h"
#include "testsuite/unit/trial.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))
#define FILTER "<filter name='m'><rule action='drop' direction='%s' %s>%s</rule></filter>"

/*
 * How the matches of one rule are tested: the rule has direction 'out', and a
 * state so that it has no second instance.  Lines end in `|`; no line, no rule.
 */
struct tests {
	const char *match;
	const char *lines;
};

static void expect_tests(enum mode mode, const struct tests *row)
{
	struct str rest = str_of(row->lines);
	struct str expected;
	struct trial t;
	struct arena *a;
	bool l3;

	trial_init(&t, mode, "bridge-ct");
	a = t.job->compile.arena;
	ck_assert_msg(trial_lower(&t, str_printf(a, FILTER, "out", "", row->match).ptr),
		      "refused: %s", row->match);
	l3 = trial_entry(&t)->program[HOOK_IN_L3] != NULL;
	expected = str_printf(a, "out-%s\n\t(root)\n", l3 ? "l3" : "l2");
	while (rest.len) {
		struct str line = str_cut(&rest, '|');

		expected = str_printf(a, "%.*s\t\t%.*sdrop  <m:1>\n", STR_ARG(expected),
				      STR_ARG(line));
	}
	expected = str_printf(a, "%.*s%s", STR_ARG(expected), l3 ? "in-l3\n\t(root)\n" : "");
	expect_dump(&t, expected.ptr);
	trial_release(&t);
}

#define NEW "state='NEW' "
#define IS_NEW "ct state == 0x00000001; "
#define IPV4 "ether type == 0x0800; "
#define IPV6 "ether type == 0x86dd; "
#define TCP IPV4 "ip protocol == 0x06; "
#define FIRST "ip frag-off & 0x1fff == 0x0000; "
#define SCTP IPV4 "ip protocol == 0x84; "
#define WHOLE "exthdr frag missing; "
#define FRAG_0 "frag frag-off == 0x0000; "
#define FRAG_N "frag frag-off != 0x0000; "
#define IN_AH "meta l4proto == 0x33; "
#define ARP_IPS                                                                                    \
	"arp ptype == 0x0800; arp plen == 0x04; arp hlen == 0x06; @nh,192,32 == "                  \
	"0x00000000-0xffffffff; "
#define RARP_IPS                                                                                   \
	"@nh,16,16 == 0x0800; @nh,40,8 == 0x04; @nh,32,8 == 0x06; @nh,192,32 == "                  \
	"0x00000000-0xffffffff; "
#define BPDU "ether daddr == 0x0180c2000000; "
#define LLC "@nh,0,40 == 0x4242030000; "

static const struct tests plain[] = {
	{"<mac srcmacaddr='1:2:3:4:5:6' srcmacmask='ff:ff:ff:0:0:0'/>",
	 "ether saddr & 0xffffff000000 == 0x010203000000; |"},
	{"<mac srcmacaddr='1:2:3:4:5:6' srcmacmask='ff:ff:ff:ff:ff:ff'/>",
	 "ether saddr == 0x010203040506; |"},
	/* no bit counts: every address */
	{"<mac srcmacaddr='1:2:3:4:5:6' srcmacmask='0:0:0:0:0:0'/>", "|"},
	{"<mac match='no' protocolid='arp'/>", "ether type != 0x0806; |"},
	{"<vlan vlanid='5' encap-protocol='arp'/>",
	 "ether type == 0x8100; vlan id == 0x0005; vlan type == 0x0806; |"},
	{"<ip srcipaddr='10.1.2.3' srcipmask='8'/>", IPV4 "ip saddr & 0xff000000 == 0x0a000000; |"},
	{"<ip srcipaddr='10.1.2.3' srcipmask='32'/>", IPV4 "ip saddr == 0x0a010203; |"},
	{"<ip srcipaddr='10.1.2.3' srcipmask='0'/>", IPV4 "|"},
	{"<ip dscp='46'/>", IPV4 "ip dscp == 0x2e; |"},
	{"<ip protocol='igmp'/>", IPV4 "ip protocol == 0x02; |"},
	{"<ip match='no' protocol='tcp'/>", IPV4 "ip protocol != 0x06; |"},
	{"<ip protocol='33' dstportstart='1' dstportend='1'/>",
	 IPV4 "ip protocol == 0x21; " FIRST "th dport == 0x0001; |"},
	{"<tcp " NEW "srcipfrom='10.0.0.1' srcipto='10.0.0.9'/>",
	 TCP "ip saddr == 0x0a000001-0x0a000009; " IS_NEW "|"},
	{"<tcp " NEW "srcipfrom='10.0.0.1' srcipto='10.0.0.1'/>",
	 TCP "ip saddr == 0x0a000001; " IS_NEW "|"},
	/* fragments: only sctp and ICMP look behind the header */
	{"<tcp " NEW "dstportstart='1'/>", TCP "th dport == 0x0001; " IS_NEW "|"},
	{"<sctp " NEW "srcportstart='1' dstportstart='2'/>",
	 SCTP FIRST "th sport == 0x0001; th dport == 0x0002; " IS_NEW "|"},
	{"<sctp-ipv6 " NEW "dstportstart='2'/>",
	 IPV6 "meta l4proto == 0x84; th dport == 0x0002; " IS_NEW WHOLE "|" IPV6
	      "meta l4proto == 0x84; th dport == 0x0002; " IS_NEW FRAG_0 "|"},
	{"<udplite-ipv6 " NEW "dscp='1'/>",
	 IPV6 "meta l4proto == 0x88; ip6 dscp == 0x01; " IS_NEW "|"},
};

static const struct tests special[] = {
	{"<tcp " NEW "flags='SYN,ACK/SYN'/>", TCP "tcp flags & 0x12 == 0x02; " IS_NEW "|"},
	{"<tcp-ipv6 " NEW "flags='ALL/NONE'/>",
	 IPV6 "meta l4proto == 0x06; tcp flags & 0x3f == 0x00; " IS_NEW "|"},
	{"<tcp " NEW "/><tcp match='no' flags='SYN,RST/SYN'/>",
	 TCP "tcp flags & 0x06 != 0x02; " IS_NEW "|"},
	/* always, and never */
	{"<tcp " NEW "flags='NONE/NONE'/>", TCP IS_NEW "|"},
	{"<tcp " NEW "flags='SYN/ACK'/>", ""},
	{"<tcp " NEW "flags='/ACK'/>", ""},
	{"<tcp " NEW "/><tcp match='no' flags='SYN/ACK'/>", TCP IS_NEW "|"},
	{"<tcp " NEW "/><tcp match='no' flags='/'/>", ""},
	{"<tcp " NEW "option='2'/>", TCP "tcp option 2 exists; " IS_NEW "|"},
	{"<tcp " NEW "/><tcp match='no' option='2'/>",
	 TCP "ip frag-off & 0x1fff == 0x0000; tcp option 2 missing; " IS_NEW "|"},
	/* type 255 of IPv4 is any, of IPv6 it is 255 */
	{"<icmp " NEW "type='255'/>", IPV4 "ip protocol == 0x01; " FIRST IS_NEW "|"},
	{"<icmp " NEW "/><icmp match=\'no\' type='255'/>", ""},
	{"<icmpv6 " NEW "type='255'/>",
	 IPV6 "meta l4proto == 0x3a; icmpv6 type == 0xff; " IS_NEW WHOLE "|" IPV6
	      "meta l4proto == 0x3a; icmpv6 type == 0xff; " IS_NEW FRAG_0 "|"},
	{"<icmp " NEW "type='3' code='4'/>",
	 IPV4 "ip protocol == 0x01; " FIRST "icmp type == 0x03; icmp code == 0x04; " IS_NEW "|"},
	/* the sign is that of the pair */
	{"<icmp " NEW "/><icmp match=\'no\' type='3' code='4'/>",
	 IPV4 "ip protocol == 0x01; " FIRST
	      "icmp type . icmp code not in 0x03-0x03 . 0x04-0x04; " IS_NEW "|"},
	{"<ipv6 protocol='icmpv6'/><ipv6 match='no' type='1' typeend='4' code='0' codeend='3'/>",
	 IPV6 "meta l4proto == 0x3a; icmpv6 type . icmpv6 code not in "
	      "0x01-0x04 . 0x00-0x03; " WHOLE "|" IPV6
	      "meta l4proto == 0x3a; icmpv6 type . icmpv6 code not in "
	      "0x01-0x04 . 0x00-0x03; " FRAG_0 "|"},
	/* missing ends: 0, 255, and the start (semantics.md 1.9) */
	{"<ipv6 protocol='icmpv6' type='5'/>",
	 IPV6 "meta l4proto == 0x3a; icmpv6 type == 0x05; " WHOLE "|" IPV6
	      "meta l4proto == 0x3a; icmpv6 type == 0x05; " FRAG_0 "|"},
	{"<ipv6 protocol='icmpv6' codeend='7'/>", IPV6
	 "meta l4proto == 0x3a; icmpv6 type == 0x00-0xff; icmpv6 code == 0x00-0x07; " WHOLE "|" IPV6
	 "meta l4proto == 0x3a; icmpv6 type == 0x00-0xff; icmpv6 code == 0x00-0x07; " FRAG_0 "|"},
};

/* what an absent header makes false, also when it is negated (semantics.md 4.4) */
static const struct tests guards[] = {
	{"<arp match='no' arpsrcmacaddr='1:2:3:4:5:6'/>",
	 "ether type == 0x0806; arp htype == 0x0001; arp hlen == 0x06; "
	 "@nh,64,48 != 0x010203040506; |"},
	{"<arp match='no' arpdstipaddr='10.0.0.1'/>",
	 "ether type == 0x0806; " ARP_IPS "@nh,192,32 != 0x0a000001; |"},
	{"<arp gratuitous='true'/>",
	 "ether type == 0x0806; " ARP_IPS "@nh,112,8 . @nh,192,8 in @octet-pairs; "
	 "@nh,120,8 . @nh,200,8 in @octet-pairs; @nh,128,8 . @nh,208,8 in @octet-pairs; "
	 "@nh,136,8 . @nh,216,8 in @octet-pairs; |"},
	/* not equal in one octet or another */
	{"<arp match='no' gratuitous='true'/>",
	 "ether type == 0x0806; " ARP_IPS "@nh,112,8 . @nh,192,8 not in @octet-pairs; |"
	 "ether type == 0x0806; " ARP_IPS "@nh,120,8 . @nh,200,8 not in @octet-pairs; |"
	 "ether type == 0x0806; " ARP_IPS "@nh,128,8 . @nh,208,8 not in @octet-pairs; |"
	 "ether type == 0x0806; " ARP_IPS "@nh,136,8 . @nh,216,8 not in @octet-pairs; |"},
	{"<arp gratuitous='false'/>", "ether type == 0x0806; |"},
	/* nft has no words for RARP */
	{"<rarp opcode='3' arpsrcipaddr='10.0.0.1'/>",
	 "ether type == 0x8035; @nh,48,16 == 0x0003; " RARP_IPS "@nh,112,32 == 0x0a000001; |"},
	{"<stp type='0'/>", BPDU LLC "@nh,48,8 == 0x00; |"},
	{"<stp match='no' root-priority='1' root-priority-hi='2'/>",
	 BPDU LLC "@nh,48,8 != 0x80; @nh,64,16 != 0x0001-0x0002; |"},
	{"<stp srcmacaddr='1:2:3:4:5:6'/>", BPDU "ether saddr == 0x010203040506; |"},
};

/*
 * The protocol of IPv6 at L2: fragments, and what is behind an AH.  The raw key
 * comes before the test for AH, or nft could not list the rule (special.c).
 */
static const struct tests headers[] = {
	{"<ipv6 protocol='tcp'/>",
	 IPV6 WHOLE "meta l4proto == 0x06; |" IPV6 FRAG_0 "meta l4proto == 0x06; |" IPV6 WHOLE
		    "@th,0,8 == 0x06; " IN_AH "|" IPV6 FRAG_0 "@th,0,8 == 0x06; " IN_AH "|"},
	{"<ipv6 match='no' protocol='tcp'/>",
	 IPV6 FRAG_N "|" IPV6 "meta l4proto not in 0x06 0x33 0x3b; |" IPV6
		     "@th,0,8 not in 0x06 0x3b; " IN_AH "|"},
	/* the walk goes on behind it, or ends there */
	{"<ipv6 protocol='ah'/>", ""},
	{"<ipv6 protocol='59'/>", ""},
	{"<ipv6 match='no' protocol='ah'/>", IPV6 FRAG_N
	 "|" IPV6 "meta l4proto not in 0x33 0x3b; |" IPV6 "@th,0,8 not in 0x33 0x3b; " IN_AH "|"},
	{"<ipv6 match='no' protocol='59'/>", IPV6 FRAG_N
	 "|" IPV6 "meta l4proto not in 0x3b 0x33; |" IPV6 "@th,0,8 not in 0x3b; " IN_AH "|"},
	/* the next header of every fragment but the first is 44 */
	{"<ipv6 protocol='44'/>", IPV6 FRAG_N "|"},
	{"<ipv6 protocol='udp' dstportstart='53'/>",
	 IPV6 "meta l4proto == 0x11; th dport == 0x0035; " WHOLE "|" IPV6
	      "meta l4proto == 0x11; th dport == 0x0035; " FRAG_0 "|"},
};

/* neighbours that are negated: all but the first are ranges, which nft leaves alone */
static const struct tests negations[] = {
	{"<mac match='no' srcmacaddr='1:2:3:4:5:6' dstmacaddr='0:0:0:0:0:1' protocolid='arp'/>",
	 "ether saddr != 0x010203040506; ether daddr != 0x000000000001-0x000000000001; "
	 "ether type != 0x0806-0x0806; |"},
	{"<ip match='no' srcipaddr='10.0.0.0' srcipmask='8' dstipaddr='10.1.0.0' dstipmask='16'/>",
	 IPV4 "ip saddr & 0xff000000 != 0x0a000000; ip daddr != 0x0a010000-0x0a01ffff; |"},
	{"<tcp " NEW "/><tcp match='no' srcportstart='1' dstportstart='2'/>",
	 TCP "th sport != 0x0001; th dport != 0x0002-0x0002; " IS_NEW "|"},
	{"<tcp " NEW "/><tcp match='no' srcportstart='1' srcportend='9' dstportstart='2'/>",
	 TCP "th sport != 0x0001-0x0009; th dport != 0x0002; " IS_NEW "|"},
	/* bits are not bytes: nft does not join these */
	{"<vlan match='no' vlanid='5' encap-protocol='arp'/>",
	 "ether type == 0x8100; vlan id != 0x0005; vlan type != 0x0806; |"},
};

/* --compat=libvirt: what libvirt makes of it (the fixes of semantics.md 8.2) */
static const struct tests like_libvirt[] = {
	{"<foo/>", "|"},
	{"<igmp-ipv6/>", "|"},
	/* F4: decimal digits read as hexadecimal ones */
	{"<vlan encap-protocol='arp'/>", "ether type == 0x8100; vlan type == 0x2054; |"},
	{"<vlan encap-protocol='ipv4'/>", "ether type == 0x8100; vlan type == 0x2048; |"},
	{"<vlan encap-protocol='rarp'/>", "ether type == 0x8100; vlan type == 0x2821; |"},
	/* F5: the whole byte, but only at L2 */
	{"<ip dscp='46'/>", IPV4 "@nh,8,8 == 0x2e; |"},
	{"<tcp " NEW "dscp='46'/>", TCP "ip dscp == 0x2e; " IS_NEW "|"},
	/* F6: a mask of the source is one of the target, and not the other way round */
	{"<arp arpsrcipaddr='10.0.0.0' arpsrcipmask='8' arpdstipaddr='1.2.3.4'/>",
	 "ether type == 0x0806; " ARP_IPS "@nh,112,32 & 0xff000000 == 0x0a000000; "
	 "@nh,192,32 & 0xff000000 == 0x01000000; |"},
	{"<arp arpsrcipaddr='10.0.0.1' arpdstipaddr='1.2.3.4' arpdstipmask='8'/>",
	 "ether type == 0x0806; " ARP_IPS "@nh,112,32 == 0x0a000001; "
	 "@nh,192,32 & 0xff000000 == 0x01000000; |"},
	/* F9 */
	{"<tcp-ipv6 " NEW "flags='SYN/SYN'/>", IPV6 "meta l4proto == 0x06; " IS_NEW "|"},
	/* F29: one byte early, of version 0 only */
	{"<stp type='0'/>", BPDU "@nh,0,48 == 0x424203000000; @nh,40,8 == 0x00; |"},
	{"<stp match='no' port='1'/>",
	 BPDU "@nh,0,48 == 0x424203000000; @nh,288,8 == 0x00-0xff; @nh,216,16 != 0x0001; |"},
	/* F30: the pair, unless there is a range, and not of sctp */
	{"<tcp " NEW "/><tcp match='no' srcportstart='1' dstportstart='2'/>",
	 TCP "@th,0,32 != 0x00010002; " IS_NEW "|"},
	{"<sctp " NEW "/><sctp match=\'no\' srcportstart='1' dstportstart='2'/>",
	 SCTP FIRST "th sport != 0x0001; th dport != 0x0002-0x0002; " IS_NEW "|"},
	{"<tcp " NEW "/><tcp match='no' srcportstart='1' srcportend='3' dstportstart='2'/>",
	 TCP "th sport != 0x0001-0x0003; th dport != 0x0002; " IS_NEW "|"},
	/* a reversed range holds no address, so all are outside */
	{"<tcp " NEW "srcipfrom='10.0.0.9' srcipto='10.0.0.1'/>", ""},
};

START_TEST(plainly)
{
	expect_tests(MODE_DEFAULT, &plain[_i]);
}
END_TEST

START_TEST(specially)
{
	expect_tests(MODE_DEFAULT, &special[_i]);
}
END_TEST

START_TEST(guarded)
{
	expect_tests(MODE_DEFAULT, &guards[_i]);
}
END_TEST

START_TEST(behind_headers)
{
	expect_tests(MODE_DEFAULT, &headers[_i]);
}
END_TEST

START_TEST(negated)
{
	expect_tests(MODE_DEFAULT, &negations[_i]);
}
END_TEST

START_TEST(compatible)
{
	expect_tests(MODE_COMPAT, &like_libvirt[_i]);
}
END_TEST

/* could nft join this test with its negated neighbour? */
static bool joinable(const struct stmt *s)
{
	const struct key_info *info = key_info(s->key);
	unsigned offset = info->offset + s->key.offset;
	bool payload = info->base == BASE_LINK || info->base == BASE_NETWORK ||
		       info->base == BASE_TRANSPORT;

	return s->op == OP_NE && payload && offset % 8 == 0 && key_length(s->key) % 8 == 0 &&
	       (s->kind == STMT_TEST ||
		(s->kind == STMT_MASKED && value_prefix(s->other, key_size(s->key)) > 0));
}

static void expect_apart(const struct nft_chain *chain, const char *xml)
{
	for (size_t r = 0; r < chain->rule.n; r++) {
		unsigned n = 0;

		for (unsigned i = 0; i < chain->rule.at[r].nstmt; i++)
			n += joinable(&chain->rule.at[r].stmt[i]);
		ck_assert_msg(n <= 1, "%u negated neighbours: %s", n, xml);
	}
}

/* every match of a protocol, negated, in one rule */
START_TEST(all_negated)
{
	const struct proto *p = proto((enum proto_id)_i);
	bool l2_ip = p->layer == LAYER_L2 && p->family != FAMILY_NONE;
	struct trial t;
	struct arena *a;
	struct str xml;

	trial_init(&t, MODE_COMPAT, "bridge-ct");
	a = t.job->compile.arena;
	xml = str_printf(a, "%s%s%s<%s match='no'", l2_ip ? "<" : "", l2_ip ? p->xml : "",
			 l2_ip ? " protocol='tcp'/>" : "", p->xml);
	for (const enum field_id *f = p->fields; *f; f++)
		if (field(*f)->slot == SLOT_VALUE && *f != FIELD_IP6_TYPE &&
		    *f != FIELD_IP_PROTOCOL && *f != FIELD_SRCIP_FROM && *f != FIELD_DSTIP_FROM)
			xml = str_printf(a, "%.*s %s='%s'", STR_ARG(xml), field(*f)->xml,
					 type_of(field(*f), p) == TYPE_IPV6 ? "2001:db8::7"
									    : field(*f)->sample);
	xml = str_printf(a, FILTER, p->bpdu ? "out" : "inout", "",
			 str_printf(a, "%.*s/>", STR_ARG(xml)).ptr);
	ck_assert_msg(trial_lower(&t, xml.ptr), "refused: %s", xml.ptr);
	for (size_t i = 0; i < t.job->ruleset->program.n; i++)
		expect_apart(t.job->ruleset->program.at[i]->chain.at[0], xml.ptr);
	trial_release(&t);
}
END_TEST

Suite *match_suite(void)
{
	Suite *s = suite_create("match");
	TCase *tc = tcase_create("match");

	tcase_add_loop_test(tc, plainly, 0, ROWS(plain));
	tcase_add_loop_test(tc, specially, 0, ROWS(special));
	tcase_add_loop_test(tc, guarded, 0, ROWS(guards));
	tcase_add_loop_test(tc, behind_headers, 0, ROWS(headers));
	tcase_add_loop_test(tc, negated, 0, ROWS(negations));
	tcase_add_loop_test(tc, compatible, 0, ROWS(like_libvirt));
	tcase_add_loop_test(tc, all_negated, PROTO_ANY + 1, PROTO_MAX);
	suite_add_tcase(s, tc);
	return s;
}
