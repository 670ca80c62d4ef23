/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/eval.h"

#include "ir/learned.h"
#include "ir/set_member.h"
#include "ir/type.h"

static int compare(const struct value *v, const unsigned char *bytes, unsigned n)
{
	return memcmp(v->b, bytes, n);
}

static bool in_list(const struct stmt *s, const struct value *v)
{
	for (unsigned i = 0; i < s->nlist; i++)
		if (!compare(v, s->list[i].b, v->len))
			return true;
	return false;
}

/* a state test holds if any of its bits does; everything else is equality */
static bool equals(const struct stmt *s, const struct value *v)
{
	if (key_info(s->key)->format != FORMAT_STATE)
		return !compare(v, s->value, v->len);
	for (unsigned i = 0; i < v->len; i++)
		if (v->b[i] & s->value[i])
			return true;
	return false;
}

static bool equals_masked(const struct stmt *s, struct value v)
{
	for (unsigned i = 0; i < v.len; i++)
		v.b[i] &= s->other[i];
	return !compare(&v, s->value, v.len);
}

static bool read_key(const struct stmt *s, const struct packet *p, struct value *ret)
{
	unsigned bits = stmt_bits(s);

	return bits < key_length(s->key) ? packet_read_prefix(p, s->key, bits, ret)
					 : packet_read(p, s->key, ret);
}

static bool one_key(const struct stmt *s, const struct packet *p)
{
	struct value v;
	bool holds = false;

	if (!read_key(s, p, &v))
		return false;
	switch ((enum stmt_kind)s->kind) {
	case STMT_TEST:
		holds = equals(s, &v);
		break;
	case STMT_MASKED:
		holds = equals_masked(s, v);
		break;
	case STMT_RANGE:
		holds = compare(&v, s->value, v.len) >= 0 && compare(&v, s->other, v.len) <= 0;
		break;
	case STMT_LIST:
		holds = in_list(s, &v);
		break;
	case STMT_EXISTS:
	case STMT_CONCAT:
	case STMT_LOOKUP:
	case STMT_COUNT:
	case STMT_MARK:
	case STMT_LEARN:
	case STMT_RENEW:
	case STMT_FORGET:
	case STMT_COUNTER:
		return false;
	}
	return holds != (s->op == OP_NE);
}

static bool in_tuple(const struct tuple *t, const struct value *v)
{
	for (unsigned i = 0; i < t->nkey; i++)
		if (memcmp(v[i].b, t->low[i].b, v[i].len) < 0 ||
		    memcmp(v[i].b, t->high[i].b, v[i].len) > 0)
			return false;
	return true;
}

/* which of the tuples holds the values; nlist: none */
static unsigned find_tuple(const struct stmt *s, const struct value *v)
{
	unsigned i = 0;

	while (i < s->nlist && !in_tuple(&s->tuple[i], v))
		i++;
	return i;
}

/* the first key is the name of the interface, and the values are those of this one */
static bool in_values(const struct stmt *s, const struct element_list *values,
		      const struct value *v)
{
	for (size_t i = 0; values && i < values->at.n; i++) {
		const struct element *e = &values->at.at[i];
		unsigned k = 1;

		if (e->set != s->set)
			continue;
		while (k < s->tuple->nkey && !memcmp(e->value[k - 1], v[k].b, v[k].len))
			k++;
		if (k == s->tuple->nkey)
			return true;
	}
	return false;
}

/* the interface is always the same one: its name need not be known */
static bool read_learned(const struct packet *p, struct key key, struct value *ret)
{
	if (key_info(key)->format != FORMAT_NAME)
		return packet_read(p, key, ret);
	*ret = (struct value){.len = VALUE_BYTES};
	return true;
}

static size_t find_learned(const struct learned *l, const struct nft_set *set,
			   const struct value *v)
{
	size_t i = 0;

	while (i < l->n && (l->at[i].set != set || memcmp(l->at[i].value.b, v->b, v->len) != 0))
		i++;
	return i;
}

static size_t count_learned(const struct learned *l, const struct nft_set *set)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->at[i].set == set;
	return n;
}

/* as the kernel: no rule goes on behind an element that there is no room or no reason for */
static bool change_learned(const struct stmt *s, const struct packet *p)
{
	struct learned *l = p->learned;
	struct value v;
	size_t at;

	if (!read_learned(p, s->key, &v))
		return false;
	at = find_learned(l, s->set, &v);
	if (s->kind == STMT_FORGET) {
		if (at == l->n)
			return false;
		l->at[at] = l->at[--l->n];
		return true;
	}
	if (at < l->n)
		return true;
	if (count_learned(l, s->set) >= s->set->size || l->n == LEARNED_MAX)
		return false;
	l->at[l->n].set = s->set;
	l->at[l->n++].value = v;
	return true;
}

static bool look_up_learned(const struct stmt *s, const struct packet *p)
{
	struct value v;

	return read_learned(p, s->tuple->key[0], &v) &&
	       (find_learned(p->learned, s->set, &v) < p->learned->n) != (s->op == OP_NE);
}

/* what the look-up's set holds: pairs of equal octets, values, or the elements that were given */
static bool in_set(const struct stmt *s, const struct packet *p, const struct value *v)
{
	if (s->set->kind == SET_VALUES)
		return in_values(s, p->values, v);
	if (s->set->kind == SET_OCTETS)
		return v[0].b[0] == v[1].b[0];
	return s->set->kind == SET_ADDRESSES && set_holds(s->set, v);
}

static bool many_keys(const struct stmt *s, const struct packet *p)
{
	struct value v[TUPLE_MAX];
	/* the values are those of the frame's interface: its name need not be read */
	unsigned first = s->kind == STMT_LOOKUP && s->set->kind == SET_VALUES;
	bool holds;

	if (s->kind == STMT_LOOKUP && s->set->kind == SET_LEARNED)
		return look_up_learned(s, p);
	for (unsigned i = first; i < s->tuple->nkey; i++)
		if (!packet_read(p, s->tuple->key[i], &v[i]))
			return false;
	holds = s->kind == STMT_CONCAT ? find_tuple(s, v) < s->nlist : in_set(s, p, v);
	return holds != (s->op == OP_NE);
}

static bool exists(const struct stmt *s, const struct packet *p)
{
	bool present;

	return packet_exists(p, s->key, &present) && present != (s->op == OP_NE);
}

static bool counted(const struct stmt *s, const struct packet *p)
{
	unsigned limit = (unsigned)(s->value[0] << 8 | s->value[1]);

	return (p->connections > limit) != (s->op == OP_NE);
}

bool eval_stmt(const struct stmt *s, const struct packet *p)
{
	switch ((enum stmt_kind)s->kind) {
	case STMT_CONCAT:
	case STMT_LOOKUP:
		return many_keys(s, p);
	case STMT_EXISTS:
		return exists(s, p);
	case STMT_COUNT:
		return counted(s, p);
	case STMT_MARK:
	case STMT_COUNTER:
		return true;
	case STMT_LEARN:
	case STMT_RENEW:
	case STMT_FORGET:
		return change_learned(s, p);
	case STMT_TEST:
	case STMT_MASKED:
	case STMT_RANGE:
	case STMT_LIST:
		break;
	}
	return one_key(s, p);
}

static bool matches(const struct nft_rule *r, const struct packet *p)
{
	for (unsigned i = 0; i < r->nstmt; i++)
		if (!eval_stmt(&r->stmt[i], p))
			return false;
	return true;
}

struct arm eval_arm(const struct nft_rule *r, const struct packet *p)
{
	const struct stmt *s = r->nstmt ? &r->stmt[r->nstmt - 1] : NULL;
	struct value v[TUPLE_MAX];

	if (r->verdict != VERDICT_MAP)
		return (struct arm){r->verdict, r->target};
	for (unsigned i = 0; i < s->tuple->nkey; i++)
		packet_read(p, s->tuple->key[i], &v[i]);
	return r->arm[find_tuple(s, v)];
}

/* NONE: the chain ran off its end, or returned */
static struct evaluation run_chain(const struct nft_chain *chain, const struct packet *p,
				   unsigned *steps)
{
	struct evaluation none = {.verdict = VERDICT_NONE};

	for (size_t i = 0; i < chain->rule.n; i++) {
		const struct nft_rule *r = &chain->rule.at[i];
		struct evaluation below;
		struct arm arm;

		++*steps;
		/* all the same: it may learn */
		if (!matches(r, p) || r->verdict == VERDICT_NONE)
			continue;
		arm = eval_arm(r, p);
		if (arm.verdict == VERDICT_RETURN)
			return none;
		if (arm.verdict != VERDICT_JUMP && arm.verdict != VERDICT_GOTO)
			return (struct evaluation){(enum verdict)arm.verdict, r, chain, 0};
		below = run_chain(arm.target, p, steps);
		if (below.verdict != VERDICT_NONE || arm.verdict == VERDICT_GOTO)
			return below;
	}
	return none;
}

struct packet eval_packet(const struct ruleset *rs, enum hook_id id, const struct packet *packet)
{
	struct packet p = *packet;

	p.egress = hook(id)->table == TABLE_NETDEV && hook(id)->direction == DIRECTION_OUT;
	if (rs->target.state == STATE_MARK_CT)
		p.mark = eval_mark(&rs->target, packet);
	return p;
}

struct evaluation eval_hook(const struct ruleset *rs, const struct entry *entry, enum hook_id id,
			    const struct packet *packet)
{
	struct evaluation accept = {.verdict = VERDICT_ACCEPT};
	struct packet p = eval_packet(rs, id, packet);
	struct learned none = {.n = 0};
	struct evaluation e;
	unsigned steps = 0;

	if (!entry->program[id])
		return accept;
	p.values = &entry->values;
	if (!p.learned)
		p.learned = &none;
	e = run_chain(entry->program[id]->chain.at[0], &p, &steps);
	if (e.verdict == VERDICT_NONE)
		e = accept;
	e.steps = steps;
	return e;
}

uint32_t eval_mark(const struct target *target, const struct packet *packet)
{
	static const struct {
		unsigned state;
		enum mark_bit bit;
	} bits[] = {
		{STATE_ESTABLISHED, MARK_ESTABLISHED},
		{STATE_RELATED, MARK_RELATED},
		{STATE_NEW, MARK_NEW},
		{STATE_INVALID, MARK_INVALID},
	};
	uint32_t mark = packet->mark & ~target->mark;

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (packet->state & bits[i].state)
			mark |= target_mark_bit(target, bits[i].bit);
	if (packet->reply && packet->state & ~(unsigned)STATE_INVALID)
		mark |= target_mark_bit(target, MARK_REPLY);
	return mark;
}
