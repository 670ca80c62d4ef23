/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_BASE_STR_H
#define NWFC_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

/*
 * A view of bytes: not NUL-terminated, may hold any byte, owned by whoever
 * owns the bytes (source text, arena, string literal).  {NULL, 0} is the
 * absent string, which differs from an empty one only where a comment says so.
 */
struct str {
	const char *ptr;
	size_t len;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
/* for printf: "%.*s", STR_ARG(s) */
#define STR_ARG(s) (int)(s).len, (s).ptr

static inline struct str str_of(const char *text)
{
	return (struct str){text, text ? strlen(text) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (!a.len || !memcmp(a.ptr, b.ptr, a.len));
}

static inline bool str_is(struct str a, const char *text)
{
	return str_eq(a, str_of(text));
}

/* byte order, shorter first on a tie */
int str_cmp(struct str a, struct str b);
/* equal when ASCII case is ignored */
bool str_same_letters(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* true if every byte is in set; true for an empty string */
bool str_only(struct str s, const char *set);
struct str str_trim(struct str s);
/* cut the head up to sep (or all of it) off *rest */
struct str str_cut(struct str *rest, char sep);
/* the whole of s in the given base, no sign, no blanks; false if not or above max */
bool str_to_u64(struct str s, unsigned base, uint64_t max, uint64_t *ret);
/* edit distance, for "did you mean"; larger than cap counts as cap + 1 */
unsigned str_distance(struct str a, struct str b, unsigned cap);

struct str str_dup(struct arena *a, struct str s);
/* NUL-terminated copy, for calls into libc */
char *str_c(struct arena *a, struct str s);
struct str str_vprintf(struct arena *a, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
struct str str_printf(struct arena *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
