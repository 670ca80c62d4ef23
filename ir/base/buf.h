/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_BASE_BUF_H
#define NWFC_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ir/base/str.h"

/*
 * An output buffer.  Without a sink it grows and holds all that was put; with
 * a sink, full chunks go to the sink and only the tail is held, so that large
 * output needs little memory.  A failed sink or allocation sets `failed`, after
 * which puts do nothing: check once, at the end, with buf_finish().
 * `line` is the number of the line being written, from 1.
 */
struct buf {
	char *bytes;
	size_t len;
	size_t size;
	size_t line;
	bool (*sink)(void *context, struct str chunk);
	void *context;
	bool failed;
};

void buf_init(struct buf *b);
void buf_init_sink(struct buf *b, bool (*sink)(void *context, struct str chunk), void *context);
void buf_release(struct buf *b);
/* hands the rest to the sink; false if anything was lost on the way */
bool buf_finish(struct buf *b);

void buf_put(struct buf *b, struct str s);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_putu(struct buf *b, uint64_t value);
/* n lower-case hex digits of value */
void buf_puthex(struct buf *b, uint64_t value, unsigned digits);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_pad(struct buf *b, char c, size_t n);

static inline struct str buf_str(const struct buf *b)
{
	return (struct str){b->bytes, b->len};
}

#endif
