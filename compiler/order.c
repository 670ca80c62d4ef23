/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/order.h"

#include <stdlib.h>

static const struct filter *rule_filter(const struct rule *r)
{
	return r->path->filter;
}

static bool in_root(const struct rule *r)
{
	return str_is(rule_filter(r)->chain, CHAIN_ROOT);
}

static int compare_rules(const struct rule *a, const struct rule *b)
{
	if (in_root(a) != in_root(b))
		return in_root(a) ? -1 : 1;
	return (a->source->priority > b->source->priority) -
	       (a->source->priority < b->source->priority);
}

/* qsort(3) promises no stability, and ties must keep the flattened order */
static void sort_rules(struct arena *scratch, struct rule_list *list)
{
	size_t n = list->rule.n;
	struct rule **from = list->rule.at;
	struct rule **to = ARENA_ARRAY(scratch, struct rule *, n);

	for (size_t width = 1; width < n; width *= 2) {
		for (size_t start = 0; start < n; start += 2 * width) {
			size_t middle = start + width < n ? start + width : n;
			size_t end = middle + width < n ? middle + width : n;
			size_t a = start, b = middle;

			for (size_t k = start; k < end; k++) {
				bool left = a < middle &&
					    (b == end || compare_rules(from[a], from[b]) <= 0);

				to[k] = left ? from[a++] : from[b++];
			}
		}
		list->rule.at = to;
		to = from;
		from = list->rule.at;
	}
}

struct merge {
	struct compile *compile;
	struct arena *scratch;
	struct rule_list *rules;
	struct rule_order *order;
};

static struct rule_chain *find_chain(struct rule_order *order, int way, struct str name)
{
	for (size_t i = 0; i < order->l2[way].chain.n; i++)
		if (order->l2[way].chain.at[i]->name.ptr == name.ptr)
			return order->l2[way].chain.at[i];
	return NULL;
}

/* a chain takes the priority of its last rule; two priorities are worth a word (fix F21) */
static void report_priorities(struct merge *m)
{
	struct table first = {0};

	for (size_t i = 0; i < m->rules->rule.n; i++) {
		const struct filter *here = rule_filter(m->rules->rule.at[i]);
		const struct filter *there = table_get(&first, here->chain);
		struct diag *d;

		if (!there)
			table_put(&first, m->scratch, here->chain, (void *)here);
		if (!there || here->priority == there->priority || str_is(here->chain, CHAIN_ROOT))
			continue;
		d = diag_report(&m->compile->diag, DIAG_CHAIN_PRIORITIES, here->span,
				"chain \"%.*s\" has priority %d here and %d in filter \"%.*s\"",
				STR_ARG(here->chain), here->priority, there->priority,
				STR_ARG(there->name));
		diag_also(&m->compile->diag, d, there->span, "the other filter");
		diag_help(&m->compile->diag, d, "use one priority, or two chain names");
	}
}

static void collect_chains(struct merge *m, int way)
{
	for (size_t i = 0; i < m->rules->rule.n; i++) {
		struct rule *r = m->rules->rule.at[i];
		struct rule_chain *chain;

		if (rule_proto(r)->layer != LAYER_L2 ||
		    !direction_covers(r->source->direction, (enum direction)way))
			continue;
		m->order->l2[way].exists = true;
		if (in_root(r))
			continue;
		chain = find_chain(m->order, way, rule_filter(r)->chain);
		if (!chain) {
			chain = ARENA_NEW(m->scratch, struct rule_chain);
			chain->name = rule_filter(r)->chain;
			chain->kind = chain_kind(chain->name);
			*VEC_PUSH(m->scratch, &m->order->l2[way].chain) = chain;
		}
		chain->priority = rule_filter(r)->priority;
		*VEC_PUSH(m->scratch, &chain->rule) = r;
	}
}

/* few chains: insertion keeps ties in the order of their first rules */
static void sort_chains(struct rule_order *order, int way)
{
	struct rule_chain **at = order->l2[way].chain.at;

	for (size_t i = 1; i < order->l2[way].chain.n; i++)
		for (size_t k = i; k && at[k - 1]->priority > at[k]->priority; k--) {
			struct rule_chain *swap = at[k];

			at[k] = at[k - 1];
			at[k - 1] = swap;
		}
}

static bool may_share_frames(const struct chain_kind *a, const struct chain_kind *b)
{
	return !a->ethertype || !b->ethertype || a->ethertype == b->ethertype;
}

/* which of two such chains libvirt visits first changes from one start of it to the next (8.5) */
static void report_ties(struct merge *m, int way)
{
	for (size_t i = 1; i < m->order->l2[way].chain.n; i++) {
		const struct rule_chain *a = m->order->l2[way].chain.at[i - 1];
		const struct rule_chain *b = m->order->l2[way].chain.at[i];
		const struct filter *first = rule_filter(a->rule.at[0]);
		const struct filter *second = rule_filter(b->rule.at[0]);
		struct diag *d;

		if (a->priority != b->priority || !may_share_frames(a->kind, b->kind))
			continue;
		d = diag_report(&m->compile->diag, DIAG_CHAIN_TIE, second->span,
				"chains \"%.*s\" and \"%.*s\" have one priority, %d: which comes "
				"first is open",
				STR_ARG(a->name), STR_ARG(b->name), a->priority);
		diag_also(&m->compile->diag, d, first->span, "the other chain");
		diag_help(&m->compile->diag, d,
			  "give one of the filters another priority='N'; here the chain whose rule "
			  "comes first is first");
	}
}

/*
 * Rules of root filters come first in the sorted list, so a rule of a chain
 * never comes before a jump that its own priority could pull (3.5, step 4).
 */
static void merge_root(struct merge *m, int way)
{
	size_t next = 0;

	for (size_t i = 0; i < m->rules->rule.n; i++) {
		struct rule *r = m->rules->rule.at[i];

		if (!in_root(r) || rule_proto(r)->layer != LAYER_L2 ||
		    !direction_covers(r->source->direction, (enum direction)way))
			continue;
		while (next < m->order->l2[way].chain.n &&
		       m->order->l2[way].chain.at[next]->priority <= r->source->priority)
			*VEC_PUSH(m->scratch, &m->order->l2[way].step) =
				(struct chain_step){NULL, m->order->l2[way].chain.at[next++]};
		*VEC_PUSH(m->scratch, &m->order->l2[way].step) = (struct chain_step){r, NULL};
	}
	while (next < m->order->l2[way].chain.n)
		*VEC_PUSH(m->scratch, &m->order->l2[way].step) =
			(struct chain_step){NULL, m->order->l2[way].chain.at[next++]};
}

void order(struct compile *c, struct arena *scratch, struct rule_list *rules,
	   struct rule_order *ret)
{
	struct merge m = {c, scratch, rules, ret};

	*ret = (struct rule_order){0};
	sort_rules(scratch, rules);
	report_priorities(&m);
	for (int way = DIRECTION_IN; way <= DIRECTION_OUT; way++) {
		collect_chains(&m, way);
		sort_chains(ret, way);
		report_ties(&m, way);
		merge_root(&m, way);
	}
	for (size_t i = 0; i < rules->rule.n; i++)
		if (rule_proto(rules->rule.at[i])->layer == LAYER_L3)
			*VEC_PUSH(scratch, &ret->l3) = rules->rule.at[i];
	ret->has_l3 = ret->l3.n > 0;
}
