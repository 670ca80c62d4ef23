/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "ir/base/buf.h"
#include "ir/field.h"
#include "ir/proto.h"
#include "ir/type.h"
#include "testsuite/unit/suites.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

/* what libvirt takes for a value (semantics.md 1.6, 1.7), and what we think of it */
struct row {
	enum field_id field;
	enum proto_id proto;
	const char *text;
	enum parse_verdict verdict;
	const char *bytes; /* hexadecimal; NULL: refused */
};

#define OK(field, proto, text, bytes)                                                              \
	{                                                                                          \
		FIELD_##field, PROTO_##proto, text, PARSE_OK, bytes                                \
	}
#define LOOSE(field, proto, text, bytes)                                                           \
	{                                                                                          \
		FIELD_##field, PROTO_##proto, text, PARSE_LOOSE, bytes                             \
	}
#define ODD(field, proto, text, bytes)                                                             \
	{                                                                                          \
		FIELD_##field, PROTO_##proto, text, PARSE_ODD, bytes                               \
	}
#define RANGE(field, proto, text)                                                                  \
	{                                                                                          \
		FIELD_##field, PROTO_##proto, text, PARSE_RANGE, NULL                              \
	}
#define ILLEGAL(field, proto, text)                                                                \
	{                                                                                          \
		FIELD_##field, PROTO_##proto, text, PARSE_ILLEGAL, NULL                            \
	}

static const struct row numbers[] = {
	OK(ICMP_TYPE, ICMP, "0", "00"),
	OK(ICMP_TYPE, ICMP, "255", "ff"),
	OK(ICMP_TYPE, ICMP, "0xff", "ff"),
	OK(ICMP_TYPE, ICMP, "0XfF", "ff"),
	/* ten, in spite of the zero */
	OK(ICMP_TYPE, ICMP, "010", "0a"),
	RANGE(ICMP_TYPE, ICMP, "256"),
	RANGE(ICMP_TYPE, ICMP, "0x100"),
	RANGE(ICMP_TYPE, ICMP, "99999999999999999999"),
	/* decimal first, then hexadecimal, which needs no 0x */
	LOOSE(ICMP_TYPE, ICMP, "ff", "ff"),
	LOOSE(ICMP_TYPE, ICMP, "1e", "1e"),
	LOOSE(ICMP_TYPE, ICMP, "A", "0a"),
	RANGE(ICMP_TYPE, ICMP, "abc"),
	LOOSE(ICMP_TYPE, ICMP, " 8", "08"),
	LOOSE(ICMP_TYPE, ICMP, "\t\n\v\f\r 8", "08"),
	LOOSE(ICMP_TYPE, ICMP, "+8", "08"),
	LOOSE(ICMP_TYPE, ICMP, " +0x8", "08"),
	ILLEGAL(ICMP_TYPE, ICMP, "8 "),
	ILLEGAL(ICMP_TYPE, ICMP, "0xff "),
	ILLEGAL(ICMP_TYPE, ICMP, "8.0"),
	ILLEGAL(ICMP_TYPE, ICMP, "8,9"),
	ILLEGAL(ICMP_TYPE, ICMP, "8-9"),
	ILLEGAL(ICMP_TYPE, ICMP, ""),
	ILLEGAL(ICMP_TYPE, ICMP, " "),
	ILLEGAL(ICMP_TYPE, ICMP, "+"),
	ILLEGAL(ICMP_TYPE, ICMP, "-"),
	ILLEGAL(ICMP_TYPE, ICMP, "0x"),
	ILLEGAL(ICMP_TYPE, ICMP, "+-8"),
	ILLEGAL(ICMP_TYPE, ICMP, "+ 8"),
	ILLEGAL(ICMP_TYPE, ICMP, "g"),
	ILLEGAL(ICMP_TYPE, ICMP, "echo-request"),
	/* negative numbers wrap at 32 bits */
	RANGE(ICMP_TYPE, ICMP, "-1"),
	ODD(ICMP_TYPE, ICMP, "-0", "00"),
	ODD(ICMP_TYPE, ICMP, "-4294967295", "01"),
	RANGE(ICMP_TYPE, ICMP, "-4294967296"),
	OK(STP_PORT, STP, "65535", "ffff"),
	OK(STP_PORT, STP, "0x8001", "8001"),
	LOOSE(STP_PORT, STP, "ffff", "ffff"),
	RANGE(STP_PORT, STP, "65536"),
	RANGE(STP_PORT, STP, "-1"),
	RANGE(STP_PORT, STP, "fffff"),
	OK(STP_ROOT_COST, STP, "4294967295", "ffffffff"),
	OK(STP_ROOT_COST, STP, "0xffffffff", "ffffffff"),
	LOOSE(STP_ROOT_COST, STP, "ffffffff", "ffffffff"),
	ODD(STP_ROOT_COST, STP, "-1", "ffffffff"),
	ODD(STP_ROOT_COST, STP, " -2", "fffffffe"),
	RANGE(STP_ROOT_COST, STP, "4294967296"),
	RANGE(STP_ROOT_COST, STP, "0x100000000"),
	/* decimal only */
	OK(CONNLIMIT, TCP, "3", "0003"),
	OK(CONNLIMIT, TCP, "65535", "ffff"),
	LOOSE(CONNLIMIT, TCP, " +3", "0003"),
	RANGE(CONNLIMIT, TCP, "65536"),
	RANGE(CONNLIMIT, TCP, "-1"),
	ILLEGAL(CONNLIMIT, TCP, "0x3"),
	ILLEGAL(CONNLIMIT, TCP, "ff"),
	ILLEGAL(CONNLIMIT, TCP, ""),
};

/* limits and names of single fields */
static const struct row fields[] = {
	OK(ETHERTYPE, MAC, "arp", "0806"),
	OK(ETHERTYPE, MAC, "RARP", "8035"),
	OK(ETHERTYPE, MAC, "IPv4", "0800"),
	OK(ETHERTYPE, MAC, "ipv6", "86dd"),
	OK(ETHERTYPE, MAC, "vlan", "8100"),
	OK(ETHERTYPE, MAC, "0x600", "0600"),
	OK(ETHERTYPE, MAC, "2054", "0806"),
	LOOSE(ETHERTYPE, MAC, "86dd", "86dd"),
	RANGE(ETHERTYPE, MAC, "0x5ff"),
	RANGE(ETHERTYPE, MAC, "0"),
	RANGE(ETHERTYPE, MAC, "0x10000"),
	ILLEGAL(ETHERTYPE, MAC, "ip"),
	ILLEGAL(ETHERTYPE, MAC, " arp"),
	ILLEGAL(ETHERTYPE, MAC, "arp "),
	OK(VLAN_ID, VLAN, "0", "0000"),
	OK(VLAN_ID, VLAN, "4095", "0fff"),
	RANGE(VLAN_ID, VLAN, "4096"),
	LOOSE(VLAN_ID, VLAN, "fff", "0fff"),
	OK(VLAN_ENCAP, VLAN, "arp", "0806"),
	OK(VLAN_ENCAP, VLAN, "0x3c", "003c"),
	RANGE(VLAN_ENCAP, VLAN, "0x3b"),
	OK(ARP_HWTYPE, ARP, "65535", "ffff"),
	OK(ARP_PROTOCOLTYPE, ARP, "0x0800", "0800"),
	OK(ARP_OPCODE, ARP, "Request", "0001"),
	OK(ARP_OPCODE, ARP, "reply", "0002"),
	OK(ARP_OPCODE, ARP, "REQUEST_REVERSE", "0003"),
	OK(ARP_OPCODE, RARP, "Reply_Reverse", "0004"),
	OK(ARP_OPCODE, ARP, "DRARP_Request", "0005"),
	OK(ARP_OPCODE, ARP, "DRARP_Reply", "0006"),
	OK(ARP_OPCODE, ARP, "DRARP_Error", "0007"),
	OK(ARP_OPCODE, ARP, "InARP_Request", "0008"),
	OK(ARP_OPCODE, ARP, "ARP_NAK", "0009"),
	OK(ARP_OPCODE, ARP, "10", "000a"),
	RANGE(ARP_OPCODE, ARP, "65536"),
	ILLEGAL(ARP_OPCODE, ARP, "Reqest"),
	OK(IP_PROTOCOL, IP, "tcp", "06"),
	OK(IP_PROTOCOL, IP, "UDP", "11"),
	OK(IP_PROTOCOL, IP, "udplite", "88"),
	OK(IP_PROTOCOL, IP, "esp", "32"),
	OK(IP_PROTOCOL, IP, "ah", "33"),
	OK(IP_PROTOCOL, IP, "icmp", "01"),
	OK(IP_PROTOCOL, IP, "igmp", "02"),
	OK(IP_PROTOCOL, IP, "sctp", "84"),
	OK(IP_PROTOCOL, IPV6, "icmpv6", "3a"),
	OK(IP_PROTOCOL, IPV6, "33", "21"),
	RANGE(IP_PROTOCOL, IPV6, "256"),
	ILLEGAL(IP_PROTOCOL, IP, "dccp"),
	OK(DSCP, IP, "63", "3f"),
	OK(DSCP, TCP_IPV6, "0x2e", "2e"),
	RANGE(DSCP, IP, "64"),
	RANGE(DSCP, TCP, "0xff"),
	OK(SRCPORT, IP, "65535", "ffff"),
	OK(DSTPORT_END, SCTP_IPV6, "0", "0000"),
	RANGE(SRCPORT, TCP, "65536"),
	ILLEGAL(DSTPORT, TCP, "ssh"),
	ILLEGAL(DSTPORT, TCP, "22:80"),
	RANGE(TCP_OPTION, TCP, "256"),
	RANGE(IP6_CODE_END, IPV6, "256"),
	OK(IP6_TYPE_END, IPV6, "137", "89"),
};

static const struct row macs[] = {
	OK(SRCMAC, MAC, "52:54:00:12:34:56", "525400123456"),
	OK(SRCMAC, MAC, "1:2:3:a:B:0c", "010203 0a0b0c"),
	OK(SRCMAC, TCP, "FF:ff:Ff:fF:00:0", "ffffffff0000"),
	LOOSE(SRCMAC, MAC, "52:54:00:12:34:56 ", "525400123456"),
	LOOSE(SRCMAC, MAC, "52:54:00:12:34:56 \t", "525400123456"),
	LOOSE(SRCMAC, MAC, "52:54:00:12:34:56\n", "525400123456"),
	ILLEGAL(SRCMAC, MAC, " 52:54:00:12:34:56"),
	ILLEGAL(SRCMAC, MAC, "52:54:00:12:34"),
	ILLEGAL(SRCMAC, MAC, "52:54:00:12:34:56:78"),
	ILLEGAL(SRCMAC, MAC, "52:54:00:12:34:56:"),
	ILLEGAL(SRCMAC, MAC, "52:54::12:34:56"),
	ILLEGAL(SRCMAC, MAC, "52:54:00:12:34:"),
	ILLEGAL(SRCMAC, MAC, "52:54:00:12:34:056"),
	ILLEGAL(SRCMAC, MAC, "52:54:00:12:34:5g"),
	ILLEGAL(SRCMAC, MAC, "52-54-00-12-34-56"),
	ILLEGAL(SRCMAC, MAC, "525400123456"),
	ILLEGAL(SRCMAC, MAC, "52:54:00:12:34: 56"),
	ILLEGAL(SRCMAC, MAC, ""),
	ILLEGAL(SRCMAC, MAC, " "),
	OK(SRCMAC_MASK, MAC, "ff:ff:ff:ff:ff:ff", "ffffffffffff"),
	OK(SRCMAC_MASK, MAC, "0:0:0:0:0:0", "000000000000"),
	OK(DSTMAC_MASK, ARP, "ff:ff:fe:00:00:00", "fffffe000000"),
	OK(STP_ROOT_ADDRESS_MASK, STP, "80:0:0:0:0:0", "800000000000"),
	ILLEGAL(SRCMAC_MASK, MAC, "ff:00:ff:00:00:00"),
	ILLEGAL(SRCMAC_MASK, MAC, "ff:ff:fd:00:00:00"),
	ILLEGAL(SRCMAC_MASK, MAC, "00:ff:ff:ff:ff:ff"),
	ILLEGAL(DSTMAC_MASK, MAC, "01:00:00:00:00:00"),
	ILLEGAL(SRCMAC_MASK, MAC, "24"),
};

static const struct row addresses[] = {
	OK(SRCIP, IP, "192.0.2.7", "c0000207"),
	OK(SRCIP, TCP, "0.0.0.0", "00000000"),
	OK(ARP_SRCIP, ARP, "255.255.255.255", "ffffffff"),
	/* the forms of inet_aton */
	ODD(SRCIP, IP, "010.0.0.1", "08000001"),
	ODD(SRCIP, IP, "00.0.0.1", "00000001"),
	ODD(SRCIP, IP, "10.1", "0a000001"),
	ODD(SRCIP, IP, "10.1.2", "0a010002"),
	ODD(SRCIP, IP, "10.65536", "0a010000"),
	ODD(SRCIP, IP, "1", "00000001"),
	ODD(SRCIP, IP, "0x7f.1", "7f000001"),
	ODD(SRCIP, IP, "0X7f000001", "7f000001"),
	ODD(SRCIP, IP, "::ffff:192.0.2.7", "c0000207"),
	ILLEGAL(SRCIP, IP, "::ffff"),
	ILLEGAL(SRCIP, IP, "::192.0.2.7"),
	ILLEGAL(SRCIP, IP, "fe80::1"),
	ILLEGAL(SRCIP, IP, "08.0.0.1"),
	ILLEGAL(SRCIP, IP, "256.0.0.1"),
	ILLEGAL(SRCIP, IP, "192.0.2.256"),
	ILLEGAL(SRCIP, IP, "192.0.2.7.1"),
	ILLEGAL(SRCIP, IP, "192.0.2."),
	ILLEGAL(SRCIP, IP, "192.0.2.7/24"),
	ILLEGAL(SRCIP, IP, " 192.0.2.7"),
	ILLEGAL(SRCIP, IP, "192.0.2.7 "),
	ILLEGAL(SRCIP, IP, "192.0.2.7\n"),
	ILLEGAL(SRCIP, IP, "4294967296"),
	ILLEGAL(SRCIP, IP, "-1"),
	ILLEGAL(SRCIP, IP, "a"),
	ILLEGAL(SRCIP, IP, "localhost"),
	ILLEGAL(SRCIP, IP, ""),
	OK(SRCIP_MASK, IP, "0", "00000000"),
	OK(SRCIP_MASK, IP, "1", "80000000"),
	OK(SRCIP_MASK, IP, "24", "ffffff00"),
	OK(DSTIP_MASK, TCP, "32", "ffffffff"),
	OK(ARP_DSTIP_MASK, ARP, "255.255.254.0", "fffffe00"),
	OK(SRCIP_MASK, IP, "0.0.0.0", "00000000"),
	OK(SRCIP_MASK, IP, "255.255.255.255", "ffffffff"),
	ILLEGAL(SRCIP_MASK, IP, "33"),
	ILLEGAL(SRCIP_MASK, IP, "-1"),
	ILLEGAL(SRCIP_MASK, IP, "0x18"),
	ILLEGAL(SRCIP_MASK, IP, "/24"),
	ILLEGAL(SRCIP_MASK, IP, "24 "),
	ILLEGAL(SRCIP_MASK, IP, "255.0.255.0"),
	ILLEGAL(SRCIP_MASK, IP, "0.0.0.255"),
	ILLEGAL(SRCIP_MASK, IP, "ffff::"),
	ILLEGAL(SRCIP_MASK, IP, ""),
	OK(SRCIP, IPV6, "::1", "00000000 00000000 00000000 00000001"),
	OK(DSTIP, TCP_IPV6, "2001:DB8::7", "20010db8 00000000 00000000 00000007"),
	OK(SRCIP, ICMPV6, "::ffff:192.0.2.7", "00000000 00000000 0000ffff c0000207"),
	OK(SRCIP, IPV6, "1:2:3:4:5:6:7:8", "00010002 00030004 00050006 00070008"),
	/* IPv4 in libvirt, which is fix F8 */
	OK(DSTIP_TO, TCP_IPV6, "2001:db8::8", "20010db8 00000000 00000000 00000008"),
	ILLEGAL(DSTIP_TO, TCP_IPV6, "192.0.2.7"),
	ILLEGAL(SRCIP, IPV6, "192.0.2.7"),
	ILLEGAL(SRCIP, IPV6, "fe80::1%eth0"),
	ILLEGAL(SRCIP, IPV6, "[::1]"),
	ILLEGAL(SRCIP, IPV6, "fe80::/10"),
	ILLEGAL(SRCIP, IPV6, " ::1"),
	ILLEGAL(SRCIP, IPV6, ":::"),
	ILLEGAL(SRCIP, IPV6, "1::2::3"),
	ILLEGAL(SRCIP, IPV6, "00001::"),
	ILLEGAL(SRCIP, IPV6, "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb"),
	ILLEGAL(SRCIP, IPV6, ""),
	OK(SRCIP_MASK, IPV6, "0", "00000000 00000000 00000000 00000000"),
	OK(SRCIP_MASK, IPV6, "10", "ffc00000 00000000 00000000 00000000"),
	OK(DSTIP_MASK, UDP_IPV6, "128", "ffffffff ffffffff ffffffff ffffffff"),
	OK(SRCIP_MASK, IPV6, "ffff:fff0::", "fffffff0 00000000 00000000 00000000"),
	OK(SRCIP_MASK, IPV6, "::", "00000000 00000000 00000000 00000000"),
	ILLEGAL(SRCIP_MASK, IPV6, "129"),
	ILLEGAL(SRCIP_MASK, IPV6, "ffff:0:ffff::"),
	ILLEGAL(SRCIP_MASK, IPV6, "255.255.255.0"),
};

static const struct {
	const struct row *rows;
	int n;
} tables[] = {
	{numbers, ROWS(numbers)},
	{fields, ROWS(fields)},
	{macs, ROWS(macs)},
	{addresses, ROWS(addresses)},
};

static void expect_bytes(const struct row *row, const struct value *v)
{
	char digits[3] = {0};
	unsigned n = 0;

	for (const char *p = row->bytes; *p; p += 2, n++) {
		p += *p == ' ';
		snprintf(digits, sizeof(digits), "%02x", v->b[n]);
		ck_assert_msg(!strncmp(digits, p, 2), "\"%s\": byte %u is %s, not %.2s", row->text,
			      n, digits, p);
	}
	ck_assert_uint_eq(v->len, n);
	for (; n < VALUE_BYTES; n++)
		ck_assert_uint_eq(v->b[n], 0);
}

START_TEST(texts)
{
	for (int i = 0; i < tables[_i].n; i++) {
		const struct row *row = &tables[_i].rows[i];
		struct value v = {0};
		enum parse_verdict verdict;

		ck_assert(proto_has(proto(row->proto), row->field));
		verdict = type_parse(field(row->field), proto(row->proto), str_of(row->text), &v);
		ck_assert_msg(verdict == row->verdict, "%s=\"%s\": %d, not %d",
			      field(row->field)->xml, row->text, verdict, row->verdict);
		if (row->bytes)
			expect_bytes(row, &v);
	}
}
END_TEST

/* a view is not a C string: what stands behind it does not count */
START_TEST(views)
{
	static const struct {
		enum field_id field;
		const char *text;
		size_t len;
	} rows[] = {
		{FIELD_ICMP_TYPE, "8\0", 2},     {FIELD_SRCIP, "1.2.3.4\0", 8},
		{FIELD_SRCIP_MASK, "24\0", 3},   {FIELD_SRCMAC, "1:2:3:4:5:6\0", 12},
		{FIELD_STATE, "NEW\0", 4},       {FIELD_IPSET, "a\0", 2},
		{FIELD_IPSET_FLAGS, "src\0", 4},
	};
	struct value v;

	for (int i = 0; i < ROWS(rows); i++) {
		const struct field *f = field(rows[i].field);
		struct str text = {rows[i].text, rows[i].len};

		ck_assert_int_eq(type_parse(f, proto(PROTO_ICMP), text, &v), PARSE_ILLEGAL);
		text.len--;
		ck_assert_int_eq(type_parse(f, proto(PROTO_ICMP), text, &v), PARSE_OK);
	}
	ck_assert_int_eq(
		type_parse(field(FIELD_SRCIP), proto(PROTO_IPV6), (struct str){"::1\0", 4}, &v),
		PARSE_ILLEGAL);
	ck_assert_int_eq(
		type_parse(field(FIELD_SRCIP), proto(PROTO_IP), (struct str){"1.2.3.45", 7}, &v),
		PARSE_OK);
	ck_assert_uint_eq(v.b[3], 4);
}
END_TEST

Suite *type_suite(void)
{
	Suite *s = suite_create("type");
	TCase *tc = tcase_create("type");

	tcase_add_loop_test(tc, texts, 0, ROWS(tables));
	tcase_add_test(tc, views);
	suite_add_tcase(s, tc);
	return s;
}
