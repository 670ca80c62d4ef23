/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/page.h"
#include "testsuite/unit/suites.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

/* text that is no text, or that a terminal would obey */
static const char *const hostile[] = {
	"\033[2J",
	"\033]0;title\007",
	"a\bb",
	"a\rb",
	"\x7f",
	"\x9b",
	"\xc2\x9b[2J",
	"\xc2\x80",
	"\xc2",
	"\xc3(",
	"\xe2\x82",
	"\xe0\x80\x80",
	"\xe0\x9f\xbf",
	"\xed\xa0\x80",
	"\xed\xbf\xbf",
	"\xf0\x80\x80\x80",
	"\xf0\x8f\xbf\xbf",
	"\xf4\x90\x80\x80",
	"\xf5\x80\x80\x80",
	"\xf8\x88\x80\x80\x80",
	"\xc0\xaf",
	"\xff\xfe",
	"\x01\x02\x1f",
	"\"\\\n\t",
};

/* the first control character, or len */
static size_t first_control(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		unsigned char next = i + 1 < s.len ? (unsigned char)s.ptr[i + 1] : 0;

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			return i;
		/* U+0080 to U+009F: controls of eight bits, which terminals obey as well */
		if (c == 0xc2 && next < 0xa0)
			return i;
	}
	return s.len;
}

/* jansson knows what UTF-8 is (RFC 3629) */
static bool is_utf8(struct str s)
{
	json_t *string = json_stringn(s.ptr, s.len);
	bool ok = string != NULL;

	json_decref(string);
	return ok;
}

static void report_hostile(struct page *p, const char *text)
{
	struct diag *d =
		diag_report(&p->list, DIAG_VALUE_ILLEGAL, page_span(p, 0, 1), "<%s>", text);

	diag_also(&p->list, d, page_span(p, 1, 1), "<%s>", text);
	diag_note(&p->list, d, "<%s>", text);
	diag_help(&p->list, d, "<%s>", text);
}

static void expect_clean(struct page *p, enum diag_format format)
{
	struct str s;
	size_t control;

	page_render(p, (struct diag_style){.format = format});
	s = buf_str(&p->out);
	control = first_control(s);
	ck_assert_msg(control == s.len, "%s: byte %02x at %zu of %zu is raw",
		      diag_format_name(format), (unsigned char)s.ptr[control], control, s.len);
	ck_assert_msg(is_utf8(s), "%s: bad UTF-8 is raw", diag_format_name(format));
}

/* in messages and names */
START_TEST(hostile_text)
{
	struct page p;

	page_init(&p, hostile[_i], "source");
	report_hostile(&p, hostile[_i]);
	expect_clean(&p, DIAG_TTY);
	expect_clean(&p, DIAG_GCC);
	page_release(&p);
}
END_TEST

/* and JSON is JSON whatever it holds */
START_TEST(hostile_json)
{
	struct page p;

	page_init(&p, hostile[_i], "source");
	report_hostile(&p, hostile[_i]);
	json_decref(page_json(&p));
	page_release(&p);
}
END_TEST

/* in the line that is drawn */
START_TEST(hostile_source)
{
	struct page p;

	page_init(&p, "a.xml", hostile[_i]);
	report_hostile(&p, "text");
	expect_clean(&p, DIAG_TTY);
	page_release(&p);
}
END_TEST

/* every character of Unicode comes out of JSON as it went in */
START_TEST(json_strings)
{
	static const uint32_t characters[] = {0x20,   0x22,   0x5c,    0x2f,    0x7e,
					      0xa0,   0xff,   0x7ff,   0x800,   0xd7ff,
					      0xe000, 0xffff, 0x10000, 0x10ffff};
	struct buf out;

	for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++) {
		uint32_t c = characters[i];
		char utf8[5] = {0};
		json_t *s;

		if (c < 0x80)
			utf8[0] = (char)c;
		else if (c < 0x800)
			snprintf(utf8, sizeof(utf8), "%c%c", 0xc0 | c >> 6, 0x80 | (c & 63));
		else if (c < 0x10000)
			snprintf(utf8, sizeof(utf8), "%c%c%c", 0xe0 | c >> 12, 0x80 | (c >> 6 & 63),
				 0x80 | (c & 63));
		else
			snprintf(utf8, sizeof(utf8), "%c%c%c%c", 0xf0 | c >> 18,
				 0x80 | (c >> 12 & 63), 0x80 | (c >> 6 & 63), 0x80 | (c & 63));
		buf_init(&out);
		diag_put_json(&out, str_of(utf8));
		s = json_loadb(out.bytes, out.len, JSON_DECODE_ANY, NULL);
		ck_assert_msg(s, "U+%04X: %.*s", c, (int)out.len, out.bytes);
		ck_assert_str_eq(json_string_value(s), utf8);
		json_decref(s);
		out.len = 0;
		diag_put_clean(&out, str_of(utf8));
		ck_assert(str_is(buf_str(&out), utf8));
		buf_release(&out);
	}
}
END_TEST

Suite *clean_suite(void)
{
	Suite *s = suite_create("clean");
	TCase *tc = tcase_create("clean");

	tcase_add_loop_test(tc, hostile_text, 0, ROWS(hostile));
	tcase_add_loop_test(tc, hostile_json, 0, ROWS(hostile));
	tcase_add_loop_test(tc, hostile_source, 0, ROWS(hostile));
	tcase_add_test(tc, json_strings);
	suite_add_tcase(s, tc);
	return s;
}
