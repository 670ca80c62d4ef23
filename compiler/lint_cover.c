/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint_cover.h"

#include <stdlib.h>

#include "compiler/lint_fate.h"
#include "compiler/opt_passes.h"
#include "compiler/opt_test.h"

/* values of the key that a rule takes */
struct part {
	struct interval values;
	const struct nft_rule *rule;
	size_t at;
};

struct part_list {
	VEC(struct part) part;
};

/* the one test of the rule that is not known to hold, if it is an interval of that key */
static bool open_part(const struct nft_rule *r, const struct stmt *on, const struct stmt *known,
		      unsigned n, struct interval *ret)
{
	const struct stmt *open = NULL;

	for (unsigned i = 0; i < r->nstmt; i++) {
		const struct nft_rule one = {.stmt = &r->stmt[i], .nstmt = 1};

		if (rule_is_sure(&one, known, n))
			continue;
		if (open || !key_equal(r->stmt[i].key, on->key))
			return false;
		open = &r->stmt[i];
	}
	return open && test_interval(open, ret);
}

static int by_low(const void *left, const void *right)
{
	const struct part *a = left;
	const struct part *b = right;
	int order = memcmp(a->values.low, b->values.low, VALUE_BYTES);

	return order ? order : a->at < b->at ? -1 : a->at > b->at;
}

/* the next value; false behind the last */
static bool increment(unsigned char *value, unsigned size)
{
	for (unsigned i = size; i > 0; i--)
		if (++value[i - 1])
			return true;
	return false;
}

static void take(struct cover *c, const struct part *p, enum action action)
{
	c->same &= p->rule->origin.rule->action == action;
	if (!c->first || p->rule < c->first) {
		c->second = c->first;
		c->first = p->rule;
	} else if (!c->second || p->rule < c->second) {
		c->second = p->rule;
	}
}

/* do the parts, which are sorted, leave no value of the target out? */
static bool sweep(const struct part_list *list, const struct interval *target, unsigned size,
		  enum action action, struct cover *ret)
{
	unsigned char next[VALUE_BYTES];

	*ret = (struct cover){.same = true};
	memcpy(next, target->low, VALUE_BYTES);
	for (size_t i = 0; i < list->part.n; i++) {
		const struct interval *v = &list->part.at[i].values;

		if (memcmp(v->high, next, VALUE_BYTES) < 0)
			continue;
		if (memcmp(v->low, next, VALUE_BYTES) > 0)
			return false;
		take(ret, &list->part.at[i], action);
		if (memcmp(v->high, target->high, VALUE_BYTES) >= 0)
			return true;
		memcpy(next, v->high, VALUE_BYTES);
		if (!increment(next, size))
			return true;
	}
	return false;
}

bool covered_together(struct arena *arena, const struct nft_chain *chain, size_t end,
		      const struct stmt *known, unsigned n, enum action action, struct cover *ret)
{
	for (unsigned k = 0; k < n; k++) {
		struct part_list list = {0};
		struct interval target;

		/* a single value is taken by one rule, or by none */
		if (!test_interval(&known[k], &target) ||
		    !memcmp(target.low, target.high, VALUE_BYTES))
			continue;
		for (size_t i = 0; i < end; i++) {
			const struct nft_rule *r = &chain->rule.at[i];
			struct interval values;

			if (r->origin.rule && r->verdict != VERDICT_JUMP && rule_is_pure(r) &&
			    rule_decides(r) && open_part(r, &known[k], known, n, &values))
				*VEC_PUSH(arena, &list.part) = (struct part){values, r, i};
		}
		if (list.part.n < 2)
			continue;
		qsort(list.part.at, list.part.n, sizeof(*list.part.at), by_low);
		if (sweep(&list, &target, key_size(known[k].key), action, ret))
			return true;
	}
	return false;
}
