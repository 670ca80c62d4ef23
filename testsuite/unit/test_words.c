/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "ir/base/buf.h"
#include "ir/field.h"
#include "ir/proto.h"
#include "ir/type.h"
#include "testsuite/unit/suites.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))
#define ILLEGAL (-1)

/* the types that are lists of words, and how all types are printed again */
static enum parse_verdict parse(enum field_id id, const char *text, struct value *ret)
{
	*ret = (struct value){0};
	return type_parse(field(id), proto(PROTO_TCP), str_of(text), ret);
}

START_TEST(states)
{
	static const struct {
		const char *text;
		int bits;
	} rows[] = {
		{"NEW", STATE_NEW},
		{"established", STATE_ESTABLISHED},
		{"Related", STATE_RELATED},
		{"INVALID", STATE_INVALID},
		{"NONE", STATE_NONE},
		{"NEW,ESTABLISHED", STATE_NEW | STATE_ESTABLISHED},
		{"NEW ESTABLISHED", STATE_NEW | STATE_ESTABLISHED},
		{"NEWESTABLISHED", STATE_NEW | STATE_ESTABLISHED},
		{" ,NEW,, \t\n\v\f\rRELATED, ", STATE_NEW | STATE_RELATED},
		{"NEW,NEW", STATE_NEW},
		{"", 0},
		{", ,", 0},
		/* wipes the others, wherever it stands */
		{"NEW,NONE", STATE_NONE},
		{"NONE,NEW", STATE_NONE},
		{"newnoneinvalid", STATE_NONE},
		{"UNTRACKED", ILLEGAL},
		{"NEW,UNTRACKED", ILLEGAL},
		{"NEW;RELATED", ILLEGAL},
		{"NEW|RELATED", ILLEGAL},
		{"NE", ILLEGAL},
		{"NEW,E", ILLEGAL},
		{"0", ILLEGAL},
	};

	for (int i = 0; i < ROWS(rows); i++) {
		struct value v;
		enum parse_verdict verdict = parse(FIELD_STATE, rows[i].text, &v);

		ck_assert_msg(verdict == (rows[i].bits == ILLEGAL ? PARSE_ILLEGAL : PARSE_OK),
			      "\"%s\"", rows[i].text);
		ck_assert_msg(rows[i].bits == ILLEGAL || v.b[0] == rows[i].bits, "\"%s\": %d",
			      rows[i].text, v.b[0]);
	}
}
END_TEST

START_TEST(tcp_flags)
{
	static const struct {
		const char *text;
		int mask, flags;
	} rows[] = {
		{"FIN/FIN", 1, 1},
		{"SYN/SYN", 2, 2},
		{"RST/RST", 4, 4},
		{"PSH/PSH", 8, 8},
		{"ACK/ACK", 16, 16},
		{"URG/URG", 32, 32},
		{"ALL/NONE", 0x3f, 0},
		{"SYN,ACK/SYN", 18, 2},
		{"syn ack fin/Syn", 19, 2},
		{"SYNACK/SYN", 18, 2},
		{"ALL/ALL", 0x3f, 0x3f},
		{" SYN , / SYN", 2, 2},
		/* an empty side is NONE */
		{"/", 0, 0},
		{"SYN/", 2, 0},
		{"/SYN", 0, 2},
		{"NONE/NONE", 0, 0},
		{"", ILLEGAL, 0},
		{"SYN", ILLEGAL, 0},
		{"SYN/SYN/SYN", ILLEGAL, 0},
		{"SYN/SYN/", ILLEGAL, 0},
		{"ECE/ECE", ILLEGAL, 0},
		{"SYN/CWR", ILLEGAL, 0},
		{"2/2", ILLEGAL, 0},
	};

	for (int i = 0; i < ROWS(rows); i++) {
		struct value v;
		enum parse_verdict verdict = parse(FIELD_TCP_FLAGS, rows[i].text, &v);

		ck_assert_msg(verdict == (rows[i].mask == ILLEGAL ? PARSE_ILLEGAL : PARSE_OK),
			      "\"%s\"", rows[i].text);
		ck_assert_msg(rows[i].mask == ILLEGAL ||
				      (v.b[0] == rows[i].mask && v.b[1] == rows[i].flags),
			      "\"%s\": %d/%d", rows[i].text, v.b[0], v.b[1]);
	}
}
END_TEST

/* never an error in libvirt: what it does not know is false */
START_TEST(truth)
{
	static const struct {
		const char *text;
		enum parse_verdict verdict;
		bool value;
	} rows[] = {
		{"true", PARSE_OK, true},    {"yes", PARSE_OK, true},   {"1", PARSE_OK, true},
		{"false", PARSE_OK, false},  {"no", PARSE_OK, false},   {"0", PARSE_OK, false},
		{"TRUE", PARSE_ODD, false},  {"Yes", PARSE_ODD, false}, {"on", PARSE_ODD, false},
		{"true ", PARSE_ODD, false}, {"2", PARSE_ODD, false},   {"", PARSE_ODD, false},
	};

	for (int i = 0; i < ROWS(rows); i++) {
		struct value v;

		ck_assert_int_eq(parse(FIELD_ARP_GRATUITOUS, rows[i].text, &v), rows[i].verdict);
		ck_assert_int_eq(v.b[0], rows[i].value);
	}
}
END_TEST

START_TEST(sets)
{
	static const char *const names[] = {"", "a", "azAZ09_.:+ -",
					    "1234567890123456789012345678901"};
	static const char *const none[] = {"a/b",      "a,b",  "a@b",
					   "\xc3\xa9", "a\tb", "12345678901234567890123456789012"};
	struct value v;

	for (int i = 0; i < ROWS(names); i++) {
		ck_assert_int_eq(parse(FIELD_IPSET, names[i], &v), PARSE_OK);
		ck_assert(str_is(v.text, names[i]));
	}
	for (int i = 0; i < ROWS(none); i++)
		ck_assert_int_eq(parse(FIELD_IPSET, none[i], &v), PARSE_ILLEGAL);
}
END_TEST

START_TEST(set_flags)
{
	static const struct {
		const char *text;
		unsigned n, dst; /* dimensions; which of them are dst, as bits */
	} rows[] = {
		{"src", 1, 0},
		{"dst", 1, 1},
		{"SRC,Dst", 2, 2},
		{"dst,src,dst", 3, 5},
		{"src,src,src,src,src,dst", 6, 32},
		{"src,src,src,src,src,src,src", 0, 0},
		{"", 0, 0},
		{",", 0, 0},
		{"src,", 0, 0},
		{",src", 0, 0},
		{"src,,dst", 0, 0},
		{"src, dst", 0, 0},
		{" src", 0, 0},
		{"src dst", 0, 0},
		{"source", 0, 0},
	};

	for (int i = 0; i < ROWS(rows); i++) {
		struct value v;
		enum parse_verdict verdict = parse(FIELD_IPSET_FLAGS, rows[i].text, &v);

		ck_assert_msg(verdict == (rows[i].n ? PARSE_OK : PARSE_ILLEGAL), "\"%s\"",
			      rows[i].text);
		if (!rows[i].n)
			continue;
		ck_assert_uint_eq(v.b[0], rows[i].n);
		for (unsigned k = 0; k < rows[i].n; k++)
			ck_assert_uint_eq(v.b[k + 1], rows[i].dst >> k & 1);
	}
}
END_TEST

START_TEST(any_text)
{
	struct value v;

	ck_assert_int_eq(parse(FIELD_COMMENT, "", &v), PARSE_OK);
	ck_assert_int_eq(parse(FIELD_COMMENT, "a \"b\" \xff\n", &v), PARSE_OK);
	ck_assert(str_is(v.text, "a \"b\" \xff\n"));
}
END_TEST

/* prints, and parses what was printed */
static void print_again(const struct field *f, const struct proto *p, const struct value *v)
{
	struct value again = {0};
	struct buf text;

	buf_init(&text);
	type_print(f, p, v, &text);
	ck_assert_msg(type_parse(f, p, buf_str(&text), &again) == PARSE_OK, "<%s %s> \"%.*s\"",
		      p->xml, f->xml, (int)text.len, text.bytes);
	ck_assert_uint_eq(again.len, v->len);
	ck_assert_int_eq(value_compare(&again, v), 0);
	ck_assert(str_eq(again.text, v->text));
	buf_release(&text);
}

static const char *sample_of(const struct field *f, const struct proto *p)
{
	return type_of(f, p) == TYPE_IPV6 ? "2001:db8::7" : f->sample;
}

START_TEST(samples)
{
	for (int id = 0; id < PROTO_MAX; id++) {
		const struct proto *p = proto((enum proto_id)id);

		for (const enum field_id *f = p->fields; *f; f++) {
			struct str sample = str_of(sample_of(field(*f), p));
			struct value v = {0};

			ck_assert_msg(type_parse(field(*f), p, sample, &v) == PARSE_OK,
				      "<%s %s='%.*s'>", p->xml, field(*f)->xml, STR_ARG(sample));
			print_again(field(*f), p, &v);
		}
	}
}
END_TEST

START_TEST(whole_types)
{
	const struct proto *tcp = proto(PROTO_TCP);
	struct value v;

	for (unsigned mask = 0; mask < 64; mask++)
		for (unsigned flags = 0; flags < 64; flags++) {
			v = (struct value){.len = 2, .b = {(uint8_t)mask, (uint8_t)flags}};
			print_again(field(FIELD_TCP_FLAGS), tcp, &v);
		}
	for (unsigned bits = 0; bits <= STATE_NONE; bits++) {
		v = value_of_number(bits, 1);
		print_again(field(FIELD_STATE), tcp, &v);
	}
	for (unsigned n = 0; n < 65536; n += 1 + n / 300) {
		v = value_of_number(n, 2);
		print_again(field(FIELD_SRCPORT), tcp, &v);
		if (n >= 0x600)
			print_again(field(FIELD_ETHERTYPE), proto(PROTO_MAC), &v);
		print_again(field(FIELD_ARP_OPCODE), proto(PROTO_ARP), &v);
	}
	for (unsigned bits = 0; bits <= 128; bits++) {
		v = value_of_prefix(bits, 16);
		print_again(field(FIELD_SRCIP), proto(PROTO_IPV6), &v);
		print_again(field(FIELD_SRCIP_MASK), proto(PROTO_IPV6), &v);
		if (bits > 48)
			continue;
		v = value_of_prefix(bits, 6);
		print_again(field(FIELD_SRCMAC_MASK), proto(PROTO_MAC), &v);
		if (bits > 32)
			continue;
		v = value_of_prefix(bits, 4);
		print_again(field(FIELD_SRCIP), tcp, &v);
		print_again(field(FIELD_SRCIP_MASK), tcp, &v);
	}
}
END_TEST

/* semantics.md 1.10 */
START_TEST(canonical)
{
	static const struct {
		enum field_id field;
		enum proto_id proto;
		const char *text, *printed;
	} rows[] = {
		{FIELD_SRCMAC, PROTO_MAC, "A:b:0C:1:2:3", "0a:0b:0c:01:02:03"},
		{FIELD_SRCIP_MASK, PROTO_IP, "255.255.0.0", "16"},
		{FIELD_SRCIP_MASK, PROTO_IPV6, "ffff::", "16"},
		{FIELD_SRCIP, PROTO_IPV6, "2001:0DB8:0:0::7", "2001:db8::7"},
		{FIELD_ETHERTYPE, PROTO_MAC, "0x0806", "arp"},
		{FIELD_IP_PROTOCOL, PROTO_IP, "17", "udp"},
		{FIELD_ARP_OPCODE, PROTO_ARP, "request", "Request"},
		{FIELD_STATE, PROTO_TCP, "related new", "NEW,RELATED"},
		{FIELD_STATE, PROTO_TCP, "none", "NONE"},
		{FIELD_TCP_FLAGS, PROTO_TCP, "ack syn/syn", "SYN,ACK/SYN"},
		{FIELD_TCP_FLAGS, PROTO_TCP, "all/", "ALL/NONE"},
		{FIELD_IPSET_FLAGS, PROTO_ALL, "SRC,Dst", "src,dst"},
		{FIELD_ARP_GRATUITOUS, PROTO_ARP, "yes", "true"},
		{FIELD_DSTPORT, PROTO_TCP, "0080", "80"},
	};

	for (int i = 0; i < ROWS(rows); i++) {
		const struct field *f = field(rows[i].field);
		struct value v;
		struct buf text;

		type_parse(f, proto(rows[i].proto), str_of(rows[i].text), &v);
		buf_init(&text);
		type_print(f, proto(rows[i].proto), &v, &text);
		ck_assert_msg(str_is(buf_str(&text), rows[i].printed), "\"%.*s\" is not \"%s\"",
			      (int)text.len, text.bytes, rows[i].printed);
		buf_release(&text);
	}
}
END_TEST

START_TEST(names)
{
	for (int type = 0; type < TYPE_MAX; type++) {
		ck_assert_uint_gt(strlen(type_name((enum type_id)type)), 0);
		ck_assert_uint_gt(strlen(type_expected((enum type_id)type)), 0);
		for (int other = 0; other < type; other++)
			ck_assert_str_ne(type_name((enum type_id)type),
					 type_name((enum type_id)other));
	}
}
END_TEST

Suite *words_suite(void)
{
	Suite *s = suite_create("words");
	TCase *tc = tcase_create("words");

	tcase_add_test(tc, states);
	tcase_add_test(tc, tcp_flags);
	tcase_add_test(tc, truth);
	tcase_add_test(tc, sets);
	tcase_add_test(tc, set_flags);
	tcase_add_test(tc, any_text);
	tcase_add_test(tc, samples);
	tcase_add_test(tc, whole_types);
	tcase_add_test(tc, canonical);
	tcase_add_test(tc, names);
	suite_add_tcase(s, tc);
	return s;
}
