/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/link.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/trial.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))
#define NAMED(name, inside) "<filter name='" name "'>" inside "</filter>"
#define RULE(match) "<rule action='drop' direction='out'>" match "</rule>"
#define IP(attributes) "<ip protocol='udp'/><ip " attributes "/>"
#define REF(filter, parameters) "<filterref filter='" filter "'>" parameters "</filterref>"
#define GIVE(name, value) "<parameter name='" name "' value='" value "'/>"
#define FROM(filter, text) "drop out 500 " text "  <" filter ":1>\n"
#define SRC(address) "ip srcipaddr=" address " protocol=udp"
#define MADE(address, port) FROM("top", SRC(address) " dstportstart=" port)
#define PAIR(source, target) FROM("top", "udp srcportstart=" source " dstportstart=" target)

/* values as "A=1,2 B=3": two parameters, the first one a list */
static void give_values(struct trial *t, const char *values)
{
	struct arena *a = t->job->compile.arena;
	struct str rest = str_of(values);

	while (rest.len) {
		struct str list = str_cut(&rest, ' ');
		const char *name = str_c(a, str_cut(&list, '='));

		while (list.len)
			trial_value(t, name, str_c(a, str_cut(&list, ',')));
	}
}

static const struct {
	const char *values;
	const char *match;
	const char *made;
} iterations[] = {
	{"", IP("srcipaddr='1.1.1.1' dstportstart='5'"), MADE("1.1.1.1", "5")},
	/* one iterator: in lock step */
	{"A=1.1.1.1,1.1.1.2 B=5,6", IP("srcipaddr='$A' dstportstart='$B'"),
	 MADE("1.1.1.1", "5") MADE("1.1.1.2", "6")},
	{"A=1.1.1.1,1.1.1.2 B=5,6", IP("srcipaddr='$A[@3]' dstportstart='$B[@3]'"),
	 MADE("1.1.1.1", "5") MADE("1.1.1.2", "6")},
	{"A=1.1.1.1,1.1.1.2 B=5,6", IP("srcipaddr='$A[@0]' dstportstart='$B'"),
	 MADE("1.1.1.1", "5") MADE("1.1.1.2", "6")},
	/* two: the product, and the first of them is the fastest */
	{"A=1.1.1.1,1.1.1.2 B=5,6,7", IP("srcipaddr='$A[@1]' dstportstart='$B[@2]'"),
	 MADE("1.1.1.1", "5") MADE("1.1.1.2", "5") MADE("1.1.1.1", "6") MADE("1.1.1.2", "6")
		 MADE("1.1.1.1", "7") MADE("1.1.1.2", "7")},
	{"A=1.1.1.1,1.1.1.2 B=5,6", IP("srcipaddr='$A[@2]' dstportstart='$B[@1]'"),
	 MADE("1.1.1.1", "5") MADE("1.1.1.2", "5") MADE("1.1.1.1", "6") MADE("1.1.1.2", "6")},
	/* number 0 is there before all others */
	{"A=1.1.1.1,1.1.1.2 B=5,6", IP("srcipaddr='$A[@1]' dstportstart='$B'"),
	 MADE("1.1.1.1", "5") MADE("1.1.1.1", "6") MADE("1.1.1.2", "5") MADE("1.1.1.2", "6")},
	/* repetitions are skipped: of one variable, of tuples, of text */
	{"A=1.1.1.1,1.1.1.2,1.1.1.1,1.1.1.1,1.1.1.3", IP("srcipaddr='$A' dstportstart='5'"),
	 MADE("1.1.1.1", "5") MADE("1.1.1.2", "5") MADE("1.1.1.3", "5")},
	{"A=1.1.1.1,1.1.1.1,1.1.1.1 B=5,6,5", IP("srcipaddr='$A' dstportstart='$B'"),
	 MADE("1.1.1.1", "5") MADE("1.1.1.1", "6")},
	{"A=1.1.1.1,1.1.1.1 B=5,5", IP("srcipaddr='$A[@1]' dstportstart='$B[@2]'"),
	 MADE("1.1.1.1", "5")},
	{"A=1,11 B=11,1", "<udp srcportstart='$A' dstportstart='$B'/>",
	 PAIR("1", "11") PAIR("11", "1")},
	{"A=80,0x50,080", "<udp srcportstart='$A' dstportstart='1'/>",
	 PAIR("80", "1") PAIR("80", "1") PAIR("80", "1")},
	/* a variable that is used twice has one value under one iterator */
	{"A=5,6", "<udp srcportstart='$A' dstportstart='$A'/>", PAIR("5", "5") PAIR("6", "6")},
	{"A=5,6", "<udp srcportstart='$A[@1]' dstportstart='$A[@2]'/>",
	 PAIR("5", "5") PAIR("6", "5") PAIR("5", "6") PAIR("6", "6")},
	/* elements are constants */
	{"A=5,6,7", "<udp srcportstart='$A[2]' dstportstart='$A[0]'/>", PAIR("7", "5")},
	{"A=5,6,7 B=8,9", "<udp srcportstart='$B' dstportstart='$A[1]'/>",
	 PAIR("8", "6") PAIR("9", "6")},
	/* what a later element overwrites still drives the iteration */
	{"A=5,6 B=7", "<udp srcportstart='$A' dstportstart='1'/><udp srcportstart='2'/>",
	 PAIR("2", "1") PAIR("2", "1")},
};

START_TEST(iteration)
{
	struct trial t;
	struct str xml;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	give_values(&t, iterations[_i].values);
	xml = str_printf(t.job->compile.arena, NAMED("top", RULE("%s")), iterations[_i].match);
	ck_assert(trial_dump(&t, trial_filter(&t, xml.ptr), STAGE_RULES));
	expect_dump(&t, iterations[_i].made);
	trial_release(&t);
}
END_TEST

static const struct {
	const char *values;
	const char *match;
	enum diag_id id;
} failures[] = {
	{"", IP("srcipaddr='$A'"), DIAG_VARIABLE_MISSING},
	{"A=1.1.1.1", IP("srcipaddr='$a'"), DIAG_VARIABLE_MISSING},
	{"A=1.1.1.1", IP("srcipaddr='$A[1]'"), DIAG_VARIABLE_INDEX},
	{"A=1.1.1.1", IP("srcipaddr='$A[4294967295]'"), DIAG_VARIABLE_INDEX},
	{"", IP("srcipaddr='$A[0]'"), DIAG_VARIABLE_MISSING},
	/* that of learning is IP as a whole and nothing else */
	{"CTRL_IP_LEARNING=None", IP("srcipaddr='$IP'"), DIAG_VARIABLE_LEARNING},
	{"CTRL_IP_LEARNING=none,any", IP("srcipaddr='$IP[@0]'"), DIAG_VARIABLE_LEARNING},
	{"", IP("srcipaddr='$IP[@1]'"), DIAG_VARIABLE_MISSING},
	{"", IP("srcipaddr='$IP[0]'"), DIAG_VARIABLE_MISSING},
	{"", "<ipv6 srcipaddr='$IPV6'/>", DIAG_VARIABLE_MISSING},
	{"CTRL_IP_LEARNING=maybe", IP("srcipaddr='$IP'"), DIAG_LEARN_MODE},
	{"CTRL_IPV6_LEARNING=dhcp", "<ipv6 srcipaddr='$IPV6'/>", DIAG_LEARN_MODE},
	{"LEARN_MAX=33", IP("srcipaddr='$IP' dstipaddr='$IP'"), DIAG_LEARN_MODE},
	/* it is one value to what it advances with */
	{"B=5,6", IP("srcipaddr='$IP' dstportstart='$B'"), DIAG_VARIABLE_LENGTHS},
	/* what cannot be looked up */
	{"", IP("srcipaddr='$IP' srcipmask='24'"), DIAG_LEARNED_USE},
	{"", IP("srcipaddr='1.1.1.1' srcipmask='$IP'"), DIAG_LEARNED_USE},
	{"", IP("dstportstart='$IP'"), DIAG_LEARNED_USE},
	{"", "<all srcipfrom='$IP' srcipto='1.1.1.1'/>", DIAG_LEARNED_USE},
	{"", "<rarp arpsrcipaddr='$IP'/>", DIAG_LEARNED_USE},
	{"", "<mac srcmacaddr='$IP'/>", DIAG_LEARNED_USE},
	{"", "<ipv6 srcipaddr='$IP'/>", DIAG_LEARNED_USE},
	/* overwritten, and wanted all the same */
	{"", IP("srcipaddr='$A'") "<ip srcipaddr='1.1.1.1'/>", DIAG_VARIABLE_MISSING},
	{"A=1.1.1.1,1.1.1.2 B=5", IP("srcipaddr='$A' dstportstart='$B'"), DIAG_VARIABLE_LENGTHS},
	{"A=1.1.1.1,1.1.1.2 B=5,6,7", IP("srcipaddr='$A[@1]' dstportstart='$B[@1]'"),
	 DIAG_VARIABLE_LENGTHS},
	/* values have the type of the place where they are used */
	{"A=fe80::1", IP("srcipaddr='$A'"), DIAG_VARIABLE_VALUE},
	{"A=1.1.1.1,localhost", IP("srcipaddr='$A'"), DIAG_VARIABLE_VALUE},
	{"A=ssh", IP("dstportstart='$A'"), DIAG_VARIABLE_VALUE},
	{"A=1:5", IP("dstportstart='$A'"), DIAG_VARIABLE_VALUE},
	{"A=65536", IP("dstportstart='$A'"), DIAG_VARIABLE_VALUE},
	{"A=10.1", IP("srcipaddr='$A'"), DIAG_VALUE_ODD},
};

START_TEST(failing)
{
	struct trial t;
	struct str xml;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	give_values(&t, failures[_i].values);
	xml = str_printf(t.job->compile.arena, NAMED("top", RULE("%s")), failures[_i].match);
	ck_assert(!trial_dump(&t, trial_filter(&t, xml.ptr), STAGE_RULES));
	ck_assert_uint_eq(trial_count(&t, failures[_i].id), 1);
	ck_assert_uint_eq(t.job->compile.diag.nerror, 1);
	ck_assert_uint_eq(t.dump.len, 0);
	trial_release(&t);
}
END_TEST

#define LEAF NAMED("leaf", RULE(IP("srcipaddr='$A'")))
#define BOUND(filter, address) FROM(filter, SRC(address))

/* which of several definitions holds; leaf uses $A */
static const struct {
	const char *values;
	const char *middle; /* NULL: none; a filter that refers to leaf */
	const char *top;
	const char *made; /* NULL: no value */
} precedences[] = {
	{"", NULL, NAMED("top", REF("leaf", GIVE("A", "1.1.1.1"))), BOUND("leaf", "1.1.1.1")},
	{"A=9.9.9.9", NULL, NAMED("top", REF("leaf", GIVE("A", "1.1.1.1"))),
	 BOUND("leaf", "9.9.9.9")},
	{"", NAMED("middle", REF("leaf", GIVE("A", "1.1.1.1"))),
	 NAMED("top", REF("middle", GIVE("A", "2.2.2.2"))), BOUND("leaf", "2.2.2.2")},
	{"", NAMED("middle", REF("leaf", GIVE("A", "1.1.1.1"))), NAMED("top", REF("middle", "")),
	 BOUND("leaf", "1.1.1.1")},
	/* a whole list is replaced, not added to */
	{"A=9.9.9.9", NULL, NAMED("top", REF("leaf", GIVE("A", "1.1.1.1") GIVE("A", "2.2.2.2"))),
	 BOUND("leaf", "9.9.9.9")},
	{"", NULL, NAMED("top", REF("leaf", GIVE("A", "1.1.1.1") GIVE("A", "2.2.2.2"))),
	 BOUND("leaf", "1.1.1.1") BOUND("leaf", "2.2.2.2")},
	/* siblings have nothing of each other, nor has the filter that refers */
	{"", NULL, NAMED("top", REF("leaf", GIVE("A", "1.1.1.1")) REF("leaf", "")), NULL},
	{"", NULL, NAMED("top", REF("leaf", "") REF("leaf", GIVE("A", "1.1.1.1"))), NULL},
	{"", NULL, NAMED("top", REF("leaf", GIVE("A", "1.1.1.1")) RULE(IP("srcipaddr='$A'"))),
	 NULL},
	/* each path has its own values, depth first */
	{"", NULL,
	 NAMED("top", REF("leaf", GIVE("A", "2.2.2.2")) RULE(IP("srcipaddr='3.3.3.3'"))
			      REF("leaf", GIVE("A", "1.1.1.1"))),
	 BOUND("leaf", "2.2.2.2") BOUND("top", "3.3.3.3") BOUND("leaf", "1.1.1.1")},
	/* and two references with one value are two rules */
	{"A=9.9.9.9", NULL, NAMED("top", REF("leaf", "") REF("leaf", "")),
	 BOUND("leaf", "9.9.9.9") BOUND("leaf", "9.9.9.9")},
};

START_TEST(precedence)
{
	struct trial t;
	bool ok;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	give_values(&t, precedences[_i].values);
	ck_assert_ptr_nonnull(trial_filter(&t, LEAF));
	if (precedences[_i].middle)
		ck_assert_ptr_nonnull(trial_filter(&t, precedences[_i].middle));
	ok = trial_dump(&t, trial_filter(&t, precedences[_i].top), STAGE_RULES);
	ck_assert_int_eq(ok, precedences[_i].made != NULL);
	ck_assert_uint_eq(trial_count(&t, DIAG_VARIABLE_MISSING), !ok);
	expect_dump(&t, ok ? precedences[_i].made : "");
	trial_release(&t);
}
END_TEST

START_TEST(address_of_interface)
{
	static const char xml[] = NAMED("top", RULE("<mac srcmacaddr='$MAC'/>"));
	struct trial t;
	struct filter *top;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	top = trial_filter(&t, xml);
	ck_assert(trial_dump(&t, top, STAGE_RULES));
	expect_dump(&t, FROM("top", "mac srcmacaddr=52:54:00:12:34:56"));
	/* unless the user gave one */
	trial_binding(&t, "vnet1");
	trial_value(&t, "MAC", "A:b:C:d:E:f");
	ck_assert(trial_dump(&t, top, STAGE_RULES));
	expect_dump(&t, FROM("top", "mac srcmacaddr=0a:0b:0c:0d:0e:0f"));
	trial_release(&t);
}
END_TEST

static void give_numbers(struct trial *t, const char *name, unsigned n)
{
	for (unsigned i = 1; i <= n; i++)
		trial_value(t, name, str_printf(t->job->compile.arena, "%u", i).ptr);
}

/* a product of lists explodes: at the limit it is fine, above it is refused at once */
START_TEST(limit)
{
	static const char product[] = RULE("<udp srcportstart='$A[@1]' dstportstart='$B[@2]'/>");
	struct trial t;
	struct str xml;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	give_numbers(&t, "A", RULE_LIMIT / 200);
	give_numbers(&t, "B", 200);
	xml = str_printf(t.job->compile.arena, NAMED("top", "%s"), product);
	ck_assert(trial_dump(&t, trial_filter(&t, xml.ptr), STAGE_RULES));
	ck_assert_uint_eq(t.job->nrule, RULE_LIMIT);
	xml = str_printf(t.job->compile.arena, NAMED("more", "%s" RULE("")), product);
	ck_assert(!trial_dump(&t, trial_filter(&t, xml.ptr), STAGE_RULES));
	ck_assert_uint_eq(trial_count(&t, DIAG_RULE_LIMIT), 1);
	ck_assert_uint_eq(t.job->compile.diag.nerror, 1);
	trial_release(&t);
}
END_TEST

START_TEST(explosion)
{
	struct trial t;
	struct filter *top;
	size_t used;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	give_numbers(&t, "A", 1000);
	top = trial_filter(
		&t,
		NAMED("top", RULE("<udp srcportstart='$A[@1]' srcportend='$A[@2]' "
				  "dstportstart='$A[@3]' dstportend='$A[@4]' dscp='$A[@5]'/>")));
	used = arena_used(t.job->scratch);
	ck_assert(!trial_dump(&t, top, STAGE_RULES));
	ck_assert_uint_eq(trial_count(&t, DIAG_RULE_LIMIT), 1);
	ck_assert_uint_eq(t.job->compile.diag.nerror, 1);
	ck_assert_uint_eq(arena_used(t.job->scratch), used);
	trial_release(&t);
}
END_TEST

/* match='no' with a list is true of every packet (fix F25) */
START_TEST(negated_list)
{
	struct trial t;
	struct filter *top;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	trial_value(&t, "A", "1.1.1.1");
	top = trial_filter(&t, NAMED("top", RULE("<ip match='no' srcipaddr='$A'/>")));
	ck_assert(trial_dump(&t, top, STAGE_RULES));
	ck_assert_uint_eq(trial_count(&t, DIAG_NEGATED_LIST), 0);
	trial_value(&t, "A", "1.1.1.2");
	ck_assert(trial_dump(&t, top, STAGE_RULES));
	ck_assert_uint_eq(trial_count(&t, DIAG_NEGATED_LIST), 1);
	expect_dump(&t, FROM("top", "ip srcipaddr!=1.1.1.1") FROM("top", "ip srcipaddr!=1.1.1.2"));
	trial_release(&t);
}
END_TEST

Suite *expand_suite(void)
{
	Suite *s = suite_create("expand");
	TCase *tc = tcase_create("expand");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, iteration, 0, ROWS(iterations));
	tcase_add_loop_test(tc, failing, 0, ROWS(failures));
	tcase_add_loop_test(tc, precedence, 0, ROWS(precedences));
	tcase_add_test(tc, address_of_interface);
	tcase_add_test(tc, limit);
	tcase_add_test(tc, explosion);
	tcase_add_test(tc, negated_list);
	suite_add_tcase(s, tc);
	return s;
}
