/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/verify.h"

#include <stdio.h>
#include <stdlib.h>

#define NFT_NAME_MAX 127

#define REQUIRE(condition)                                                                         \
	do {                                                                                       \
		if (!(condition))                                                                  \
			violated(__func__, #condition);                                            \
	} while (0)

static _Noreturn void violated(const char *where, const char *condition)
{
	fprintf(stderr, "nwfc: bug: %s: %s does not hold\n", where, condition);
	abort();
}

static void verify_span(struct span span, const struct source *source)
{
	REQUIRE(span.source == source);
	REQUIRE(span.start <= span.end);
	REQUIRE(span.end <= source->bytes.len);
}

static void verify_match(const struct filter *filter, const struct filter_rule *rule,
			 const struct match *m)
{
	REQUIRE(proto_has(rule->proto, m->field));
	REQUIRE(field(m->field)->slot == SLOT_VALUE);
	for (int s = 0; s < SLOT_MAX; s++) {
		const struct operand *o = &m->operand[s];

		if (o->kind == OPERAND_ABSENT)
			continue;
		REQUIRE(field(o->field)->slot == (enum slot)s);
		REQUIRE(field_match(o->field) == m->field);
		verify_span(o->span, filter->source);
	}
}

void verify_filter(const struct filter *filter)
{
	REQUIRE(chain_kind(filter->chain) || str_is(filter->chain, CHAIN_ROOT));
	for (size_t i = 0; i < filter->item.n; i++) {
		const struct filter_item *item = &filter->item.at[i];

		if (item->kind == ITEM_FILTERREF) {
			REQUIRE(item->filterref->filter);
			continue;
		}
		verify_span(item->rule->span, filter->source);
		for (size_t k = 0; k < item->rule->match.n; k++)
			verify_match(filter, item->rule, &item->rule->match.at[k]);
	}
}

void verify_rules(const struct rule_list *rules)
{
	for (size_t i = 0; i < rules->rule.n; i++) {
		const struct rule *r = rules->rule.at[i];

		REQUIRE(r->match.n == r->source->match.n);
		for (size_t k = 0; k < r->match.n; k++)
			for (int s = 0; s < SLOT_MAX; s++)
				REQUIRE(r->match.at[k].given[s] ==
					(r->source->match.at[k].operand[s].kind != OPERAND_ABSENT));
	}
}

void verify_order(const struct rule_order *order, size_t nrule)
{
	size_t seen = order->l3.n;

	for (int way = DIRECTION_IN; way <= DIRECTION_OUT; way++) {
		int last = -1001;

		for (size_t i = 0; i < order->l2[way].step.n; i++) {
			const struct chain_step *step = &order->l2[way].step.at[i];
			int priority =
				step->rule ? step->rule->source->priority : step->chain->priority;

			REQUIRE(!step->rule != !step->chain);
			REQUIRE(priority >= last);
			last = priority;
			seen += step->rule ? step->rule->source->direction != DIRECTION_INOUT ||
						     way == DIRECTION_IN
					   : 0;
		}
		for (size_t i = 0; i < order->l2[way].chain.n; i++)
			for (size_t k = 0; k < order->l2[way].chain.at[i]->rule.n; k++)
				seen += order->l2[way].chain.at[i]->rule.at[k]->source->direction !=
						DIRECTION_INOUT ||
					way == DIRECTION_IN;
	}
	REQUIRE(seen == nrule);
}

static void verify_stmt(const struct stmt *s)
{
	if (s->kind == STMT_CONCAT || s->kind == STMT_LOOKUP) {
		REQUIRE(s->tuple && s->tuple->nkey && s->tuple->nkey <= TUPLE_MAX);
		REQUIRE(s->kind == STMT_CONCAT || s->set);
		REQUIRE(s->kind != STMT_CONCAT || s->nlist == 1 || (s->nlist && s->op == OP_EQ));
		return;
	}
	if (s->kind == STMT_COUNTER)
		return;
	REQUIRE(s->key.id > KEY_NONE && s->key.id < KEY_MAX);
	REQUIRE(key_size(s->key) && key_size(s->key) <= VALUE_BYTES);
	for (unsigned i = key_size(s->key); i < VALUE_BYTES && !s->set; i++)
		REQUIRE(!s->value[i] && !s->other[i]);
	REQUIRE(s->kind != STMT_RANGE || memcmp(s->value, s->other, VALUE_BYTES) <= 0);
	REQUIRE(s->kind != STMT_LIST || s->nlist);
}

static bool is_terminal(const struct nft_rule *r)
{
	return r->verdict != VERDICT_NONE && r->verdict != VERDICT_JUMP && !r->arm;
}

static void verify_verdict(struct arm arm)
{
	bool jumps = arm.verdict == VERDICT_JUMP || arm.verdict == VERDICT_GOTO;

	REQUIRE(jumps == (arm.target != NULL));
}

static void verify_map(const struct nft_rule *r)
{
	const struct stmt *last = &r->stmt[r->nstmt - 1];

	REQUIRE(r->nstmt && last->kind == STMT_CONCAT && last->op == OP_EQ);
	for (unsigned i = 0; i < last->nlist; i++) {
		REQUIRE(r->arm[i].verdict != VERDICT_NONE && r->arm[i].verdict < VERDICT_MAP);
		verify_verdict(r->arm[i]);
	}
}

static void verify_program(const struct program *p)
{
	REQUIRE(p->chain.n);
	REQUIRE(p->name.len);
	for (size_t i = 0; i < p->chain.n; i++) {
		const struct nft_chain *chain = p->chain.at[i];

		REQUIRE(chain->name.len && chain->name.len <= NFT_NAME_MAX);
		/* a chain below the root never runs off its end: that would return */
		if (i)
			REQUIRE(chain->rule.n && is_terminal(&chain->rule.at[chain->rule.n - 1]));
		for (size_t k = 0; k < chain->rule.n; k++) {
			const struct nft_rule *r = &chain->rule.at[k];

			verify_verdict((struct arm){r->verdict, r->target});
			REQUIRE((r->verdict == VERDICT_MAP) == (r->arm != NULL));
			if (r->arm)
				verify_map(r);
			for (unsigned n = 0; n < r->nstmt; n++)
				verify_stmt(&r->stmt[n]);
		}
	}
}

void verify_entry(const struct entry *entry)
{
	for (int id = 0; id < HOOK_MAX; id++)
		if (entry->program[id])
			verify_program(entry->program[id]);
}
