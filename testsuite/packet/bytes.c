/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bytes.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

void bytes_release(struct bytes *b)
{
	free(b->at);
	*b = (struct bytes){0};
}

static uint8_t *reserve(struct bytes *b, size_t n)
{
	size_t size = b->size ? b->size : 128;

	while (size < b->len + n)
		size *= 2;
	if (size != b->size) {
		b->at = realloc(b->at, size);
		if (!b->at)
			err(2, "memory");
		b->size = size;
	}
	b->len += n;
	return b->at + b->len - n;
}

void bytes_put(struct bytes *b, const void *data, size_t n)
{
	if (n)
		memcpy(reserve(b, n), data, n);
}

void bytes_fill(struct bytes *b, uint8_t value, size_t n)
{
	memset(reserve(b, n), value, n);
}

void bytes_put8(struct bytes *b, uint8_t value)
{
	*reserve(b, 1) = value;
}

void bytes_put16(struct bytes *b, uint16_t value)
{
	bytes_put8(b, (uint8_t)(value >> 8));
	bytes_put8(b, (uint8_t)value);
}

void bytes_put32(struct bytes *b, uint32_t value)
{
	bytes_put16(b, (uint16_t)(value >> 16));
	bytes_put16(b, (uint16_t)value);
}

void bytes_set16(struct bytes *b, size_t offset, uint16_t value)
{
	b->at[offset] = (uint8_t)(value >> 8);
	b->at[offset + 1] = (uint8_t)value;
}

uint32_t checksum_add(uint32_t start, const uint8_t *at, size_t n)
{
	uint32_t sum = start;

	for (size_t i = 0; i < n; i++)
		sum += i & 1 ? at[i] : (uint32_t)at[i] << 8;
	return sum;
}

uint16_t checksum_end(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint32_t checksum_crc32c(const uint8_t *at, size_t n)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < n; i++) {
		crc ^= at[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}
