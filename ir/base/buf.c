/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define CHUNK ((size_t)64 << 10)

void buf_init(struct buf *b)
{
	*b = (struct buf){.line = 1};
}

void buf_init_sink(struct buf *b, bool (*sink)(void *context, struct str chunk), void *context)
{
	*b = (struct buf){.line = 1, .sink = sink, .context = context};
}

void buf_release(struct buf *b)
{
	free(b->bytes);
	*b = (struct buf){.line = 1};
}

static void flush(struct buf *b)
{
	if (b->len && !b->sink(b->context, buf_str(b)))
		b->failed = true;
	b->len = 0;
}

bool buf_finish(struct buf *b)
{
	if (b->sink && !b->failed)
		flush(b);
	return !b->failed;
}

/* room for n more bytes at the end, or failed */
static char *reserve(struct buf *b, size_t n)
{
	size_t size = b->size ? b->size : CHUNK;
	char *bytes;

	if (b->failed)
		return NULL;
	if (b->sink && b->len + n > CHUNK)
		flush(b);
	while (size < b->len + n)
		size *= 2;
	if (size != b->size) {
		bytes = realloc(b->bytes, size);
		if (!bytes) {
			b->failed = true;
			return NULL;
		}
		b->bytes = bytes;
		b->size = size;
	}
	return b->failed ? NULL : b->bytes + b->len;
}

void buf_put(struct buf *b, struct str s)
{
	char *to = reserve(b, s.len);

	if (!to || !s.len)
		return;
	memcpy(to, s.ptr, s.len);
	b->len += s.len;
	for (const char *p = s.ptr, *end = p + s.len; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		b->line++;
}

void buf_puts(struct buf *b, const char *text)
{
	buf_put(b, str_of(text));
}

void buf_putc(struct buf *b, char c)
{
	buf_put(b, (struct str){&c, 1});
}

void buf_putu(struct buf *b, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + value % 10);
	while (value /= 10);
	buf_put(b, (struct str){digits + at, sizeof(digits) - at});
}

void buf_puthex(struct buf *b, uint64_t value, unsigned digits)
{
	char text[16];

	for (unsigned i = 0; i < digits && i < sizeof(text); i++)
		text[i] = "0123456789abcdef"[value >> 4 * (digits - 1 - i) & 15];
	buf_put(b, (struct str){text, digits});
}

void buf_printf(struct buf *b, const char *format, ...)
{
	char small[256];
	va_list args;
	int n;
	char *to;

	va_start(args, format);
	n = vsnprintf(small, sizeof(small), format, args);
	va_end(args);
	if (n < 0) {
		b->failed = true;
		return;
	}
	if ((size_t)n < sizeof(small)) {
		buf_put(b, (struct str){small, (size_t)n});
		return;
	}
	to = malloc((size_t)n + 1);
	if (!to) {
		b->failed = true;
		return;
	}
	va_start(args, format);
	vsnprintf(to, (size_t)n + 1, format, args);
	va_end(args);
	buf_put(b, (struct str){to, (size_t)n});
	free(to);
}

void buf_pad(struct buf *b, char c, size_t n)
{
	while (n--)
		buf_putc(b, c);
}
