/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/page.h"
#include "testsuite/unit/suites.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))
#define NOWHERE ((struct span){0})

static void expect(struct page *p, enum diag_format format, const char *text)
{
	page_render(p, (struct diag_style){.format = format});
	ck_assert_msg(str_is(buf_str(&p->out), text), "\n%.*sinstead of\n%s", (int)p->out.len,
		      p->out.bytes, text);
}

static const char *member(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void report_three(struct page *p)
{
	struct diag *d = diag_report(&p->list, DIAG_VALUE_ILLEGAL, page_span(p, 4, 7), "first");

	diag_also(&p->list, d, page_span(p, 8, 11), "second");
	diag_also(&p->list, d, page_span(p, 12, 15), "third");
	diag_note(&p->list, d, "a note");
	diag_help(&p->list, d, "help");
}

START_TEST(terminal)
{
	struct page p;

	page_init(&p, "a.xml", "abc def\nghi\n jkl\n");
	report_three(&p);
	expect(&p, DIAG_TTY,
	       "a.xml:1:5: error[NWF301]: first\n"
	       "    1 | abc def\n"
	       "      |     ^^^\n"
	       "  --> a.xml:2:1: \n"
	       "    2 | ghi\n"
	       "      | ~~~ second\n"
	       "  --> a.xml:3:1: \n"
	       "    3 |  jkl\n"
	       "      | ~~~ third\n"
	       "      = note: a note\n"
	       "      = help: help\n");
	page_release(&p);
}
END_TEST

START_TEST(compiler)
{
	struct page p;

	page_init(&p, "a.xml", "abc def\nghi\n jkl\n");
	report_three(&p);
	diag_report(&p.list, DIAG_VALUE_LOOSE, NOWHERE, "without a place");
	expect(&p, DIAG_GCC,
	       "a.xml:1:5: error: first [NWF301]\n"
	       "a.xml:2:1: note: second\n"
	       "a.xml:3:1: note: third\n"
	       "warning: without a place [NWF304]\n");
	page_release(&p);
}
END_TEST

START_TEST(json)
{
	struct page p;
	json_t *root, *list, *d, *spans;

	page_init(&p, "a.xml", "abc def\nghi\n jkl\n");
	report_three(&p);
	diag_report(&p.list, DIAG_VALUE_LOOSE, NOWHERE, "without a place");
	root = page_json(&p);
	list = json_object_get(root, "diagnostics");
	ck_assert_uint_eq(json_array_size(list), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(root, "errors")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(root, "warnings")), 1);
	d = json_array_get(list, 0);
	ck_assert_str_eq(member(d, "code"), "NWF301");
	ck_assert_str_eq(member(d, "severity"), "error");
	ck_assert_str_eq(member(d, "message"), "first");
	ck_assert_str_eq(member(d, "help"), "help");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "notes")), 1);
	spans = json_object_get(d, "spans");
	ck_assert_uint_eq(json_array_size(spans), 3);
	d = json_array_get(spans, 2);
	ck_assert_str_eq(member(d, "file"), "a.xml");
	ck_assert_str_eq(member(d, "label"), "third");
	ck_assert_int_eq(json_integer_value(json_object_get(d, "line")), 3);
	ck_assert_int_eq(json_integer_value(json_object_get(d, "column")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(d, "end_line")), 3);
	ck_assert_int_eq(json_integer_value(json_object_get(d, "end_column")), 4);
	d = json_array_get(list, 1);
	ck_assert_uint_eq(json_array_size(json_object_get(d, "spans")), 0);
	ck_assert_str_eq(member(d, "help"), "");
	json_decref(root);
	page_release(&p);
}
END_TEST

START_TEST(nothing)
{
	struct page p;
	json_t *root;

	page_init(&p, "a.xml", "abc");
	expect(&p, DIAG_TTY, "");
	expect(&p, DIAG_GCC, "");
	root = page_json(&p);
	ck_assert_uint_eq(json_array_size(json_object_get(root, "diagnostics")), 0);
	json_decref(root);
	ck_assert_str_eq(diag_format_name(DIAG_TTY), "tty");
	ck_assert_str_eq(diag_format_name(DIAG_GCC), "gcc");
	ck_assert_str_eq(diag_format_name(DIAG_JSON), "json");
	for (int format = 0; format < DIAG_FORMAT_MAX; format++)
		ck_assert_int_eq(
			diag_format_find(str_of(diag_format_name((enum diag_format)format))),
			format);
	ck_assert_int_eq(diag_format_find(STR("yaml")), DIAG_FORMAT_MAX);
	page_release(&p);
}
END_TEST

/* one line of source and what is drawn of it */
static const struct {
	const char *text;
	uint32_t start, end;
	const char *drawn;
} snippets[] = {
	{"abc", 0, 1, "    1 | abc\n      | ^\n"},
	{"abc", 1, 1, "    1 | abc\n      |  ^\n"},
	{"abc", 3, 3, "    1 | abc\n      |    ^\n"},
	{"", 0, 0, "    1 | \n      | ^\n"},
	{"\tab\tc", 1, 3, "    1 | \tab\tc\n      | \t^^\n"},
	{"\tab\tc", 4, 5, "    1 | \tab\tc\n      | \t  \t^\n"},
	{"abc\r\ndef", 1, 3, "    1 | abc\n      |  ^^\n"},
	{"abc\r\ndef", 3, 4, "    1 | abc\n      |    ^\n"},
	/* what goes over the end of the line is cut there */
	{"abc\ndef\n", 1, 7, "    1 | abc\n      |  ^^\n"},
	{"abc\ndef\n", 3, 7, "    1 | abc\n      |    ^\n"},
	{"abc\ndef\n", 8, 8, "    3 | \n      | ^\n"},
	/* one column each, whatever the bytes */
	{"\xc3\xa9\xe2\x82\xacx", 5, 6, "    1 | \xc3\xa9\xe2\x82\xacx\n      |   ^\n"},
	{"a\xffz", 2, 3, "    1 | a?z\n      |   ^\n"},
	{"a\x01z", 2, 3, "    1 | a?z\n      |   ^\n"},
};

START_TEST(snippet)
{
	struct page p;
	char text[200];

	page_init(&p, "a", snippets[_i].text);
	diag_report(&p.list, DIAG_VALUE_ILLEGAL,
		    page_span(&p, snippets[_i].start, snippets[_i].end), "m");
	page_render(&p, (struct diag_style){.format = DIAG_TTY});
	ck_assert_msg(str_ends(buf_str(&p.out), str_of(snippets[_i].drawn)), "\n%.*sinstead of\n%s",
		      (int)p.out.len, p.out.bytes, snippets[_i].drawn);
	snprintf(text, sizeof(text), "\n%s", snippets[_i].drawn);
	ck_assert_ptr_nonnull(memmem(p.out.bytes, p.out.len, text, strlen(text)));
	page_release(&p);
}
END_TEST

/* the place stays in view, and the caret stays below it */
START_TEST(long_lines)
{
	static char text[1 << 20];
	struct page p;
	struct str line, source, caret;

	memset(text, '.', sizeof(text) - 1);
	memcpy(text + 500000, "HERE", 4);
	page_init(&p, "a", text);
	diag_report(&p.list, DIAG_VALUE_ILLEGAL, page_span(&p, 500000, 500004), "m");
	diag_report(&p.list, DIAG_VALUE_ILLEGAL, page_span(&p, 500000, sizeof(text) - 1), "all");
	page_render(&p, (struct diag_style){.format = DIAG_TTY});
	ck_assert_uint_lt(p.out.len, 1500);
	line = buf_str(&p.out);
	for (int i = 0; i < 2; i++) {
		const char *here;

		str_cut(&line, '\n');
		source = str_cut(&line, '\n');
		caret = str_cut(&line, '\n');
		here = memmem(source.ptr, source.len, "HERE", 4);
		ck_assert_ptr_nonnull(here);
		ck_assert(str_starts(source, STR("    1 | ...")));
		ck_assert(str_ends(source, STR("...")));
		ck_assert_uint_lt(source.len, 200);
		ck_assert_uint_lt(caret.len, 200);
		ck_assert_int_eq(caret.ptr[here - source.ptr], '^');
		ck_assert_int_eq(caret.ptr[here - source.ptr - 1], ' ');
		ck_assert_uint_eq(str_ends(caret, STR(" ^^^^")), i == 0);
	}
	page_release(&p);
}
END_TEST

START_TEST(limits)
{
	struct page p;
	json_t *root;

	page_init(&p, "a", "abc");
	for (unsigned i = 0; i < 5; i++)
		diag_report(&p.list, DIAG_VALUE_ILLEGAL, NOWHERE, "m%u", i);
	page_render(&p, (struct diag_style){.format = DIAG_GCC, .limit = 2});
	ck_assert(str_is(buf_str(&p.out), "error: m0 [NWF301]\nerror: m1 [NWF301]\n"
					  "... and 3 more\n"));
	page_render(&p, (struct diag_style){.format = DIAG_GCC, .limit = 5});
	ck_assert_uint_eq(p.out.line > 5, true);
	ck_assert_ptr_null(memmem(p.out.bytes, p.out.len, "more", 4));
	p.out.len = 0;
	diag_render(&p.list, (struct diag_style){.format = DIAG_JSON, .limit = 2}, &p.out);
	root = json_loadb(p.out.bytes, p.out.len, 0, NULL);
	ck_assert_ptr_nonnull(root);
	ck_assert_uint_eq(json_array_size(json_object_get(root, "diagnostics")), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(root, "errors")), 5);
	json_decref(root);
	page_release(&p);
}
END_TEST

START_TEST(colours)
{
	struct page p;
	size_t plain;

	page_init(&p, "a.xml", "abc def\nghi\n jkl\n");
	report_three(&p);
	for (int format = 0; format < DIAG_FORMAT_MAX; format++) {
		page_render(&p, (struct diag_style){.format = (enum diag_format)format});
		ck_assert_ptr_null(memchr(p.out.bytes, 033, p.out.len));
		plain = p.out.len;
		page_render(&p, (struct diag_style){.format = (enum diag_format)format,
						    .colour = true});
		ck_assert_int_eq(p.out.len > plain, diag_format_is_text((enum diag_format)format));
	}
	page_release(&p);
}
END_TEST

Suite *render_suite(void)
{
	Suite *s = suite_create("render");
	TCase *tc = tcase_create("render");

	tcase_add_test(tc, terminal);
	tcase_add_test(tc, compiler);
	tcase_add_test(tc, json);
	tcase_add_test(tc, nothing);
	tcase_add_loop_test(tc, snippet, 0, ROWS(snippets));
	tcase_add_test(tc, long_lines);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, colours);
	suite_add_tcase(s, tc);
	return s;
}
