/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_BASE_ARENA_H
#define NWFC_BASE_ARENA_H

#include <setjmp.h>
#include <stddef.h>

/*
 * Memory by lifetime.  Everything of one compile is allocated from an arena
 * and dies with it; nothing is freed piecemeal.
 *
 * Invariants: memory is zeroed and aligned for any object; a pointer stays
 * valid until the arena is freed or rewound to a mark made before it.
 * arena_alloc() never returns NULL: when the byte limit (or the machine's
 * memory) is exhausted it longjmps to the trap, which every entry point of the
 * compiler sets.  The jump must not cross frames of a foreign library.
 */
struct arena;

struct arena_mark {
	void *block;
	size_t used;
	size_t total;
};

/* limit in bytes; NULL if even the first allocation fails */
struct arena *arena_new(size_t limit);
void arena_free(struct arena *a);

void *arena_alloc(struct arena *a, size_t size);
void *arena_copy(struct arena *a, const void *from, size_t size);

/* bytes handed out so far */
size_t arena_used(const struct arena *a);

/* set the jump target for exhaustion; returns the previous one */
jmp_buf *arena_trap(struct arena *a, jmp_buf *trap);
_Noreturn void arena_exhausted(struct arena *a);

/* scratch use: all that was allocated after the mark is dropped at the rewind */
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (n)))

#endif
