/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/groups.h"

#include "runtime/folder.h"
#include "runtime/inventory.h"

struct group {
	struct str name;
	struct str tap; /* one of it */
	size_t users;   /* interfaces at each of its hooks */
	const struct known_chain *chain[HOOK_MAX];
};

struct groups {
	struct host *host;
	struct inventory *inventory;
	VEC(struct group *) at;
	struct table by_name;
};

static struct group *find_group(struct groups *g, struct str name)
{
	struct arena *arena = g->host->store.arena;
	struct group *group = table_get(&g->by_name, name);

	if (group)
		return group;
	group = ARENA_NEW(arena, struct group);
	group->name = name;
	*VEC_PUSH(arena, &g->at) = group;
	table_put(&g->by_name, arena, name, group);
	return group;
}

/* false: an entry chain of an interface alone */
static bool add_chain(struct groups *g, struct known_chain *chain, enum hook_id id)
{
	struct str name = group_of_chain(chain->name, id);
	struct group *group;

	if (!name.len || !inventory_count(g->inventory, chain, &g->host->job->compile.diag))
		return false;
	if (chain->use == chain->nrule)
		return true;
	group = find_group(g, name);
	/* what was kept has groups of its own, without a name of an interface */
	if (!chain->comment.len || (group->users && group->users != chain->use - chain->nrule))
		return false;
	group->users = chain->use - chain->nrule;
	group->tap = chain->comment;
	group->chain[id] = chain;
	return true;
}

/* all entry chains that lead somewhere, as groups of interfaces */
static bool read_groups(struct groups *g)
{
	struct host *h = g->host;
	struct inventory *inv = g->inventory;

	if (!inventory_read(inv, &h->runtime, &h->job->compile.diag))
		return false;
	for (size_t i = 0; i < inv->chain.n; i++)
		for (int id = 0; id < HOOK_MAX; id++)
			if (chain_is_entry(inv, inv->chain.at[i], (enum hook_id)id) &&
			    !add_chain(g, inv->chain.at[i], (enum hook_id)id))
				return false;
	return true;
}

/* interfaces with a binding; detached ones count, but are in no group */
static bool count_stored(struct host *h, size_t *ret)
{
	static const enum store_folder folders[] = {STORE_TRANSIENT, STORE_BINDINGS};
	struct table taps = {0};

	*ret = 0;
	for (size_t k = 0; k < sizeof(folders) / sizeof(folders[0]); k++) {
		struct names names;

		if (!folder_list(h->store.arena, store_folder(&h->store, folders[k]).ptr, &names))
			return false;
		for (size_t i = 0; i < names.at.n; i++) {
			struct str tap = names.at.at[i];

			while (tap.len && tap.ptr[tap.len - 1] != '.')
				tap.len--;
			*ret += !table_get(&taps, tap);
			table_put(&taps, h->store.arena, tap, h);
		}
	}
	return true;
}

static bool same_hooks(const struct group *group, const struct entry *e)
{
	for (int id = 0; id < HOOK_MAX; id++)
		if (!group->chain[id] != !e->program[id])
			return false;
	return true;
}

static bool reaches_any(struct host *h, const struct binding *b, const struct str *filter, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (host_reaches(h, b, filter[i]))
			return true;
	return false;
}

static const struct stored_binding *binding_of(struct host *h, struct str tap)
{
	const struct stored_binding *b = host_binding(h, STORE_TRANSIENT, tap);

	return b ? b : host_binding(h, STORE_BINDINGS, tap);
}

/* the one that the comment names may have left the group since */
static const struct stored_binding *find_member(struct groups *g, const struct group *group)
{
	const struct stored_binding *b = NULL;
	const struct known_element *e;
	const struct known_map *map;
	int id = 0;

	while (!group->chain[id])
		id++;
	e = inventory_element(g->inventory, (enum hook_id)id, group->tap);
	if (e && str_eq(e->target, group->chain[id]->name))
		return binding_of(g->host, group->tap);
	map = inventory_map(g->inventory, (enum hook_id)id);
	for (size_t i = 0; i < map->element.n && !b; i++)
		if (str_eq(map->element.at[i]->target, group->chain[id]->name))
			b = binding_of(g->host, map->element.at[i]->tap);
	return b;
}

static bool compile_group(struct groups *g, const struct group *group, const struct str *filter,
			  size_t n)
{
	struct host *h = g->host;
	struct ruleset *rs = h->job->ruleset;
	const struct stored_binding *b = find_member(g, group);
	struct entry *e;

	if (!b || !b->binding)
		return false;
	if (!reaches_any(h, b->binding, filter, n))
		return true;
	if (!host_compile(h, b))
		return false;
	e = &rs->entry.at[rs->entry.n - 1];
	e->stands = true;
	return e->way == WAY_SHARED && str_eq(e->group, group->name) && same_hooks(group, e);
}

static bool compile_all(struct groups *g, const struct str *filter, size_t n)
{
	size_t stored, loaded = 0;

	for (size_t i = 0; i < g->at.n; i++)
		loaded += g->at.at[i]->users;
	if (!count_stored(g->host, &stored) || stored != loaded)
		return false;
	for (size_t i = 0; i < g->at.n; i++)
		if (!compile_group(g, g->at.at[i], filter, n))
			return false;
	return true;
}

bool groups_compile(struct host *h, const struct str *filter, size_t n)
{
	struct groups g = {.host = h};

	/* interfaces are what is asked for, or may compile one by one */
	if (h->options->dry_run || h->options->keep_going || h->options->ninclude)
		return false;
	g.inventory = ARENA_NEW(h->store.arena, struct inventory);
	if (read_groups(&g) && compile_all(&g, filter, n))
		return true;
	h->job->ruleset->entry.n = 0;
	return false;
}
