/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/buf.h"
#include "testsuite/unit/suites.h"

#define LARGE 300000

/* what a sink was given; it fails when that would be more than `room` */
struct drain {
	struct buf got;
	unsigned calls;
	size_t room;
};

static bool drain_put(void *context, struct str chunk)
{
	struct drain *d = context;

	d->calls++;
	if (d->got.len + chunk.len > d->room)
		return false;
	buf_put(&d->got, chunk);
	return true;
}

static void drain_init(struct drain *d, size_t room)
{
	*d = (struct drain){.room = room};
	buf_init(&d->got);
}

static char letter(size_t i)
{
	return (char)('a' + i * 7 % 26);
}

static void put_letters(struct buf *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_putc(b, letter(i));
}

static void expect_letters(const struct buf *b, size_t n)
{
	ck_assert_uint_eq(b->len, n);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(b->bytes[i], letter(i));
}

START_TEST(growth)
{
	struct buf b;

	buf_init(&b);
	ck_assert_uint_eq(buf_str(&b).len, 0);
	put_letters(&b, LARGE);
	ck_assert(buf_finish(&b));
	expect_letters(&b, LARGE);
	buf_release(&b);
	/* and in one piece */
	buf_init(&b);
	buf_pad(&b, 'x', 10);
	buf_printf(&b, "%0*d", LARGE, 1);
	ck_assert_uint_eq(b.len, LARGE + 10);
	ck_assert_int_eq(b.bytes[LARGE + 9], '1');
	buf_release(&b);
	ck_assert_ptr_null(b.bytes);
	ck_assert_uint_eq(b.len, 0);
}
END_TEST

START_TEST(sink)
{
	struct drain d;
	struct buf b;

	drain_init(&d, LARGE);
	buf_init_sink(&b, drain_put, &d);
	put_letters(&b, LARGE);
	ck_assert_uint_gt(d.calls, 1);
	/* only a tail is held */
	ck_assert_uint_lt(b.size, LARGE);
	ck_assert(buf_finish(&b));
	expect_letters(&d.got, LARGE);
	d.calls = 0;
	ck_assert(buf_finish(&b));
	ck_assert_uint_eq(d.calls, 0);
	buf_release(&b);
	buf_release(&d.got);
}
END_TEST

/* one piece that is larger than the buffer keeps its place */
START_TEST(sink_of_large_pieces)
{
	struct drain d;
	struct buf b;

	drain_init(&d, 2 * LARGE + 2);
	buf_init_sink(&b, drain_put, &d);
	buf_putc(&b, '<');
	buf_printf(&b, "%0*d", LARGE, 1);
	buf_printf(&b, "%0*d", LARGE, 2);
	buf_putc(&b, '>');
	ck_assert(buf_finish(&b));
	ck_assert_uint_eq(d.got.len, 2 * LARGE + 2);
	ck_assert_int_eq(d.got.bytes[0], '<');
	ck_assert_int_eq(d.got.bytes[LARGE], '1');
	ck_assert_int_eq(d.got.bytes[2 * LARGE], '2');
	ck_assert_int_eq(d.got.bytes[2 * LARGE + 1], '>');
	buf_release(&b);
	buf_release(&d.got);
}
END_TEST

START_TEST(failure)
{
	struct drain d;
	struct buf b;
	unsigned calls;

	drain_init(&d, 100000);
	buf_init_sink(&b, drain_put, &d);
	put_letters(&b, LARGE);
	ck_assert(b.failed);
	calls = d.calls;
	put_letters(&b, LARGE);
	buf_puts(&b, "text\n");
	ck_assert(!buf_finish(&b));
	/* nothing after the gap */
	ck_assert_uint_eq(d.calls, calls);
	expect_letters(&d.got, d.got.len);
	buf_release(&b);
	buf_release(&d.got);
	/* a failure that only the end shows */
	drain_init(&d, 0);
	buf_init_sink(&b, drain_put, &d);
	buf_puts(&b, "text");
	ck_assert(!b.failed);
	ck_assert(!buf_finish(&b));
	buf_release(&b);
	buf_release(&d.got);
}
END_TEST

START_TEST(lines)
{
	struct drain d;
	struct buf b;

	drain_init(&d, LARGE);
	buf_init_sink(&b, drain_put, &d);
	ck_assert_uint_eq(b.line, 1);
	buf_puts(&b, "a\n");
	ck_assert_uint_eq(b.line, 2);
	buf_puts(&b, "\n\nb\nc");
	ck_assert_uint_eq(b.line, 5);
	buf_putc(&b, '\n');
	ck_assert_uint_eq(b.line, 6);
	buf_printf(&b, "%d\n%d\n", 1, 2);
	ck_assert_uint_eq(b.line, 8);
	buf_pad(&b, '\n', 100000);
	/* the count does not begin anew with each chunk */
	ck_assert_uint_eq(b.line, 100008);
	buf_put(&b, (struct str){0});
	ck_assert_uint_eq(b.line, 100008);
	ck_assert(buf_finish(&b));
	buf_release(&b);
	buf_release(&d.got);
}
END_TEST

START_TEST(pieces)
{
	struct buf b;

	buf_init(&b);
	buf_putu(&b, 0);
	buf_putc(&b, ' ');
	buf_putu(&b, UINT64_MAX);
	buf_putc(&b, ' ');
	buf_puthex(&b, 0xab, 2);
	buf_puthex(&b, 0xab, 4);
	buf_puthex(&b, 0x1234, 2);
	buf_puthex(&b, UINT64_MAX, 16);
	buf_puthex(&b, 1, 0);
	buf_putc(&b, ' ');
	buf_pad(&b, '-', 3);
	buf_pad(&b, '-', 0);
	buf_puts(&b, "");
	ck_assert(str_is(buf_str(&b), "0 18446744073709551615 ab00ab34ffffffffffffffff ---"));
	buf_release(&b);
}
END_TEST

/* at and around the size of the buffer on the stack */
START_TEST(formats)
{
	for (int n = 250; n < 260; n++) {
		struct buf b;

		buf_init(&b);
		buf_printf(&b, "%0*d", n, 3);
		ck_assert_uint_eq(b.len, n);
		ck_assert_int_eq(b.bytes[n - 1], '3');
		buf_release(&b);
	}
}
END_TEST

Suite *buf_suite(void)
{
	Suite *s = suite_create("buf");
	TCase *tc = tcase_create("buf");

	tcase_add_test(tc, growth);
	tcase_add_test(tc, sink);
	tcase_add_test(tc, sink_of_large_pieces);
	tcase_add_test(tc, failure);
	tcase_add_test(tc, lines);
	tcase_add_test(tc, pieces);
	tcase_add_test(tc, formats);
	suite_add_tcase(s, tc);
	return s;
}
