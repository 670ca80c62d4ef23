/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/table.h"

#include <stdint.h>

#include "ir/base/arena.h"

struct table_slot {
	struct str key;
	void *value;
};

/* FNV-1a; collisions cost time only, and names are few and bounded */
static uint64_t hash(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.ptr[i]) * 0x100000001b3u;
	return h ^ h >> 32;
}

static struct table_slot *find(struct table_slot *slot, size_t nslot, struct str key)
{
	size_t i = hash(key) & (nslot - 1);

	while (slot[i].value && !str_eq(slot[i].key, key))
		i = (i + 1) & (nslot - 1);
	return &slot[i];
}

void *table_get(const struct table *t, struct str key)
{
	return t->nslot ? find(t->slot, t->nslot, key)->value : NULL;
}

static void grow(struct table *t, struct arena *a)
{
	size_t nslot = t->nslot ? t->nslot * 2 : 16;
	struct table_slot *slot = ARENA_ARRAY(a, struct table_slot, nslot);

	for (size_t i = 0; i < t->nslot; i++)
		if (t->slot[i].value)
			*find(slot, nslot, t->slot[i].key) = t->slot[i];
	t->slot = slot;
	t->nslot = nslot;
}

void table_put(struct table *t, struct arena *a, struct str key, void *value)
{
	struct table_slot *slot;

	if ((t->used + 1) * 4 > t->nslot * 3)
		grow(t, a);
	slot = find(t->slot, t->nslot, key);
	t->used += !slot->value;
	*slot = (struct table_slot){key, value};
}

struct str intern(struct intern *in, struct str s)
{
	struct str *known = table_get(&in->table, s);

	if (known)
		return *known;
	known = ARENA_NEW(in->arena, struct str);
	*known = str_dup(in->arena, s);
	table_put(&in->table, in->arena, *known, known);
	return *known;
}
