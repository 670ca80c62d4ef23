/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "derive.h"

#include <string.h>

#include "converse.h"
#include "craft.h"

enum twist {
	TWIST_NONE,
	TWIST_UP,      /* one above the value, or above the range */
	TWIST_DOWN,    /* one below */
	TWIST_INSIDE,  /* a bit that the mask leaves free, or the end of the range */
	TWIST_OUTSIDE, /* the last bit of the mask */
	TWIST_PLACE,   /* the right value where a defect of the reference reads it */
	TWIST_SHORT,   /* the frame ends early */
	TWIST_TAGGED,  /* in a VLAN */
	TWIST_MAX,
};

/* which values of the rule go where */
struct draft {
	struct script *script;
	const struct rule *rule;
	enum twist twist;
	size_t twisted; /* the match that is twisted */
	bool swapped;   /* as a reply would have it */
	bool early;     /* BPDU fields where libvirt's kernel match reads them */
	const struct ipset *set;
	unsigned element; /* of the set */
};

static void step(struct value *v, int by)
{
	for (unsigned i = v->len; i-- > 0;) {
		unsigned char before = v->b[i];

		v->b[i] = (unsigned char)(before + by);
		if (by > 0 ? v->b[i] : before)
			return;
	}
}

static void flip(struct value *v, unsigned bit)
{
	if (bit < v->len * 8u)
		v->b[bit / 8] ^= (unsigned char)(0x80 >> bit % 8);
}

static struct value twisted_value(const struct bound_match *m, enum twist twist)
{
	struct value v = m->value[SLOT_VALUE];
	int prefix = m->given[SLOT_MASK] ? value_prefix(m->value[SLOT_MASK].b, v.len) : v.len * 8;

	if (!m->given[SLOT_VALUE])
		v = (struct value){.len = 1};
	switch (twist) {
	case TWIST_UP:
		if (m->given[SLOT_END])
			v = m->value[SLOT_END];
		step(&v, 1);
		break;
	case TWIST_DOWN:
		step(&v, -1);
		break;
	case TWIST_INSIDE:
		if (m->given[SLOT_END])
			v = m->value[SLOT_END];
		else if (prefix >= 0)
			flip(&v, (unsigned)prefix);
		break;
	case TWIST_OUTSIDE:
		if (prefix > 0)
			flip(&v, (unsigned)prefix - 1);
		break;
	default:
		break;
	}
	return v;
}

/* text becomes no bytes: sets and comments */
static bool has_place(const struct field *f)
{
	return f->handler != HANDLER_NOTHING && f->handler != HANDLER_IPSET &&
	       f->handler != HANDLER_CONNLIMIT && f->handler != HANDLER_TCP_OPTION;
}

/* flags: the mask is the first byte of the value or a value of its own */
static struct value flags_of(const struct bound_match *m, enum twist twist)
{
	struct value v = m->value[SLOT_VALUE];

	v = value_of_number(v.b[v.len - 1], 1);
	if (twist != TWIST_NONE)
		v.b[0] ^= 0x02;
	return v;
}

/* its decimal digits, read as hexadecimal ones */
static uint32_t hexadecimal(uint32_t number)
{
	uint32_t value = 0;

	for (unsigned shift = 0; number && shift < 32; number /= 10, shift += 4)
		value |= number % 10 << shift;
	return value;
}

static void place(struct draft *d, struct craft *c, const struct bound_match *m, enum twist twist)
{
	const struct proto *p = rule_proto(d->rule);
	const struct field *f =
		field(d->swapped && field(m->field)->swap ? field(m->field)->swap : m->field);
	struct value v = twisted_value(m, twist);
	long at;

	if (!has_place(f) || f->handler == HANDLER_PROTOCOL || f->handler == HANDLER_GRATUITOUS)
		return;
	if (f->handler == HANDLER_TCP_FLAGS)
		v = flags_of(m, twist);
	if (f->handler == HANDLER_ENCAP && twist == TWIST_PLACE)
		v = value_of_number(hexadecimal(value_number(&v)), v.len);
	at = craft_position(c, f->key[p->keys]);
	if (at < 0)
		return;
	/* STP is read a byte early, DSCP as the whole byte */
	if ((twist == TWIST_PLACE || d->early) &&
	    (f->guard == GUARD_STP || f->guard == GUARD_STP_CONFIG)) {
		if ((size_t)at / 8 + v.len <= c->n)
			craft_set_bits(c, (size_t)at - 8, v.len * 8u, &v);
	} else if (twist == TWIST_PLACE && f->handler == HANDLER_DSCP) {
		craft_set_bits(c, (size_t)at, 8, &v);
	} else {
		craft_set(c, f->key[p->keys], &v);
	}
	if (m->given[SLOT_SECOND] && f->handler == HANDLER_ICMP && c->transport)
		c->b[c->transport + 1] = m->value[SLOT_SECOND].b[0];
}

static void choose_element(struct draft *d)
{
	const struct bound_match *m = rule_match(d->rule, FIELD_IPSET);

	d->set = m ? ipsets_find(&d->script->ipsets, m->value[SLOT_VALUE].text) : NULL;
	if (d->set)
		d->element = rng_below(d->script->rng, d->set->nelement);
}

static void place_element(struct draft *d, struct craft *c)
{
	const struct bound_match *m = rule_match(d->rule, FIELD_IPSET);
	bool twisted =
		d->twist != TWIST_NONE && d->rule->match.n && &d->rule->match.at[d->twisted] == m;
	const unsigned char *flags = m->value[SLOT_SECOND].b;
	bool dst[IPSET_DIMENSIONS];

	for (unsigned i = 0; i < IPSET_DIMENSIONS; i++)
		dst[i] = (m->given[SLOT_SECOND] && i < flags[0] && flags[i + 1]) != d->swapped;
	ipset_place(c, d->set, d->element, dst,
		    twisted ? 1 + rng_below(d->script->rng, d->set->ndimension) : 0);
}

static uint8_t protocol_of(const struct draft *d)
{
	const struct bound_match *m = rule_match(d->rule, FIELD_IP_PROTOCOL);
	uint8_t l4proto = d->set ? ipset_l4proto(d->set, d->element) : 0;
	static const uint8_t usual[] = {17, 6, 17, 6, 132, 136, 50, 1, 58};

	if (m && m->given[SLOT_VALUE] && d->twist != TWIST_UP)
		return m->value[SLOT_VALUE].b[m->value[SLOT_VALUE].len - 1];
	return l4proto ? l4proto : usual[rng_below(d->script->rng, sizeof(usual))];
}

static void gratuitous(struct craft *c)
{
	if (c->n >= c->network + 28)
		memcpy(c->b + c->network + 24, c->b + c->network + 14, 4);
}

static void build(struct draft *d, struct craft *c, unsigned from, unsigned to)
{
	struct script *s = d->script;
	const struct bound_match *option = rule_match(d->rule, FIELD_TCP_OPTION);
	struct end a = s->ends.end[from];
	struct end b = script_towards(s, from, to);
	struct craft_style style = {
		.from = &a,
		.to = &b,
		.tagged = d->twist == TWIST_TAGGED,
		.tag = s->n,
	};

	d->early = rng_once(s->rng, 2);
	choose_element(d);
	style.l4proto = protocol_of(d);
	if (option && option->given[SLOT_VALUE])
		style.option = (uint8_t)(option->value[SLOT_VALUE].b[0] + (d->twist == TWIST_UP));
	craft_begin(c, rule_proto(d->rule), &style);
	for (size_t i = 0; i < d->rule->match.n; i++)
		place(d, c, &d->rule->match.at[i], i == d->twisted ? d->twist : TWIST_NONE);
	if (d->set)
		place_element(d, c);
	if (rule_match(d->rule, FIELD_ARP_GRATUITOUS) && d->twist != TWIST_UP)
		gratuitous(c);
	craft_finish(c);
	/* what leaves the host's stack is whole */
	if (d->twist == TWIST_SHORT && c->n > 15 &&
	    ((from != END_HOST && from != END_HOSTIP) || !c->transport))
		c->n = 14 + rng_below(s->rng, (unsigned)(c->n - 14));
}

static unsigned other_end(struct script *s, unsigned vm)
{
	static const unsigned ends[] = {END_PEER, END_PEER,   END_VM2,   END_VM,
					END_HOST, END_HOSTIP, END_ROUTE, END_PEER};
	unsigned end;

	do
		end = ends[rng_below(s->rng, sizeof(ends) / sizeof(ends[0]))];
	while (end == vm);
	return end;
}

static void send_one(struct draft *d, unsigned from, unsigned to)
{
	struct craft c;

	build(d, &c, from, to == END_HOSTIP ? END_HOST : to);
	script_send(d->script, from, c.b, c.n);
}

static void send_ways(struct draft *d, unsigned vm)
{
	for (unsigned way = 0; way < 4; way++) {
		unsigned other = other_end(d->script, vm);

		d->swapped = way & 1;
		if (way & 2)
			send_one(d, other, vm);
		else
			send_one(d, vm, other);
	}
}

static void converse_about(struct draft *d, unsigned vm)
{
	bool counted = rule_match(d->rule, FIELD_CONNLIMIT);

	for (unsigned way = 0; way < 2; way++) {
		/* what is not bridged meets no rule that counts */
		unsigned other = counted ? END_PEER : other_end(d->script, vm);
		unsigned from = way ? other : vm;
		unsigned to = way ? vm : other;
		struct flow flow;
		struct craft c;

		d->twist = TWIST_NONE;
		/* `inout` and `in` are written as the VM receives */
		d->swapped = !way && d->rule->source->direction != DIRECTION_OUT;
		build(d, &c, from, to == END_HOSTIP ? END_HOST : to);
		if (!flow_of(&c, from, to, &flow))
			continue;
		converse(d->script, &flow);
		if (counted)
			converse_several(d->script, &flow);
	}
}

void derive(struct script *s, const struct rule *rule, unsigned vm, unsigned twists)
{
	struct draft d = {.script = s, .rule = rule};
	unsigned n = (unsigned)rule->match.n;

	send_ways(&d, vm);
	for (unsigned i = 0; i < twists; i++) {
		d.twisted = n ? rng_below(s->rng, n) : 0;
		d.twist = n && i < 2 * twists / 3 ? 1 + rng_below(s->rng, TWIST_PLACE)
						  : TWIST_SHORT + rng_below(s->rng, 2);
		send_ways(&d, vm);
	}
	if (rule_proto(rule)->layer == LAYER_L3)
		converse_about(&d, vm);
}
