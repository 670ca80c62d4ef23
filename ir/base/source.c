/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/source.h"

#include "ir/base/arena.h"

static size_t count_lines(struct str bytes)
{
	size_t n = 1;

	for (size_t i = 0; i < bytes.len; i++)
		n += bytes.ptr[i] == '\n';
	return n;
}

struct source *source_new(struct arena *a, struct str name, struct str bytes, unsigned order)
{
	struct source *s = ARENA_NEW(a, struct source);
	size_t line = 1;

	s->name = str_dup(a, name);
	s->bytes = bytes;
	s->order = order;
	s->nline = count_lines(bytes);
	s->line_start = ARENA_ARRAY(a, uint32_t, s->nline);
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.ptr[i] == '\n')
			s->line_start[line++] = (uint32_t)(i + 1);
	return s;
}

struct position source_position(const struct source *s, uint32_t offset)
{
	size_t low = 0;
	size_t high;

	if (!s)
		return (struct position){0, 0};
	high = s->nline;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->line_start[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return (struct position){(unsigned)low + 1, offset - s->line_start[low] + 1};
}

struct str source_line(const struct source *s, unsigned line)
{
	uint32_t start = s->line_start[line - 1];
	struct str rest = {s->bytes.ptr + start, s->bytes.len - start};
	struct str text = str_cut(&rest, '\n');

	if (text.len && text.ptr[text.len - 1] == '\r')
		text.len--;
	return text;
}
