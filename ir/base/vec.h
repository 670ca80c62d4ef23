/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_BASE_VEC_H
#define NWFC_BASE_VEC_H

#include <string.h>

#include "ir/base/arena.h"

/*
 * Growable arrays in an arena.  A vector of T is any struct with the members
 * `T *at; size_t n, cap;`.  Growth copies: pointers to elements do not survive
 * a push.  VEC_PUSH is a pointer to a new zeroed element.
 */
#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *at;                                                                          \
		size_t n, cap;                                                                     \
	}

#define VEC_PUSH(a, v)                                                                             \
	((v)->at = vec_reserve((a), (v)->at, (v)->n, &(v)->cap, sizeof(*(v)->at)),                 \
	 &(v)->at[(v)->n++])

static inline void *vec_reserve(struct arena *a, void *at, size_t n, size_t *cap, size_t size)
{
	void *bigger;

	if (n < *cap)
		return at;
	*cap = *cap ? *cap * 2 : 4;
	bigger = arena_alloc(a, *cap * size);
	if (n)
		memcpy(bigger, at, n * size);
	return bigger;
}

#endif
