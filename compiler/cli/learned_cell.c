/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/learned_cell.h"

/* two units are enough */
static void put_time(uint64_t seconds, struct buf *out)
{
	static const struct {
		uint64_t seconds;
		char letter;
	} units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
	unsigned i = 0;

	while (i < 3 && seconds < units[i].seconds)
		i++;
	buf_printf(out, "%u%c", (unsigned)(seconds / units[i].seconds), units[i].letter);
	seconds %= units[i].seconds;
	if (i < 3 && seconds >= units[i + 1].seconds)
		buf_printf(out, "%u%c", (unsigned)(seconds / units[i + 1].seconds),
			   units[i + 1].letter);
}

static void put_one(const struct learned_address *a, struct buf *out)
{
	buf_puts(out, out->len ? ", " : "");
	learned_put_address(a, out);
	buf_puts(out, " (");
	put_time(learned_age(a), out);
	if (learned_left(a)) {
		buf_puts(out, ", ");
		put_time(learned_left(a), out);
		buf_puts(out, " left");
	}
	buf_putc(out, ')');
}

static void put_object(const struct learned_address *a, struct buf *out)
{
	buf_puts(out, out->len ? ", " : "[");
	buf_puts(out, "{\"address\": \"");
	learned_put_address(a, out);
	buf_printf(out, "\", \"age\": %u, \"left\": ", (unsigned)learned_age(a));
	if (learned_left(a))
		buf_printf(out, "%u}", (unsigned)learned_left(a));
	else
		buf_puts(out, "null}");
}

struct str learned_cell(struct arena *arena, const struct learned_list *list, struct str tap,
			bool json)
{
	struct buf out;
	struct str cell = {0};

	buf_init(&out);
	for (size_t i = 0; i < list->address.n; i++)
		if (str_eq(list->address.at[i].set->is.tap, tap))
			(json ? put_object : put_one)(&list->address.at[i], &out);
	if (out.len && json)
		buf_putc(&out, ']');
	if (out.len && !out.failed)
		cell = str_dup(arena, buf_str(&out));
	buf_release(&out);
	return cell;
}
