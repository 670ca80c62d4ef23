/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/writer.h"

/*
 * Hooks of table netdev belong to devices.  What an element of a map is to a port of
 * a bridge, a base chain is to a macvtap: it exists, and its one rule leads on.
 */
static void write_device(struct writer *w, enum hook_id id, const struct map_element *at)
{
	const struct hook *h = hook(id);
	const struct nft_chain to = {.name = at->chain};
	const struct nft_rule rule = {
		.verdict = VERDICT_GOTO, .target = &to, .comment = at->comment};
	struct base_chain base = {h->table, {0}, h->nft, h->priority, at->tap};
	struct nft_chain from = {0};
	struct buf name;

	buf_init(&name);
	tap_object_name(at->tap, id, &name);
	from.name = base.name = buf_str(&name);
	w->ops->base(w, &base);
	w->ops->flush(w, h->table, base.name);
	w->ops->rule(w, h->table, &from, &rule);
	w->out->failed |= name.failed;
	buf_release(&name);
}

void write_map_elements(struct writer *w, enum hook_id id, const struct map_element *at, size_t n)
{
	if (hook(id)->table == TABLE_BRIDGE) {
		w->ops->add_elements(w, id, at, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		write_device(w, id, &at[i]);
}

void write_no_element(struct writer *w, enum hook_id id, struct str tap)
{
	enum table_id table = hook(id)->table;
	struct buf name;

	if (table == TABLE_BRIDGE) {
		w->ops->remove_element(w, id, tap);
		return;
	}
	buf_init(&name);
	tap_object_name(tap, id, &name);
	w->ops->flush(w, table, buf_str(&name));
	w->ops->remove(w, table, buf_str(&name));
	w->out->failed |= name.failed;
	buf_release(&name);
}
