/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/refusal.h"

#include <errno.h>

#define MARK ": Error: "
/* nft puts this before the words of the kernel */
#define PREFIX "Could not process rule: "
/* one cause often fails in every rule */
#define REPORTS_MAX 20

/* the text before the mark ends in LINE:COL-COL or LINE:COL */
static void parse_place(struct str place, struct refusal *ret)
{
	struct str columns, first;
	uint64_t line, column;
	size_t colon = place.len;

	while (colon && place.ptr[colon - 1] != ':')
		colon--;
	if (!colon)
		return;
	columns = (struct str){place.ptr + colon, place.len - colon};
	first = str_cut(&columns, '-');
	place.len = colon - 1;
	while (colon > 1 && place.ptr[colon - 2] != ':')
		colon--;
	if (!str_to_u64((struct str){place.ptr + colon - 1, place.len - (colon - 1)}, 10,
			UINT32_MAX, &line) ||
	    !str_to_u64(first, 10, UINT32_MAX, &column))
		return;
	ret->line = (size_t)line;
	ret->column = (unsigned)column;
}

static bool find_mark(struct str line, size_t *ret)
{
	struct str mark = STR(MARK);

	for (size_t i = 0; i + mark.len <= line.len; i++)
		if (!memcmp(line.ptr + i, mark.ptr, mark.len)) {
			*ret = i;
			return true;
		}
	return false;
}

static struct str after(struct str s, size_t n)
{
	return (struct str){s.ptr + n, s.len - n};
}

void refusal_parse(struct refusal_list *list, struct str messages)
{
	struct str rest = messages;
	struct refusal *r;
	size_t at;

	while (rest.len) {
		struct str line = str_cut(&rest, '\n');
		struct str words;

		if (!find_mark(line, &at))
			continue;
		words = after(line, at + sizeof(MARK) - 1);
		if (str_starts(words, STR(PREFIX)))
			words = after(words, sizeof(PREFIX) - 1);
		r = VEC_PUSH(list->arena, &list->refusal);
		r->words = str_dup(list->arena, words);
		parse_place((struct str){line.ptr, at}, r);
	}
	if (list->refusal.n)
		return;
	r = VEC_PUSH(list->arena, &list->refusal);
	r->words = str_dup(list->arena, str_trim(messages));
	if (!r->words.len)
		r->words = STR("no reason given");
}

static const struct emit_line *find_line(const struct emit_map *map, size_t line)
{
	size_t low = 0, high = map->line.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (map->line.at[middle].line < line)
			low = middle + 1;
		else
			high = middle;
	}
	return low < map->line.n && map->line.at[low].line == line ? &map->line.at[low] : NULL;
}

static struct str line_of(struct str text, size_t line)
{
	struct str found = {0};

	while (line-- && text.len)
		found = str_cut(&text, '\n');
	return found;
}

/* a kernel without hook egress says no more than this */
static void report_egress(struct diag_list *diag, struct diag *d, struct str command,
			  struct str words)
{
	const char *hook = "hook egress ";

	if (str_is(words, strerror(EOPNOTSUPP)) && command.len &&
	    memmem(command.ptr, command.len, hook, strlen(hook)))
		diag_help(diag, d,
			  "what a macvtap sends can be filtered by Linux 5.16 and later, if it was "
			  "built with CONFIG_NETFILTER_EGRESS");
}

void refusal_report(const struct refusal_list *list, struct str sent, const struct emit_map *map,
		    struct diag_list *diag)
{
	for (size_t i = 0; i < list->refusal.n && i < REPORTS_MAX; i++) {
		const struct refusal *r = &list->refusal.at[i];
		const struct emit_line *from = find_line(map, r->line);
		struct str text = line_of(sent, r->line);
		struct span span = from ? from->origin.rule->span : (struct span){0};
		struct diag *d;

		d = diag_report(diag, DIAG_KERNEL_REFUSED, span, "the kernel refuses %s: %.*s",
				from ? "this rule" : "the ruleset", STR_ARG(r->words));
		if (r->line)
			diag_note(diag, d, "sent: %.*s", STR_ARG(text));
		report_egress(diag, d, text, r->words);
		if (i + 1 == REPORTS_MAX && list->refusal.n > REPORTS_MAX)
			diag_note(diag, d, "%zu more refusals are not shown",
				  list->refusal.n - REPORTS_MAX);
	}
}
