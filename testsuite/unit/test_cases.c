/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/capture.h"
#include "compiler/cases.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/text.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

static bool read_cases(struct text *t, const char *text, struct case_file *ret)
{
	text_init(t, MODE_DEFAULT, str_of(text));
	return cases_parse(&t->compile, t->source, ret);
}

START_TEST(blocks)
{
	struct case_file f;
	struct text t;
	const struct case_block *b;

	ck_assert(read_cases(&t,
			     "# a comment\r\n"
			     "filter web.xml  # another\n"
			     "tap tap7\nmac 02:00:00:00:00:07\ninclude a b\nset s=ip\n"
			     "IP = 192.0.2.7, 192.0.2.8\nIP=192.0.2.9\n"
			     "\n"
			     "  out tcp $IP > [::1]:25 :  drop by web.xml:7\t\n"
			     "in arp request 1.1.1.1 > 1.1.1.2 : accept by nothing\n"
			     "binding b.xml\n"
			     "out stp : reject by web",
			     &f));
	ck_assert_uint_eq(f.block.n, 2);
	b = &f.block.at[0];
	ck_str(b->binding->tap, "tap7");
	ck_assert_uint_eq(b->binding->mac[5], 7);
	ck_str(b->binding->filter, "web.xml");
	ck_str(span_text(b->include.at[0]), "a b");
	ck_str(span_text(b->set.at[0]), "s=ip");
	ck_assert_uint_eq(b->binding->parameter.n, 1);
	ck_assert_uint_eq(b->binding->parameter.at[0].value.n, 3);
	ck_str(b->binding->parameter.at[0].value.at[2], "192.0.2.9");
	ck_assert_uint_eq(b->cases.n, 2);
	ck_str(span_text(b->cases.at[0].flow), "out tcp $IP > [::1]:25");
	ck_str(span_text(b->cases.at[0].expected.span), "drop by web.xml:7");
	ck_assert_int_eq(b->cases.at[0].expected.verdict, VERDICT_DROP);
	ck_str(b->cases.at[0].expected.by, "web.xml");
	ck_assert_uint_eq(b->cases.at[0].expected.line, 7);
	ck_assert(b->cases.at[1].expected.nothing);
	b = &f.block.at[1];
	ck_str(b->binding->tap, "vnet0");
	ck_str(span_text(b->binding_file), "b.xml");
	ck_str(b->cases.at[0].expected.by, "web");
	ck_assert_uint_eq(b->cases.at[0].expected.line, 0);
	text_release(&t);
}
END_TEST

static const struct {
	const char *text, *place;
} mistakes[] = {
	{"flter x", "flter"},
	{"filter", "filter"},
	{"IP =", ""},
	{"IP = 1,,2", ""},
	{"mac 1", "1"},
	{"tap a/b", "a/b"},
	{"out stp", ""},
	{"out stp: drop", ""},
	{"out stp :", ""},
	{"out stp : dorp", "dorp"},
	{"out stp : drop at x", "at"},
	{"out stp : drop by", "by"},
	{"out stp : drop by x:y", "x:y"},
	{"out stp : drop by x:99999999999", "x:99999999999"},
};

START_TEST(mistake)
{
	struct case_file f;
	struct text t;

	ck_assert(!read_cases(&t, mistakes[_i].text, &f));
	ck_assert_uint_eq(text_count(&t, DIAG_CASE_LINE), 1);
	ck_span(text_first(&t, DIAG_CASE_LINE)->label[0].span, mistakes[_i].place);
	text_release(&t);
}
END_TEST

static const struct {
	const char *by;
	unsigned line;
	bool names;
} places[] = {
	{"web.xml", 0, true},   {"web.xml", 2, true},      {"web.xml", 1, false},
	{"a/web.xml", 2, true}, {"../a/web.xml", 2, true}, {"/x/a/web.xml", 2, true},
	{"eb.xml", 2, false},   {"b/web.xml", 2, false},   {"the-web", 2, true},
	{"the-web", 0, true},   {"web", 0, false},
};

START_TEST(place)
{
	struct text t;
	struct filter_rule rule = {0};
	struct filter filter = {.name = STR("the-web")};
	struct path path = {.filter = &filter};
	struct nft_rule r = {.origin = {&rule, &path, NULL}};
	struct expectation e = {.by = str_of(places[_i].by), .line = places[_i].line};

	text_init(&t, MODE_DEFAULT, STR("\n\n"));
	t.source->name = STR("/x/a/web.xml");
	rule.span = (struct span){t.source, 1, 1};
	ck_assert_int_eq(expectation_names(&e, &r), places[_i].names);
	ck_assert(!expectation_names(&e, NULL));
	text_release(&t);
}
END_TEST

#define LITTLE "\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\4\0\1\0\0\0"
#define BIG "\xa1\xb2\x3c\x4d\0\2\0\4\0\0\0\0\0\0\0\0\0\4\0\0\0\0\0\1"
#define STAMP "\0\0\0\0\0\0\0\0"

static const struct {
	struct str bytes;
	unsigned frames;
	bool broken;
} captures[] = {
	{STR(""), 0, true},
	{STR("\xd4\xc3\xb2"), 0, true},
	{STR("\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\1\0\0\0\0\0\0\0\0\0\0\0"), 0, true},
	{STR("\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\4\0\x71\0\0\0"), 0, true},
	{STR(LITTLE), 0, false},
	{STR(LITTLE STAMP "\2\0\0\0\2\0\0\0"
			  "ab" STAMP "\1\0\0\0\1\0\0\0c"),
	 2, false},
	{STR(BIG STAMP "\0\0\0\2\0\0\0\2"
		       "ab"),
	 1, false},
	{STR(LITTLE "abc"), 0, true},
	{STR(LITTLE STAMP "\2\0\0\0\2\0\0\0a"), 0, true},
	{STR(LITTLE STAMP "\1\0\0\0\2\0\0\0a"), 0, true},
	{STR(LITTLE STAMP "\xff\xff\xff\xff\xff\xff\xff\xff"), 0, true},
};

START_TEST(capture)
{
	struct capture c;
	struct text t;
	struct str frame;
	unsigned n = 0;
	bool open;

	text_init(&t, MODE_DEFAULT, captures[_i].bytes);
	open = capture_open(&t.compile, t.source, &c);
	while (open && capture_next(&c, &frame))
		n += frame.len > 0;
	ck_assert_uint_eq(n, captures[_i].frames);
	ck_assert_int_eq(!open || c.broken, captures[_i].broken);
	ck_assert_uint_eq(text_count(&t, DIAG_CAPTURE), captures[_i].broken);
	text_release(&t);
}
END_TEST

Suite *cases_suite(void)
{
	Suite *s = suite_create("cases");
	TCase *tc = tcase_create("cases");

	tcase_add_test(tc, blocks);
	tcase_add_loop_test(tc, mistake, 0, ROWS(mistakes));
	tcase_add_loop_test(tc, place, 0, ROWS(places));
	tcase_add_loop_test(tc, capture, 0, ROWS(captures));
	suite_add_tcase(s, tc);
	return s;
}
