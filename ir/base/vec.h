/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_BASE_VEC_H
#define NWFC_BASE_VEC_H

#include <string.h>

#include "ir/base/arena.h"

/*
 * Growable arrays in an arena.  A vector of T is any struct with the members
 * `T *at; size_t n, cap;`.  Growth copies: pointers to elements do not survive
 * a push.  VEC_PUSH is a pointer to a new zeroed element; after VEC_ROOM the next n
 * elements need no growth.
 */
#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *at;                                                                          \
		size_t n, cap;                                                                     \
	}

#define VEC_PUSH(a, v)                                                                             \
	((v)->at = vec_reserve((a), (v)->at, (v)->n, &(v)->cap, sizeof(*(v)->at)),                 \
	 &(v)->at[(v)->n++])

#define VEC_ROOM(a, v, more)                                                                       \
	((v)->at = vec_room((a), (v)->at, (v)->n, (more), &(v)->cap, sizeof(*(v)->at)))

static inline void *vec_copy(struct arena *a, const void *at, size_t n, size_t cap, size_t size)
{
	void *bigger = arena_alloc(a, cap * size);

	if (n)
		memcpy(bigger, at, n * size);
	return bigger;
}

static inline void *vec_reserve(struct arena *a, void *at, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return at;
	/* most hold one or two, and there may be some for each of ten thousand interfaces */
	*cap = *cap ? *cap * 2 : 2;
	return vec_copy(a, at, n, *cap, size);
}

static inline void *vec_room(struct arena *a, void *at, size_t n, size_t more, size_t *cap,
			     size_t size)
{
	if (more <= *cap - n)
		return at;
	*cap = n + more;
	return vec_copy(a, at, n, *cap, size);
}

#endif
