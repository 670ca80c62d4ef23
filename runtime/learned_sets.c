/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/learned_sets.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "emit/emit.h"
#include "ir/base/diag.h"
#include "runtime/inventory.h"

struct reading {
	struct arena *arena;
	struct learned_list *list;
	enum table_id table;
	const struct learned_set *set;
};

static bool holds_addresses(const struct learned_set *set)
{
	return set->is.what == LEARNED_IPV4 || set->is.what == LEARNED_IPV6;
}

static void on_set(void *context, struct str name)
{
	struct reading *r = context;
	struct learned_name is;
	struct learned_set *set;

	if (!learned_name_parse(name, &is))
		return;
	set = ARENA_NEW(r->arena, struct learned_set);
	set->table = r->table;
	set->name = str_dup(r->arena, name);
	learned_name_parse(set->name, &set->is);
	*VEC_PUSH(r->arena, &r->list->set) = set;
}

static void on_element(void *context, const struct loaded_element *e)
{
	struct reading *r = context;
	struct learned_address *a;

	if (e->bytes.len != (r->set->is.what == LEARNED_IPV4 ? 4u : 16u))
		return;
	a = VEC_PUSH(r->arena, &r->list->address);
	*a = (struct learned_address){.set = r->set, .timeout = e->timeout, .left = e->left};
	/* the kernel does not repeat what the set says */
	if (!a->timeout)
		a->timeout = LEARNED_FOR_GOOD * UINT64_C(1000);
	memcpy(a->bytes, e->bytes.ptr, e->bytes.len);
}

/* a table that is not there has no sets, and a set that went since it was listed no elements */
static enum read_result read(struct runtime *rt, const struct read_query *query,
			     const struct reader *reader, int *ret_errno)
{
	enum read_result result = rt->backend->read(rt->backend, query, reader, ret_errno);

	return result == READ_ABSENT ? READ_DONE : result;
}

static enum read_result read_all(struct runtime *rt, struct learned_list *list, int *ret_errno)
{
	struct reading reading = {.arena = rt->arena, .list = list};
	struct reader reader = {.context = &reading, .set = on_set, .element = on_element};
	struct read_query query = {.what = READ_SETS, .table = NFT_TABLE};
	enum read_result result = READ_DONE;

	for (int table = TABLE_BRIDGE; table <= TABLE_NETDEV && result == READ_DONE; table++) {
		reading.table = (enum table_id)table;
		query.family = table_words(reading.table)->family;
		result = read(rt, &query, &reader, ret_errno);
	}
	query.what = READ_ELEMENTS;
	for (size_t i = 0; i < list->set.n && result == READ_DONE; i++) {
		reading.set = list->set.at[i];
		query.family = table_words(reading.set->table)->family;
		query.name = reading.set->name;
		if (holds_addresses(reading.set))
			result = read(rt, &query, &reader, ret_errno);
	}
	return result;
}

/* the kernel has them in no order */
static int by_address(const void *a, const void *b)
{
	const struct learned_address *x = a;
	const struct learned_address *y = b;
	int order = str_cmp(x->set->name, y->set->name);

	return order ? order : memcmp(x->bytes, y->bytes, VALUE_BYTES);
}

bool learned_read(struct runtime *rt, struct diag_list *diag, struct learned_list *ret)
{
	enum read_result result = READ_CHANGED;
	int error = 0;

	for (unsigned i = 0; i < INVENTORY_TRIES && result == READ_CHANGED; i++) {
		*ret = (struct learned_list){0};
		result = read_all(rt, ret, &error);
	}
	if (result == READ_DONE && ret->address.n)
		qsort(ret->address.at, ret->address.n, sizeof(ret->address.at[0]), by_address);
	if (result != READ_DONE && diag)
		inventory_report(diag, result, error);
	return result == READ_DONE;
}

size_t learned_count(const struct learned_list *list, struct str tap)
{
	size_t n = 0;

	for (size_t i = 0; i < list->address.n; i++)
		n += str_eq(list->address.at[i].set->is.tap, tap);
	return n;
}

bool learned_forget(struct runtime *rt, const struct learned_list *list, struct str tap,
		    struct diag_list *diag)
{
	struct buf text, error;
	bool ok;

	buf_init(&text);
	buf_init(&error);
	for (size_t i = 0; i < list->set.n; i++)
		if (str_eq(list->set.at[i]->is.tap, tap))
			buf_printf(&text, "flush set %s " NFT_TABLE " %.*s\n",
				   table_words(list->set.at[i]->table)->family,
				   STR_ARG(list->set.at[i]->name));
	ok = !text.failed && rt->backend->run(rt->backend, buf_str(&text), false, &error);
	if (!ok)
		diag_report(diag, DIAG_KERNEL_REFUSED, (struct span){0},
			    "cannot forget what was learned of %.*s", STR_ARG(tap));
	buf_release(&text);
	buf_release(&error);
	return ok;
}

/* the set of an interface that holds such an address, which is given as text */
static const struct learned_set *set_for(const struct learned_list *list, struct str tap,
					 const char *text, unsigned char *ret)
{
	static const struct {
		enum learned_what what;
		int family;
	} rows[] = {{LEARNED_IPV4, AF_INET}, {LEARNED_IPV6, AF_INET6}};

	for (size_t i = 0; i < list->set.n; i++)
		for (unsigned k = 0; k < 2; k++)
			if (list->set.at[i]->is.what == rows[k].what &&
			    str_eq(list->set.at[i]->is.tap, tap) &&
			    inet_pton(rows[k].family, text, ret) == 1)
				return list->set.at[i];
	return NULL;
}

static void begin_element(struct buf *out, const struct learned_set *set)
{
	buf_printf(out, "add element %s " NFT_TABLE " %.*s { ", table_words(set->table)->family,
		   STR_ARG(set->name));
}

static void end_element(struct buf *out, uint64_t seconds)
{
	if (seconds)
		buf_printf(out, " timeout %us", (unsigned)seconds);
	buf_puts(out, " }\n");
}

/* never text that is not an address, or a name of our own: it goes to nft */
bool learned_add(struct runtime *rt, const struct learned_list *list, struct str tap,
		 struct str address, uint64_t seconds)
{
	struct learned_address a = {0};
	struct buf text, error;
	bool ok;

	a.set = set_for(list, tap, str_c(rt->arena, address), a.bytes);
	if (!a.set || seconds > LEARNED_FOR_GOOD / 10)
		return false;
	buf_init(&text);
	buf_init(&error);
	begin_element(&text, a.set);
	learned_put_address(&a, &text);
	end_element(&text, seconds);
	/* the filter need not wait for a frame from the address */
	for (size_t i = 0; i < list->set.n; i++)
		if (list->set.at[i]->is.what == LEARNED_TAP &&
		    list->set.at[i]->table == a.set->table &&
		    str_eq(list->set.at[i]->is.tap, tap)) {
			begin_element(&text, list->set.at[i]);
			buf_printf(&text, "\"%.*s\"", STR_ARG(list->set.at[i]->is.tap));
			end_element(&text, seconds);
		}
	ok = !text.failed && rt->backend->run(rt->backend, buf_str(&text), false, &error);
	buf_release(&text);
	buf_release(&error);
	return ok;
}

void learned_put_address(const struct learned_address *a, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];

	buf_puts(out, inet_ntop(a->set->is.what == LEARNED_IPV4 ? AF_INET : AF_INET6, a->bytes,
				text, sizeof(text)));
}

uint64_t learned_age(const struct learned_address *a)
{
	return a->timeout > a->left ? (a->timeout - a->left) / 1000 : 0;
}

uint64_t learned_left(const struct learned_address *a)
{
	/* the kernel counts in ticks, and leases are shorter by far */
	return a->timeout >= LEARNED_FOR_GOOD * UINT64_C(1000) / 2 ? 0 : (a->left + 999) / 1000;
}
