/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "testsuite/unit/suites.h"
#include "testsuite/unit/trial.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))
#define ROOT(name, inside) "<filter name='" name "'>" inside "</filter>"
#define CHAIN(name, chain, priority, inside)                                                       \
	"<filter name='" name "' chain='" chain "' priority='" priority "'>" inside "</filter>"
#define REF(name) "<filterref filter='" name "'/>"
#define OUT(priority, match)                                                                       \
	"<rule action='drop' direction='out' priority='" priority "'>" match "</rule>"
#define IN(priority, match)                                                                        \
	"<rule action='drop' direction='in' priority='" priority "'>" match "</rule>"
#define BOTH(priority, match)                                                                      \
	"<rule action='drop' direction='inout' priority='" priority "'>" match "</rule>"

static void run(struct trial *t, const struct filter *top)
{
	ck_assert(trial_dump(t, top, STAGE_ORDER));
}

/* vector 30: root rules of -900, -700, -699 and 0, and a chain of -700 */
START_TEST(merge)
{
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	trial_filter(&t, CHAIN("c", "ipv4", "-700", OUT("500", "<ip/>") OUT("-1000", "")));
	run(&t, trial_filter(&t, ROOT("top", OUT("0", "") OUT("-699", "") REF("c") OUT("-900", "")
						     OUT("-700", ""))));
	expect_dump(&t, "l2 out\n"
			"\tdrop out -900 any  <top:1>\n"
			/* before the rule of the same priority */
			"\tchain ipv4 -700\n"
			"\t\tdrop out -1000 any  <c:1>\n"
			"\t\tdrop out 500 ip  <c:1>\n"
			"\tdrop out -700 any  <top:1>\n"
			"\tdrop out -699 any  <top:1>\n"
			"\tdrop out 0 any  <top:1>\n");
	trial_release(&t);
}
END_TEST

/* rules before every chain, and a chain behind them all */
START_TEST(extremes)
{
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	trial_filter(&t, CHAIN("first", "mac", "-1000", OUT("0", "")));
	trial_filter(&t, CHAIN("last", "arp", "1000", OUT("0", "")));
	run(&t, trial_filter(&t, ROOT("top", REF("last") OUT("1000", "") OUT("-1000", "")
						     OUT("999", "") REF("first"))));
	expect_dump(&t, "l2 out\n"
			"\tchain mac -1000\n"
			"\t\tdrop out 0 any  <first:1>\n"
			"\tdrop out -1000 any  <top:1>\n"
			"\tdrop out 999 any  <top:1>\n"
			"\tchain arp 1000\n"
			"\t\tdrop out 0 any  <last:1>\n"
			"\tdrop out 1000 any  <top:1>\n");
	trial_release(&t);
}
END_TEST

/* a direction has what covers it, and exists only then */
START_TEST(directions)
{
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	trial_filter(&t, CHAIN("c", "ipv4", "-700", OUT("1", "") BOTH("2", "")));
	run(&t, trial_filter(&t, ROOT("top", REF("c") IN("3", ""))));
	expect_dump(&t, "l2 out\n"
			"\tchain ipv4 -700\n"
			"\t\tdrop out 1 any  <c:1>\n"
			"\t\tdrop inout 2 any  <c:1>\n"
			"l2 in\n"
			"\tchain ipv4 -700\n"
			"\t\tdrop inout 2 any  <c:1>\n"
			"\tdrop in 3 any  <top:1>\n");
	run(&t, trial_filter(&t, ROOT("only-in", IN("3", ""))));
	expect_dump(&t, "l2 in\n\tdrop in 3 any  <only-in:1>\n");
	run(&t, trial_filter(&t, ROOT("empty", "")));
	expect_dump(&t, "");
	trial_release(&t);
}
END_TEST

/* the layers are apart; those of root filters come first, whatever their priority */
START_TEST(stateful)
{
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	trial_filter(&t, CHAIN("c", "ipv4", "-700", IN("-600", "<tcp/>") IN("1", "<ip/>")));
	trial_filter(&t, ROOT("r", IN("900", "<udp/>")));
	run(&t, trial_filter(&t, ROOT("top", REF("c") REF("r") OUT("1000", "<tcp-ipv6/>"))));
	expect_dump(&t, "l2 in\n"
			"\tchain ipv4 -700\n"
			"\t\tdrop in 1 ip  <c:1>\n"
			"l3\n"
			"\tdrop in 900 udp  <r:1>\n"
			"\tdrop out 1000 tcp-ipv6  <top:1>\n"
			"\tdrop in -600 tcp  <c:1>\n");
	trial_release(&t);
}
END_TEST

/* filters of one chain name share the chain; its rules are sorted among themselves */
START_TEST(shared_chain)
{
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	trial_filter(&t, CHAIN("a", "ipv4", "-700", OUT("2", "") OUT("4", "")));
	trial_filter(&t, CHAIN("b", "ipv4", "-700", OUT("1", "") OUT("2", "") OUT("3", "")));
	run(&t, trial_filter(&t, ROOT("top", REF("a") REF("b"))));
	expect_dump(&t, "l2 out\n"
			"\tchain ipv4 -700\n"
			"\t\tdrop out 1 any  <b:1>\n"
			"\t\tdrop out 2 any  <a:1>\n"
			"\t\tdrop out 2 any  <b:1>\n"
			"\t\tdrop out 3 any  <b:1>\n"
			"\t\tdrop out 4 any  <a:1>\n");
	ck_assert_uint_eq(t.job->compile.diag.diag.n, 0);
	trial_release(&t);
}
END_TEST

/* of two priorities the one of the last rule counts, by direction; libvirt may fail (fix F21) */
START_TEST(two_priorities)
{
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	trial_filter(&t, CHAIN("a", "ipv4", "-700", BOTH("1", "") OUT("9", "")));
	trial_filter(&t, CHAIN("b", "ipv4", "200", BOTH("5", "")));
	run(&t, trial_filter(&t, ROOT("top", REF("a") REF("b") BOTH("100", ""))));
	expect_dump(&t, "l2 out\n"
			"\tchain ipv4 -700\n"
			"\t\tdrop inout 1 any  <a:1>\n"
			"\t\tdrop inout 5 any  <b:1>\n"
			"\t\tdrop out 9 any  <a:1>\n"
			"\tdrop inout 100 any  <top:1>\n"
			"l2 in\n"
			"\tdrop inout 100 any  <top:1>\n"
			"\tchain ipv4 200\n"
			"\t\tdrop inout 1 any  <a:1>\n"
			"\t\tdrop inout 5 any  <b:1>\n");
	ck_assert_uint_eq(trial_count(&t, DIAG_CHAIN_PRIORITIES), 1);
	trial_release(&t);
}
END_TEST

/* chains of one priority keep the order of their first rules, and that is worth a word */
START_TEST(ties)
{
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	trial_filter(&t, CHAIN("a", "ipv4-a", "-700", OUT("7", "")));
	trial_filter(&t, CHAIN("b", "ipv4-b", "-700", OUT("5", "")));
	trial_filter(&t, CHAIN("c", "ipv4-c", "-700", OUT("6", "")));
	run(&t, trial_filter(&t, ROOT("top", REF("a") REF("b") REF("c"))));
	expect_dump(&t, "l2 out\n"
			"\tchain ipv4-b -700\n"
			"\t\tdrop out 5 any  <b:1>\n"
			"\tchain ipv4-c -700\n"
			"\t\tdrop out 6 any  <c:1>\n"
			"\tchain ipv4-a -700\n"
			"\t\tdrop out 7 any  <a:1>\n");
	ck_assert_msg(trial_count(&t, DIAG_CHAIN_TIE), "the tie is not reported");
	trial_release(&t);
}
END_TEST

/* defaults of the prefixes */
START_TEST(default_priorities)
{
	static const char *const chains[] = {"mac", "vlan", "ipv4", "ipv6", "arp", "rarp", "stp"};
	struct trial t;
	struct arena *a;
	struct str refs = STR("");

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	a = t.job->compile.arena;
	/* the last one first, so that the order is not that of writing */
	for (int i = 0; i < ROWS(chains); i++) {
		struct str xml =
			str_printf(a, "<filter name='%s' chain='%s-x'>" OUT("0", "") "</filter>",
				   chains[i], chains[i]);

		ck_assert_ptr_nonnull(trial_filter(&t, xml.ptr));
		refs = str_printf(a, REF("%s") "%.*s", chains[i], STR_ARG(refs));
	}
	run(&t, trial_filter(&t, str_printf(a, ROOT("top", "%.*s"), STR_ARG(refs)).ptr));
	expect_dump(&t, "l2 out\n"
			"\tchain mac-x -800\n\t\tdrop out 0 any  <mac:1>\n"
			"\tchain vlan-x -750\n\t\tdrop out 0 any  <vlan:1>\n"
			"\tchain ipv4-x -700\n\t\tdrop out 0 any  <ipv4:1>\n"
			"\tchain ipv6-x -600\n\t\tdrop out 0 any  <ipv6:1>\n"
			"\tchain arp-x -500\n\t\tdrop out 0 any  <arp:1>\n"
			"\tchain rarp-x -400\n\t\tdrop out 0 any  <rarp:1>\n"
			"\tchain stp-x 0\n\t\tdrop out 0 any  <stp:1>\n");
	trial_release(&t);
}
END_TEST

#define MANY 1000

/* many rules of few priorities: ties keep the order of writing */
START_TEST(stability)
{
	struct trial t;
	struct buf xml;
	struct str rest;
	int priority = -1001;
	unsigned last = 0, lines = 0;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	buf_init(&xml);
	buf_puts(&xml, "<filter name='top'>");
	for (unsigned i = 1; i <= MANY; i++)
		buf_printf(&xml,
			   "<rule action='drop' direction='out' priority='%u'>"
			   "<vlan vlanid='%u'/></rule>",
			   i * 7919 % 5, i);
	buf_puts(&xml, "</filter>");
	buf_putc(&xml, 0);
	run(&t, trial_filter(&t, xml.bytes));
	rest = buf_str(&t.dump);
	str_cut(&rest, '\n');
	for (; rest.len; lines++) {
		struct str line = str_cut(&rest, '\n');
		unsigned number;
		int p;

		ck_assert_int_eq(sscanf(line.ptr, " drop out %d vlan vlanid=%u", &p, &number), 2);
		ck_assert_int_ge(p, priority);
		ck_assert_msg(p > priority || number > last, "%u comes after %u", number, last);
		priority = p;
		last = number;
	}
	ck_assert_uint_eq(lines, MANY);
	buf_release(&xml);
	trial_release(&t);
}
END_TEST

Suite *order_suite(void)
{
	Suite *s = suite_create("order");
	TCase *tc = tcase_create("order");

	tcase_add_test(tc, merge);
	tcase_add_test(tc, extremes);
	tcase_add_test(tc, directions);
	tcase_add_test(tc, stateful);
	tcase_add_test(tc, shared_chain);
	tcase_add_test(tc, two_priorities);
	tcase_add_test(tc, ties);
	tcase_add_test(tc, default_priorities);
	tcase_add_test(tc, stability);
	suite_add_tcase(s, tc);
	return s;
}
