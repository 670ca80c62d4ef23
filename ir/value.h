/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_VALUE_H
#define NWFC_IR_VALUE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "ir/base/str.h"

/*
 * A constant of any type: its bytes in network order, so that memcmp orders
 * and a bytewise AND masks, whatever the type.  Text types use `text`.
 */
#define VALUE_BYTES 16

struct value {
	unsigned char b[VALUE_BYTES];
	uint8_t len;
	struct str text;
};

static inline int value_compare(const struct value *a, const struct value *b)
{
	return memcmp(a->b, b->b, VALUE_BYTES);
}

static inline uint32_t value_number(const struct value *v)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < v->len; i++)
		n = n << 8 | v->b[i];
	return n;
}

static inline struct value value_of_number(uint32_t n, unsigned len)
{
	struct value v = {.len = (uint8_t)len};

	for (unsigned i = 0; i < len; i++)
		v.b[i] = (unsigned char)(n >> 8 * (len - 1 - i));
	return v;
}

/* len bytes whose first bits are ones */
static inline struct value value_of_prefix(unsigned bits, unsigned len)
{
	struct value v = {.len = (uint8_t)len};

	for (unsigned i = 0; i < bits; i++)
		v.b[i / 8] |= (unsigned char)(0x80 >> i % 8);
	return v;
}

/* number of leading ones if nothing but zeros follows, else -1 */
static inline int value_prefix(const unsigned char *b, unsigned len)
{
	unsigned bits = 0;

	while (bits < len * 8 && b[bits / 8] & 0x80 >> bits % 8)
		bits++;
	for (unsigned i = bits; i < len * 8; i++)
		if (b[i / 8] & 0x80 >> i % 8)
			return -1;
	return (int)bits;
}

#endif
