/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/nft_stmt.h"
#include "ir/eval.h"
#include "ir/learned.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/trial.h"

#define FILTER                                                                                     \
	"<filter name='learns'>"                                                                   \
	"<rule action='accept' direction='out'><ip srcipaddr='$IP'/></rule>"                       \
	"<rule action='accept' direction='out'><arp arpsrcipaddr='$IP'/></rule>"                   \
	"<rule action='drop' direction='inout' priority='900'><mac/></rule></filter>"
#define FRAME_BYTES 320
#define NETWORK 14
#define DATAGRAM (NETWORK + 20)
#define DHCP (DATAGRAM + 8)

static const unsigned char vm[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

struct frame {
	unsigned char b[FRAME_BYTES];
};

static struct frame ipv4(unsigned last)
{
	struct frame f = {.b = {[0] = 0xff, [12] = 0x08, [NETWORK] = 0x45, [NETWORK + 2] = 1}};

	memcpy(f.b + 6, vm, 6);
	f.b[NETWORK + 3] = (FRAME_BYTES - NETWORK) & 0xff;
	f.b[NETWORK + 9] = 17;
	f.b[NETWORK + 12] = last ? 10 : 0;
	f.b[NETWORK + 15] = (unsigned char)last;
	return f;
}

static struct frame arp(unsigned last)
{
	static const unsigned char head[] = {0, 1, 8, 0, 6, 4, 0, 1};
	struct frame f = {.b = {[0] = 0xff, [12] = 0x08, [13] = 0x06}};

	memcpy(f.b + 6, vm, 6);
	memcpy(f.b + NETWORK, head, sizeof(head));
	memcpy(f.b + NETWORK + 8, vm, 6);
	f.b[NETWORK + 14] = last ? 10 : 0;
	f.b[NETWORK + 17] = (unsigned char)last;
	return f;
}

static bool passes(const struct trial *t, enum hook_id id, const struct frame *f,
		   struct learned *learned)
{
	struct packet p;

	ck_assert(packet_parse(&p, f->b, sizeof(f->b)));
	p.learned = learned;
	return eval_hook(t->job->ruleset, trial_entry(t), id, &p).verdict == VERDICT_ACCEPT;
}

static bool sends(const struct trial *t, struct frame f, struct learned *learned)
{
	return passes(t, HOOK_OUT_L2, &f, learned);
}

START_TEST(any)
{
	struct frame other = ipv4(1);
	struct learned learned = {0};
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	trial_value(&t, "LEARN_MAX", "2");
	ck_assert(trial_lower(&t, FILTER));
	/* nothing was learned before: each frame is the first */
	ck_assert(sends(&t, ipv4(1), NULL));
	ck_assert(sends(&t, ipv4(2), NULL));
	ck_assert(!sends(&t, ipv4(0), &learned));
	ck_assert(!sends(&t, arp(0), &learned));
	other.b[6] ^= 2;
	ck_assert(!sends(&t, other, &learned));
	ck_assert_uint_eq(learned.n, 0);
	/* the first two, whatever they came in */
	ck_assert(sends(&t, ipv4(1), &learned));
	ck_assert(sends(&t, arp(2), &learned));
	ck_assert(sends(&t, ipv4(2), &learned));
	ck_assert(sends(&t, arp(1), &learned));
	ck_assert(!sends(&t, ipv4(3), &learned));
	ck_assert(!sends(&t, arp(3), &learned));
	/* two addresses, and that there are some */
	ck_assert_uint_eq(learned.n, 3);
	trial_release(&t);
}
END_TEST

static struct frame dhcp(unsigned from, unsigned op, unsigned type)
{
	static const unsigned char magic[] = {0x63, 0x82, 0x53, 0x63, 0x35, 0x01};
	struct frame f = ipv4(from);

	f.b[DATAGRAM + 1] = op == 1 ? 68 : 67;
	f.b[DATAGRAM + 3] = op == 1 ? 67 : 68;
	f.b[DHCP] = (unsigned char)op;
	f.b[DHCP + 1] = 1;
	f.b[DHCP + 2] = 6;
	f.b[DHCP + 7] = 9;
	memcpy(f.b + DHCP + 28, vm, 6);
	memcpy(f.b + DHCP + 236, magic, sizeof(magic));
	f.b[DHCP + 242] = (unsigned char)type;
	return f;
}

/* from another machine, for the address 10.0.0.LAST */
static struct frame ack(unsigned last)
{
	struct frame f = dhcp(200, 2, 5);

	memset(f.b, 0xff, 6);
	f.b[11] = 0x99;
	f.b[DHCP + 16] = 10;
	f.b[DHCP + 19] = (unsigned char)last;
	return f;
}

START_TEST(leases)
{
	struct learned learned = {0};
	struct frame answer = ack(1);
	struct frame release = dhcp(1, 1, 7);
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	trial_value(&t, "CTRL_IP_LEARNING", "dhcp");
	ck_assert(trial_lower(&t, FILTER));
	ck_assert(!sends(&t, ipv4(1), &learned));
	ck_assert(!sends(&t, arp(1), &learned));
	/* an answer that nobody asked for passes, and teaches nothing */
	ck_assert(passes(&t, HOOK_IN_L2, &answer, &learned));
	ck_assert_uint_eq(learned.n, 0);
	ck_assert(sends(&t, dhcp(0, 1, 3), &learned));
	ck_assert(passes(&t, HOOK_IN_L2, &answer, &learned));
	ck_assert_uint_eq(learned.n, 3);
	ck_assert(sends(&t, ipv4(1), &learned));
	ck_assert(sends(&t, arp(1), &learned));
	ck_assert(!sends(&t, ipv4(2), &learned));
	release.b[DHCP + 12] = 10;
	release.b[DHCP + 15] = 1;
	ck_assert(sends(&t, release, &learned));
	ck_assert(!sends(&t, ipv4(1), &learned));
	trial_release(&t);
}
END_TEST

/* the same rules at the hooks of a device, and sets in its table */
START_TEST(macvtap)
{
	struct learned learned = {0};
	struct frame answer = ack(1);
	struct frame ask = dhcp(0, 1, 3);
	struct frame first = ipv4(1), other = ipv4(2);
	const struct ruleset *rs;
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	t.binding->attach = ATTACH_NETDEV;
	trial_value(&t, "CTRL_IP_LEARNING", "dhcp");
	ck_assert(trial_lower(&t, FILTER));
	rs = t.job->ruleset;
	ck_assert_uint_eq(rs->set.n, 3);
	for (size_t i = 0; i < rs->set.n; i++)
		ck_assert_int_eq(rs->set.at[i]->table, TABLE_NETDEV);
	ck_assert_int_eq(trial_entry(&t)->way, WAY_DIRECT);
	ck_assert_ptr_null(trial_entry(&t)->program[HOOK_OUT_L2]);
	ck_assert(!passes(&t, HOOK_DEV_OUT_L2, &first, &learned));
	ck_assert(passes(&t, HOOK_DEV_OUT_L2, &ask, &learned));
	ck_assert(passes(&t, HOOK_DEV_IN_L2, &answer, &learned));
	ck_assert(passes(&t, HOOK_DEV_OUT_L2, &first, &learned));
	ck_assert(!passes(&t, HOOK_DEV_OUT_L2, &other, &learned));
	trial_release(&t);
}
END_TEST

static const struct {
	const char *what;
	unsigned char bytes[24]; /* options, in place of the type alone */
	bool learned;
} orders[] = {
	{"type, server, time", {53, 1, 5, 54, 4, 10, 0, 0, 200, 51, 4, 0, 0, 0, 9}, true},
	{"server, time, type", {54, 4, 10, 0, 0, 200, 51, 4, 0, 0, 0, 9, 53, 1, 5}, true},
	{"1, 3, 51, type",
	 {1, 4, 255, 255, 255, 0, 3, 4, 10, 0, 0, 1, 51, 4, 0, 0, 0, 9, 53, 1, 5},
	 true},
	{"client, type", {61, 7, 1, 2, 3, 4, 5, 6, 7, 53, 1, 5}, true},
	{"a filler", {0, 4, 10, 0, 0, 200, 53, 1, 5}, false},
	{"the end", {255, 4, 10, 0, 0, 200, 53, 1, 5}, false},
	{"a type in another option", {53, 1, 2, 61, 4, 53, 1, 5}, false},
};

START_TEST(option_orders)
{
	struct learned learned = {0};
	struct frame answer = ack(1);
	struct trial t;

	memcpy(answer.b + DHCP + 240, orders[_i].bytes, sizeof(orders[_i].bytes));
	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	trial_value(&t, "CTRL_IP_LEARNING", "dhcp");
	ck_assert(trial_lower(&t, FILTER));
	ck_assert(sends(&t, dhcp(0, 1, 3), &learned));
	ck_assert(passes(&t, HOOK_IN_L2, &answer, &learned));
	ck_assert_msg(sends(&t, ipv4(1), &learned) == orders[_i].learned, "%s", orders[_i].what);
	trial_release(&t);
}
END_TEST

static const struct {
	const char *name;
	bool ok;
	enum learned_what what;
	enum learn_mode mode;
	unsigned size;
	const char *tap;
} names[] = {
	{"learned.ipv4.any.1/vnet0", true, LEARNED_IPV4, LEARN_ANY, 1, "vnet0"},
	{"learned.ipv6.any.32/a.b-1", true, LEARNED_IPV6, LEARN_ANY, 32, "a.b-1"},
	{"learned.tap.dhcp.16/0", true, LEARNED_TAP, LEARN_DHCP, 16, "0"},
	{"learned.xid.dhcp.64/vnet0", true, LEARNED_TRANSACTION, LEARN_DHCP, 64, "vnet0"},
	{.name = "learned.ipv4.any.1"},
	{.name = "learned.ipv4.any.1/"},
	{.name = "learned.ipv4.none.1/vnet0"},
	{.name = "learned.ipv5.any.1/vnet0"},
	{.name = "learned.ipv4.any.0/vnet0"},
	{.name = "learned.ipv4.any.1x/vnet0"},
	{.name = "learned.ipv4.any/vnet0"},
	{.name = "learned/vnet0"},
	{.name = "value.ipv4/IP"},
	{.name = ""},
};

START_TEST(set_names)
{
	struct arena *arena = arena_new(1 << 20);
	struct learned_name name;
	struct nft_set set;

	ck_assert(learned_name_parse(str_of(names[_i].name), &name) == names[_i].ok);
	if (names[_i].ok) {
		ck_assert_int_eq(name.what, names[_i].what);
		ck_assert_int_eq(name.mode, names[_i].mode);
		ck_assert_uint_eq(name.size, names[_i].size);
		ck_assert(str_is(name.tap, names[_i].tap));
		set = learned_set(arena, name.what, name.mode, name.size, name.tap);
		ck_assert(str_is(set.name, names[_i].name));
	}
	arena_free(arena);
}
END_TEST

START_TEST(spelling)
{
	static const struct {
		enum stmt_kind kind;
		uint32_t seconds;
		const char *text;
	} rows[] = {
		{STMT_LEARN, 0, " add @l { ip saddr }"},
		{STMT_LEARN, 60, " add @l { ip saddr timeout 60s }"},
		{STMT_RENEW, 86400, " update @l { ip saddr timeout 1d }"},
		{STMT_RENEW, LEARNED_FOR_GOOD, " update @l { ip saddr timeout 3650d }"},
		{STMT_FORGET, 0, " delete @l { ip saddr }"},
	};
	struct nft_set set = {.name = STR("l"), .kind = SET_LEARNED};
	struct key key = NAMED_KEY(IP_SADDR);
	struct stmt s = {.kind = STMT_COUNTER};
	struct buf out;

	buf_init(&out);
	nft_stmt(&out, &s);
	ck_assert(str_is(buf_str(&out), " counter"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		out.len = 0;
		s = stmt_dynamic(rows[i].kind, key, &set, rows[i].seconds);
		nft_stmt(&out, &s);
		ck_assert_msg(str_is(buf_str(&out), rows[i].text), "%.*s", (int)out.len, out.bytes);
	}
	buf_release(&out);
}
END_TEST

Suite *learn_suite(void)
{
	Suite *suite = suite_create("learn");
	TCase *tcase = tcase_create("addresses");

	tcase_add_test(tcase, any);
	tcase_add_test(tcase, leases);
	tcase_add_loop_test(tcase, option_orders, 0, (int)(sizeof(orders) / sizeof(orders[0])));
	tcase_add_test(tcase, macvtap);
	tcase_add_test(tcase, spelling);
	tcase_add_loop_test(tcase, set_names, 0, (int)(sizeof(names) / sizeof(names[0])));
	suite_add_tcase(suite, tcase);
	return suite;
}
