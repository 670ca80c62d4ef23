/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/inventory.h"

/* one that goes nowhere is not what it should be, but it is there */
#define NOWHERE "-"

static struct str chain_name(struct inventory *inv, enum hook_id id, struct str tap)
{
	struct buf name;
	struct str copy;

	buf_init(&name);
	tap_object_name(tap, id, &name);
	copy = str_dup(inv->arena, buf_str(&name));
	inv->failed |= name.failed;
	buf_release(&name);
	return copy;
}

struct known_element *inventory_device(struct inventory *inv, enum hook_id id, struct str tap)
{
	struct known_map *map = &inv->map[id];
	struct known_element *known = table_get(&map->by_tap, tap);
	struct known_chain *chain;

	if (known || !inv->netdev)
		return known;
	chain = inventory_chain(inv, chain_name(inv, id, tap));
	if (!chain || !chain->base)
		return NULL;
	inv->failed |= !inventory_count(inv, chain, inv->diag);
	known = ARENA_NEW(inv->arena, struct known_element);
	known->tap = str_dup(inv->arena, tap);
	known->target = chain->sole.len ? chain->sole : STR(NOWHERE);
	known->comment = chain->note;
	/* older kernels let chains follow a device that gets another name */
	known->astray = chain->device.len && !str_eq(chain->device, tap);
	table_put(&map->by_tap, inv->arena, known->tap, known);
	*VEC_PUSH(inv->arena, &map->element) = known;
	return known;
}

void inventory_devices(struct inventory *inv, enum hook_id id)
{
	struct str ending = str_printf(inv->arena, ".%s", hook(id)->name);
	struct known_map *map = &inv->map[id];
	/* of a name that nft would not take as it is */
	struct str odd = STR("_/");

	if (map->whole)
		return;
	map->whole = true;
	for (size_t i = 0; i < inv->chain.n; i++) {
		const struct known_chain *chain = inv->chain.at[i];
		struct str tap = chain->name;

		if (chain->table != TABLE_NETDEV || !chain->base || !str_ends(tap, ending))
			continue;
		tap.len -= ending.len;
		if (str_starts(tap, odd))
			tap = (struct str){tap.ptr + odd.len, tap.len - odd.len};
		inventory_device(inv, id, tap);
	}
}
