/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/emit.h"
#include "emit/walk_shared.h"
#include "emit/writer.h"

/*
 * The order of the commands.  All of them are one transaction, which the kernel
 * takes in order: a chain before the rules that jump to it, rules before the
 * map elements that lead to them, and all jumps away from a chain (flush, delete
 * element) before its own deletion.
 */
const struct table_words *table_words(enum table_id id)
{
	static const struct table_words words[] = {
		[TABLE_BRIDGE] = {"bridge", NFT_TABLE},
		[TABLE_NETDEV] = {"netdev", NFT_TABLE},
		[TABLE_STATE_IPV4] = {"ip", NFT_STATE_TABLE},
		[TABLE_STATE_IPV6] = {"ip6", NFT_STATE_TABLE},
	};

	return &words[id];
}

enum table_id state_table(enum family family)
{
	return family == FAMILY_IPV4 ? TABLE_STATE_IPV4 : TABLE_STATE_IPV6;
}

void write_maps(struct writer *w)
{
	w->ops->table(w, TABLE_BRIDGE);
	for (int id = 0; id < HOOK_BRIDGE_MAX; id++)
		w->ops->map(w, (enum hook_id)id);
}

/* an entry chain never comes back to the base chain: goto, not jump */
static void write_guard(struct writer *w, const struct ruleset *rs, enum hook_id id)
{
	struct buf comment;

	buf_init(&comment);
	ruleset_guard_comment(rs, &comment);
	for (size_t i = 0; i < rs->guard.n; i++)
		w->ops->guard(w, id, rs->guard.at[i], buf_str(&comment));
	w->out->failed |= comment.failed;
	buf_release(&comment);
}

void write_base(struct writer *w, const struct ruleset *rs, enum hook_id id)
{
	const struct hook *h = hook(id);
	struct base_chain base = {TABLE_BRIDGE, str_of(h->chain), h->nft, h->priority, {0}};

	w->ops->base(w, &base);
	w->ops->flush(w, TABLE_BRIDGE, str_of(h->chain));
	w->ops->dispatch(w, id);
	if (rs && h->layer == LAYER_L2)
		write_guard(w, rs, id);
}

void write_sets(struct writer *w, const struct ruleset *rs)
{
	for (size_t i = 0; i < rs->set.n; i++)
		w->ops->set(w, rs->set.at[i]);
}

/* the rules of the state chain say which bits they use: that is all they depend on */
static struct str state_comment(const struct ruleset *rs, struct buf *out)
{
	buf_puts(out, STATE_COMMENT);
	buf_puthex(out, rs->target.mark, 8);
	return buf_str(out);
}

void write_state(struct writer *w, const struct ruleset *rs, enum family family)
{
	enum table_id table = state_table(family);
	/* priority: after conntrack (-200), before everything that filters */
	const struct base_chain base[] = {
		{table, STR("pre"), "prerouting", -150, {0}},
		{table, STR("out"), "output", -150, {0}},
	};
	const struct nft_chain *chain = state_chain(rs);
	struct nft_rule jump = {.verdict = VERDICT_JUMP, .target = chain};
	struct buf comment;

	w->ops->table(w, table);
	w->ops->chain(w, table, chain->name, (struct str){0});
	w->ops->flush(w, table, chain->name);
	buf_init(&comment);
	for (size_t i = 0; i < chain->rule.n; i++) {
		struct nft_rule rule = chain->rule.at[i];

		comment.len = 0;
		rule.comment = state_comment(rs, &comment);
		w->ops->rule(w, table, chain, &rule);
	}
	w->out->failed |= comment.failed;
	buf_release(&comment);
	for (size_t i = 0; i < sizeof(base) / sizeof(base[0]); i++) {
		const struct nft_chain from = {.name = base[i].name};

		w->ops->base(w, &base[i]);
		w->ops->flush(w, table, from.name);
		w->ops->rule(w, table, &from, &jump);
	}
}

void write_tables(struct writer *w, const struct ruleset *rs)
{
	if (ruleset_has(rs, TABLE_BRIDGE))
		write_maps(w);
	if (ruleset_has(rs, TABLE_NETDEV))
		w->ops->table(w, TABLE_NETDEV);
	for (int id = 0; id < HOOK_BRIDGE_MAX; id++)
		if (ruleset_uses(rs, (enum hook_id)id))
			write_base(w, rs, (enum hook_id)id);
	write_sets(w, rs);
	for (enum family f = FAMILY_IPV4; f <= FAMILY_IPV6; f++)
		if (ruleset_marks_state(rs, f))
			write_state(w, rs, f);
}

void write_program(struct writer *w, const struct program *p)
{
	char comment[sizeof(PROGRAM_COMMENT) + 64];
	size_t prefix = sizeof(PROGRAM_COMMENT) - 1;
	size_t digits = p->hash.len < 64 ? p->hash.len : 64;
	enum table_id table = hook(p->hook)->table;

	memcpy(comment, PROGRAM_COMMENT, prefix);
	memcpy(comment + prefix, p->hash.ptr, digits);
	w->ops->note(w, "program", p->name, NULL, (struct str){0});
	for (size_t i = 0; i < p->chain.n; i++)
		w->ops->chain(w, table, p->chain.at[i]->name,
			      i ? (struct str){0} : (struct str){comment, prefix + digits});
	for (size_t i = 0; i < p->chain.n; i++)
		w->ops->flush(w, table, p->chain.at[i]->name);
	for (size_t i = 0; i < p->chain.n; i++) {
		const struct nft_chain *chain = p->chain.at[i];

		for (size_t k = 0; k < chain->rule.n; k++)
			w->ops->rule(w, table, chain, &chain->rule.at[k]);
	}
}

void write_goto(struct writer *w, struct str chain, const struct program *p)
{
	const struct nft_chain from = {.name = chain};
	const struct nft_rule rule = {.verdict = VERDICT_GOTO, .target = p->chain.at[0]};

	w->ops->rule(w, hook(p->hook)->table, &from, &rule);
}

void write_entry_chain(struct writer *w, const struct entry *e, enum hook_id id)
{
	struct buf name;

	if (e->way == WAY_DIRECT)
		return;
	buf_init(&name);
	entry_name(e, id, &name);
	/* one of the group, whose binding tells what it is */
	w->ops->chain(w, TABLE_BRIDGE, buf_str(&name),
		      e->way == WAY_SHARED ? e->binding->tap : (struct str){0});
	w->ops->flush(w, TABLE_BRIDGE, buf_str(&name));
	write_goto(w, buf_str(&name), e->program[id]);
	w->out->failed |= name.failed;
	buf_release(&name);
}

void write_entry_hook(struct writer *w, const struct entry *e, enum hook_id id)
{
	struct map_element element = {.tap = e->binding->tap};
	struct buf name;

	write_entry_chain(w, e, id);
	buf_init(&name);
	entry_name(e, id, &name);
	element.chain = buf_str(&name);
	write_map_elements(w, id, &element, 1);
	w->out->failed |= name.failed;
	buf_release(&name);
}

/* nft 1.0.6 has no destroy: what must not be there is added, then deleted */
void write_no_entry_hook(struct writer *w, struct str tap, enum hook_id id)
{
	struct binding binding = {.tap = tap};
	struct entry entry = {.binding = &binding};
	struct map_element element = {.tap = tap};
	enum table_id table = hook(id)->table;
	struct buf name;

	buf_init(&name);
	entry_name(&entry, id, &name);
	element.chain = buf_str(&name);
	w->ops->chain(w, table, buf_str(&name), (struct str){0});
	if (table == TABLE_BRIDGE) {
		w->ops->add_elements(w, id, &element, 1);
		w->ops->remove_element(w, id, tap);
	}
	w->ops->flush(w, table, buf_str(&name));
	w->ops->remove(w, table, buf_str(&name));
	w->out->failed |= name.failed;
	buf_release(&name);
}

void write_entry(struct writer *w, const struct entry *e)
{
	w->ops->note(w, NOTE_TAP, e->binding->tap, "filter", e->binding->filter);
	for (int id = 0; id < HOOK_MAX; id++)
		if (e->program[id])
			write_entry_hook(w, e, (enum hook_id)id);
		else if (hook((enum hook_id)id)->table == binding_table(e->binding))
			write_no_entry_hook(w, e->binding->tap, (enum hook_id)id);
}

void write_front(struct writer *w, const struct ruleset *rs)
{
	write_tables(w, rs);
	for (size_t i = 0; i < rs->program.n; i++)
		write_program(w, rs->program.at[i]);
	for (int id = 0; id < HOOK_MAX; id++)
		write_chains(w, rs, (enum hook_id)id);
}

void write_ruleset(struct writer *w, const struct ruleset *rs)
{
	write_tables(w, rs);
	if (rs->way != WAY_PRIVATE)
		write_empty(w, rs);
	for (size_t i = 0; i < rs->program.n; i++)
		write_program(w, rs->program.at[i]);
	if (rs->way != WAY_PRIVATE) {
		write_shared(w, rs);
		return;
	}
	for (size_t i = 0; i < rs->entry.n; i++)
		write_entry(w, &rs->entry.at[i]);
}
