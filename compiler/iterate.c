/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/iterate.h"

bool access_equal(const struct access *a, const struct access *b)
{
	return a->name.ptr == b->name.ptr && a->kind == b->kind && a->number == b->number;
}

static struct iterator *find_iterator(struct iteration *it, uint32_t number)
{
	struct iterator *new;

	for (size_t i = 0; i < it->iterator.n; i++)
		if (it->iterator.at[i].number == number)
			return &it->iterator.at[i];
	new = VEC_PUSH(it->arena, &it->iterator);
	new->number = number;
	return new;
}

void iteration_init(struct iteration *it, struct arena *arena)
{
	*it = (struct iteration){.arena = arena};
	find_iterator(it, 0);
}

bool iteration_add(struct iteration *it, const struct access *a, const struct parameter *p)
{
	struct iteration_access *entry = VEC_PUSH(it->arena, &it->access);
	struct iterator *iterator;

	*entry = (struct iteration_access){a, p, -1};
	if (a->kind == ACCESS_INDEX)
		return true;
	iterator = find_iterator(it, a->number);
	entry->iterator = (int)(iterator - it->iterator.at);
	if (iterator->parameter.n && iterator->length != p->value.n) {
		it->broken = true;
		return false;
	}
	iterator->length = p->value.n;
	*VEC_PUSH(it->arena, &iterator->parameter) = p;
	return true;
}

void iteration_report(const struct iteration *it, struct compile *c, const struct filter_rule *rule,
		      const struct access *a)
{
	const struct iteration_access *last = &it->access.at[it->access.n - 1];
	const struct iterator *iterator = &it->iterator.at[last->iterator];
	const struct parameter *first = iterator->parameter.at[0];
	struct span span = rule->span;
	struct diag *d;

	for (size_t i = 0; i < rule->match.n; i++)
		for (int s = 0; s < SLOT_MAX; s++) {
			const struct operand *o = &rule->match.at[i].operand[s];

			if (o->kind == OPERAND_VARIABLE && access_equal(&o->access, a))
				span = o->span;
		}
	d = diag_report(&c->diag, DIAG_VARIABLE_LENGTHS, span,
			"\"%.*s\" has length %zu and \"%.*s\" has %zu, but both advance together",
			STR_ARG(first->name), iterator->length, STR_ARG(a->name),
			last->parameter->value.n);
	diag_also(&c->diag, d, first->span, "\"%.*s\" is given here", STR_ARG(first->name));
	diag_also(&c->diag, d, last->parameter->span, "\"%.*s\" is given here", STR_ARG(a->name));
	diag_help(&c->diag, d,
		  "make the lists equally long, or write $%.*s[@%u] for every combination",
		  STR_ARG(a->name), a->number + 1);
}

/* the texts of one position as one key; texts hold no NUL (parameter_add) */
static struct str tuple_key(const struct iteration *it, const struct iterator *iterator, size_t k)
{
	size_t len = 0;
	char *key;

	if (iterator->parameter.n == 1)
		return iterator->parameter.at[0]->value.at[k];
	for (size_t i = 0; i < iterator->parameter.n; i++)
		len += iterator->parameter.at[i]->value.at[k].len + 1;
	key = arena_alloc(it->arena, len);
	len = 0;
	for (size_t i = 0; i < iterator->parameter.n; i++) {
		struct str text = iterator->parameter.at[i]->value.at[k];

		memcpy(key + len, text.ptr, text.len);
		len += text.len + 1;
	}
	return (struct str){key, len};
}

static void find_positions(struct iteration *it, struct iterator *iterator)
{
	struct table seen = {0};

	for (size_t k = 0; k < iterator->length; k++) {
		struct str key;

		if (iterator->length > 1) {
			key = tuple_key(it, iterator, k);
			if (table_get(&seen, key))
				continue;
			table_put(&seen, it->arena, key, iterator);
		}
		*VEC_PUSH(it->arena, &iterator->position) = k;
	}
	/* an iterator without variables runs once */
	if (!iterator->position.n)
		*VEC_PUSH(it->arena, &iterator->position) = 0;
}

uint64_t iteration_count(struct iteration *it)
{
	uint64_t n = 1;

	for (size_t i = 0; i < it->iterator.n; i++) {
		struct iterator *iterator = &it->iterator.at[i];

		find_positions(it, iterator);
		if (n > UINT32_MAX)
			return UINT64_MAX;
		n *= iterator->position.n;
	}
	return n;
}

bool iteration_next(struct iteration *it)
{
	for (size_t i = 0; i < it->iterator.n; i++) {
		struct iterator *iterator = &it->iterator.at[i];

		if (++iterator->at < iterator->position.n)
			return true;
		iterator->at = 0;
	}
	return false;
}

size_t iteration_value(const struct iteration *it, const struct access *a,
		       const struct parameter **ret)
{
	const struct iteration_access *entry = it->access.at;
	const struct iterator *iterator;

	while (!access_equal(entry->access, a))
		entry++;
	*ret = entry->parameter;
	if (entry->iterator < 0)
		return a->number;
	iterator = &it->iterator.at[entry->iterator];
	return iterator->position.at[iterator->at];
}
