/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/emit.h"
#include "ir/values.h"
#include "runtime/inventory.h"

void inventory_add_set(struct inventory *inv, enum table_id table, struct str name)
{
	struct nft_set set;
	struct known_set *known;

	inv->netdev |= table == TABLE_NETDEV;
	for (int id = 0; id < HOOK_BRIDGE_MAX && table == TABLE_BRIDGE; id++)
		inv->map[id].present |= str_is(name, hook((enum hook_id)id)->name);
	if (!values_set_parse(name, &set))
		return;
	known = ARENA_NEW(inv->arena, struct known_set);
	known->set = set;
	known->set.table = table;
	known->set.name = str_dup(inv->arena, name);
	*VEC_PUSH(inv->arena, &inv->values) = known;
	table_put(&inv->set_by_name[table], inv->arena, known->set.name, known);
}

/* READ_ABSENT is an answer; false after a diagnostic */
static bool read(struct inventory *inv, enum table_id table, struct str set, struct str key,
		 const struct reader *reader)
{
	struct backend *b = inv->runtime->backend;
	struct read_query query = {.what = key.len ? READ_ELEMENT : READ_ELEMENTS,
				   .family = table_words(table)->family,
				   .table = NFT_TABLE,
				   .name = set,
				   .key = key};
	enum read_result result = READ_CHANGED;
	int error = 0;

	/* a second try may give elements once more, which are known then */
	for (unsigned i = 0; i < INVENTORY_TRIES && result == READ_CHANGED; i++)
		result = b->read(b, &query, reader, &error);
	if (result == READ_DONE || result == READ_ABSENT)
		return true;
	inventory_report(inv->diag, result, error);
	inv->failed = true;
	return false;
}

struct map_reading {
	struct inventory *inv;
	struct known_map *map;
};

static struct known_element *add_element(struct map_reading *reading, struct str tap)
{
	struct arena *arena = reading->inv->arena;
	struct known_element *element = ARENA_NEW(arena, struct known_element);

	element->tap = str_dup(arena, tap);
	table_put(&reading->map->by_tap, arena, element->tap, element);
	return element;
}

static void on_element(void *context, const struct loaded_element *loaded)
{
	struct map_reading *reading = context;
	struct known_element *element = table_get(&reading->map->by_tap, loaded->key);

	if (!element)
		element = add_element(reading, loaded->key);
	if (!element->target.len)
		*VEC_PUSH(reading->inv->arena, &reading->map->element) = element;
	element->target = str_dup(reading->inv->arena, loaded->target);
	element->comment = str_dup(reading->inv->arena, loaded->comment);
}

const struct known_map *inventory_map(struct inventory *inv, enum hook_id id)
{
	struct known_map *map = &inv->map[id];
	struct map_reading reading = {inv, map};
	struct reader reader = {.context = &reading, .element = on_element};

	if (hook(id)->table == TABLE_NETDEV)
		inventory_devices(inv, id);
	else if (map->present && !map->whole)
		map->whole =
			read(inv, TABLE_BRIDGE, str_of(hook(id)->name), (struct str){0}, &reader);
	return map;
}

struct known_element *inventory_element(struct inventory *inv, enum hook_id id, struct str tap)
{
	struct known_map *map = &inv->map[id];
	struct map_reading reading = {inv, map};
	struct reader reader = {.context = &reading, .element = on_element};
	struct element none = {.set = &(struct nft_set){.nkey = 1}};
	unsigned char key[VALUES_KEY_MAX];
	struct known_element *known = hook(id)->table == TABLE_NETDEV
					      ? inventory_device(inv, id, tap)
					      : table_get(&map->by_tap, tap);

	if (!known && map->present && !map->whole) {
		/* remembered even if it is not there */
		known = add_element(&reading, tap);
		read(inv, TABLE_BRIDGE, str_of(hook(id)->name),
		     (struct str){(const char *)key, values_key(&none, tap, key)}, &reader);
	}
	return known && known->target.len && !known->taken ? known : NULL;
}

struct set_reading {
	struct inventory *inv;
	struct known_set *set;
	bool seen;
};

static bool is_read(const struct known_set *set, const struct element *element, struct str tap)
{
	const struct known_values *values = table_get(&set->by_tap, tap);

	for (size_t i = 0; values && i < values->at.n; i++)
		if (!memcmp(set->value.at[values->at.at[i]].element.value, element->value,
			    sizeof(element->value)))
			return true;
	return false;
}

static void on_value(void *context, const struct loaded_element *loaded)
{
	struct set_reading *reading = context;
	struct arena *arena = reading->inv->arena;
	struct known_values *values;
	struct known_value value;
	struct str tap;

	if (!values_element(&reading->set->set, loaded->bytes, &tap, &value.element) ||
	    is_read(reading->set, &value.element, tap))
		return;
	values = table_get(&reading->set->by_tap, tap);
	value.tap = values ? reading->set->value.at[values->at.at[0]].tap : str_dup(arena, tap);
	if (!values) {
		values = ARENA_NEW(arena, struct known_values);
		table_put(&reading->set->by_tap, arena, value.tap, values);
	}
	*VEC_PUSH(arena, &values->at) = reading->set->value.n;
	*VEC_PUSH(arena, &reading->set->value) = value;
}

void inventory_read_values(struct inventory *inv, struct known_set *set)
{
	struct set_reading reading = {.inv = inv, .set = set};
	struct reader reader = {.context = &reading, .element = on_value};

	if (!set->whole)
		set->whole = read(inv, set->set.table, set->set.name, (struct str){0}, &reader);
}

static void on_presence(void *context, const struct loaded_element *loaded)
{
	(void)loaded;
	*(bool *)context = true;
}

bool inventory_has_value(struct inventory *inv, const struct element *element, struct str tap)
{
	const struct known_set *set =
		table_get(&inv->set_by_name[element->set->table], element->set->name);
	unsigned char key[VALUES_KEY_MAX];
	bool present = false;
	struct reader reader = {.context = &present, .element = on_presence};

	if (!set)
		return false;
	if (set->whole)
		return is_read(set, element, tap);
	read(inv, set->set.table, set->set.name,
	     (struct str){(const char *)key, values_key(element, tap, key)}, &reader);
	return present;
}

void inventory_read_elements(struct inventory *inv)
{
	for (int id = 0; id < HOOK_MAX; id++)
		inventory_map(inv, (enum hook_id)id);
	for (size_t i = 0; i < inv->values.n; i++)
		inventory_read_values(inv, inv->values.at[i]);
}
