/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/flow_track.h"
#include "ir/base/buf.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/text.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

static const struct binding vm = {.tap = {"vnet0", 5}, .mac = {0x52, 0x54, 0, 0x12, 0x34, 0x56}};

static void parse(struct text *t, struct str words, struct flow *ret)
{
	struct source *s = compile_text(&t->compile, STR("flow"), words);

	ck_assert_msg(flow_parse(&t->compile, &vm, (struct span){s, 0, (uint32_t)words.len}, ret),
		      "\"%.*s\" is refused", STR_ARG(words));
}

/* a conversation, one row a frame: what conntrack says of it, and whether it was let through */
static const struct {
	const char *words;
	unsigned state;
	bool reply, passes;
	unsigned connections;
} rows[] = {
	/* dropped, so that the next one is the first again */
	{"out tcp 10.0.0.5:4000 > 10.0.0.6:25", STATE_NEW, false, false, 1},
	{"in tcp 10.0.0.6:25 > 10.0.0.5:4000 flags syn,ack", STATE_INVALID, false, true, 0},
	{"out tcp 10.0.0.5:4000 > 10.0.0.6:25", STATE_NEW, false, true, 1},
	{"out tcp 10.0.0.5:4000 > 10.0.0.6:25", STATE_NEW, false, true, 1},
	{"in tcp 10.0.0.6:25 > 10.0.0.5:4000 flags syn,ack", STATE_ESTABLISHED, true, true, 0},
	{"out tcp 10.0.0.5:4000 > 10.0.0.6:25 flags ack", STATE_ESTABLISHED, false, true, 1},
	{"in tcp 10.0.0.6:26 > 10.0.0.5:4000", STATE_NEW, false, true, 1},
	{"out udp 10.0.0.5:4000 > 10.0.0.6:25", STATE_NEW, false, true, 2},
	{"out udp 10.0.0.5:4001 > 10.0.0.6:25", STATE_NEW, false, true, 3},
	{"in udp [::6]:25 > [::5]:4000", STATE_NEW, false, true, 1},
	{"out udp [::5]:4000 > [::6]:25", STATE_ESTABLISHED, true, true, 0},
	{"out icmp 10.0.0.5 > 10.0.0.6", STATE_NEW, false, true, 4},
	{"in icmp 10.0.0.6 > 10.0.0.5 type 0", STATE_ESTABLISHED, true, true, 1},
	{"in icmp 10.0.0.7 > 10.0.0.5 type 0", STATE_INVALID, false, true, 0},
	{"out icmpv6 ::5 > ::6 type 135", 0, false, true, 1},
	{"out arp request 10.0.0.5 > 10.0.0.6", 0, false, true, 1},
	/* unreachable: 10.0.0.5:4000 > 10.0.0.6:25 UDP, and one that nobody sent */
	{"in hex 525400123456020000000001 0800 450000380001000040010000 0a000006 0a000005 03030000"
	 "00000000 4500001c0001000040110000 0a000005 0a000006 0fa0001900080000",
	 STATE_RELATED, true, true, 1},
	{"in hex 525400123456020000000001 0800 450000380001000040010000 0a000006 0a000005 03030000"
	 "00000000 4500001c0001000040110000 0a000005 0a000006 0fa0002000080000",
	 STATE_INVALID, false, true, 1},
	/* cut short behind the addresses */
	{"in hex 525400123456020000000001 0800 4500001c0001000040010000 0a000006 0a000005 03030000"
	 "00000000",
	 STATE_INVALID, false, true, 0},
};

START_TEST(conversation)
{
	struct tracker tracker;
	struct text t;

	text_init(&t, MODE_DEFAULT, STR(""));
	tracker = (struct tracker){.arena = t.compile.arena};
	for (int i = 0; i < ROWS(rows); i++) {
		struct flow f;

		parse(&t, str_of(rows[i].words), &f);
		tracker_see(&tracker, &f.packet);
		ck_assert_msg(f.packet.state == rows[i].state && f.packet.reply == rows[i].reply,
			      "row %d: state %u, reply %d", i, f.packet.state, f.packet.reply);
		if (f.packet.state == STATE_NEW)
			ck_assert_msg(f.packet.connections == rows[i].connections,
				      "row %d: %u connections", i, f.packet.connections);
		if (rows[i].passes)
			tracker_pass(&tracker);
	}
	text_release(&t);
}
END_TEST

static const struct {
	const char *words, *described;
} descriptions[] = {
	{"out tcp 10.0.0.5:1 > 10.0.0.6:2",
	 "out ether 52:54:00:12:34:56 > 02:00:00:00:00:01 tcp 10.0.0.5:1 > 10.0.0.6:2 flags syn"},
	{"in udp [2001:db8::1]:1 > [ff02::1]:2 dscp 46",
	 "in ether 02:00:00:00:00:01 > 33:33:00:00:00:01 udp [2001:db8::1]:1 > [ff02::1]:2 dscp "
	 "46"},
	{"out vlan 7 icmp 10.0.0.5 > 10.0.0.6 type 3 code 4",
	 "out ether 52:54:00:12:34:56 > 02:00:00:00:00:01 vlan 7 icmp 10.0.0.5 > 10.0.0.6 type 3 "
	 "code 4"},
	{"out tcp 10.0.0.5:1 > 10.0.0.6:2 fragment 8 more",
	 "out ether 52:54:00:12:34:56 > 02:00:00:00:00:01 tcp 10.0.0.5 > 10.0.0.6 fragment 8 more"},
	{"out ip 10.0.0.5 > 10.0.0.6 proto 47",
	 "out ether 52:54:00:12:34:56 > 02:00:00:00:00:01 ip 10.0.0.5 > 10.0.0.6 proto 47"},
	{"out arp reply 10.0.0.5 > 10.0.0.6",
	 "out ether 52:54:00:12:34:56 > 02:00:00:00:00:01 arp 2 10.0.0.5 > 10.0.0.6 sha "
	 "52:54:00:12:34:56 tha 02:00:00:00:00:01"},
	{"out rarp request",
	 "out ether 52:54:00:12:34:56 > ff:ff:ff:ff:ff:ff rarp 3 0.0.0.0 > 0.0.0.0 sha "
	 "52:54:00:12:34:56 tha 52:54:00:12:34:56"},
	{"in stp", "in ether 02:00:00:00:00:01 > 01:80:c2:00:00:00 stp type 0"},
	{"out ether 02:00:00:00:00:09 > 02:00:00:00:00:08 type 0x88b5",
	 "out ether 02:00:00:00:00:09 > 02:00:00:00:00:08 type 0x88b5"},
	{"out tcp 10.0.0.5:1 > 10.0.0.6:2 flags none",
	 "out ether 52:54:00:12:34:56 > 02:00:00:00:00:01 tcp 10.0.0.5:1 > 10.0.0.6:2 flags none"},
};

/* and the words make the same frame again */
START_TEST(described)
{
	struct flow f, again;
	struct buf text;
	struct text t;

	text_init(&t, MODE_DEFAULT, STR(""));
	parse(&t, str_of(descriptions[_i].words), &f);
	buf_init(&text);
	flow_describe(&f, &text);
	ck_str(buf_str(&text), descriptions[_i].described);
	parse(&t, str_dup(t.compile.arena, buf_str(&text)), &again);
	ck_assert_uint_eq(f.packet.len, again.packet.len);
	ck_assert_mem_eq(f.packet.bytes, again.packet.bytes, f.packet.len);
	buf_release(&text);
	text_release(&t);
}
END_TEST

Suite *track_suite(void)
{
	Suite *s = suite_create("track");
	TCase *tc = tcase_create("track");

	tcase_add_test(tc, conversation);
	tcase_add_loop_test(tc, described, 0, ROWS(descriptions));
	suite_add_tcase(s, tc);
	return s;
}
