/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/emit.h"

#include "emit/walk_shared.h"
#include "emit/writer.h"
#include "ir/target.h"

static struct writer text_to(struct buf *out, struct emit_map *map)
{
	return (struct writer){.ops = &text_writer, .out = out, .map = map};
}

void emit_text(const struct ruleset *rs, struct buf *out, struct emit_map *map)
{
	struct writer w = text_to(out, map);

	buf_puts(out, "# nwfc ruleset for target ");
	target_print(&rs->target, out);
	buf_putc(out, '\n');
	write_ruleset(&w, rs);
}

void emit_front(const struct ruleset *rs, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	write_front(&w, rs);
}

void emit_elements_of(const struct entry *e, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	write_elements(&w, e);
}

void emit_tables(const struct ruleset *rs, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	write_tables(&w, rs);
}

void emit_program(const struct program *p, struct buf *out, struct emit_map *map)
{
	struct writer w = text_to(out, map);

	write_program(&w, p);
}

void emit_entry(const struct entry *e, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	write_entry(&w, e);
}

void emit_remove_entry(struct str tap, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	for (int id = 0; id < HOOK_BRIDGE_MAX; id++)
		write_no_entry_hook(&w, tap, (enum hook_id)id);
}

void emit_table(enum table_id table, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	w.ops->table(&w, table);
}

void emit_maps(struct buf *out)
{
	struct writer w = text_to(out, NULL);

	write_maps(&w);
}

void emit_base(const struct ruleset *rs, enum hook_id id, bool guarded, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	write_base(&w, guarded ? rs : NULL, id);
}

void emit_sets(const struct ruleset *rs, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	write_sets(&w, rs);
}

void emit_state(const struct ruleset *rs, enum family family, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	write_state(&w, rs, family);
}

void emit_entry_chain(const struct entry *e, enum hook_id id, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	write_entry_chain(&w, e, id);
}

void emit_map_elements(enum hook_id id, const struct map_element *at, size_t n, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	write_map_elements(&w, id, at, n);
}

void emit_values(const struct set_element *at, size_t n, bool remove, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	if (remove)
		w.ops->remove_values(&w, at, n);
	else
		w.ops->add_values(&w, at, n);
}

void emit_goto(struct str chain, const struct program *p, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	write_goto(&w, chain, p);
}

void emit_remove_element(enum hook_id id, struct str tap, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	write_no_element(&w, id, tap);
}

void emit_flush_chain(enum table_id table, struct str name, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	w.ops->flush(&w, table, name);
}

void emit_remove_chain(enum table_id table, struct str name, struct buf *out)
{
	struct writer w = text_to(out, NULL);

	w.ops->remove(&w, table, name);
}

void emit_remove_set(enum table_id table, struct str name, struct buf *out)
{
	buf_puts(out, "delete set ");
	buf_puts(out, table_words(table)->family);
	buf_puts(out, " " NFT_TABLE " ");
	buf_put(out, name);
	buf_putc(out, '\n');
}

void emit_remove_state(enum family family, struct buf *out)
{
	const struct table_words *table = table_words(state_table(family));

	buf_puts(out, "delete table ");
	buf_puts(out, table->family);
	buf_putc(out, ' ');
	buf_puts(out, table->name);
	buf_putc(out, '\n');
}
