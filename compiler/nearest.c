/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/nearest.h"

#define SHOWN_MAX 60

/* how many letters may differ: more in longer words, at least one */
static unsigned limit(struct str word)
{
	unsigned third = (unsigned)(word.len < 9 ? word.len : 9) / 3;

	return third ? third : 1;
}

void nearest_init(struct nearest *n, struct str word)
{
	*n = (struct nearest){.word = word, .distance = limit(word) + 1};
}

void nearest_offer(struct nearest *n, struct str candidate)
{
	unsigned most = limit(n->word);
	unsigned distance = str_distance(n->word, candidate, most);

	if (distance > most && n->word.len > 2 && str_starts(candidate, n->word))
		distance = most;
	n->tied |= distance == n->distance && distance <= most && !str_eq(candidate, n->best);
	if (distance >= n->distance)
		return;
	n->tied = false;
	n->distance = distance;
	n->best = candidate;
}

void nearest_offer_all(struct nearest *n, const char *const *candidates)
{
	for (; candidates && *candidates; candidates++)
		nearest_offer(n, str_of(*candidates));
}

void nearest_help(const struct nearest *n, struct diag_list *list, struct diag *d,
		  const char *before, const char *after)
{
	if (n->best.len)
		diag_help(list, d, "did you mean %s%.*s%s?", before, STR_ARG(n->best), after);
}

void nearest_fix(const struct nearest *n, struct diag_list *list, struct diag *d,
		 enum fix_kind kind, struct span span)
{
	if (n->best.len && !n->tied && span.end - span.start == n->word.len)
		diag_fix(list, d, kind, span, n->best);
}

struct str nearest_shown(struct arena *a, struct str text)
{
	size_t n = SHOWN_MAX;

	if (text.len <= n)
		return text;
	/* not in the middle of a UTF-8 sequence */
	while (n && ((unsigned char)text.ptr[n] & 0xc0) == 0x80)
		n--;
	return str_printf(a, "%.*s...", (int)n, text.ptr);
}
