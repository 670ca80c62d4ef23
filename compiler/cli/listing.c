/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/listing.h"

#include <stdio.h>

#include "compiler/cli/file.h"
#include "ir/base/buf.h"
#include "ir/base/diag.h"

static void put_head(const struct column *columns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%-*s%s", i + 1 < n ? columns[i].width : 0, columns[i].name,
		       i + 1 < n ? "  " : "\n");
}

static void put_row(const struct column *columns, const struct str *cells, size_t n)
{
	struct buf out;

	buf_init(&out);
	for (size_t i = 0; i < n; i++) {
		size_t before = out.len;

		diag_put_clean(&out, cells[i].ptr ? cells[i] : STR("-"));
		while (i + 1 < n && out.len - before < (size_t)columns[i].width + 2)
			buf_putc(&out, ' ');
	}
	buf_putc(&out, '\n');
	file_put(&out, stdout);
	buf_release(&out);
}

static void put_object(const struct column *columns, const struct str *cells, size_t n, bool more)
{
	struct buf out;

	buf_init(&out);
	buf_puts(&out, more ? ",\n {" : "\n {");
	for (size_t i = 0; i < n; i++) {
		buf_printf(&out, "%s\"%s\": ", i ? ", " : "", columns[i].name);
		if (!cells[i].ptr)
			buf_puts(&out, "null");
		else if (columns[i].width == COLUMN_JSON)
			buf_put(&out, cells[i]);
		else
			diag_put_json(&out, cells[i]);
	}
	buf_putc(&out, '}');
	file_put(&out, stdout);
	buf_release(&out);
}

void listing_start(struct listing *l)
{
	if (l->json)
		fputs("[", stdout);
	else
		put_head(l->column, l->ncolumn);
}

void listing_add(struct listing *l, const struct str *cells)
{
	if (l->json)
		put_object(l->column, cells, l->ncolumn, l->n++);
	else
		put_row(l->column, cells, l->ncolumn);
}

void listing_end(struct listing *l)
{
	if (l->json)
		puts(l->n ? "\n]" : "]");
}
