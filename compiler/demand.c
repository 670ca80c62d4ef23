/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/demand.h"

#include "ir/base/buf.h"
#include "ir/values.h"

const struct demand *demand_find(const struct demand_list *list, const struct nft_set *set)
{
	for (size_t i = 0; i < list->at.n; i++)
		if (list->at.at[i].set == set)
			return &list->at.at[i];
	return NULL;
}

void demand_add(struct arena *arena, struct demand_list *list, const struct demand *demand)
{
	if (!demand_find(list, demand->set))
		*VEC_PUSH(arena, &list->at) = *demand;
}

/* what advances together stands side by side */
static struct str set_name(struct arena *arena, const struct demand *d, const struct key *key)
{
	struct buf what;
	struct str name;

	buf_init(&what);
	for (unsigned i = 0; i < d->n; i++) {
		if (i)
			buf_putc(&what, '.');
		buf_put(&what, d->access[i].name);
		if (d->access[i].kind == ACCESS_INDEX)
			buf_printf(&what, "-%u", d->access[i].number);
	}
	name = values_set_name(arena, key, d->n, buf_str(&what));
	buf_release(&what);
	return name;
}

struct nft_set demand_set(struct arena *arena, const struct demand *demand, enum table_id table,
			  const struct key *key)
{
	struct nft_set set = {.table = table, .kind = SET_VALUES, .nkey = demand->n + 1};

	set.key[0] = (struct key)NAMED_KEY(IIFNAME);
	memcpy(&set.key[1], key, demand->n * sizeof(*key));
	set.name = set_name(arena, demand, key);
	return set;
}

/* values that are written in different ways may be the same */
static bool is_new(struct arena *arena, struct table *seen, const struct element *element)
{
	struct str key = {(const char *)element->value, sizeof(element->value)};

	if (table_get(seen, key))
		return false;
	key = str_dup(arena, key);
	table_put(seen, arena, key, (void *)element->set);
	return true;
}

static bool put_value(const struct demand *d, unsigned i, const struct parameter *p, size_t at,
		      struct element *ret)
{
	size_t position = d->access[i].kind == ACCESS_INDEX ? d->access[i].number
			  : p->value.n == 1                 ? 0
							    : at;
	struct value value = {0};
	enum parse_verdict verdict;

	if (position >= p->value.n)
		return false;
	verdict = type_parse(field(d->field[i]), d->proto[i], p->value.at[position], &value);
	memcpy(ret->value[i], value.b, VALUE_BYTES);
	return verdict == PARSE_OK;
}

/* how many elements a demand makes; 0 if a parameter is missing or lists differ in length */
static size_t count_positions(const struct demand *d, const struct binding *binding)
{
	size_t n = d->n != 0;

	for (unsigned i = 0; i < d->n; i++) {
		const struct parameter *p = parameter_find(&binding->parameter, d->access[i].name);
		size_t length;

		if (!p)
			return 0;
		length = d->access[i].kind == ACCESS_INDEX ? 1 : p->value.n;
		if (length != 1 && n != 1 && length != n)
			return 0;
		if (length != 1)
			n = length;
	}
	return n;
}

bool demand_join(struct demand *to, const struct demand *more, const struct binding *binding)
{
	if (to->n + more->n > TUPLE_MAX - 1 ||
	    (to->n && count_positions(to, binding) != 1 && count_positions(more, binding) != 1))
		return false;
	for (unsigned i = 0; i < more->n; i++, to->n++) {
		to->access[to->n] = more->access[i];
		to->field[to->n] = more->field[i];
		to->proto[to->n] = more->proto[i];
	}
	return true;
}

static bool demand_fill(struct arena *arena, const struct demand *d, const struct binding *binding,
			struct element_list *ret)
{
	const struct parameter *p[TUPLE_MAX - 1];
	struct table seen = {0};
	size_t n;
	bool ok;

	for (unsigned i = 0; i < d->n; i++)
		p[i] = parameter_find(&binding->parameter, d->access[i].name);
	n = count_positions(d, binding);
	ok = n > 0;
	for (size_t at = 0; at < n; at++) {
		struct element element = {.set = d->set};

		for (unsigned i = 0; i < d->n; i++)
			ok &= put_value(d, i, p[i], at, &element);
		if (n == 1 || is_new(arena, &seen, &element))
			*VEC_PUSH(arena, &ret->at) = element;
	}
	return ok;
}

bool demand_values(struct arena *arena, const struct demand_list *list,
		   const struct binding *binding, struct element_list *ret)
{
	bool ok = true;
	size_t n = 0;

	*ret = (struct element_list){0};
	for (size_t i = 0; i < list->at.n; i++)
		n += count_positions(&list->at.at[i], binding);
	VEC_ROOM(arena, &ret->at, n);
	for (size_t i = 0; i < list->at.n; i++)
		ok &= demand_fill(arena, &list->at.at[i], binding, ret);
	return ok;
}

bool demand_drop_unread(struct demand_list *list, const struct entry *e)
{
	size_t before = list->at.n;

	list->at.n = 0;
	for (size_t i = 0; i < before; i++) {
		bool used = false;

		for (int id = 0; id < HOOK_MAX; id++)
			used |= e->program[id] && program_uses(e->program[id], list->at.at[i].set);
		if (used)
			list->at.at[list->at.n++] = list->at.at[i];
	}
	return list->at.n != before;
}

struct str demand_group(struct arena *arena, const struct demand_list *list, struct str filter,
			struct str signature)
{
	struct buf text;
	struct str name;

	buf_init(&text);
	buf_put(&text, signature);
	for (size_t i = 0; i < list->at.n; i++) {
		buf_putc(&text, '@');
		buf_put(&text, list->at.at[i].set->name);
	}
	name = group_name(arena, filter, buf_str(&text));
	buf_release(&text);
	return name;
}
