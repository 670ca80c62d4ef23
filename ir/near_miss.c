/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/near_miss.h"

/* tests that are made of a match under another key than the field's */
static const struct {
	enum key_id key;
	enum field_id field;
} indirect[] = {
	{KEY_ICMP_CODE, FIELD_ICMP_TYPE},  {KEY_ICMPV6_CODE, FIELD_ICMP_TYPE},
	{KEY_ICMPV6_CODE, FIELD_IP6_TYPE}, {KEY_CT_STATE, FIELD_STATE},
	{KEY_MARK, FIELD_STATE},
};

/* inout is written as seen by traffic to the VM, except for ICMP types (semantics.md 4.4, 5.4) */
static bool is_reversed(const struct filter_rule *rule, enum hook_id id)
{
	const struct hook *h = hook(id);

	if (h->layer == LAYER_L3 && rule->direction == DIRECTION_INOUT)
		for (size_t i = 0; i < rule->match.n; i++)
			if (rule->match.at[i].field == FIELD_ICMP_TYPE)
				return false;
	return h->direction == DIRECTION_OUT ? rule->direction != DIRECTION_OUT
					     : rule->direction == DIRECTION_OUT;
}

static bool reads(const struct stmt *s, struct key key)
{
	if (s->kind != STMT_CONCAT && s->kind != STMT_LOOKUP)
		return key_equal(s->key, key);
	for (unsigned i = 0; i < s->tuple->nkey; i++)
		if (key_equal(s->tuple->key[i], key))
			return true;
	return false;
}

static bool is_indirect(const struct stmt *s, enum field_id id)
{
	if (s->kind == STMT_LOOKUP)
		return id == FIELD_IPSET;
	if (s->kind == STMT_COUNT)
		return id == FIELD_CONNLIMIT;
	for (size_t i = 0; i < sizeof(indirect) / sizeof(indirect[0]); i++)
		if (s->key.id == indirect[i].key && id == indirect[i].field)
			return true;
	return false;
}

const struct match *match_of_test(const struct filter_rule *rule, enum hook_id id,
				  const struct stmt *stmt)
{
	bool reversed = is_reversed(rule, id);

	for (size_t i = 0; i < rule->match.n; i++) {
		const struct match *m = &rule->match.at[i];
		const struct field *f = field(m->field);

		if (reversed && f->swap && proto_has(rule->proto, f->swap))
			f = field(f->swap);
		if (f->key[rule->proto->keys].id != KEY_NONE &&
		    reads(stmt, f->key[rule->proto->keys]))
			return m;
	}
	for (size_t i = 0; i < rule->match.n; i++)
		if (is_indirect(stmt, rule->match.at[i].field))
			return &rule->match.at[i];
	return NULL;
}

/* would the rule have made a difference? */
static bool is_other(const struct outcome *o, const struct nft_rule *r)
{
	bool passes = r->verdict == VERDICT_ACCEPT || r->verdict == VERDICT_RETURN;
	bool stops = r->verdict == VERDICT_DROP || r->verdict == VERDICT_REJECT;

	return o->verdict == VERDICT_ACCEPT ? stops : passes;
}

/*
 * A rule for other kinds of frames is not near: the EtherType that an element
 * implies must hold, and its protocol if that is all the rule says.
 */
static bool is_near(const struct nft_rule *r, enum hook_id id, const struct stmt *failed)
{
	const struct filter_rule *rule = r->origin.rule;

	if (match_of_test(rule, id, failed))
		return true;
	if (failed->key.id == KEY_ETHER_TYPE)
		return false;
	if (failed->key.id != KEY_IP_PROTOCOL && failed->key.id != KEY_L4PROTO)
		return true;
	for (unsigned i = 0; i < r->nstmt; i++)
		if (&r->stmt[i] != failed && match_of_test(rule, id, &r->stmt[i]))
			return true;
	return false;
}

static struct near_miss *find(struct outcome *o, enum hook_id id, const struct nft_rule *r,
			      const struct stmt *failed)
{
	for (size_t i = 0; i < o->near.n; i++) {
		struct near_miss *n = &o->near.at[i];

		if (n->hook == id && n->rule->origin.rule == r->origin.rule &&
		    n->rule->origin.path == r->origin.path &&
		    n->wanted.at[0]->kind == failed->kind && n->wanted.at[0]->op == failed->op &&
		    key_equal(n->wanted.at[0]->key, failed->key))
			return n;
	}
	return NULL;
}

/* a look-up by interface has that first, which is no difference */
static struct key tested_key(const struct stmt *s)
{
	unsigned i = 0;

	if (s->kind != STMT_CONCAT && s->kind != STMT_LOOKUP)
		return s->key;
	while (i + 1 < s->tuple->nkey &&
	       (s->tuple->key[i].id == KEY_IIFNAME || s->tuple->key[i].id == KEY_OIFNAME))
		i++;
	return s->tuple->key[i];
}

static void add(struct arena *a, struct outcome *o, const struct outcome_hook *hook,
		const struct outcome_step *step, const struct packet *p)
{
	struct near_miss *n = find(o, hook->id, step->rule, step->failed);
	struct key key = tested_key(step->failed);

	if (!n) {
		n = VEC_PUSH(a, &o->near);
		n->hook = hook->id;
		n->rule = step->rule;
		n->chain = step->chain;
		n->key = key;
		n->match = match_of_test(step->rule->origin.rule, hook->id, step->failed);
		n->present = key_info(key)->base != BASE_EXISTS &&
			     key_info(key)->base != BASE_TCPOPTION &&
			     packet_read(p, key, &n->found);
	}
	*VEC_PUSH(a, &n->wanted) = step->failed;
}

void near_misses(struct arena *a, struct outcome *outcome, const struct outcome_hook *hook,
		 const struct packet *packet)
{
	for (size_t i = 0; i < hook->step.n; i++) {
		const struct outcome_step *step = &hook->step.at[i];

		if (step->rule->origin.rule && step->nfailed == 1 &&
		    is_other(outcome, step->rule) && is_near(step->rule, hook->id, step->failed))
			add(a, outcome, hook, step, packet);
	}
}
