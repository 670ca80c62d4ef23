/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/value.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/text.h"

static bool read_value(struct text *t, enum mode mode, const char *text, struct operand *ret)
{
	text_init(t, mode, str_of(text));
	*ret = (struct operand){
		.field = FIELD_SRCIP,
		.span = {t->source, 0, (uint32_t)t->source->bytes.len},
		.text = t->source->bytes,
	};
	return value_parse(&t->compile, ret);
}

START_TEST(literals)
{
	static const char *const texts[] = {"", "10.0.0.1", "10.0.0.$A", " $A", "a b\nc", "[@1]"};
	struct operand o;
	struct text t;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ck_assert(read_value(&t, MODE_DEFAULT, texts[i], &o));
		ck_assert_int_eq(o.kind, OPERAND_LITERAL);
		ck_str(o.text, texts[i]);
		ck_assert_uint_eq(t.compile.diag.diag.n, 0);
		text_release(&t);
	}
}
END_TEST

static const struct {
	const char *text;
	const char *name;
	int kind;
	uint32_t number;
} accesses[] = {
	{"$A", "A", ACCESS_ITERATOR, 0},
	{"$IP_2", "IP_2", ACCESS_ITERATOR, 0},
	{"$1", "1", ACCESS_ITERATOR, 0},
	{"$A[@0]", "A", ACCESS_ITERATOR, 0},
	{"$A[@1000]", "A", ACCESS_ITERATOR, 1000},
	{"$A[ @ 7 ]", "A", ACCESS_ITERATOR, 7},
	{"$A[3]", "A", ACCESS_INDEX, 3},
	{"$A[\t007 ]", "A", ACCESS_INDEX, 7},
	{"$A[4294967295]", "A", ACCESS_INDEX, UINT32_MAX},
};

START_TEST(access_forms)
{
	struct operand o;
	struct text t;

	ck_assert(read_value(&t, MODE_DEFAULT, accesses[_i].text, &o));
	ck_assert_int_eq(o.kind, OPERAND_VARIABLE);
	ck_str(o.access.name, accesses[_i].name);
	ck_assert_int_eq(o.access.kind, accesses[_i].kind);
	ck_assert_uint_eq(o.access.number, accesses[_i].number);
	/* interned: equal names are one view */
	ck_assert_ptr_eq(o.access.name.ptr,
			 intern(&t.compile.names, str_of(accesses[_i].name)).ptr);
	ck_assert_uint_eq(t.compile.diag.diag.n, 0);
	text_release(&t);
}
END_TEST

static const char *const malformed[] = {
	"$",         "$[1]",      "$$A",     "$ A",    "${A}",           "$A-B",
	"$A ",       "$A[",       "$A[]",    "$A[@]",  "$A[@x]",         "$A[x]",
	"$A[-1]",    "$A[+1]",    "$A[0x1]", "$A[1",   "$A[1 2]",        "$A[@1@2]",
	"$A[@-1]",   "$A[@1001]", "$A]",     "$A [1]", "$A[4294967296]", "$A[99999999999999999999]",
	"$\xc3\xa9",
};

START_TEST(malformed_accesses)
{
	const enum mode modes[] = {MODE_DEFAULT, MODE_COMPAT, MODE_STRICT};
	struct operand o;
	struct text t;

	for (size_t i = 0; i < 3; i++) {
		ck_assert(!read_value(&t, modes[i], malformed[_i], &o));
		ck_assert_int_ne(o.kind, OPERAND_VARIABLE);
		ck_assert_uint_eq(t.compile.diag.diag.n, 1);
		ck_assert_uint_eq(text_count(&t, DIAG_VARIABLE_SYNTAX), 1);
		ck_assert_uint_eq(t.compile.diag.nerror, 1);
		ck_span(text_first(&t, DIAG_VARIABLE_SYNTAX)->label[0].span, malformed[_i]);
		text_release(&t);
	}
}
END_TEST

/* libvirt ignores what follows the bracket: an error, or with --compat a warning */
START_TEST(trailing_text)
{
	struct operand o;
	struct text t;

	ck_assert(!read_value(&t, MODE_DEFAULT, "$A[1]junk", &o));
	ck_assert_uint_eq(text_count(&t, DIAG_VALUE_ODD), 1);
	text_release(&t);

	ck_assert(read_value(&t, MODE_COMPAT, "$A[1]junk", &o));
	ck_assert_int_eq(o.kind, OPERAND_VARIABLE);
	ck_assert_uint_eq(o.access.number, 1);
	ck_assert_uint_eq(text_count(&t, DIAG_VALUE_ODD), 1);
	text_release(&t);

	ck_assert(read_value(&t, MODE_DEFAULT, "$A[@1] ", &o));
	ck_assert_uint_eq(text_count(&t, DIAG_VALUE_LOOSE), 1);
	text_release(&t);
}
END_TEST

/* the scanner is scratch: a value costs no memory, but for a new name */
START_TEST(scratch)
{
	struct operand o;
	struct text t;
	size_t used;

	ck_assert(read_value(&t, MODE_DEFAULT, "$A[@1]", &o));
	used = arena_used(t.compile.arena);
	ck_assert(value_parse(&t.compile, &o));
	ck_assert_uint_eq(arena_used(t.compile.arena), used);
	text_release(&t);
}
END_TEST

Suite *value_suite(void)
{
	Suite *s = suite_create("value");
	TCase *tc = tcase_create("value");

	tcase_add_test(tc, literals);
	tcase_add_loop_test(tc, access_forms, 0, sizeof(accesses) / sizeof(accesses[0]));
	tcase_add_loop_test(tc, malformed_accesses, 0, sizeof(malformed) / sizeof(malformed[0]));
	tcase_add_test(tc, trailing_text);
	tcase_add_test(tc, scratch);
	suite_add_tcase(s, tc);
	return s;
}
