/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/inventory.h"

#include <errno.h>

#include "emit/emit.h"
#include "ir/base/diag.h"

/* what a reader works on, and of which table */
struct table_reading {
	struct inventory *inv;
	enum table_id table;
};

static struct known_chain *add_chain(struct inventory *inv, struct table *table,
				     const struct loaded_chain *loaded)
{
	struct known_chain *chain = ARENA_NEW(inv->arena, struct known_chain);

	chain->name = str_dup(inv->arena, loaded->name);
	chain->comment = str_dup(inv->arena, loaded->comment);
	chain->base = loaded->base;
	chain->device = str_dup(inv->arena, loaded->device);
	chain->use = loaded->use;
	table_put(table, inv->arena, chain->name, chain);
	return chain;
}

static void on_chain(void *context, const struct loaded_chain *loaded)
{
	struct table_reading *reading = context;
	struct inventory *inv = reading->inv;
	struct known_chain *chain = add_chain(inv, &inv->by_name, loaded);

	chain->table = reading->table;
	inv->netdev |= reading->table == TABLE_NETDEV;
	*VEC_PUSH(inv->arena, &inv->chain) = chain;
}

struct state_reading {
	struct inventory *inv;
	struct table *table;
};

static void on_state_chain(void *context, const struct loaded_chain *loaded)
{
	struct state_reading *reading = context;

	add_chain(reading->inv, reading->table, loaded);
}

static void count_rule(struct inventory *inv, struct known_chain *chain,
		       const struct loaded_rule *rule)
{
	bool first = !chain->nrule++;

	/* only what a chain of one rule or of the state table is asked for later */
	chain->sole = (struct str){0};
	if (first && rule->nexpression == 1 && rule->verdict == LOADED_GOTO)
		chain->sole = str_dup(inv->arena, rule->target);
	if (first)
		chain->set = str_dup(inv->arena, rule->set);
	chain->note = str_dup(inv->arena, rule->comment);
	for (unsigned i = 0; i < FILLS_MAX && rule->fills[i].len; i++)
		*VEC_PUSH(inv->arena, &chain->fills) = str_dup(inv->arena, rule->fills[i]);
}

static void on_rule(void *context, const struct loaded_rule *rule)
{
	struct inventory *inv = context;
	struct known_chain *chain = table_get(&inv->by_name, rule->chain);

	if (chain)
		count_rule(inv, chain, rule);
}

static void on_state_rule(void *context, const struct loaded_rule *rule)
{
	struct state_reading *reading = context;
	struct known_chain *chain = table_get(reading->table, rule->chain);

	if (chain)
		count_rule(reading->inv, chain, rule);
}

static void on_set(void *context, struct str name)
{
	struct table_reading *reading = context;

	inventory_add_set(reading->inv, reading->table, name);
}

static enum read_result read_objects(struct inventory *inv, enum read_what what, enum table_id id,
				     struct str name, const struct reader *reader, int *ret_errno)
{
	const struct table_words *words = table_words(id);
	struct read_query query = {
		.what = what, .family = words->family, .table = words->name, .name = name};
	struct backend *b = inv->runtime->backend;
	enum read_result result = b->read(b, &query, reader, ret_errno);

	return result == READ_ABSENT ? READ_DONE : result;
}

static enum read_result read_state(struct inventory *inv, enum family family, int *ret_errno)
{
	enum table_id table = family == FAMILY_IPV4 ? TABLE_STATE_IPV4 : TABLE_STATE_IPV6;
	struct state_reading reading = {inv, &inv->state[family]};
	struct reader reader = {
		.context = &reading, .chain = on_state_chain, .rule = on_state_rule};
	struct str all = {0};
	enum read_result result = read_objects(inv, READ_CHAINS, table, all, &reader, ret_errno);

	if (result == READ_DONE)
		result = read_objects(inv, READ_RULES, table, all, &reader, ret_errno);
	return result;
}

static enum read_result read_table(struct inventory *inv, enum table_id table, int *ret_errno)
{
	struct table_reading reading = {inv, table};
	struct reader reader = {.context = &reading, .chain = on_chain, .set = on_set};
	struct str all = {0};
	enum read_result result = read_objects(inv, READ_CHAINS, table, all, &reader, ret_errno);

	if (result == READ_DONE)
		result = read_objects(inv, READ_SETS, table, all, &reader, ret_errno);
	return result;
}

static enum read_result read_all(struct inventory *inv, int *ret_errno)
{
	enum read_result result = read_table(inv, TABLE_BRIDGE, ret_errno);

	if (result == READ_DONE)
		result = read_table(inv, TABLE_NETDEV, ret_errno);
	for (enum family f = FAMILY_IPV4; f <= FAMILY_IPV6 && result == READ_DONE; f++)
		result = read_state(inv, f, ret_errno);
	return result;
}

void inventory_restless(struct diag_list *diag)
{
	diag_report(diag, DIAG_KERNEL_REFUSED, (struct span){0},
		    "cannot read what is loaded: the ruleset does not stop changing");
}

void inventory_report(struct diag_list *diag, enum read_result result, int error)
{
	if (result == READ_CHANGED)
		inventory_restless(diag);
	else
		diag_report(diag, DIAG_KERNEL_REFUSED, (struct span){0},
			    "cannot read what is loaded: %s", strerror(error));
}

bool inventory_current(const struct inventory *inv)
{
	return inv->runtime->backend->generation(inv->runtime->backend) == inv->generation;
}

bool inventory_read(struct inventory *inv, struct runtime *rt, struct diag_list *diag)
{
	enum read_result result = READ_CHANGED;
	int error = 0;

	for (unsigned i = 0; i < INVENTORY_TRIES && result == READ_CHANGED; i++) {
		*inv = (struct inventory){.arena = rt->arena, .runtime = rt, .diag = diag};
		inv->generation = rt->backend->generation(rt->backend);
		result = read_all(inv, &error);
	}
	if (result != READ_DONE)
		inventory_report(diag, result, error);
	return result == READ_DONE;
}

struct known_chain *inventory_chain(const struct inventory *inv, struct str name)
{
	return table_get(&inv->by_name, name);
}

const struct known_chain *inventory_state(const struct inventory *inv, enum family family,
					  const char *name)
{
	return table_get(&inv->state[family], str_of(name));
}

/* of so few chains the rules are read at once: a question takes longer than some answers */
#define CHAINS_AT_ONCE 48

static bool few_chains(const struct inventory *inv, enum table_id table)
{
	size_t n = 0;

	for (size_t i = 0; i < inv->chain.n && n <= CHAINS_AT_ONCE; i++)
		n += inv->chain.at[i]->table == table;
	return n <= CHAINS_AT_ONCE;
}

/* of the chain, or of all in its table */
static void set_counted(struct inventory *inv, struct known_chain *chain, bool all, bool counted)
{
	for (size_t i = 0; all && i < inv->chain.n; i++)
		if (inv->chain.at[i] != chain && inv->chain.at[i]->table == chain->table)
			set_counted(inv, inv->chain.at[i], false, counted);
	chain->counted = counted;
	if (counted)
		return;
	chain->nrule = 0;
	chain->fills.n = 0;
}

bool inventory_count(struct inventory *inv, struct known_chain *chain, struct diag_list *diag)
{
	struct reader reader = {.context = inv, .rule = on_rule};
	enum read_result result = READ_CHANGED;
	bool all = !chain->counted && few_chains(inv, chain->table);
	struct str name = all ? (struct str){0} : chain->name;
	int error = 0;

	for (unsigned i = 0; i < INVENTORY_TRIES && result == READ_CHANGED && !chain->counted;
	     i++) {
		set_counted(inv, chain, all, false);
		result = read_objects(inv, READ_RULES, chain->table, name, &reader, &error);
		set_counted(inv, chain, all, result == READ_DONE);
	}
	if (!chain->counted)
		inventory_report(diag, result, error);
	return chain->counted;
}

static bool is_hash(struct str s)
{
	return (s.len == 16 || s.len == 64) && str_only(s, "0123456789abcdef");
}

bool chain_is_root(const struct known_chain *chain)
{
	struct str head = chain->name;
	struct str hash;

	while (head.len && head.ptr[head.len - 1] != '.')
		head.len--;
	hash = (struct str){chain->name.ptr + head.len, chain->name.len - head.len};
	if (!head.len || !is_hash(hash))
		return false;
	head.len--;
	for (int id = 0; id < HOOK_MAX; id++)
		if (str_ends(head, str_of(hook((enum hook_id)id)->name)))
			return true;
	return false;
}

/* chains of a program are named ROOT.LABEL, and both parts may hold dots */
struct known_chain *inventory_root(const struct inventory *inv, const struct known_chain *chain)
{
	struct str name = chain->name;

	while (name.len) {
		struct known_chain *root = inventory_chain(inv, name);

		if (root && chain_is_root(root))
			return root;
		do
			name.len--;
		while (name.len && name.ptr[name.len] != '.');
	}
	return NULL;
}

bool chain_is_entry(const struct inventory *inv, const struct known_chain *chain, enum hook_id id)
{
	struct str ending = str_of(hook(id)->name);
	struct str name = chain->name;

	return !chain->base && name.len > ending.len + 1 && str_ends(name, ending) &&
	       name.ptr[name.len - ending.len - 1] == '.' && !inventory_root(inv, chain);
}
