/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/emit.h"
#include "ir/base/diag.h"

static void put_field(struct buf *out, const char *name, struct str value)
{
	buf_puts(out, ",\"");
	buf_puts(out, name);
	buf_puts(out, "\":");
	diag_put_json(out, value);
}

static void put_count(struct buf *out, const char *name, uint64_t value)
{
	buf_puts(out, ",\"");
	buf_puts(out, name);
	buf_puts(out, "\":");
	buf_putu(out, value);
}

/* from the top filter down to the one that has the rule */
static void put_path(struct buf *out, const struct path *path)
{
	if (path->up) {
		put_path(out, path->up);
		buf_putc(out, ',');
	}
	diag_put_json(out, path->filter->name);
}

static void put_origin(struct buf *out, const struct origin *o)
{
	const struct filter_rule *rule = o->rule;
	struct position at = span_position(rule->span);

	buf_puts(out, "\"filter\":");
	diag_put_json(out, o->path->filter->name);
	put_field(out, "file", rule->span.source ? rule->span.source->name : (struct str){0});
	put_count(out, "rule_line", at.line);
	put_count(out, "column", at.column);
	buf_puts(out, ",\"path\":[");
	put_path(out, o->path);
	buf_putc(out, ']');
}

static void put_line(struct buf *out, const struct emit_line *line)
{
	buf_puts(out, "{\"line\":");
	buf_putu(out, line->line);
	put_field(out, "chain", line->chain->name);
	buf_putc(out, ',');
	put_origin(out, &line->origin);
	for (const struct origin *o = line->origin.more; o; o = o->more) {
		buf_puts(out, o == line->origin.more ? ",\"more\":[{" : ",{");
		put_origin(out, o);
		buf_putc(out, '}');
	}
	buf_puts(out, line->origin.more ? "]}" : "}");
}

void emit_map_json(const struct emit_map *map, struct buf *out)
{
	buf_puts(out, "{\"format_version\":\"1.0\",\"rules\":[");
	for (size_t i = 0; i < map->line.n; i++) {
		buf_puts(out, i ? ",\n" : "\n");
		put_line(out, &map->line.at[i]);
	}
	buf_puts(out, "\n]}\n");
}
