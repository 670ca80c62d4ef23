/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "testsuite/unit/suites.h"
#include "testsuite/unit/trial.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))
#define FILTER "<filter name='s'><rule action='accept' direction='%s'>%s</rule></filter>"

static const struct {
	const char *text;
	const char *name;
	unsigned n;
	enum dimension dimension[SET_DIMENSIONS];
} specs[] = {
	{"s=ip", "s", 1, {DIMENSION_IP}},
	{"s=net", "s", 1, {DIMENSION_NET}},
	{"s=port", "s", 1, {DIMENSION_PORT}},
	{"s=mac", "s", 1, {DIMENSION_MAC}},
	{"s=ip,port", "s", 2, {DIMENSION_IP, DIMENSION_PORT}},
	{"s=net,port,net", "s", 3, {DIMENSION_NET, DIMENSION_PORT, DIMENSION_NET}},
	{"s=ip,ip,mac", "s", 3, {DIMENSION_IP, DIMENSION_IP, DIMENSION_MAC}},
	{"A-z.0_9=ip", "A-z.0_9", 1, {DIMENSION_IP}},
};

START_TEST(accepted)
{
	const struct set_spec *spec;
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	ck_assert(trial_set(&t, specs[_i].text));
	spec = &t.job->sets.spec.at[0];
	ck_assert(str_is(spec->name, specs[_i].name));
	ck_assert_uint_eq(spec->ndimension, specs[_i].n);
	for (unsigned i = 0; i < specs[_i].n; i++)
		ck_assert_int_eq(spec->dimension[i], specs[_i].dimension[i]);
	ck_assert_ptr_null(spec->elements);
	trial_release(&t);
}
END_TEST

static const struct {
	const char *text;
	enum diag_id id;
} refusals[] = {
	{"", DIAG_IPSET_ELEMENT},
	{"s", DIAG_IPSET_ELEMENT},
	{"s=", DIAG_IPSET_ELEMENT},
	{"=ip", DIAG_IPSET_ELEMENT},
	{"s=foo", DIAG_IPSET_ELEMENT},
	{"s=IP", DIAG_IPSET_ELEMENT},
	{"s=ip,", DIAG_IPSET_ELEMENT},
	{"s=,ip", DIAG_IPSET_ELEMENT},
	{"s=ip,,ip", DIAG_IPSET_ELEMENT},
	{"s=ip, ip", DIAG_IPSET_ELEMENT},
	{"s= ip", DIAG_IPSET_ELEMENT},
	{"s=ip,ip,ip,ip", DIAG_IPSET_ELEMENT},
	/* nft could hold the protocol of one port only */
	{"s=port,port", DIAG_IPSET_ELEMENT},
	{"my friends=ip", DIAG_IPSET_ELEMENT},
	{"a/b=ip", DIAG_IPSET_ELEMENT},
	{"a:b=ip", DIAG_IPSET_ELEMENT},
	/* a list that was meant and is not there, as of an empty variable of a shell */
	{"s=ip:", DIAG_IPSET_ELEMENT},
	{"s=ip:/nonexistent/list", DIAG_FILE_UNREADABLE},
};

START_TEST(refused)
{
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	ck_assert_msg(!trial_set(&t, refusals[_i].text), "\"%s\"", refusals[_i].text);
	ck_assert_uint_eq(trial_count(&t, refusals[_i].id), 1);
	ck_assert_uint_eq(t.job->compile.diag.nerror, 1);
	ck_assert_uint_eq(t.job->sets.spec.n, 0);
	trial_release(&t);
}
END_TEST

static void set_of_lines(struct trial *t, const char *spec, const char *lines)
{
	char path[] = "/tmp/nwfc-set-XXXXXX";
	int fd = mkstemp(path);
	bool put, ok;

	ck_assert_int_ge(fd, 0);
	put = write(fd, lines, strlen(lines)) == (ssize_t)strlen(lines);
	close(fd);
	ok = trial_set(t, str_printf(t->job->compile.arena, "%s:%s", spec, path).ptr);
	unlink(path);
	ck_assert(put && ok);
}

/* elements by line: text of nft, joined by '|'; NULL: refused */
static const struct {
	const char *spec, *match, *lines, *elements;
} lists[] = {
	{"s=ip", "all", "192.0.2.7\n", "192.0.2.7|"},
	{"s=ip", "all", "# who\n\n  192.0.2.7 \r\n\t# more\n192.0.2.8", "192.0.2.7|192.0.2.8|"},
	{"s=ip", "all", "", ""},
	{"s=ip", "all", "192.0.2.7/32", NULL},
	{"s=ip", "all", "192.0.2", NULL},
	{"s=ip", "all", "010.0.0.1", NULL},
	{"s=ip", "all", "192.0.2.7 # who", NULL},
	{"s=ip", "all", "192.0.2.7,192.0.2.8", NULL},
	{"s=ip", "all", "192.0.2.7-192.0.2.8", NULL},
	{"s=ip", "all", "localhost", NULL},
	{"s=ip", "all", "192.0.2.7 }\nflush ruleset", NULL},
	{"s=ip", "all", "2001:db8::7", NULL},
	{"s=ip", "all-ipv6", "2001:db8::7", "2001:db8::7|"},
	{"s=ip", "all-ipv6", "192.0.2.7", NULL},
	{"s=net", "all", "192.0.2.7\n10.0.0.0/8\n0.0.0.0/0", "192.0.2.7|10.0.0.0/8|0.0.0.0/0|"},
	{"s=net", "all", "10.0.0.0/33", NULL},
	{"s=net", "all", "10.0.0.0/", NULL},
	{"s=net", "all", "/8", NULL},
	{"s=net", "all", "10.0.0.0/8/8", NULL},
	/* nft takes lengths only, in plain decimal */
	{"s=net", "all", "10.0.0.0/255.0.0.0", NULL},
	{"s=net", "all", "10.0.0.0/08", NULL},
	{"s=net", "all-ipv6", "fe80::/ffc0::", NULL},
	{"s=net", "all-ipv6", "fe80::/10", "fe80::/10|"},
	{"s=mac", "all", "52:54:00:12:34:56", "52:54:00:12:34:56|"},
	{"s=mac", "all", "52:54:00:12:34", NULL},
	{"s=port", "all", "tcp:80\nUDP:53\n132:9", "6 . 80|17 . 53|132 . 9|"},
	{"s=port", "all", "80", NULL},
	{"s=port", "all", "tcp:", NULL},
	{"s=port", "all", ":80", NULL},
	{"s=port", "all", "tcp:65536", NULL},
	{"s=port", "all", "tcp:80-90", NULL},
	{"s=ip,port", "all", "192.0.2.7,tcp:80", "192.0.2.7 . 6 . 80|"},
	{"s=ip,port", "all", " 192.0.2.7 , udp:53 ", "192.0.2.7 . 17 . 53|"},
	{"s=ip,port", "all", "192.0.2.7", NULL},
	{"s=ip,port", "all", "192.0.2.7,", NULL},
	{"s=ip,port", "all", "192.0.2.7,tcp:80,1", NULL},
	{"s=ip,port", "all", "tcp:80,192.0.2.7", NULL},
	{"s=net,port,ip", "all", "10.0.0.0/8,tcp:80,192.0.2.7", "10.0.0.0/8 . 6 . 80 . 192.0.2.7|"},
	{"s=ip", "all", "192.0.2.7\nhere\n192.0.2.8\nthere\n", NULL},
};

static bool lower_set(struct trial *t, const char *direction, const char *match)
{
	return trial_lower(t, str_printf(t->job->compile.arena, FILTER, direction, match).ptr);
}

START_TEST(elements)
{
	struct trial t;
	struct arena *a;
	const struct nft_set *set;
	struct str got = {0};
	bool ok;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	a = t.job->compile.arena;
	set_of_lines(&t, lists[_i].spec, lists[_i].lines);
	ok = lower_set(
		&t, "inout",
		str_printf(a, "<%s ipset='s' ipsetflags='src,src,src'/>", lists[_i].match).ptr);
	ck_assert_msg(ok == (lists[_i].elements != NULL), "%s: \"%s\"", lists[_i].spec,
		      lists[_i].lines);
	ck_assert_int_eq(trial_count(&t, DIAG_IPSET_ELEMENT) > 0, !ok);
	if (!ok) {
		trial_release(&t);
		return;
	}
	/* once, though two programs read it */
	ck_assert_uint_eq(t.job->ruleset->set.n, 1);
	set = t.job->ruleset->set.at[0];
	for (size_t i = 0; i < set->element.n; i++)
		got = str_printf(a, "%.*s%.*s|", STR_ARG(got), STR_ARG(set->element.at[i]));
	ck_assert_msg(str_is(got, lists[_i].elements), "%.*s", STR_ARG(got));
	trial_release(&t);
}
END_TEST

/* every bad line is shown, each with its place */
START_TEST(element_places)
{
	struct trial t;
	const struct diag *d;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	set_of_lines(&t, "s=ip", "192.0.2.7\nhere\r\n192.0.2.8\n  there\n");
	ck_assert(!lower_set(&t, "in", "<all ipset='s' ipsetflags='src'/>"));
	ck_assert_uint_eq(trial_count(&t, DIAG_IPSET_ELEMENT), 2);
	d = trial_first(&t, DIAG_IPSET_ELEMENT);
	ck_assert_uint_eq(span_position(d->label[0].span).line, 2);
	ck_assert(str_starts(d->label[0].span.source->name, STR("/tmp/nwfc-set-")));
	trial_release(&t);
}
END_TEST

/* ports are looked for in no later fragment */
#define FIRST "ip frag-off & 0x1fff == 0x0000; "
#define IPV4 "ether type == 0x0800; "
#define IPV6 "ether type == 0x86dd; "

/* what a look-up reads: sides by flags, exchanged in the reversed instance */
static const struct {
	enum mode mode;
	const char *spec, *match, *as_written, *reversed;
} lookups[] = {
	{MODE_DEFAULT, "s=ip", "<all ipset='s' ipsetflags='src'/>", IPV4 "ip saddr",
	 IPV4 "ip daddr"},
	{MODE_DEFAULT, "s=ip", "<all ipset='s' ipsetflags='dst'/>", IPV4 "ip daddr",
	 IPV4 "ip saddr"},
	{MODE_DEFAULT, "s=ip", "<all ipset='s'/>", IPV4 "ip saddr", IPV4 "ip daddr"},
	/* flags beyond the dimensions say nothing */
	{MODE_DEFAULT, "s=ip", "<all ipset='s' ipsetflags='dst,src,src'/>", IPV4 "ip daddr",
	 IPV4 "ip saddr"},
	{MODE_DEFAULT, "s=net,net", "<all ipset='s' ipsetflags='src,dst'/>",
	 IPV4 "ip saddr . ip daddr", IPV4 "ip daddr . ip saddr"},
	{MODE_DEFAULT, "s=ip,port", "<all ipset='s' ipsetflags='src,dst'/>",
	 IPV4 FIRST "ip saddr . meta l4proto . th dport",
	 IPV4 FIRST "ip daddr . meta l4proto . th sport"},
	{MODE_DEFAULT, "s=mac", "<all ipset='s' ipsetflags='src'/>", IPV4 "ether saddr",
	 IPV4 "ether daddr"},
	/* a set nobody described has one net */
	{MODE_DEFAULT, "other=ip,ip", "<all ipset='s' ipsetflags='src'/>", IPV4 "ip saddr",
	 IPV4 "ip daddr"},
	/* flags of a variable are not exchanged (semantics.md 1.7) */
	{MODE_DEFAULT, "s=ip,ip", "<all ipset='s' ipsetflags='$FLAGS'/>",
	 IPV4 "ip saddr . ip daddr", IPV4 "ip saddr . ip daddr"},
	{MODE_DEFAULT, "s=ip", "<all ipset='$NAME' ipsetflags='src'/>", IPV4 "ip saddr",
	 IPV4 "ip daddr"},
	/* match='no' has no effect */
	{MODE_COMPAT, "s=ip", "<all match='no' ipset='s' ipsetflags='src'/>", IPV4 "ip saddr",
	 IPV4 "ip daddr"},
};

START_TEST(sides)
{
	struct trial t;
	struct str expected;

	trial_init(&t, lookups[_i].mode, "bridge-ct");
	ck_assert(trial_set(&t, lookups[_i].spec));
	trial_value(&t, "FLAGS", "src,dst");
	trial_value(&t, "NAME", "s");
	ck_assert(lower_set(&t, "inout", lookups[_i].match));
	expected = str_printf(t.job->compile.arena,
			      "out-l3\n\t(root)\n\t\t%s in @ipset.s; accept  <s:1>\n"
			      "in-l3\n\t(root)\n\t\t%s in @ipset.s; accept  <s:1>\n",
			      lookups[_i].reversed, lookups[_i].as_written);
	expect_dump(&t, expected.ptr);
	trial_release(&t);
}
END_TEST

/* one set for each family, with keys of its own */
START_TEST(families)
{
	struct trial t;
	const struct nft_set *four, *six;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	ck_assert(trial_set(&t, "s=net,port"));
	ck_assert(lower_set(&t, "in", "<all ipset='s' ipsetflags='src,dst'/>"));
	ck_assert(lower_set(&t, "in", "<all-ipv6 ipset='s' ipsetflags='src,dst'/>"));
	ck_assert_uint_eq(t.job->ruleset->set.n, 2);
	four = t.job->ruleset->set.at[0];
	six = t.job->ruleset->set.at[1];
	ck_assert(str_is(four->name, "ipset.s"));
	ck_assert(str_is(six->name, "ipset.s/ipv6"));
	ck_assert_int_eq(four->family, FAMILY_IPV4);
	ck_assert_int_eq(six->family, FAMILY_IPV6);
	ck_assert_uint_eq(four->nkey, 3);
	ck_assert_uint_eq(key_length(four->key[0]), 32);
	ck_assert_uint_eq(key_length(six->key[0]), 128);
	ck_assert(four->interval && six->interval);
	trial_release(&t);
}
END_TEST

/* names of sets must not meet, whatever they are called */
START_TEST(families_of_names)
{
	struct trial t;
	bool ok;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	ck_assert(lower_set(&t, "in", "<all ipset='s.ipv6' ipsetflags='src'/>"));
	ok = lower_set(&t, "in", "<all-ipv6 ipset='s' ipsetflags='src'/>");
	ck_assert_msg(!ok || t.job->ruleset->set.n == 2,
		      "a rule of IPv6 reads a set of IPv4 addresses, %.*s",
		      STR_ARG(t.job->ruleset->set.at[0]->name));
	trial_release(&t);
}
END_TEST

START_TEST(misuse)
{
	static const struct {
		const char *spec, *match;
		enum diag_id id;
	} rows[] = {
		{"s=ip,port", "<all ipset='s' ipsetflags='src'/>", DIAG_IPSET_FLAGS},
		{"s=ip,port", "<all ipset='s'/>", DIAG_IPSET_FLAGS},
		{"s=ip", "<all ipset='my friends' ipsetflags='src'/>", DIAG_IPSET_NAME},
		{"s=ip", "<all ipset='a:b' ipsetflags='src'/>", DIAG_IPSET_NAME},
		{"s=ip", "<all ipset='a+b' ipsetflags='src'/>", DIAG_IPSET_NAME},
	};

	for (int i = 0; i < ROWS(rows); i++) {
		struct trial t;

		trial_init(&t, MODE_DEFAULT, "bridge-ct");
		ck_assert(trial_set(&t, rows[i].spec));
		ck_assert(!lower_set(&t, "in", rows[i].match));
		ck_assert_uint_eq(trial_count(&t, rows[i].id), 1);
		ck_assert_uint_eq(t.job->ruleset->entry.n, 0);
		trial_release(&t);
	}
}
END_TEST

Suite *sets_suite(void)
{
	Suite *s = suite_create("sets");
	TCase *tc = tcase_create("sets");

	tcase_add_loop_test(tc, accepted, 0, ROWS(specs));
	tcase_add_loop_test(tc, refused, 0, ROWS(refusals));
	tcase_add_loop_test(tc, elements, 0, ROWS(lists));
	tcase_add_test(tc, element_places);
	tcase_add_loop_test(tc, sides, 0, ROWS(lookups));
	tcase_add_test(tc, families);
	tcase_add_test(tc, families_of_names);
	tcase_add_test(tc, misuse);
	suite_add_tcase(s, tc);
	return s;
}
