/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/lint_baseline.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "compiler/cli/file.h"

#define HEAD "# nwfc baseline 1"

static void put_key(const struct diag *d, struct buf *out)
{
	buf_printf(out, "NWF%u %016" PRIx64 ":%u", diag_code(d->id)->number, d->fingerprint,
		   d->twin);
}

static struct str key_of(struct compile *c, const struct diag *d)
{
	return str_printf(c->arena, "NWF%u %016" PRIx64 ":%u", diag_code(d->id)->number,
			  d->fingerprint, d->twin);
}

static bool complain(const char *path, unsigned line, const char *what)
{
	fprintf(stderr, "%s:%u: %s\n", path, line, what);
	return false;
}

/* the lines' keys, into the table */
static bool read_keys(struct compile *c, const char *path, struct str text, struct table *keys,
		      size_t *ret_n)
{
	unsigned line = 0;

	while (text.len) {
		struct str rest = str_trim(str_cut(&text, '\n'));
		struct str row = rest;
		struct str code, print;

		if (++line == 1 && !str_is(rest, HEAD))
			return complain(path, line, "this is no baseline: expected '" HEAD "'");
		if (!rest.len || rest.ptr[0] == '#')
			continue;
		code = str_cut(&rest, ' ');
		print = str_cut(&rest, ' ');
		if (!str_starts(code, STR("NWF")) || !memchr(print.ptr, ':', print.len))
			return complain(path, line, "expected CODE FINGERPRINT:N PLACE");
		row.len = (size_t)(print.ptr + print.len - row.ptr);
		table_put(keys, c->arena, row, (void *)path);
		++*ret_n;
	}
	return line || complain(path, 1, "this is no baseline: expected '" HEAD "'");
}

bool lint_baseline_apply(struct compile *c, const char *path, size_t *ret_gone)
{
	struct table keys = {0};
	size_t n = 0;
	int error;
	struct source *source = compile_try_read(c, str_of(path), &error);

	*ret_gone = 0;
	if (!source) {
		fprintf(stderr, "nwfc: cannot read %s: %s\n", path, strerror(error));
		return false;
	}
	if (!read_keys(c, path, source->bytes, &keys, ret_gone))
		return false;
	for (size_t i = 0; i < c->diag.diag.n; i++) {
		struct diag *d = c->diag.diag.at[i];

		if (!table_get(&keys, key_of(c, d)))
			c->diag.diag.at[n++] = d;
		else if (*ret_gone)
			--*ret_gone;
	}
	c->diag.diag.n = n;
	return true;
}

bool lint_baseline_write(const struct diag_list *list, const char *path)
{
	struct file f;

	if (!file_open(&f, path))
		return false;
	buf_puts(&f.out, HEAD "\n");
	for (size_t i = 0; i < list->diag.n; i++) {
		const struct diag *d = list->diag.at[i];
		struct span span = d->label[0].span;

		if (!diag_counts(d))
			continue;
		put_key(d, &f.out);
		if (span.source) {
			buf_putc(&f.out, ' ');
			diag_put_clean(&f.out, span.source->name);
			buf_printf(&f.out, ":%u", span_position(span).line);
		}
		buf_putc(&f.out, '\n');
	}
	return file_close(&f, true);
}
