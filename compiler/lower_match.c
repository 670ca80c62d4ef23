/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lower_match.h"

#include "compiler/lower_lift.h"

struct stmt test_bpdu(void)
{
	struct value group = {.len = 6, .b = {0x01, 0x80, 0xc2}};

	return stmt_test((struct key)NAMED_KEY(ETHER_DADDR), OP_EQ, group);
}

/* two guards may ask for the same */
void instance_put(struct instance *in, struct stmt s)
{
	for (size_t i = 0; i < in->stmt.n; i++)
		if (stmt_equal(&in->stmt.at[i], &s))
			return;
	*VEC_PUSH(in->l->scratch, &in->stmt) = s;
}

struct choice *instance_choice(struct instance *in)
{
	return in->choice[in->nchoice++] = ARENA_NEW(in->l->scratch, struct choice);
}

struct way *choice_way(struct choice *choice)
{
	return &choice->way[choice->n++];
}

void way_put(struct way *way, struct stmt s)
{
	way->stmt[way->n++] = s;
}

enum field_id instance_field(const struct instance *in, enum field_id id)
{
	enum field_id swap = field(id)->swap;

	return in->reversed && swap && proto_has(rule_proto(in->rule), swap) ? swap : id;
}

struct key instance_key(const struct instance *in, enum field_id id)
{
	return field(instance_field(in, id))->key[rule_proto(in->rule)->keys];
}

static struct key raw(unsigned offset, unsigned length)
{
	return (struct key)NETWORK_BITS((uint16_t)offset, (uint16_t)length);
}

static bool all_ones(const struct value *mask)
{
	return value_prefix(mask->b, mask->len) == mask->len * 8;
}

void instance_test(struct instance *in, const struct bound_match *m, struct key key)
{
	enum test_op op = m->negated ? OP_NE : OP_EQ;
	const struct value *v = m->value;
	int order = value_compare(&v[SLOT_VALUE], &v[SLOT_END]);

	if (m->lift) {
		instance_lift(in, m, key);
		return;
	}
	if (m->given[SLOT_MASK] && !all_ones(&v[SLOT_MASK])) {
		/* an empty mask is every address; its negation is refused before */
		if (value_prefix(v[SLOT_MASK].b, v[SLOT_MASK].len))
			instance_put(in, stmt_masked(key, v[SLOT_MASK], op, v[SLOT_VALUE]));
		return;
	}
	if (!m->given[SLOT_END] || !order) {
		instance_put(in, stmt_test(key, op, v[SLOT_VALUE]));
		return;
	}
	/* a reversed range holds no address (semantics.md 5.9) */
	if (order > 0) {
		in->never |= !m->negated;
		return;
	}
	instance_put(in, stmt_range(key, op, v[SLOT_VALUE], v[SLOT_END]));
}

/* reading the last field that must be there is what shows that the frame is long enough */
static void guard_length(struct instance *in, struct key last)
{
	uint32_t max = last.length < 32 ? (1u << last.length) - 1 : UINT32_MAX;

	instance_put(in, stmt_range(last, OP_EQ, value_of_number(0, last.length / 8),
				    value_of_number(max, last.length / 8)));
}

/*
 * What must hold for a field to exist in the frame.  ARP: ebt_arp asks for the
 * lengths and types of Ethernet and IPv4, and for both protocol addresses, also
 * when the match is negated (semantics.md 4.4).
 */
static void guard_arp(struct instance *in, bool addresses)
{
	enum keys k = rule_proto(in->rule)->keys;
	static const struct key hlen[] = {NAMED_KEY(ARP_HLEN), NETWORK_BITS(32, 8)};
	static const struct key plen[] = {NAMED_KEY(ARP_PLEN), NETWORK_BITS(40, 8)};

	if (addresses) {
		instance_put(in, stmt_number(field(FIELD_ARP_PROTOCOLTYPE)->key[k], OP_EQ, 0x0800));
		instance_put(in, stmt_number(plen[k], OP_EQ, 4));
	} else {
		instance_put(in, stmt_number(field(FIELD_ARP_HWTYPE)->key[k], OP_EQ, 1));
	}
	instance_put(in, stmt_number(hlen[k], OP_EQ, 6));
	if (addresses)
		guard_length(in, raw(192, 32));
}

/*
 * LLC header and protocol identifier of a BPDU (IEEE 802.1D 9.3).  libvirt's
 * kernel match reads the identifier as one byte: every field sits one byte
 * early, and only version 0 is a BPDU to it (semantics.md 4.4).
 */
static void guard_stp(struct instance *in, bool config)
{
	struct value start = {.len = 5, .b = {0x42, 0x42, 0x03}};

	if (compat(in->l->compile)) {
		start.len = 6;
		instance_put(in, stmt_test(raw(0, 48), OP_EQ, start));
		if (config)
			guard_length(in, raw(288, 8));
		return;
	}
	instance_put(in, stmt_test(raw(0, 40), OP_EQ, start));
	/* a topology change notification has no such fields */
	if (config)
		instance_put(in, stmt_number(raw(48, 8), OP_NE, 0x80));
}

/* nothing is read from the payload of a fragment that is not the first */
static void guard_unfragmented(struct instance *in)
{
	struct value offset = value_of_number(0x1fff, 2);
	struct choice *choice;
	struct stmt missing = {.kind = STMT_EXISTS, .op = OP_NE, .key = NAMED_KEY(FRAG_EXISTS)};

	if (rule_proto(in->rule)->family == FAMILY_IPV4) {
		instance_put(in, stmt_masked((struct key)NAMED_KEY(IP_FRAG_OFF), offset, OP_EQ,
					     value_of_number(0, 2)));
		return;
	}
	choice = instance_choice(in);
	way_put(choice_way(choice), missing);
	way_put(choice_way(choice), stmt_number((struct key)NAMED_KEY(FRAG_FRAG_OFF), OP_EQ, 0));
}

void instance_guard(struct instance *in, enum guard guard)
{
	if (in->guards & 1u << guard)
		return;
	in->guards |= 1u << guard;
	switch (guard) {
	case GUARD_ARP:
		guard_length(in, raw(48, 16));
		break;
	case GUARD_ARP_MAC:
	case GUARD_ARP_IP:
		guard_arp(in, guard == GUARD_ARP_IP);
		break;
	case GUARD_STP_CONFIG:
		in->guards |= 1u << GUARD_STP;
		guard_stp(in, true);
		break;
	case GUARD_STP:
		guard_stp(in, false);
		break;
	case GUARD_UNFRAGMENTED:
		guard_unfragmented(in);
		break;
	case GUARD_NONE:
	case GUARD_MAX:
		break;
	}
}

/*
 * The protocol above IP of an L3 rule.  IPv6: behind extension headers, but AH
 * counts as the protocol, for libvirt's tools as for l4proto (semantics.md 5.9).
 */
static void match_l4proto(struct instance *in, const struct proto *p)
{
	struct key key = field(FIELD_IP_PROTOCOL)->key[p->keys];

	if (p->l4proto >= 0)
		instance_put(in, stmt_number(key, OP_EQ, (uint32_t)p->l4proto));
}

/* libvirt's tools forget the target's own /32 when the source has a mask (fix F6) */
static void leak_arp_mask(const struct instance *in, struct bound_match *m)
{
	const struct bound_match *src = rule_match(in->rule, FIELD_ARP_SRCIP);

	if (!compat(in->l->compile) || m->field != FIELD_ARP_DSTIP || m->given[SLOT_MASK] || !src ||
	    !src->given[SLOT_MASK])
		return;
	m->given[SLOT_MASK] = true;
	m->value[SLOT_MASK] = src->value[SLOT_MASK];
}

static void plain_match(struct instance *in, const struct bound_match *source)
{
	struct bound_match m = *source;
	struct key key = instance_key(in, m.field);
	enum guard guard = field(m.field)->guard;

	leak_arp_mask(in, &m);
	instance_guard(in, guard);
	if (compat(in->l->compile) && (guard == GUARD_STP || guard == GUARD_STP_CONFIG))
		key.offset -= 8;
	instance_test(in, &m, key);
}

void instance_matches(struct instance *in)
{
	const struct proto *p = rule_proto(in->rule);

	if (p->bpdu)
		instance_put(in, test_bpdu());
	if (p->ethertype)
		instance_put(in,
			     stmt_number((struct key)NAMED_KEY(ETHER_TYPE), OP_EQ, p->ethertype));
	if (p->layer == LAYER_L3)
		match_l4proto(in, p);
	for (size_t i = 0; i < in->rule->match.n; i++) {
		const struct bound_match *m = &in->rule->match.at[i];
		special_fn *special = special_handlers[field(m->field)->handler];

		if (p->layer == LAYER_L3 && m->field == FIELD_SRCMAC && in->reversed)
			continue;
		if (special)
			special(in, m);
		else
			plain_match(in, m);
	}
	instance_look_ups(in);
}
