/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/emit.h"
#include "emit/nft_stmt.h"
#include "emit/spell.h"
#include "emit/writer.h"

/* addresses one IPv4 or IPv6 count set can hold; more connections are refused then */
#define COUNT_SET_SIZE "65535"

static void put_object(struct buf *out, const char *command, enum table_id table, struct str name)
{
	const struct table_words *words = table_words(table);

	buf_puts(out, command);
	buf_putc(out, ' ');
	buf_puts(out, words->family);
	buf_putc(out, ' ');
	buf_puts(out, words->name);
	if (name.len) {
		buf_putc(out, ' ');
		buf_put(out, name);
	}
}

static void text_note(struct writer *w, const char *what, struct str name, const char *of,
		      struct str other)
{
	buf_puts(w->out, "\n# ");
	buf_puts(w->out, what);
	buf_putc(w->out, ' ');
	spell_name(w->out, name);
	if (of) {
		buf_puts(w->out, ": ");
		buf_puts(w->out, of);
		buf_putc(w->out, ' ');
		spell_name(w->out, other);
	}
	buf_putc(w->out, '\n');
}

static void text_table(struct writer *w, enum table_id table)
{
	put_object(w->out, "add table", table, (struct str){0});
	buf_putc(w->out, '\n');
}

static void text_map(struct writer *w, enum hook_id id)
{
	put_object(w->out, "add map", TABLE_BRIDGE, str_of(hook(id)->name));
	buf_puts(w->out, " { type ifname : verdict; }\n");
}

static void put_element_type(struct buf *out, const struct nft_set *set)
{
	bool typed = true;

	for (unsigned i = 0; i < set->nkey; i++)
		typed &= key_set_type(set->key[i]) != NULL;
	buf_puts(out, typed ? "type " : "typeof ");
	for (unsigned i = 0; i < set->nkey; i++) {
		if (i)
			buf_puts(out, " . ");
		if (typed)
			buf_puts(out, key_set_type(set->key[i]));
		else
			spell_key(out, set->key[i]);
	}
	buf_puts(out, "; ");
}

/* before the i-th of n elements: a new command every so many */
static void begin_element(struct buf *out, const struct nft_set *set, const char *command, size_t i)
{
	if (i % ELEMENTS_A_LINE) {
		buf_puts(out, ", ");
		return;
	}
	buf_puts(out, i ? " }\n" : "");
	put_object(out, command, set->table, set->name);
	buf_puts(out, " { ");
}

void emit_elements(const struct nft_set *set, const char *command, struct buf *out)
{
	for (size_t i = 0; i < set->element.n; i++) {
		begin_element(out, set, command, i);
		buf_put(out, set->element.at[i]);
	}
	if (set->element.n)
		buf_puts(out, " }\n");
}

static void put_octet_pairs(struct buf *out, const struct nft_set *set)
{
	for (unsigned i = 0; i < 256; i++) {
		begin_element(out, set, "add element", i);
		buf_puts(out, "0x");
		buf_puthex(out, i, 2);
		buf_puts(out, " . 0x");
		buf_puthex(out, i, 2);
	}
	buf_puts(out, " }\n");
}

static void put_set_limits(struct buf *out, const struct nft_set *set)
{
	if (set->kind == SET_COUNT)
		buf_puts(out, "size " COUNT_SET_SIZE "; flags dynamic; ");
	if (set->kind != SET_LEARNED)
		return;
	buf_printf(out, "size %u; flags dynamic,timeout; ", set->size);
	if (!set->timeout)
		return;
	buf_puts(out, "timeout ");
	spell_seconds(out, set->timeout);
	buf_puts(out, "; ");
}

static void text_set(struct writer *w, const struct nft_set *set)
{
	put_object(w->out, "add set", set->table, set->name);
	buf_puts(w->out, " { ");
	put_element_type(w->out, set);
	put_set_limits(w->out, set);
	if (set->interval)
		buf_puts(w->out,
			 set->nkey == 1 ? "flags interval; auto-merge; " : "flags interval; ");
	buf_puts(w->out, "}\n");
	if (set->kind == SET_OCTETS)
		put_octet_pairs(w->out, set);
	emit_elements(set, "add element", w->out);
}

static void text_base(struct writer *w, const struct base_chain *base)
{
	put_object(w->out, "add chain", base->table, base->name);
	buf_printf(w->out, " { type filter hook %s ", base->hook);
	if (base->device.len) {
		buf_puts(w->out, "device \"");
		spell_name(w->out, base->device);
		buf_puts(w->out, "\" ");
	}
	buf_printf(w->out, "priority %d; policy accept; }\n", base->priority);
}

static void text_chain(struct writer *w, enum table_id table, struct str name, struct str comment)
{
	put_object(w->out, "add chain", table, name);
	if (comment.len) {
		buf_puts(w->out, " { comment \"");
		buf_put(w->out, comment);
		buf_puts(w->out, "\"; }");
	}
	buf_putc(w->out, '\n');
}

static void text_flush(struct writer *w, enum table_id table, struct str name)
{
	put_object(w->out, "flush chain", table, name);
	buf_putc(w->out, '\n');
}

static void text_remove(struct writer *w, enum table_id table, struct str name)
{
	put_object(w->out, "delete chain", table, name);
	buf_putc(w->out, '\n');
}

static void map_line(struct writer *w, const struct nft_chain *chain, const struct nft_rule *rule)
{
	struct emit_line *line;

	if (!w->map || !rule->origin.rule)
		return;
	line = VEC_PUSH(w->map->arena, &w->map->line);
	line->line = w->out->line;
	line->origin = rule->origin;
	line->chain = chain;
}

static void text_rule(struct writer *w, enum table_id table, const struct nft_chain *chain,
		      const struct nft_rule *rule)
{
	struct rule_comment comment;
	unsigned ntest = rule->nstmt - (rule->arm != NULL);

	map_line(w, chain, rule);
	put_object(w->out, "add rule", table, chain->name);
	for (unsigned i = 0; i < ntest; i++)
		nft_stmt(w->out, &rule->stmt[i]);
	if (rule->arm) {
		nft_verdict_map(w->out, &rule->stmt[ntest], rule->arm);
	} else if (rule->verdict != VERDICT_NONE) {
		buf_putc(w->out, ' ');
		nft_verdict(w->out, (struct arm){rule->verdict, rule->target});
	}
	rule_comment(rule, &comment);
	if (comment.len) {
		buf_puts(w->out, " comment \"");
		buf_put(w->out, (struct str){comment.text, comment.len});
		buf_putc(w->out, '"');
	}
	buf_putc(w->out, '\n');
}

static void text_dispatch(struct writer *w, enum hook_id id)
{
	const struct hook *h = hook(id);

	put_object(w->out, "add rule", TABLE_BRIDGE, str_of(h->chain));
	buf_putc(w->out, ' ');
	spell_key(w->out, (struct key){h->key, 0, 0});
	buf_puts(w->out, " vmap @");
	buf_puts(w->out, h->name);
	buf_putc(w->out, '\n');
}

static void text_guard(struct writer *w, enum hook_id id, struct str prefix, struct str comment)
{
	const struct hook *h = hook(id);

	put_object(w->out, "add rule", TABLE_BRIDGE, str_of(h->chain));
	buf_putc(w->out, ' ');
	spell_key(w->out, (struct key){h->key, 0, 0});
	buf_puts(w->out, " \"");
	spell_name(w->out, prefix);
	buf_puts(w->out, "*\" drop comment \"");
	buf_put(w->out, comment);
	buf_puts(w->out, "\"\n");
}

static void text_add_elements(struct writer *w, enum hook_id id, const struct map_element *at,
			      size_t n)
{
	put_object(w->out, "add element", TABLE_BRIDGE, str_of(hook(id)->name));
	for (size_t i = 0; i < n; i++) {
		buf_puts(w->out, i ? ", \"" : " { \"");
		spell_name(w->out, at[i].tap);
		buf_putc(w->out, '"');
		if (at[i].comment.len) {
			buf_puts(w->out, " comment \"");
			buf_put(w->out, at[i].comment);
			buf_putc(w->out, '"');
		}
		buf_puts(w->out, " : goto ");
		buf_put(w->out, at[i].chain);
	}
	buf_puts(w->out, " }\n");
}

static void put_values(struct writer *w, const char *command, const struct set_element *at,
		       size_t n)
{
	const struct nft_set *set = at->element->set;

	put_object(w->out, command, set->table, set->name);
	for (size_t i = 0; i < n; i++) {
		buf_puts(w->out, i ? ", \"" : " { \"");
		spell_name(w->out, at[i].tap);
		buf_putc(w->out, '"');
		for (unsigned k = 1; k < set->nkey; k++) {
			buf_puts(w->out, " . ");
			spell_plain(w->out, set->key[k], at[i].element->value[k - 1]);
		}
	}
	buf_puts(w->out, " }\n");
}

static void text_add_values(struct writer *w, const struct set_element *at, size_t n)
{
	put_values(w, "add element", at, n);
}

static void text_remove_values(struct writer *w, const struct set_element *at, size_t n)
{
	put_values(w, "delete element", at, n);
}

static void text_empty_map(struct writer *w, enum hook_id id)
{
	put_object(w->out, "flush map", TABLE_BRIDGE, str_of(hook(id)->name));
	buf_putc(w->out, '\n');
}

static void text_empty_set(struct writer *w, const struct nft_set *set)
{
	put_object(w->out, "flush set", set->table, set->name);
	buf_putc(w->out, '\n');
}

static void text_remove_element(struct writer *w, enum hook_id id, struct str tap)
{
	put_object(w->out, "delete element", TABLE_BRIDGE, str_of(hook(id)->name));
	buf_puts(w->out, " { \"");
	spell_name(w->out, tap);
	buf_puts(w->out, "\" }\n");
}

const struct writer_ops text_writer = {
	.note = text_note,
	.table = text_table,
	.map = text_map,
	.set = text_set,
	.base = text_base,
	.chain = text_chain,
	.flush = text_flush,
	.remove = text_remove,
	.rule = text_rule,
	.dispatch = text_dispatch,
	.guard = text_guard,
	.add_elements = text_add_elements,
	.remove_element = text_remove_element,
	.add_values = text_add_values,
	.remove_values = text_remove_values,
	.empty_map = text_empty_map,
	.empty_set = text_empty_set,
};
