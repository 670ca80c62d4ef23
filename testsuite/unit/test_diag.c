/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "ir/base/arena.h"
#include "ir/base/buf.h"
#include "ir/base/diag.h"
#include "testsuite/unit/suites.h"

#define MEMORY ((size_t)64 << 20)
#define LINE_MAX_COLUMNS 90

static struct diag_list new_list(enum mode mode)
{
	struct diag_list list;

	diag_init(&list, arena_new(MEMORY), mode);
	ck_assert_ptr_nonnull(list.arena);
	return list;
}

static struct source *new_source(struct diag_list *list, const char *name, unsigned order)
{
	return source_new(list->arena, str_of(name), STR("one\ntwo\nthree\n"), order);
}

static struct span at(const struct source *s, uint32_t start)
{
	return (struct span){s, start, start + 1};
}

/* a text of --explain: some lines of a page, without blanks at their ends */
static void expect_page_text(unsigned number, const char *text)
{
	struct str rest = str_of(text);

	ck_assert_msg(rest.len, "NWF%u: a text is missing", number);
	ck_assert_msg(rest.ptr[rest.len - 1] != '\n', "NWF%u: ends in an empty line", number);
	while (rest.len) {
		struct str line = str_cut(&rest, '\n');

		ck_assert_msg(line.len <= LINE_MAX_COLUMNS, "NWF%u: too long: %.*s", number,
			      STR_ARG(line));
		ck_assert_msg(!line.len || line.ptr[line.len - 1] != ' ',
			      "NWF%u: blank at the end: %.*s", number, STR_ARG(line));
		for (size_t i = 0; i < line.len; i++)
			ck_assert_int_ge(line.ptr[i], ' ');
	}
}

static void expect_code(int id)
{
	const struct diag_code *code = diag_code((enum diag_id)id);
	struct str title = str_of(code->title);

	ck_assert_uint_ge(code->number, 101);
	ck_assert_uint_le(code->number, 999);
	/* rows of one hundred stand together, in order; so no number comes twice */
	if (id)
		ck_assert_uint_gt(code->number, diag_code((enum diag_id)(id - 1))->number);
	expect_page_text(code->number, code->title);
	expect_page_text(code->number, code->why);
	expect_page_text(code->number, code->bad);
	expect_page_text(code->number, code->good);
	ck_assert_ptr_null(memchr(title.ptr, '\n', title.len));
	ck_assert_int_ne(title.ptr[title.len - 1], '.');
	ck_assert_str_ne(code->bad, code->good);
	ck_assert_int_ge(code->severity[MODE_STRICT], code->severity[MODE_DEFAULT]);
}

START_TEST(codes)
{
	for (int id = 0; id < DIAG_MAX; id++)
		expect_code(id);
}
END_TEST

START_TEST(code_names)
{
	static const char *const none[] = {"",     "NWF",  "NWF0",    "NWF999",
					   "101x", " 101", "NWF 101", "NWFNWF101",
					   "1101", "-101", "N101",    "NWF18446744073709551717"};
	char text[16];

	for (int id = 0; id < DIAG_MAX; id++) {
		const struct diag_code *code = diag_code((enum diag_id)id);

		snprintf(text, sizeof(text), "NWF%u", code->number);
		ck_assert_ptr_eq(diag_code_find(str_of(text)), code);
		snprintf(text, sizeof(text), "nwf%u", code->number);
		ck_assert_ptr_eq(diag_code_find(str_of(text)), code);
		snprintf(text, sizeof(text), "%u", code->number);
		ck_assert_ptr_eq(diag_code_find(str_of(text)), code);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_msg(!diag_code_find(str_of(none[i])), "\"%s\" is no code", none[i]);
}
END_TEST

static void expect_severity(enum diag_id id, enum mode mode)
{
	struct diag_list list = new_list(mode);
	enum severity severity = diag_code(id)->severity[mode];
	struct diag *d = diag_report(&list, id, (struct span){0}, "%s", "text");

	ck_assert_int_eq(d->severity, severity);
	ck_assert_uint_eq(list.diag.n, severity != SEVERITY_NONE);
	ck_assert_uint_eq(list.nerror, severity == SEVERITY_ERROR);
	ck_assert_int_eq(diag_is_error(&list, id), severity == SEVERITY_ERROR);
	ck_assert_uint_eq(diag_count(&list, severity), severity != SEVERITY_NONE);
	arena_free(list.arena);
}

START_TEST(severity_by_mode)
{
	for (int mode = 0; mode < MODE_MAX; mode++)
		for (int id = 0; id < DIAG_MAX; id++)
			expect_severity((enum diag_id)id, (enum mode)mode);
}
END_TEST

START_TEST(equal_ones)
{
	struct diag_list list = new_list(MODE_DEFAULT);
	struct source *a = new_source(&list, "a", 0);
	struct source *b = new_source(&list, "b", 1);
	struct diag *second;

	diag_reach(&list, a);
	diag_reach(&list, b);
	diag_report(&list, DIAG_VALUE_ILLEGAL, at(a, 2), "text %d", 1);
	second = diag_report(&list, DIAG_VALUE_ILLEGAL, at(a, 2), "text %s", "1");
	ck_assert_ptr_nonnull(second);
	/* details of the second one go nowhere */
	diag_help(&list, second, "help");
	diag_note(&list, second, "note");
	ck_assert_uint_eq(list.diag.n, 1);
	ck_assert_uint_eq(list.nerror, 1);
	ck_assert_uint_eq(list.diag.at[0]->help.len, 0);
	ck_assert_uint_eq(list.diag.at[0]->note.n, 0);
	diag_report(&list, DIAG_VALUE_ILLEGAL, at(a, 2), "text 2");
	diag_report(&list, DIAG_VALUE_ILLEGAL, at(a, 3), "text 1");
	diag_report(&list, DIAG_VALUE_RANGE, at(a, 2), "text 1");
	diag_report(&list, DIAG_VALUE_ILLEGAL, at(b, 2), "text 1");
	diag_report(&list, DIAG_VALUE_ILLEGAL, (struct span){0}, "text 1");
	ck_assert_uint_eq(list.diag.n, 6);
	ck_assert_uint_eq(list.nerror, 6);
	arena_free(list.arena);
}
END_TEST

START_TEST(reach)
{
	struct diag_list list = new_list(MODE_DEFAULT);
	struct source *near = new_source(&list, "near", 0);
	struct source *far = new_source(&list, "far", 1);
	struct diag *d;

	diag_reach(&list, near);
	diag_report(&list, DIAG_VALUE_ILLEGAL, at(far, 0), "an error elsewhere");
	d = diag_report(&list, DIAG_VALUE_RANGE, at(far, 1), "that we caused");
	diag_also(&list, d, at(near, 0), "here");
	diag_report(&list, DIAG_VALUE_LOOSE, at(far, 2), "a warning elsewhere");
	d = diag_report(&list, DIAG_VALUE_LOOSE, at(far, 3), "a warning that touches us");
	diag_also(&list, d, at(near, 0), "here");
	ck_assert_uint_eq(list.nerror, 0);
	ck_assert_uint_eq(diag_count(&list, SEVERITY_ERROR), 0);
	ck_assert_uint_eq(diag_count(&list, SEVERITY_WARNING), 1);
	diag_report(&list, DIAG_VALUE_ILLEGAL, (struct span){0}, "nowhere counts");
	ck_assert_uint_eq(list.nerror, 1);
	diag_reach(&list, far);
	diag_reach(&list, far);
	diag_reach(&list, NULL);
	ck_assert_uint_eq(list.nerror, 3);
	ck_assert_uint_eq(diag_count(&list, SEVERITY_ERROR), 3);
	ck_assert_uint_eq(diag_count(&list, SEVERITY_WARNING), 2);
	diag_report(&list, DIAG_VALUE_ILLEGAL, at(far, 5), "after it was reached");
	ck_assert_uint_eq(list.nerror, 4);
	arena_free(list.arena);
}
END_TEST

START_TEST(places)
{
	struct diag_list list = new_list(MODE_DEFAULT);
	struct source *a = new_source(&list, "a", 0);
	struct diag *d = diag_report(&list, DIAG_VALUE_ILLEGAL, at(a, 0), "first");

	diag_also(&list, d, at(a, 4), "second %d", 2);
	diag_also(&list, d, (struct span){0}, "nowhere");
	diag_also(&list, d, at(a, 8), "third");
	diag_also(&list, d, at(a, 9), "fourth");
	diag_note(&list, d, "note %d", 1);
	diag_help(&list, d, "help %d", 1);
	diag_help(&list, d, "help %d", 2);
	ck_assert_uint_eq(d->nlabel, DIAG_SPANS);
	ck_assert(str_is(d->label[1].text, "second 2"));
	ck_assert(str_is(d->label[2].text, "third"));
	ck_assert_uint_eq(d->label[2].span.start, 8);
	ck_assert_uint_eq(d->note.n, 3);
	ck_assert(str_is(d->note.at[0], "nowhere"));
	ck_assert(str_is(d->note.at[1], "fourth"));
	ck_assert(str_is(d->note.at[2], "note 1"));
	ck_assert(str_is(d->help, "help 2"));
	arena_free(list.arena);
}
END_TEST

/* a file of nothing but errors: the first ones are kept, all of them count */
START_TEST(surplus)
{
	struct diag_list list = new_list(MODE_DEFAULT);
	struct source *a = new_source(&list, "a", 0);
	struct source *b = new_source(&list, "b", 1);
	size_t used = 0;
	struct buf out;

	diag_reach(&list, a);
	for (unsigned i = 0; i < 100000; i++) {
		struct diag *d = diag_report(&list, DIAG_VALUE_ILLEGAL, at(a, 0), "error %u", i);

		diag_also(&list, d, at(a, 1), "label");
		diag_note(&list, d, "note");
		diag_help(&list, d, "help");
		if (i == DIAG_SOURCE_LIMIT)
			used = arena_used(list.arena);
	}
	ck_assert_uint_eq(arena_used(list.arena), used);
	ck_assert_uint_eq(list.diag.n, DIAG_SOURCE_LIMIT);
	ck_assert_uint_eq(list.nerror, 100000);
	/* other sources have a limit of their own */
	diag_report(&list, DIAG_VALUE_ILLEGAL, at(b, 0), "of b");
	diag_report(&list, DIAG_VALUE_ILLEGAL, (struct span){0}, "nowhere");
	ck_assert_uint_eq(list.diag.n, DIAG_SOURCE_LIMIT + 2);
	buf_init(&out);
	diag_render(&list, (struct diag_style){.format = DIAG_GCC}, &out);
	ck_assert(str_ends(buf_str(&out), STR("... and 99000 more\n")));
	buf_release(&out);
	arena_free(list.arena);
}
END_TEST

START_TEST(surplus_elsewhere)
{
	struct diag_list list = new_list(MODE_DEFAULT);
	struct source *a = new_source(&list, "a", 0);
	struct buf out;

	for (unsigned i = 0; i < 2 * DIAG_SOURCE_LIMIT; i++)
		diag_report(&list, DIAG_VALUE_ILLEGAL, at(a, 0), "error %u", i);
	ck_assert_uint_eq(list.nerror, 0);
	buf_init(&out);
	diag_render(&list, (struct diag_style){.format = DIAG_GCC}, &out);
	/* nothing refers to that file: there is nothing to tell */
	ck_assert_msg(!out.len, "\"%.*s\"", (int)out.len, out.bytes);
	buf_release(&out);
	diag_reach(&list, a);
	ck_assert_uint_eq(list.nerror, 2 * DIAG_SOURCE_LIMIT);
	arena_free(list.arena);
}
END_TEST

START_TEST(sorting)
{
	static const char *const expected[] = {"nowhere",  "a0", "a1 first", "a1 last",
					       "a1 other", "a9", "b0"};
	struct diag_list list = new_list(MODE_DEFAULT);
	struct source *a = new_source(&list, "z", 0);
	struct source *b = new_source(&list, "y", 1);

	diag_sort(&list);
	diag_report(&list, DIAG_VALUE_ILLEGAL, at(b, 0), "b0");
	diag_report(&list, DIAG_VALUE_ILLEGAL, at(a, 9), "a9");
	diag_report(&list, DIAG_VALUE_ODD, at(a, 1), "a1 other");
	diag_report(&list, DIAG_VALUE_ILLEGAL, at(a, 1), "a1 last");
	diag_report(&list, DIAG_VALUE_ILLEGAL, at(a, 1), "a1 first");
	diag_report(&list, DIAG_VALUE_ILLEGAL, at(a, 0), "a0");
	diag_report(&list, DIAG_JSON_LIMIT, (struct span){0}, "nowhere");
	ck_assert_uint_lt(diag_code(DIAG_VALUE_ILLEGAL)->number, diag_code(DIAG_VALUE_ODD)->number);
	diag_sort(&list);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		ck_assert_msg(str_is(list.diag.at[i]->message, expected[i]), "%zu: %s", i,
			      list.diag.at[i]->message.ptr);
	arena_free(list.arena);
}
END_TEST

START_TEST(pages)
{
	struct buf out;

	buf_init(&out);
	diag_codes(&out);
	ck_assert_uint_eq(out.line, DIAG_MAX + 1);
	for (int id = 0; id < DIAG_MAX; id++) {
		const struct diag_code *code = diag_code((enum diag_id)id);
		const char *parts[] = {code->title, code->why, code->bad, code->good};

		ck_assert_ptr_nonnull(memmem(out.bytes, out.len, code->title, strlen(code->title)));
		for (size_t i = 0; i < 4; i++) {
			struct buf page;

			buf_init(&page);
			diag_explain(code, &page);
			ck_assert_ptr_nonnull(
				memmem(page.bytes, page.len, parts[i], strlen(parts[i])));
			ck_assert_int_eq(page.bytes[page.len - 1], '\n');
			buf_release(&page);
		}
	}
	buf_release(&out);
}
END_TEST

Suite *diag_suite(void)
{
	Suite *s = suite_create("diag");
	TCase *tc = tcase_create("diag");

	tcase_add_test(tc, codes);
	tcase_add_test(tc, code_names);
	tcase_add_test(tc, severity_by_mode);
	tcase_add_test(tc, equal_ones);
	tcase_add_test(tc, reach);
	tcase_add_test(tc, places);
	tcase_add_test(tc, surplus);
	tcase_add_test(tc, surplus_elsewhere);
	tcase_add_test(tc, sorting);
	tcase_add_test(tc, pages);
	suite_add_tcase(s, tc);
	return s;
}
