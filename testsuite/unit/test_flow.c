/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "compiler/flow.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/text.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))
#define TO_PEER "020000000001525400123456"
#define TO_VM "525400123456020000000001"

/* a binding with two addresses, and one flow over it */
struct flow_trial {
	struct text text;
	struct binding binding;
	struct flow flow;
	bool ok;
};

static void add_value(struct flow_trial *t, const char *name, const char *value)
{
	parameter_add(&t->text.compile, &t->binding.parameter,
		      intern(&t->text.compile.names, str_of(name)), (struct span){0}, str_of(value),
		      (struct span){0});
}

static void trial_flow(struct flow_trial *t, const char *words)
{
	static const unsigned char mac[] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
	struct span span;

	memset(t, 0, sizeof(*t));
	text_init(&t->text, MODE_DEFAULT, str_of(words));
	t->binding.tap = STR("vnet0");
	memcpy(t->binding.mac, mac, 6);
	add_value(t, "IP", "192.0.2.7");
	add_value(t, "IP", "192.0.2.8");
	add_value(t, "PORT", "80");
	span = (struct span){t->text.source, 0, (uint32_t)strlen(words)};
	t->ok = flow_parse(&t->text.compile, &t->binding, span, &t->flow);
}

/* what the bytes of a flow are, as far as they matter: the frame begins with `head` */
static const struct {
	const char *words, *bytes;
} frames[] = {
	{"out tcp 10.0.0.5:4000 > 192.0.2.1:25",
	 TO_PEER "0800"
		 "45000028000100004006aec90a000005c0000201"
		 "0fa00019000003e8000000005002ffffd03b0000"},
	{"out tcp 10.0.0.5:4000 to 192.0.2.1:25 established",
	 TO_PEER "0800"
		 "45000028000100004006aec90a000005c0000201"
		 "0fa00019000003e8000013885010ffffbca50000"},
	{"in tcp 192.0.2.1:25>$IP:$PORT flags fin,psh,urg",
	 TO_VM "0800"
	       "4500002800010000"
	       "4006f6c6c0000201c0000207"
	       "00190050000003e8000000005029ffff27620000"},
	{"in udp $IP[1] > 192.0.2.1:53 length 2 dscp 46 ttl 3", TO_VM "0800"
								      "45b8001e00010000"
								      "0311330dc0000208c0000201"
								      "c0000035000abb9a0000"},
	{"out tcp 10.0.0.5:1 > 10.0.0.6:2 option 2",
	 TO_PEER "0800"
		 "4500002c00010000"
		 "400666c10a0000050a000006"
		 "00010002000003e8000000006002ffff85e50000"
		 "02040000"},
	{"out icmp 10.0.0.5 > 10.0.0.6 type time-exceeded code 1",
	 TO_PEER "0800"
		 "4500001c00010000"
		 "400166d60a0000050a000006"
		 "0b01f4fe00000000"},
	{"out udp 10.0.0.5:1 > 10.0.0.6:2 fragment 1480 more",
	 TO_PEER "0800"
		 "45000024000120b9"
		 "401146050a0000050a000006"
		 "00000000000000000000000000000000"},
	{"out ip 10.0.0.5 > 10.0.0.6 proto gre", TO_PEER "0800"
							 "4500001400010000"
							 "402f66b00a0000050a000006"},
	{"out udp 10.0.0.5:68 > 255.255.255.255:67", "ffffffffffff5254001234560800"},
	{"out igmp 10.0.0.5 > 224.0.0.251", "01005e0000fb5254001234560800"},
	{"out icmpv6 fe80::1 > ff02::1:ff00:7 type nd-neighbor-solicit",
	 "3333ff00000752540012345686dd"
	 "60000000001 83aff"
	 "fe800000000000000000000000000001"
	 "ff0200000000000000000001ff000007"
	 "87007e1300000000"
	 "ff0200000000000000000001ff000007"},
	{"out tcp [2001:db8::5]:1 > [2001:db8::6]:2 hopopts dstopts fragment 0 more",
	 TO_PEER "86dd"
		 "60000000002c0040"
		 "20010db8000000000000000000000005"
		 "20010db8000000000000000000000006"
		 "3c00010400000000"
		 "2c00010400000000"
		 "0600000100000001"
		 "00010002"},
	{"out arp request 10.0.0.5 > 10.0.0.1", "ffffffffffff5254001234560806"
						"00010800060400015254001234560a000005"
						"0000000000000a000001"},
	{"in arp reply 10.0.0.1 > 10.0.0.5 sha 02:00:00:00:00:99",
	 TO_VM "0806"
	       "00010800060400020200000000990a000001"
	       "5254001234560a000005"},
	{"out rarp request", "ffffffffffff5254001234568035"
			     "000108000604000352540012345600000000"
			     "52540012345600000000"},
	{"out stp type tcn", "0180c20000005254001234560007"
			     "424203"
			     "00000080"},
	{"out ether 02:00:00:00:00:09 > 01:00:00:00:00:00 vlan 10 type 0x88b5 length 2",
	 "010000000000020000000009"
	 "8100000a"
	 "88b5"
	 "0000"},
	{"out vlan 4095 arp request 10.0.0.5 > 10.0.0.1", "ffffffffffff52540012345681000fff0806"},
	{"out hex 0200000000015254001234560806 00:01", TO_PEER "08060001"},
};

static bool begins_with(const struct packet *p, const char *hex)
{
	size_t n = 0;

	for (const char *at = hex; *at; at++) {
		unsigned digit = *at <= '9' ? (unsigned)(*at - '0') : (unsigned)(*at - 'a' + 10);

		if (*at == ' ')
			continue;
		if (n / 2 >= p->len || (p->bytes[n / 2] >> (n % 2 ? 0 : 4) & 15) != digit)
			return false;
		n++;
	}
	return true;
}

static void show(const struct packet *p)
{
	for (size_t i = 0; i < p->len; i++)
		fprintf(stderr, "%02x", p->bytes[i]);
	fputc('\n', stderr);
}

START_TEST(bytes)
{
	struct flow_trial t;
	bool same;

	trial_flow(&t, frames[_i].words);
	ck_assert_msg(t.ok, "\"%s\" is refused", frames[_i].words);
	same = begins_with(&t.flow.packet, frames[_i].bytes);
	if (!same)
		show(&t.flow.packet);
	ck_assert_msg(same, "\"%s\" is not %s", frames[_i].words, frames[_i].bytes);
	text_release(&t.text);
}
END_TEST

/* the packet that the rules see: a header that ir/packet.c does not take would match nothing */
START_TEST(headers)
{
	struct flow_trial t;
	bool ip;

	trial_flow(&t, frames[_i].words);
	ip = t.flow.packet.inner == 0x0800 || t.flow.packet.inner == 0x86dd;
	ck_assert_int_eq(t.flow.packet.upper, ip);
	text_release(&t.text);
}
END_TEST

static const struct {
	const char *words;
	unsigned state;
	bool reply, from_host;
	unsigned connections;
} states[] = {
	{"out tcp 10.0.0.5 > 10.0.0.6:25", STATE_NEW, false, false, 1},
	{"out tcp 10.0.0.5 > 10.0.0.6:25 reply", STATE_ESTABLISHED, true, false, 1},
	{"out tcp 10.0.0.5 > 10.0.0.6:25 related reply", STATE_RELATED, true, false, 1},
	{"in tcp 10.0.0.5 > 10.0.0.6:25 from-host connections 7", STATE_NEW, false, true, 7},
	{"out tcp 10.0.0.5 > 10.0.0.6:25 flags ack", STATE_NEW, false, false, 1},
	{"out tcp 10.0.0.5 > 10.0.0.6:25 flags syn,ack", STATE_INVALID, false, false, 1},
	{"out tcp 10.0.0.5 > 10.0.0.6:25 flags rst,ack", STATE_INVALID, false, false, 1},
	{"out tcp 10.0.0.5 > 10.0.0.6:25 flags none", STATE_INVALID, false, false, 1},
	{"out tcp 10.0.0.5 > 10.0.0.6:25 flags syn,fin", STATE_INVALID, false, false, 1},
	{"out tcp 10.0.0.5 > 10.0.0.6:25 flags ack,urg,psh", STATE_NEW, false, false, 1},
	{"out tcp 10.0.0.5 > 10.0.0.6:25 untracked", 0, false, false, 1},
	{"out udp 10.0.0.5 > 10.0.0.6:25 fragment 8", STATE_NEW, false, false, 1},
	{"out icmp 10.0.0.5 > 10.0.0.6", STATE_NEW, false, false, 1},
	{"out icmp 10.0.0.5 > 10.0.0.6 type echo-reply", STATE_INVALID, false, false, 1},
	{"out icmpv6 fe80::1 > fe80::2", STATE_NEW, false, false, 1},
	{"out icmpv6 fe80::1 > fe80::2 type 136", 0, false, false, 1},
	{"out icmpv6 fe80::1 > fe80::2 type 143", 0, false, false, 1},
	{"out arp request 10.0.0.5 > 10.0.0.6", 0, false, false, 1},
	{"out hex 0200000000015254001234560806 invalid", STATE_INVALID, false, false, 1},
};

START_TEST(connection)
{
	struct flow_trial t;

	trial_flow(&t, states[_i].words);
	ck_assert_msg(t.ok, "\"%s\" is refused", states[_i].words);
	ck_assert_uint_eq(t.flow.packet.state, states[_i].state);
	ck_assert_int_eq(t.flow.packet.reply, states[_i].reply);
	ck_assert_int_eq(t.flow.from_host, states[_i].from_host);
	ck_assert_uint_eq(t.flow.packet.connections, states[_i].connections);
	ck_str(t.flow.packet.interface, "vnet0");
	text_release(&t.text);
}
END_TEST

/* one mistake each: the code, and the bytes pointed at */
static const struct {
	const char *words;
	enum diag_id id;
	const char *place;
} mistakes[] = {
	{"", DIAG_FLOW_WORD, ""},
	{"tcp 10.0.0.5:1 > 10.0.0.6:2", DIAG_FLOW_WORD, "tcp"},
	{"inout tcp 10.0.0.5:1 > 10.0.0.6:2", DIAG_FLOW_WORD, "inout"},
	{"out", DIAG_FLOW_WORD, ""},
	{"out tpc", DIAG_FLOW_WORD, "tpc"},
	{"out tcp", DIAG_FLOW_WORD, ""},
	{"out tcp 10.0.0.5:1", DIAG_FLOW_WORD, ""},
	{"out tcp 10.0.0.5:1 10.0.0.6:2", DIAG_FLOW_WORD, "10.0.0.6:2"},
	{"out tcp 10.0.0.5 > 10.0.0.6", DIAG_FLOW_WORD, ""},
	{"out tcp 10.0.0.5:1 > 10.0.0.6:2 synn", DIAG_FLOW_WORD, "synn"},
	{"out tcp 10.0.0.5:1 > 10.0.0.6:2 flags", DIAG_FLOW_WORD, ""},
	{"out ip 10.0.0.5 > 10.0.0.6", DIAG_FLOW_WORD, ""},
	{"out ether 02:00:00:00:00:09 > 01:00:00:00:00:00", DIAG_FLOW_WORD, ""},
	{"out ether 02:00:00:00:00:09 > 01:00:00:00:00:00 length 8", DIAG_FLOW_WORD, ""},
	{"out hex", DIAG_FLOW_WORD, ""},
	{"out hex 0g", DIAG_FLOW_WORD, "0g"},
	{"out vlan", DIAG_FLOW_WORD, ""},
	{"out vlan 4096 tcp", DIAG_FLOW_VALUE, "4096"},
	{"out ether 02:00 > 01:00:00:00:00:00 type 1", DIAG_FLOW_VALUE, "02:00"},
	{"out tcp 10.0.0.300:1 > 10.0.0.6:2", DIAG_FLOW_VALUE, "10.0.0.300"},
	{"out tcp 010.0.0.3:1 > 10.0.0.6:2", DIAG_FLOW_VALUE, "010.0.0.3"},
	{"out tcp 10.0.0.5:65536 > 10.0.0.6:2", DIAG_FLOW_VALUE, "65536"},
	{"out tcp 10.0.0.5: > 10.0.0.6:2", DIAG_FLOW_VALUE, ""},
	{"out tcp [::1]x > [::2]:1", DIAG_FLOW_VALUE, "x"},
	{"out tcp $IP[2]:1 > 10.0.0.6:2", DIAG_FLOW_VALUE, "$IP[2]:1"},
	{"out tcp $NO:1 > 10.0.0.6:2", DIAG_FLOW_VALUE, "$NO:1"},
	{"out tcp $IP[:1 > 10.0.0.6:2", DIAG_FLOW_VALUE, "$IP[:1"},
	{"out tcp 10.0.0.5:1 > 10.0.0.6:2 flags syn,akc", DIAG_FLOW_VALUE, "akc"},
	{"out icmp 10.0.0.5 > 10.0.0.6 type 256", DIAG_FLOW_VALUE, "256"},
	{"out tcp 10.0.0.5:1 > [::1]:2", DIAG_FLOW_CONFLICT, "::1"},
	{"out icmp ::1 > ::2", DIAG_FLOW_CONFLICT, "::1"},
	{"out icmp 10.0.0.5:1 > 10.0.0.6", DIAG_FLOW_CONFLICT, "1"},
	{"out udp 10.0.0.5:1 > 10.0.0.6:2 flags syn", DIAG_FLOW_CONFLICT, "flags"},
	{"out udp 10.0.0.5:1 > 10.0.0.6:2 hopopts", DIAG_FLOW_CONFLICT, "hopopts"},
	{"out udp 10.0.0.5:1 > 10.0.0.6:2 new invalid", DIAG_FLOW_CONFLICT, "invalid"},
	{"out udp 10.0.0.5:1 > 10.0.0.6:2 ttl 1 ttl 1", DIAG_FLOW_CONFLICT, "ttl"},
};

START_TEST(mistake)
{
	struct flow_trial t;
	const struct diag *d;

	trial_flow(&t, mistakes[_i].words);
	ck_assert_msg(!t.ok, "\"%s\" is taken", mistakes[_i].words);
	d = text_first(&t.text, mistakes[_i].id);
	ck_assert_msg(d != NULL, "\"%s\" has another code", mistakes[_i].words);
	ck_span(d->label[0].span, mistakes[_i].place);
	ck_assert_uint_eq(t.text.compile.diag.nerror, 1);
	text_release(&t.text);
}
END_TEST

/* mistakes about the whole of it */
START_TEST(whole)
{
	static const char *const words[] = {
		"out udp 10.0.0.5:1 > 10.0.0.6:2 fragment 9",
		"out udp 10.0.0.5:1 > 10.0.0.6:2 from-host",
		"out hex 00",
	};
	struct flow_trial t;

	trial_flow(&t, words[_i]);
	ck_assert(!t.ok);
	ck_span(text_first(&t.text, DIAG_FLOW_CONFLICT)->label[0].span, words[_i]);
	text_release(&t.text);
}
END_TEST

Suite *flow_suite(void)
{
	Suite *s = suite_create("flow");
	TCase *tc = tcase_create("flow");

	tcase_add_loop_test(tc, bytes, 0, ROWS(frames));
	tcase_add_loop_test(tc, headers, 0, ROWS(frames) - 1);
	tcase_add_loop_test(tc, connection, 0, ROWS(states));
	tcase_add_loop_test(tc, mistake, 0, ROWS(mistakes));
	tcase_add_loop_test(tc, whole, 0, 3);
	suite_add_tcase(s, tc);
	return s;
}
