/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>
#include <stdint.h>

#include "ir/base/arena.h"
#include "ir/base/source.h"
#include "ir/base/table.h"
#include "ir/base/vec.h"
#include "testsuite/unit/suites.h"

#define ROOMY ((size_t)16 << 20)
#define ALIGNMENT _Alignof(max_align_t)

static struct arena *new_arena(size_t limit)
{
	struct arena *a = arena_new(limit);

	ck_assert_ptr_nonnull(a);
	return a;
}

/* does the arena jump to its trap instead of giving that many bytes? */
static bool exhausts(struct arena *a, size_t size)
{
	jmp_buf trap;
	jmp_buf *outer = arena_trap(a, &trap);
	bool jumped = setjmp(trap) != 0;

	if (!jumped)
		arena_alloc(a, size);
	arena_trap(a, outer);
	return jumped;
}

START_TEST(arena_limit)
{
	struct arena *a = new_arena(4 * ALIGNMENT);

	ck_assert(!exhausts(a, 2 * ALIGNMENT));
	ck_assert(exhausts(a, 2 * ALIGNMENT + 1));
	ck_assert(exhausts(a, SIZE_MAX));
	ck_assert(exhausts(a, SIZE_MAX - ALIGNMENT));
	/* a refusal takes nothing */
	ck_assert_uint_eq(arena_used(a), 2 * ALIGNMENT);
	ck_assert(!exhausts(a, 2 * ALIGNMENT));
	ck_assert(exhausts(a, 1));
	arena_free(a);
	a = new_arena(0);
	ck_assert(exhausts(a, 1));
	arena_free(a);
	arena_free(NULL);
}
END_TEST

START_TEST(arena_traps_nest)
{
	struct arena *a = new_arena(ROOMY);
	jmp_buf outer, inner;

	ck_assert_ptr_null(arena_trap(a, &outer));
	ck_assert_ptr_eq(arena_trap(a, &inner), &outer);
	ck_assert_ptr_eq(arena_trap(a, NULL), &inner);
	arena_free(a);
}
END_TEST

START_TEST(arena_alignment)
{
	struct arena *a = new_arena(ROOMY);
	unsigned char *last = NULL;

	for (size_t size = 0; size < 200; size++) {
		unsigned char *p = arena_alloc(a, size);

		ck_assert_ptr_nonnull(p);
		ck_assert_uint_eq((uintptr_t)p % ALIGNMENT, 0);
		for (size_t i = 0; i < size; i++)
			ck_assert_uint_eq(p[i], 0);
		if (size)
			memset(p, 0xaa, size);
		/* a size of nothing may be nowhere of its own */
		ck_assert(p != last);
		last = size ? p : last;
	}
	arena_free(a);
}
END_TEST

START_TEST(arena_rewinds)
{
	struct arena *a = new_arena(ROOMY);
	unsigned char *before = arena_copy(a, "kept", 5);
	struct arena_mark mark = arena_mark(a);
	size_t used = arena_used(a);
	unsigned char *scratch = arena_alloc(a, 100);

	memset(scratch, 0xff, 100);
	/* many blocks, and one that is larger than any */
	for (unsigned i = 0; i < 50; i++)
		memset(arena_alloc(a, 50000), 0xff, 50000);
	memset(arena_alloc(a, (size_t)1 << 20), 0xff, (size_t)1 << 20);
	arena_rewind(a, mark);
	ck_assert_uint_eq(arena_used(a), used);
	ck_assert_str_eq((char *)before, "kept");
	/* the same bytes again, and zeroed */
	ck_assert_ptr_eq(arena_alloc(a, 100), scratch);
	for (unsigned i = 0; i < 100; i++)
		ck_assert_uint_eq(scratch[i], 0);
	/* what was given back can be used again */
	for (unsigned i = 0; i < 20; i++) {
		mark = arena_mark(a);
		arena_alloc(a, ROOMY / 2);
		arena_rewind(a, mark);
	}
	arena_free(a);
}
END_TEST

START_TEST(arena_rewinds_to_nothing)
{
	struct arena *a = new_arena(ROOMY);
	struct arena_mark mark = arena_mark(a);

	arena_alloc(a, 10);
	arena_rewind(a, mark);
	ck_assert_uint_eq(arena_used(a), 0);
	arena_rewind(a, mark);
	ck_assert_ptr_nonnull(arena_alloc(a, 10));
	arena_free(a);
}
END_TEST

START_TEST(vector)
{
	struct arena *a = new_arena(ROOMY);
	VEC(unsigned) v = {0};

	for (unsigned i = 0; i < 1000; i++) {
		unsigned *new = VEC_PUSH(a, &v);

		ck_assert_uint_eq(*new, 0);
		*new = i;
	}
	ck_assert_uint_eq(v.n, 1000);
	ck_assert_uint_ge(v.cap, v.n);
	for (unsigned i = 0; i < 1000; i++)
		ck_assert_uint_eq(v.at[i], i);
	arena_free(a);
}
END_TEST

/* keys of numbers, so that there are many and they are alike */
static struct str number_key(struct arena *a, unsigned i)
{
	return str_printf(a, "key %u", i);
}

START_TEST(table_of_many)
{
	struct arena *a = new_arena((size_t)64 << 20);
	struct table t = {0};
	unsigned *value = ARENA_ARRAY(a, unsigned, 20000);

	ck_assert_ptr_null(table_get(&t, STR("key 0")));
	for (unsigned i = 0; i < 20000; i++)
		table_put(&t, a, number_key(a, i), &value[i]);
	for (unsigned i = 0; i < 20000; i++)
		ck_assert_ptr_eq(table_get(&t, number_key(a, i)), &value[i]);
	ck_assert_ptr_null(table_get(&t, STR("key 20000")));
	ck_assert_ptr_null(table_get(&t, STR("key")));
	ck_assert_uint_eq(t.used, 20000);
	arena_free(a);
}
END_TEST

START_TEST(table_replaces)
{
	struct arena *a = new_arena(ROOMY);
	struct table t = {0};
	int value[4];

	table_put(&t, a, STR(""), &value[0]);
	table_put(&t, a, (struct str){"a\0b", 3}, &value[1]);
	table_put(&t, a, (struct str){"a\0c", 3}, &value[2]);
	ck_assert_ptr_eq(table_get(&t, (struct str){0}), &value[0]);
	ck_assert_ptr_eq(table_get(&t, (struct str){"a\0b", 3}), &value[1]);
	ck_assert_ptr_eq(table_get(&t, (struct str){"a\0c", 3}), &value[2]);
	ck_assert_ptr_null(table_get(&t, STR("a")));
	table_put(&t, a, STR(""), &value[3]);
	ck_assert_ptr_eq(table_get(&t, STR("")), &value[3]);
	ck_assert_uint_eq(t.used, 3);
	arena_free(a);
}
END_TEST

START_TEST(interning)
{
	struct intern names = {.arena = new_arena(ROOMY)};
	char bytes[] = "web";
	struct str first = intern(&names, str_of(bytes));
	struct str empty = intern(&names, STR(""));

	ck_assert_ptr_ne(first.ptr, bytes);
	ck_assert_ptr_eq(intern(&names, STR("web")).ptr, first.ptr);
	ck_assert_ptr_ne(intern(&names, STR("we")).ptr, first.ptr);
	ck_assert_ptr_ne(intern(&names, STR("Web")).ptr, first.ptr);
	/* the view is its own, whatever becomes of the bytes it was made of */
	bytes[0] = 'x';
	ck_assert(str_is(first, "web"));
	ck_assert_ptr_eq(intern(&names, STR("web")).ptr, first.ptr);
	ck_assert_ptr_ne(intern(&names, str_of(bytes)).ptr, first.ptr);
	ck_assert_ptr_eq(intern(&names, (struct str){0}).ptr, empty.ptr);
	arena_free(names.arena);
}
END_TEST

static const struct {
	const char *text;
	uint32_t offset;
	unsigned line, column;
	const char *shown; /* the line */
} positions[] = {
	{"", 0, 1, 1, ""},
	{"one", 0, 1, 1, "one"},
	{"one", 2, 1, 3, "one"},
	/* the end of the text, as of an element that is never closed */
	{"one", 3, 1, 4, "one"},
	{"one\ntwo\n", 3, 1, 4, "one"},
	{"one\ntwo\n", 4, 2, 1, "two"},
	{"one\ntwo\n", 7, 2, 4, "two"},
	{"one\ntwo\n", 8, 3, 1, ""},
	{"\n\n\nx", 0, 1, 1, ""},
	{"\n\n\nx", 1, 2, 1, ""},
	{"\n\n\nx", 2, 3, 1, ""},
	{"\n\n\nx", 3, 4, 1, "x"},
	{"one\r\ntwo\r\n", 3, 1, 4, "one"},
	{"one\r\ntwo\r\n", 4, 1, 5, "one"},
	{"one\r\ntwo\r\n", 5, 2, 1, "two"},
	{"one\r\ntwo\r\n", 10, 3, 1, ""},
	{"a\rb", 2, 1, 3, "a\rb"},
	{"\r\n", 1, 1, 2, ""},
	/* columns are bytes */
	{"\xc3\xa9x", 2, 1, 3, "\xc3\xa9x"},
};

START_TEST(source_positions)
{
	struct arena *a = new_arena(ROOMY);
	const char *text = positions[_i].text;
	struct source *s = source_new(a, STR("file"), str_of(text), 3);
	struct position at = source_position(s, positions[_i].offset);
	struct str line = source_line(s, at.line);

	ck_assert_uint_eq(at.line, positions[_i].line);
	ck_assert_uint_eq(at.column, positions[_i].column);
	ck_assert_msg(str_is(line, positions[_i].shown), "line %u is \"%.*s\"", at.line,
		      STR_ARG(line));
	ck_assert_uint_eq(s->order, 3);
	ck_assert(!s->reached);
	arena_free(a);
}
END_TEST

START_TEST(source_of_many_lines)
{
	struct arena *a = new_arena(ROOMY);
	char *bytes = arena_alloc(a, 20000);
	struct source *s;

	/* line N starts at 2 * (N - 1) */
	for (unsigned i = 0; i < 20000; i++)
		bytes[i] = i % 2 ? '\n' : 'x';
	s = source_new(a, STR("file"), (struct str){bytes, 20000}, 0);
	for (uint32_t offset = 0; offset < 20000; offset++) {
		struct position at = span_position((struct span){s, offset, offset});

		ck_assert_uint_eq(at.line, offset / 2 + 1);
		ck_assert_uint_eq(at.column, offset % 2 + 1);
	}
	arena_free(a);
}
END_TEST

START_TEST(source_nowhere)
{
	struct arena *a = new_arena(ROOMY);
	struct position at = span_position((struct span){0});
	struct source *s = source_new(a, STR("file"), (struct str){0}, 0);

	ck_assert_uint_eq(at.line, 0);
	ck_assert_uint_eq(at.column, 0);
	ck_assert_uint_eq(s->nline, 1);
	ck_assert_uint_eq(source_line(s, 1).len, 0);
	arena_free(a);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *base_suite(void)
{
	Suite *s = suite_create("base");
	TCase *tc = tcase_create("base");

	tcase_add_test(tc, arena_limit);
	tcase_add_test(tc, arena_traps_nest);
	tcase_add_test(tc, arena_alignment);
	tcase_add_test(tc, arena_rewinds);
	tcase_add_test(tc, arena_rewinds_to_nothing);
	tcase_add_test(tc, vector);
	tcase_add_test(tc, table_of_many);
	tcase_add_test(tc, table_replaces);
	tcase_add_test(tc, interning);
	tcase_add_loop_test(tc, source_positions, 0, ROWS(positions));
	tcase_add_test(tc, source_of_many_lines);
	tcase_add_test(tc, source_nowhere);
	suite_add_tcase(s, tc);
	return s;
}
