/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)256 << 10)
#define ALIGNMENT _Alignof(max_align_t)

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(p, n) __asan_poison_memory_region((p), (n))
#define UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

struct block {
	struct block *previous;
	size_t size;
	size_t used;
	_Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *block;
	size_t limit;
	size_t total;
	jmp_buf *trap;
};

struct arena *arena_new(size_t limit)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a)
		a->limit = limit;
	return a;
}

static void block_free(struct block *b)
{
	UNPOISON(b->bytes, b->size);
	free(b);
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	while (a->block) {
		struct block *previous = a->block->previous;

		block_free(a->block);
		a->block = previous;
	}
	free(a);
}

_Noreturn void arena_exhausted(struct arena *a)
{
	if (a->trap)
		longjmp(*a->trap, 1);
	fputs("nwfc: out of memory\n", stderr);
	abort();
}

jmp_buf *arena_trap(struct arena *a, jmp_buf *trap)
{
	jmp_buf *previous = a->trap;

	a->trap = trap;
	return previous;
}

static void block_push(struct arena *a, size_t size)
{
	size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
	struct block *b = calloc(1, sizeof(*b) + room);

	if (!b)
		arena_exhausted(a);
	b->previous = a->block;
	b->size = room;
	b->used = 0;
	POISON(b->bytes, room);
	a->block = b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	void *p;

	if (size > SIZE_MAX - ALIGNMENT)
		arena_exhausted(a);
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (size > a->limit - a->total)
		arena_exhausted(a);
	if (!a->block || size > a->block->size - a->block->used)
		block_push(a, size);
	p = a->block->bytes + a->block->used;
	a->block->used += size;
	a->total += size;
	UNPOISON(p, size);
	return memset(p, 0, size);
}

void *arena_copy(struct arena *a, const void *from, size_t size)
{
	void *p = arena_alloc(a, size);

	if (size)
		memcpy(p, from, size);
	return p;
}

size_t arena_used(const struct arena *a)
{
	return a->total;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){
		.block = a->block,
		.used = a->block ? a->block->used : 0,
		.total = a->total,
	};
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
	while (a->block && a->block != mark.block) {
		struct block *previous = a->block->previous;

		block_free(a->block);
		a->block = previous;
	}
	a->total = mark.total;
	if (!a->block)
		return;
	POISON(a->block->bytes + mark.used, a->block->size - mark.used);
	a->block->used = mark.used;
}
