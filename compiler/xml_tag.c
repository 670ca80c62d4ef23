/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/xml_tag.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static uint32_t skip_blanks(struct str bytes, uint32_t at)
{
	while (at < bytes.len && is_blank(bytes.ptr[at]))
		at++;
	return at;
}

static struct range scan_name(struct str bytes, uint32_t at)
{
	struct range r = {at, at};

	while (r.end < bytes.len && !is_blank(bytes.ptr[r.end]) &&
	       !memchr("=<>/?'\"", bytes.ptr[r.end], 7))
		r.end++;
	return r;
}

struct tag tag_open(struct str bytes, uint32_t at)
{
	struct tag tag = {.bytes = bytes};

	/* the < of an element, </ of its end, <? of a declaration */
	while (at < bytes.len && memchr("</?", bytes.ptr[at], 3))
		at++;
	tag.name = scan_name(bytes, at);
	tag.at = tag.name.end;
	return tag;
}

bool tag_next(struct tag *tag, struct range *name, struct range *value)
{
	struct str bytes = tag->bytes;
	uint32_t at = skip_blanks(bytes, tag->at);
	struct range n = scan_name(bytes, at);
	const char *end;

	at = skip_blanks(bytes, n.end);
	if (n.start == n.end || at == bytes.len || bytes.ptr[at] != '=')
		return false;
	at = skip_blanks(bytes, at + 1);
	if (at == bytes.len || !memchr("'\"", bytes.ptr[at], 2))
		return false;
	end = memchr(bytes.ptr + at + 1, bytes.ptr[at], bytes.len - at - 1);
	if (!end)
		return false;
	*name = n;
	*value = (struct range){at + 1, (uint32_t)(end - bytes.ptr)};
	tag->at = value->end + 1;
	return true;
}

uint32_t tag_back_to(struct str bytes, uint32_t before, char c)
{
	while (before && bytes.ptr[before - 1] != c)
		before--;
	return before ? before - 1 : 0;
}

static bool skip_past(struct str bytes, uint32_t *at, struct str open, struct str close)
{
	struct str rest = {bytes.ptr + *at, bytes.len - *at};
	const char *end;

	if (!str_starts(rest, open))
		return false;
	end = memmem(rest.ptr + open.len, rest.len - open.len, close.ptr, close.len);
	*at = end ? (uint32_t)(end + close.len - bytes.ptr) : (uint32_t)bytes.len;
	return true;
}

uint32_t tag_skip_misc(struct str bytes, uint32_t at, uint32_t limit)
{
	struct str part = {bytes.ptr, limit};

	do
		at = skip_blanks(part, at);
	while (at < limit && (skip_past(part, &at, STR("<!--"), STR("-->")) ||
			      skip_past(part, &at, STR("<?"), STR("?>"))));
	return at;
}
