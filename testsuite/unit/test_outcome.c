/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/flow.h"
#include "ir/eval.h"
#include "ir/learned.h"
#include "ir/near_miss.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/text.h"
#include "testsuite/unit/trial.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))
#define FILTER                                                                                     \
	"<filter name='f'>\n"                                                                      \
	"<rule action='accept' direction='out'><tcp dstipaddr='192.0.2.9' dstportstart='25'/>"     \
	"</rule>\n"                                                                                \
	"<rule action='drop' direction='out'><tcp dstportstart='25'/></rule>\n"                    \
	"<rule action='drop' direction='in'><udp srcipaddr='192.0.2.9' match='no'/></rule>\n"      \
	"<rule action='accept' direction='inout'><icmp state='ESTABLISHED'/></rule>\n"             \
	"<rule action='drop' direction='inout'><icmp/></rule>\n"                                   \
	"<rule action='drop' direction='out' priority='1'>"                                        \
	"<mac srcmacaddr='52:54:00:12:34:99'/></rule>\n"                                           \
	"</filter>"

static const struct {
	const char *words;
	enum verdict verdict;
	unsigned line;      /* of the rule that decided; 0: none */
	const char *near;   /* lines of the near misses */
	const char *fields; /* and the attributes that failed */
} rows[] = {
	{"out tcp 10.0.0.5 > 192.0.2.9:25", VERDICT_ACCEPT, 2, " 7", " srcmacaddr"},
	{"out tcp 10.0.0.5 > 192.0.2.1:25", VERDICT_DROP, 3, " 2", " dstipaddr"},
	{"out tcp 10.0.0.5 > 192.0.2.1:24", VERDICT_ACCEPT, 0, " 7 3 4",
	 " srcmacaddr dstportstart -"},
	{"out udp 10.0.0.5 > 192.0.2.9:25", VERDICT_ACCEPT, 0, " 7 3 4", " srcmacaddr - srcipaddr"},
	{"out arp request 10.0.0.5 > 192.0.2.1", VERDICT_ACCEPT, 0, " 7", " srcmacaddr"},
	{"out icmp 10.0.0.5 > 192.0.2.1", VERDICT_DROP, 6, " 5", " state"},
	{"in udp 192.0.2.9:1 > 10.0.0.5", VERDICT_ACCEPT, 0, " 4", " srcipaddr"},
	{"in udp 192.0.2.8:1 > 10.0.0.5", VERDICT_DROP, 4, "", ""},
	{"in udp 192.0.2.8:1 > 10.0.0.5 from-host", VERDICT_ACCEPT, 0, "", ""},
	{"out ether 52:54:00:12:34:99 > 02:00:00:00:00:01 type 1", VERDICT_DROP, 7, "", ""},
};

static const char *const targets[] = {"bridge-ct", "mark-ct"};

static void flow_of(struct trial *t, const char *words, struct flow *ret)
{
	struct source *s = compile_text(&t->job->compile, STR("flow"), str_of(words));

	ck_assert(flow_parse(&t->job->compile, trial_entry(t)->binding,
			     (struct span){s, 0, (uint32_t)s->bytes.len}, ret));
}

static unsigned line_of(const struct nft_rule *r)
{
	return r && r->origin.rule ? span_position(r->origin.rule->span).line : 0;
}

/* the line of the rule that decided; there is one at most, for only one has an origin */
static unsigned decided(const struct outcome *o)
{
	unsigned line = 0;

	for (unsigned i = 0; i < o->nhook; i++)
		line += line_of(outcome_rule(o, i));
	return line;
}

static void outcome_of_words(struct trial *t, const char *words, struct outcome *ret)
{
	struct flow flow;

	flow_of(t, words, &flow);
	outcome_of(t->job->scratch, t->job->ruleset, trial_entry(t), flow.direction, flow.from_host,
		   &flow.packet, ret);
}

/* one of `rows` on one of the targets */
static int trial_row(struct trial *t, int loop, struct outcome *ret)
{
	int row = loop / ROWS(targets);

	trial_init(t, MODE_DEFAULT, targets[loop % ROWS(targets)]);
	ck_assert(trial_lower(t, FILTER));
	outcome_of_words(t, rows[row].words, ret);
	return row;
}

/* the two lists of near misses, joined */
static void put_near(const struct outcome *o, struct buf *lines, struct buf *fields)
{
	for (size_t i = 0; i < o->near.n; i++) {
		const struct match *m = o->near.at[i].match;

		buf_printf(lines, " %u", line_of(o->near.at[i].rule));
		buf_printf(fields, " %s", m ? field(m->field)->xml : "-");
	}
}

START_TEST(explained)
{
	struct buf lines, fields;
	struct outcome o;
	struct trial t;
	int row;

	row = trial_row(&t, _i, &o);
	ck_assert_int_eq(o.verdict, rows[row].verdict);
	ck_assert_uint_eq(decided(&o), rows[row].line);
	buf_init(&lines);
	buf_init(&fields);
	put_near(&o, &lines, &fields);
	ck_str(buf_str(&lines), rows[row].near);
	ck_str(buf_str(&fields), rows[row].fields);
	buf_release(&lines);
	buf_release(&fields);
	trial_release(&t);
}
END_TEST

/* the walk that explains comes to the rule that eval_hook() came to */
START_TEST(same_walk)
{
	struct outcome o;
	struct trial t;

	trial_row(&t, _i, &o);
	for (unsigned i = 0; i < o.nhook; i++) {
		const struct outcome_hook *h = &o.hook[i];

		ck_assert_uint_eq(h->evaluation.steps, h->step.n);
		if (h->evaluation.rule)
			ck_assert_ptr_eq(h->step.at[h->step.n - 1].rule, h->evaluation.rule);
	}
	trial_release(&t);
}
END_TEST

/* values of a list are one near miss with all of them */
START_TEST(lists)
{
	struct outcome o;
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	trial_value(&t, "A", "192.0.2.1");
	trial_value(&t, "A", "192.0.2.2");
	trial_value(&t, "A", "192.0.2.3");
	ck_assert(trial_lower(&t, "<filter name='f'><rule action='drop' direction='in'>"
				  "<tcp srcipaddr='$A' dstportstart='22'/></rule></filter>"));
	outcome_of_words(&t, "in tcp 192.0.2.4 > 10.0.0.5:22", &o);
	ck_assert_uint_eq(o.near.n, 1);
	ck_assert_uint_eq(o.near.at[0].wanted.n, 3);
	ck_assert(o.near.at[0].present);
	ck_assert_uint_eq(o.near.at[0].found.b[3], 4);
	trial_release(&t);
}
END_TEST

/* rules that learn do so in the first hook, for the second one too, and when walked again */
START_TEST(learns)
{
	struct learned learned = {.n = 0};
	struct packet packet;
	struct outcome o;
	struct trial t;
	struct flow flow;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	ck_assert(trial_lower(&t, "<filter name='f'><rule action='accept' direction='out'>"
				  "<udp srcipaddr='$IP'/></rule>"
				  "<rule action='drop' direction='out' priority='900'><all/></rule>"
				  "</filter>"));
	outcome_of_words(&t, "out udp 10.0.0.5:1 > 10.0.0.6:2", &o);
	ck_assert_int_eq(o.verdict, VERDICT_ACCEPT);
	ck_assert_uint_eq(o.nhook, 2);
	for (unsigned i = 0; i < o.nhook; i++)
		ck_assert_uint_eq(o.hook[i].evaluation.steps, o.hook[i].step.n);
	/* an address, and that there is one; what walks again adds nothing */
	flow_of(&t, "out udp 10.0.0.7:1 > 10.0.0.6:2", &flow);
	packet = flow.packet;
	packet.learned = &learned;
	outcome_of(t.job->scratch, t.job->ruleset, trial_entry(&t), DIRECTION_OUT, false, &packet,
		   &o);
	ck_assert_int_eq(o.verdict, VERDICT_ACCEPT);
	ck_assert_uint_eq(learned.n, 2);
	trial_release(&t);
}
END_TEST

/* in the second fragment header of a packet: the kernel does not say where its data is */
START_TEST(later_fragment)
{
	static const unsigned char frame[80] = {
		0x02, 0,    0,    9,    1,         3,        0x52,      0x54,       0,
		0x12, 0x34, 0x56, 0x86, 0xdd,      0x60,     0x11,      7,          8,
		0,    26,   44,   64,   [54] = 44, [57] = 1, [62] = 17, [65] = 0x29};
	const struct key port = NAMED_KEY(TH_DPORT);
	struct value at_network, at_egress;
	struct packet packet, p;
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	ck_assert(packet_parse(&packet, frame, sizeof(frame)));
	ck_assert_uint_eq(packet.fragment_offset, 0);
	ck_assert_uint_eq(packet.fragment, 5);
	p = eval_packet(t.job->ruleset, HOOK_DEV_IN_L2, &packet);
	ck_assert(packet_read(&p, port, &at_network));
	ck_assert_mem_eq(at_network.b, frame + 16, 2);
	p = eval_packet(t.job->ruleset, HOOK_DEV_OUT_L2, &packet);
	ck_assert(packet_read(&p, port, &at_egress));
	ck_assert_mem_eq(at_egress.b, frame + 2, 2);
	trial_release(&t);
}
END_TEST

/* of an address that the frame does not have whole, nft reads a prefix of whole bytes */
START_TEST(cut_address)
{
	static const unsigned char frame[24] = {
		[12] = 0x86, [13] = 0xdd, [14] = 0x60, [22] = 0xfe, [23] = 0x80};
	const struct key key = NAMED_KEY(IP6_SADDR);
	struct value fe80 = {.len = 16, .b = {0xfe, 0x80}};
	struct packet p;

	ck_assert(packet_parse(&p, frame, sizeof(frame)));
	for (unsigned bits = 1; bits <= 128; bits++) {
		struct stmt equal = stmt_masked(key, value_of_prefix(bits, 16), OP_EQ, fe80);
		struct stmt differs = stmt_masked(key, value_of_prefix(bits, 16), OP_NE, fe80);

		ck_assert_int_eq(eval_stmt(&equal, &p), bits == 8 || bits == 16);
		ck_assert(!eval_stmt(&differs, &p));
	}
}
END_TEST

Suite *outcome_suite(void)
{
	Suite *s = suite_create("outcome");
	TCase *tc = tcase_create("outcome");

	tcase_add_loop_test(tc, explained, 0, ROWS(rows) * ROWS(targets));
	tcase_add_loop_test(tc, same_walk, 0, ROWS(rows) * ROWS(targets));
	tcase_add_test(tc, lists);
	tcase_add_test(tc, learns);
	tcase_add_test(tc, later_fragment);
	tcase_add_test(tc, cut_address);
	suite_add_tcase(s, tc);
	return s;
}
