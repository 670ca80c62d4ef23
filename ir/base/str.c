/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/str.h"

#include <stdio.h>

#include "ir/base/arena.h"

#define DISTANCE_MAX 64

int str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.ptr, b.ptr, n) : 0;

	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool str_same_letters(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq((struct str){s.ptr, prefix.len}, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len &&
	       str_eq((struct str){s.ptr + s.len - suffix.len, suffix.len}, suffix);
}

bool str_only(struct str s, const char *set)
{
	size_t n = strlen(set);

	for (size_t i = 0; i < s.len; i++)
		if (!memchr(set, s.ptr[i], n))
			return false;
	return true;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len && is_space(s.ptr[0]))
		s = (struct str){s.ptr + 1, s.len - 1};
	while (s.len && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

struct str str_cut(struct str *rest, char sep)
{
	const char *at = rest->len ? memchr(rest->ptr, sep, rest->len) : NULL;
	struct str head = *rest;

	if (!at) {
		*rest = (struct str){head.ptr + head.len, 0};
		return head;
	}
	head.len = (size_t)(at - head.ptr);
	*rest = (struct str){at + 1, rest->len - head.len - 1};
	return head;
}

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c = (char)lower(c);
	return c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') + 10 : 99;
}

bool str_to_u64(struct str s, unsigned base, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned d = digit(s.ptr[i]);

		if (d >= base || value > (max - d) / base || d > max)
			return false;
		value = value * base + d;
	}
	*ret = value;
	return true;
}

unsigned str_distance(struct str a, struct str b, unsigned cap)
{
	unsigned row[DISTANCE_MAX + 1];

	if (a.len > DISTANCE_MAX || b.len > DISTANCE_MAX)
		return cap + 1;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			unsigned change = diagonal + (lower(a.ptr[i - 1]) != lower(b.ptr[j - 1]));
			unsigned gap = 1 + (row[j] < row[j - 1] ? row[j] : row[j - 1]);

			diagonal = row[j];
			row[j] = change < gap ? change : gap;
		}
	}
	return row[b.len] > cap ? cap + 1 : row[b.len];
}

struct str str_dup(struct arena *a, struct str s)
{
	return (struct str){str_c(a, s), s.len};
}

char *str_c(struct arena *a, struct str s)
{
	char *copy = arena_alloc(a, s.len + 1);

	if (s.len)
		memcpy(copy, s.ptr, s.len);
	return copy;
}

struct str str_vprintf(struct arena *a, const char *format, va_list args)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0)
		arena_exhausted(a);
	text = arena_alloc(a, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, format, args);
	return (struct str){text, (size_t)n};
}

struct str str_printf(struct arena *a, const char *format, ...)
{
	struct str text;
	va_list args;

	va_start(args, format);
	text = str_vprintf(a, format, args);
	va_end(args);
	return text;
}
