/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_BASE_TABLE_H
#define NWFC_BASE_TABLE_H

#include <stddef.h>

#include "ir/base/str.h"

struct arena;

/*
 * A hash table from strings to pointers, in an arena.  Keys are not copied:
 * the caller keeps their bytes alive.  There is no iteration on purpose: the
 * order of output must never depend on hashes.  A zeroed table is empty.
 */
struct table {
	struct table_slot *slot;
	size_t nslot;
	size_t used;
};

/* NULL if the key is absent */
void *table_get(const struct table *t, struct str key);
/* adds or replaces; value must not be NULL */
void table_put(struct table *t, struct arena *a, struct str key, void *value);

/*
 * Interning: equal strings become one view, so that names compare by pointer.
 */
struct intern {
	struct arena *arena;
	struct table table;
};

struct str intern(struct intern *in, struct str s);

#endif
