/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>

#include "ir/base/arena.h"
#include "ir/base/str.h"
#include "testsuite/unit/suites.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const struct str absent;

START_TEST(equality)
{
	ck_assert(str_eq(STR("ab"), STR("ab")));
	ck_assert(!str_eq(STR("ab"), STR("ac")));
	ck_assert(!str_eq(STR("ab"), STR("abc")));
	ck_assert(str_eq(absent, STR("")));
	ck_assert(str_eq(absent, absent));
	ck_assert(!str_eq(absent, STR("a")));
	ck_assert(!str_eq((struct str){"a\0b", 3}, (struct str){"a\0c", 3}));
	ck_assert(str_is(STR("ab"), "ab"));
	ck_assert(!str_is((struct str){"ab\0", 3}, "ab"));
	ck_assert_uint_eq(str_of(NULL).len, 0);
	ck_assert_uint_eq(str_of("abc").len, 3);
}
END_TEST

/* from small to large */
static const struct str ordered[] = {
	{NULL, 0}, {"\0", 1}, {"A", 1}, {"B", 1}, {"a", 1}, {"aa", 2}, {"ab", 2}, {"\xff", 1},
};

START_TEST(order)
{
	for (size_t i = 0; i < ROWS(ordered); i++)
		for (size_t k = 0; k < ROWS(ordered); k++) {
			int c = str_cmp(ordered[i], ordered[k]);

			ck_assert_int_eq((c > 0) - (c < 0), (i > k) - (i < k));
		}
	ck_assert_int_eq(str_cmp(STR(""), absent), 0);
}
END_TEST

START_TEST(letters)
{
	ck_assert(str_same_letters(STR("IPv4"), STR("ipV4")));
	ck_assert(!str_same_letters(STR("IPv4"), STR("IPv")));
	/* bit 5 is a letter's case for letters only */
	ck_assert(!str_same_letters(STR("@"), STR("`")));
	ck_assert(!str_same_letters(STR("["), STR("{")));
	ck_assert(!str_same_letters(STR("\xc3\x89"), STR("\xc3\xa9")));
	ck_assert(str_same_letters(absent, STR("")));
}
END_TEST

START_TEST(parts)
{
	ck_assert(str_starts(STR("abc"), STR("ab")));
	ck_assert(str_starts(STR("abc"), STR("abc")));
	ck_assert(!str_starts(STR("abc"), STR("abcd")));
	ck_assert(!str_starts(STR("abc"), STR("b")));
	ck_assert(str_starts(absent, absent));
	ck_assert(str_starts(STR("a"), absent));
	ck_assert(!str_starts(absent, STR("a")));
	ck_assert(str_ends(STR("abc"), STR("bc")));
	ck_assert(str_ends(STR("abc"), STR("abc")));
	ck_assert(!str_ends(STR("abc"), STR("xabc")));
	ck_assert(!str_ends(STR("abc"), STR("b")));
	ck_assert(str_ends(STR("abc"), STR("")));
	ck_assert(!str_ends(absent, STR("a")));
	ck_assert(str_only(STR("abba"), "ab"));
	ck_assert(!str_only(STR("abca"), "ab"));
	ck_assert(str_only(absent, "ab"));
	ck_assert(!str_only(STR("a"), ""));
	/* the NUL behind the set is not of it */
	ck_assert(!str_only((struct str){"a\0", 2}, "ab"));
}
END_TEST

START_TEST(trimming)
{
	static const struct {
		const char *text, *trimmed;
	} rows[] = {
		{"a", "a"},
		{" a", "a"},
		{"a ", "a"},
		{" \t a b \n", "a b"},
		{"\v\f\r\na\v\f\r\n", "a"},
		{"", ""},
		{"   ", ""},
		{"\xc2\xa0", "\xc2\xa0"},
	};

	for (size_t i = 0; i < ROWS(rows); i++)
		ck_assert(str_is(str_trim(str_of(rows[i].text)), rows[i].trimmed));
	ck_assert_uint_eq(str_trim(absent).len, 0);
}
END_TEST

START_TEST(cutting)
{
	struct str rest = STR("a,,bc,");

	ck_assert(str_is(str_cut(&rest, ','), "a"));
	ck_assert(str_is(str_cut(&rest, ','), ""));
	ck_assert(str_is(rest, "bc,"));
	ck_assert(str_is(str_cut(&rest, ','), "bc"));
	ck_assert(str_is(rest, ""));
	ck_assert(str_is(str_cut(&rest, ','), ""));
	ck_assert(str_is(rest, ""));
	rest = STR("abc");
	ck_assert(str_is(str_cut(&rest, ','), "abc"));
	ck_assert_uint_eq(rest.len, 0);
	rest = (struct str){"a\0b", 3};
	ck_assert(str_is(str_cut(&rest, 0), "a"));
	ck_assert(str_is(rest, "b"));
	rest = absent;
	ck_assert_uint_eq(str_cut(&rest, ',').len, 0);
}
END_TEST

static const struct {
	const char *text;
	unsigned base;
	uint64_t max;
	bool ok;
	uint64_t value;
} numbers[] = {
	{"0", 10, UINT64_MAX, true, 0},
	{"007", 10, UINT64_MAX, true, 7},
	{"255", 10, 255, true, 255},
	{"256", 10, 255, false, 0},
	{"1000", 10, 255, false, 0},
	{"18446744073709551615", 10, UINT64_MAX, true, UINT64_MAX},
	{"18446744073709551616", 10, UINT64_MAX, false, 0},
	{"99999999999999999999999", 10, UINT64_MAX, false, 0},
	{"ffffffffffffffff", 16, UINT64_MAX, true, UINT64_MAX},
	{"10000000000000000", 16, UINT64_MAX, false, 0},
	{"fF", 16, 255, true, 255},
	{"101", 2, 5, true, 5},
	{"2", 2, 5, false, 0},
	/* the digit alone is above the limit */
	{"9", 10, 5, false, 0},
	{"5", 10, 5, true, 5},
	{"0", 10, 0, true, 0},
	{"1", 10, 0, false, 0},
	{"", 10, 9, false, 0},
	{"-1", 10, 9, false, 0},
	{"+1", 10, 9, false, 0},
	{" 1", 10, 9, false, 0},
	{"1 ", 10, 9, false, 0},
	{"0x1", 16, 9, false, 0},
	{"a", 10, 99, false, 0},
	{"g", 16, 99, false, 0},
	{"1\xb1", 10, 99, false, 0},
};

START_TEST(to_number)
{
	uint64_t value = 42;
	bool ok = str_to_u64(str_of(numbers[_i].text), numbers[_i].base, numbers[_i].max, &value);

	ck_assert_msg(ok == numbers[_i].ok, "\"%s\"", numbers[_i].text);
	/* untouched after a failure */
	ck_assert_uint_eq(value, ok ? numbers[_i].value : 42);
}
END_TEST

#define LONG_64 "0123456789012345678901234567890123456789012345678901234567890123"

START_TEST(distance)
{
	static const struct {
		const char *a, *b;
		unsigned cap, distance;
	} rows[] = {
		{"", "", 3, 0},
		{"", "abc", 3, 3},
		{"abc", "", 2, 3},
		{"tcp", "TCP", 3, 0},
		{"dstport", "dstportstart", 9, 5},
		{"kitten", "sitting", 9, 3},
		{"abc", "acb", 9, 2},
		{"abcdef", "ghijkl", 2, 3},
		{LONG_64, LONG_64, 2, 0},
		{LONG_64, "x" LONG_64, 2, 3},
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str a = str_of(rows[i].a);
		struct str b = str_of(rows[i].b);

		ck_assert_uint_eq(str_distance(a, b, rows[i].cap), rows[i].distance);
		ck_assert_uint_eq(str_distance(b, a, rows[i].cap), rows[i].distance);
	}
}
END_TEST

START_TEST(copies)
{
	struct arena *a = arena_new((size_t)1 << 20);
	char bytes[] = "a\0b";
	struct str s = {bytes, 3};
	struct str copy = str_dup(a, s);
	char *c = str_c(a, (struct str){bytes, 1});
	struct str text;

	ck_assert_ptr_ne(copy.ptr, bytes);
	ck_assert(str_eq(copy, s));
	ck_assert_str_eq(c, "a");
	ck_assert_str_eq(str_c(a, absent), "");
	ck_assert_ptr_nonnull(str_dup(a, absent).ptr);
	ck_assert_uint_eq(str_dup(a, absent).len, 0);
	text = str_printf(a, "%s %u", "x", 5u);
	ck_assert(str_is(text, "x 5"));
	ck_assert_uint_eq(str_printf(a, "%s", "").len, 0);
	/* longer than any buffer on the way */
	text = str_printf(a, "%05000d", 7);
	ck_assert_uint_eq(text.len, 5000);
	ck_assert_int_eq(text.ptr[4999], '7');
	ck_assert_int_eq(text.ptr[5000], 0);
	arena_free(a);
}
END_TEST

Suite *str_suite(void)
{
	Suite *s = suite_create("str");
	TCase *tc = tcase_create("str");

	tcase_add_test(tc, equality);
	tcase_add_test(tc, order);
	tcase_add_test(tc, letters);
	tcase_add_test(tc, parts);
	tcase_add_test(tc, trimming);
	tcase_add_test(tc, cutting);
	tcase_add_loop_test(tc, to_number, 0, (int)ROWS(numbers));
	tcase_add_test(tc, distance);
	tcase_add_test(tc, copies);
	suite_add_tcase(s, tc);
	return s;
}
