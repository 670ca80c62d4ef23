/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/walk_shared.h"

void write_empty(struct writer *w, const struct ruleset *rs)
{
	for (int id = 0; id < HOOK_BRIDGE_MAX && ruleset_has(rs, TABLE_BRIDGE); id++)
		w->ops->empty_map(w, (enum hook_id)id);
	for (size_t i = 0; i < rs->set.n; i++)
		if (rs->set.at[i]->kind == SET_VALUES)
			w->ops->empty_set(w, rs->set.at[i]);
}

void write_chains(struct writer *w, const struct ruleset *rs, enum hook_id id)
{
	struct table seen = {0};

	for (size_t i = 0; i < rs->entry.n; i++) {
		const struct entry *e = &rs->entry.at[i];

		if (!e->program[id] || (e->way == WAY_SHARED && table_get(&seen, e->group)))
			continue;
		if (e->way == WAY_SHARED)
			table_put(&seen, rs->arena, e->group, (void *)e);
		write_entry_chain(w, e, id);
	}
}

/* names of chains are made anew for each line, in one buffer that the elements point into */
static void write_map_line(struct writer *w, enum hook_id id, const struct entry *const *entry,
			   size_t n)
{
	struct map_element element[ELEMENTS_A_LINE] = {0};
	size_t end[ELEMENTS_A_LINE];
	struct buf names;

	buf_init(&names);
	for (size_t i = 0; i < n; i++) {
		entry_name(entry[i], id, &names);
		end[i] = names.len;
	}
	for (size_t i = 0; i < n; i++) {
		size_t start = i ? end[i - 1] : 0;

		element[i].tap = entry[i]->binding->tap;
		element[i].chain = (struct str){names.bytes + start, end[i] - start};
	}
	if (!names.failed)
		write_map_elements(w, id, element, n);
	w->out->failed |= names.failed;
	buf_release(&names);
}

static void write_map(struct writer *w, const struct ruleset *rs, enum hook_id id)
{
	const struct entry *line[ELEMENTS_A_LINE];
	size_t n = 0;

	for (size_t i = 0; i < rs->entry.n; i++) {
		if (!rs->entry.at[i].program[id])
			continue;
		line[n++] = &rs->entry.at[i];
		if (n == ELEMENTS_A_LINE) {
			write_map_line(w, id, line, n);
			n = 0;
		}
	}
	if (n)
		write_map_line(w, id, line, n);
}

static void write_values(struct writer *w, const struct ruleset *rs, const struct nft_set *set)
{
	struct set_element line[ELEMENTS_A_LINE];
	size_t n = 0;

	for (size_t i = 0; i < rs->entry.n; i++) {
		const struct entry *e = &rs->entry.at[i];

		for (size_t k = 0; k < e->values.at.n; k++) {
			if (e->values.at.at[k].set != set)
				continue;
			line[n++] = (struct set_element){e->binding->tap, &e->values.at.at[k]};
			if (n == ELEMENTS_A_LINE) {
				w->ops->add_values(w, line, n);
				n = 0;
			}
		}
	}
	if (n)
		w->ops->add_values(w, line, n);
}

void write_shared(struct writer *w, const struct ruleset *rs)
{
	for (int id = 0; id < HOOK_MAX; id++)
		write_chains(w, rs, (enum hook_id)id);
	for (size_t i = 0; i < rs->set.n; i++)
		if (rs->set.at[i]->kind == SET_VALUES)
			write_values(w, rs, rs->set.at[i]);
	for (int id = 0; id < HOOK_MAX; id++)
		write_map(w, rs, (enum hook_id)id);
}

static void write_own_values(struct writer *w, const struct entry *e)
{
	for (size_t i = 0; i < e->values.at.n; i++) {
		struct set_element value = {e->binding->tap, &e->values.at.at[i]};

		w->ops->add_values(w, &value, 1);
	}
}

void write_elements(struct writer *w, const struct entry *e)
{
	const char *of = e->way == WAY_SHARED ? NOTE_GROUP : "filter";

	w->ops->note(w, NOTE_TAP, e->binding->tap, of,
		     e->way == WAY_SHARED ? e->group : e->binding->filter);
	write_own_values(w, e);
	for (int id = 0; id < HOOK_MAX; id++)
		if (e->program[id])
			write_map_line(w, (enum hook_id)id, &e, 1);
}
