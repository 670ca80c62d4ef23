/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/lint_fix.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "compiler/cli/file.h"

#define CONTEXT 3 /* lines of a diff around a change */

struct change_list {
	VEC(struct text_change) change;
};

static bool overlaps(const struct change_list *list, const struct diag_edit *e)
{
	for (size_t i = 0; i < list->change.n; i++) {
		const struct text_change *c = &list->change.at[i];

		if (e->span.start < c->end && c->start < e->span.end)
			return true;
		if (e->span.start == c->start)
			return true;
	}
	return false;
}

static bool fits(const struct change_list *list, const struct diag *d, const struct source *source)
{
	for (size_t i = 0; i < d->edit.n; i++)
		if (d->edit.at[i].span.source != source || overlaps(list, &d->edit.at[i]))
			return false;
	return true;
}

static int by_start(const void *left, const void *right)
{
	const struct text_change *a = left;
	const struct text_change *b = right;

	return a->start < b->start ? -1 : a->start > b->start;
}

const struct text_change *lint_changes(struct compile *c, const struct source *source, bool unsafe,
				       size_t *ret_n)
{
	struct change_list list = {0};

	for (size_t i = 0; i < c->diag.diag.n; i++) {
		const struct diag *d = c->diag.diag.at[i];

		if (!d->fix || (d->fix == FIX_UNSAFE && !unsafe) || !fits(&list, d, source))
			continue;
		for (size_t k = 0; k < d->edit.n; k++) {
			const struct diag_edit *e = &d->edit.at[k];

			*VEC_PUSH(c->arena, &list.change) =
				(struct text_change){e->span.start, e->span.end, e->text};
		}
	}
	*ret_n = list.change.n;
	if (list.change.n)
		qsort(list.change.at, list.change.n, sizeof(*list.change.at), by_start);
	return list.change.at;
}

struct str changes_apply(struct compile *c, const struct source *source,
			 const struct text_change *change, size_t n)
{
	size_t size = source->bytes.len;
	size_t at = 0;
	size_t len = 0;
	char *text;

	for (size_t i = 0; i < n; i++)
		size += change[i].text.len;
	text = arena_alloc(c->arena, size + 1);
	for (size_t i = 0; i <= n; i++) {
		size_t until = i < n ? change[i].start : source->bytes.len;

		memcpy(text + len, source->bytes.ptr + at, until - at);
		len += until - at;
		if (i == n)
			break;
		if (change[i].text.len)
			memcpy(text + len, change[i].text.ptr, change[i].text.len);
		len += change[i].text.len;
		at = change[i].end;
	}
	return (struct str){text, len};
}

static unsigned line_of(const struct source *s, uint32_t offset)
{
	return source_position(s, offset).line;
}

/* changes [first, last) whose lines, with their context, are one hunk */
static size_t hunk_end(const struct source *s, const struct text_change *change, size_t n,
		       size_t first)
{
	size_t last = first + 1;

	while (last < n &&
	       line_of(s, change[last].start) <= line_of(s, change[last - 1].end) + 2 * CONTEXT)
		last++;
	return last;
}

/* the old lines from..to with the changes made, newline at the end included */
static void put_new(struct buf *out, const struct source *s, const struct text_change *change,
		    size_t n, unsigned from, unsigned to)
{
	uint32_t at = s->line_start[from - 1];
	uint32_t end = to < s->nline ? s->line_start[to] : (uint32_t)s->bytes.len;

	for (size_t i = 0; i < n; i++) {
		if (change[i].start < at || change[i].start >= end)
			continue;
		buf_put(out, (struct str){s->bytes.ptr + at, change[i].start - at});
		buf_put(out, change[i].text);
		at = change[i].end;
	}
	buf_put(out, (struct str){s->bytes.ptr + at, end - at});
}

static void put_lines(struct buf *out, char mark, struct str text)
{
	bool ends = str_ends(text, STR("\n"));

	while (text.len) {
		buf_putc(out, mark);
		buf_put(out, str_cut(&text, '\n'));
		buf_putc(out, '\n');
	}
	if (!ends)
		buf_puts(out, "\\ No newline at end of file\n");
}

static struct str old_lines(const struct source *s, unsigned from, unsigned to)
{
	uint32_t start = s->line_start[from - 1];
	uint32_t end = to < s->nline ? s->line_start[to] : (uint32_t)s->bytes.len;

	return (struct str){s->bytes.ptr + start, end - start};
}

static unsigned count_lines(struct str text)
{
	unsigned n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == '\n' || i + 1 == text.len;
	return n;
}

static void put_hunk(struct buf *out, const struct source *s, const struct text_change *change,
		     size_t first, size_t last, int *shift)
{
	unsigned from = line_of(s, change[first].start);
	unsigned to = line_of(s, change[last - 1].end);
	unsigned start = from > CONTEXT ? from - CONTEXT : 1;
	unsigned lines = (unsigned)s->nline -
			 (s->nline > 1 && s->bytes.len && s->bytes.ptr[s->bytes.len - 1] == '\n');
	unsigned end = to + CONTEXT < lines ? to + CONTEXT : lines;
	struct buf new;
	unsigned old_n = end - start + 1;
	unsigned new_n;

	buf_init(&new);
	put_new(&new, s, change + first, last - first, from, to);
	new_n = old_n - (to - from + 1) + count_lines(buf_str(&new));
	buf_printf(out, "@@ -%u,%u +%u,%u @@\n", start, old_n, (unsigned)((int)start + *shift),
		   new_n);
	if (start < from)
		put_lines(out, ' ', old_lines(s, start, from - 1));
	put_lines(out, '-', old_lines(s, from, to));
	put_lines(out, '+', buf_str(&new));
	if (to < end)
		put_lines(out, ' ', old_lines(s, to + 1, end));
	*shift += (int)new_n - (int)old_n;
	buf_release(&new);
}

void changes_diff(const struct source *source, const struct text_change *change, size_t n,
		  struct buf *out)
{
	int shift = 0;

	buf_puts(out, "--- ");
	diag_put_clean(out, source->name);
	buf_puts(out, "\n+++ ");
	diag_put_clean(out, source->name);
	buf_putc(out, '\n');
	for (size_t i = 0; i < n;) {
		size_t last = hunk_end(source, change, n, i);

		put_hunk(out, source, change, i, last, &shift);
		i = last;
	}
}

bool text_replace(const struct source *source, struct str text)
{
	char *path = strndup(source->name.ptr, source->name.len);
	struct stat st;
	struct file f;
	bool ok = path && !stat(path, &st) && file_open(&f, path);

	if (ok) {
		buf_put(&f.out, text);
		ok = file_close(&f, true);
		if (ok)
			chmod(path, st.st_mode & 07777);
	}
	free(path);
	return ok;
}
