/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/check.h"

static const struct match *find_match(const struct filter_rule *rule, enum field_id id)
{
	for (size_t i = 0; i < rule->match.n; i++)
		if (rule->match.at[i].field == id)
			return &rule->match.at[i];
	return NULL;
}

static bool has(const struct match *m, enum slot slot)
{
	return m && m->operand[slot].kind != OPERAND_ABSENT;
}

static struct span match_span(const struct match *m)
{
	for (int s = 0; s < SLOT_MAX; s++)
		if (m->operand[s].kind != OPERAND_ABSENT)
			return m->operand[s].span;
	return (struct span){0};
}

static void check_encap(struct compile *c, const struct filter_rule *rule)
{
	const struct match *m = find_match(rule, FIELD_VLAN_ENCAP);
	struct diag *d;

	if (!m)
		return;
	d = diag_report(
		&c->diag, DIAG_VLAN_ENCAP, match_span(m),
		"libvirt passes encap-protocol on in decimal to a tool that reads hexadecimal");
	diag_help(&c->diag, d,
		  "nothing to do if the EtherType as written is meant; it now matches that");
}

static void check_dscp(struct compile *c, const struct filter_rule *rule)
{
	const struct match *m = find_match(rule, FIELD_DSCP);
	struct diag *d;

	if (!m || rule->proto->layer != LAYER_L2)
		return;
	d = diag_report(&c->diag, DIAG_DSCP, match_span(m),
			"libvirt compares dscp of <%s> with the whole TOS byte, not with its upper "
			"six bits",
			rule->proto->xml);
	diag_help(&c->diag, d,
		  "write the DSCP itself (46 for expedited forwarding), not a TOS value");
}

static void check_arp_mask(struct compile *c, const struct filter_rule *rule)
{
	const struct match *src = find_match(rule, FIELD_ARP_SRCIP);
	const struct match *dst = find_match(rule, FIELD_ARP_DSTIP);
	struct diag *d;

	if (!has(src, SLOT_MASK) || !has(dst, SLOT_VALUE) || has(dst, SLOT_MASK))
		return;
	d = diag_report(&c->diag, DIAG_ARP_MASK, match_span(dst),
			"arpdstipaddr has no mask; libvirt uses that of arpsrcipaddr for both");
	diag_also(&c->diag, d, src->operand[SLOT_MASK].span, "the mask of the source");
	diag_help(&c->diag, d, "write arpdstipmask='32', or the mask that is meant");
}

static void check_icmp(struct compile *c, const struct filter_rule *rule)
{
	const struct match *m = find_match(rule, FIELD_ICMP_TYPE);
	struct diag *d;

	if (!m || rule->direction != DIRECTION_INOUT)
		return;
	d = diag_report(&c->diag, DIAG_ICMP_INOUT, match_span(m),
			"libvirt makes no rule of an ICMP type with direction 'inout'");
	diag_help(&c->diag, d, "write one rule with direction='in' and one with direction='out'");
}

static void check_continue(struct compile *c, const struct filter_rule *rule)
{
	if (rule->action == ACTION_CONTINUE && rule->proto->layer == LAYER_L3)
		diag_report(&c->diag, DIAG_CONTINUE_L3, rule->span,
			    "action 'continue' does nothing here, and libvirt fails on it");
}

static void check_stp(struct compile *c, const struct filter_rule *rule)
{
	for (size_t i = 0; i < rule->match.n; i++) {
		const struct match *m = &rule->match.at[i];
		enum guard guard = field(m->field)->guard;

		if (guard != GUARD_STP && guard != GUARD_STP_CONFIG)
			continue;
		diag_report(&c->diag, DIAG_STP_OFFSET, match_span(m),
			    "libvirt's tools read %s of a BPDU one byte before its place",
			    field(m->field)->xml);
		return;
	}
}

static bool single_port(const struct match *m)
{
	return m && m->negated && has(m, SLOT_VALUE) && !has(m, SLOT_END);
}

static void check_port_pair(struct compile *c, const struct filter_rule *rule)
{
	const struct match *src = find_match(rule, FIELD_SRCPORT);
	const struct match *dst = find_match(rule, FIELD_DSTPORT);
	struct diag *d;

	if (rule->proto->layer != LAYER_L3 || rule->proto->l4proto == 132 || !single_port(src) ||
	    !single_port(dst))
		return;
	d = diag_report(&c->diag, DIAG_PORT_PAIR, match_span(src),
			"libvirt matches unless both ports are equal; here each port must differ");
	diag_also(&c->diag, d, match_span(dst), "the other port");
	diag_help(&c->diag, d, "write two rules, one for each port");
}

static void check_reverse_mac(struct compile *c, const struct filter_rule *rule)
{
	const struct match *m = find_match(rule, FIELD_SRCMAC);
	bool one_sided = find_match(rule, FIELD_CONNLIMIT) || find_match(rule, FIELD_ICMP_TYPE) ||
			 (find_match(rule, FIELD_STATE) && rule->direction != DIRECTION_INOUT);

	if (!m || rule->proto->layer != LAYER_L3 || rule->match.n < 2 ||
	    rule->action == ACTION_ACCEPT || one_sided)
		return;
	diag_report(&c->diag, DIAG_REVERSE_WITHOUT_MAC, match_span(m),
		    "libvirt also applies this rule to the other direction, without srcmacaddr");
}

static void check_chain(struct compile *c, const struct filter *filter,
			const struct filter_rule *rule)
{
	const struct chain_kind *kind = chain_kind(filter->chain);
	const struct proto *p = rule->proto;
	bool apart;

	if (!kind || p->layer != LAYER_L2)
		return;
	apart = kind->ethertype && (p->bpdu || (p->ethertype && p->ethertype != kind->ethertype));
	apart |= kind->bpdu && p->ethertype && p->ethertype != 0x8100;
	if (apart)
		diag_report(&c->diag, DIAG_NEVER_MATCHES, rule->proto_span,
			    "no frame that enters chain \"%.*s\" is matched by <%s>",
			    STR_ARG(filter->chain), p->xml);
}

/*
 * libvirt takes a reversed range of addresses, which then never matches, and so it
 * does with ports of the stateful udp; its tools refuse all others.
 */
static bool takes_reversed(const struct compile *c, const struct proto *p, const struct field *f)
{
	return f->type == TYPE_ADDRESS || (compat(c) && p->layer == LAYER_L3 && p->l4proto == 17 &&
					   f->handler == HANDLER_PORT);
}

static bool reversed_range(struct compile *c, const struct proto *p, const struct bound_match *m,
			   enum slot low, enum slot high)
{
	enum diag_id id =
		takes_reversed(c, p, field(m->field)) ? DIAG_RANGE_REVERSED : DIAG_VALUE_ILLEGAL;
	const struct operand *first = &m->source->operand[low];
	const struct operand *last = &m->source->operand[high];
	struct diag *d;

	if (!m->given[low] || !m->given[high] ||
	    value_compare(&m->value[low], &m->value[high]) <= 0)
		return true;
	d = diag_report(&c->diag, id, last->span,
			"the end of the range, %s='%.*s', is below its start",
			field(last->field)->xml, STR_ARG(last->text));
	diag_also(&c->diag, d, first->span, "the start");
	diag_help(&c->diag, d, "exchange the two values");
	if (first->kind == OPERAND_LITERAL && last->kind == OPERAND_LITERAL) {
		diag_fix(&c->diag, d, FIX_UNSAFE, first->span, last->text);
		diag_fix(&c->diag, d, FIX_UNSAFE, last->span, first->text);
	}
	return !diag_is_error(&c->diag, id);
}

static bool negated_all(struct compile *c, const struct bound_match *m)
{
	static const struct value zero;
	struct diag *d;

	if (!m->negated || !m->given[SLOT_MASK] ||
	    memcmp(m->value[SLOT_MASK].b, zero.b, VALUE_BYTES))
		return true;
	d = diag_report(&c->diag, DIAG_NEGATED_ALL, m->source->operand[SLOT_MASK].span,
			"match='no' with an empty mask excludes every address");
	diag_help(&c->diag, d, "give a mask with at least one bit, or remove the rule");
	return false;
}

static bool check_match(struct compile *c, const struct proto *p, const struct bound_match *m)
{
	bool ok = reversed_range(c, p, m, SLOT_VALUE, SLOT_END);

	ok = reversed_range(c, p, m, SLOT_SECOND, SLOT_SECOND_END) && ok;
	return negated_all(c, m) && ok;
}

static bool icmp_protocol(struct compile *c, const struct rule *rule)
{
	const struct bound_match *type = rule_match(rule, FIELD_IP6_TYPE);
	const struct bound_match *protocol = rule_match(rule, FIELD_IP_PROTOCOL);

	if (!type || (protocol && protocol->value[SLOT_VALUE].b[0] == 58 && !protocol->negated))
		return true;
	diag_report(&c->diag, DIAG_ICMP_PROTOCOL, match_span(type->source),
		    "ICMPv6 types need protocol='icmpv6' in the same rule");
	return false;
}

static bool ports_protocol(struct compile *c, const struct rule *rule)
{
	const struct bound_match *protocol = rule_match(rule, FIELD_IP_PROTOCOL);
	const struct bound_match *port = rule_match(rule, FIELD_SRCPORT);

	if (!port)
		port = rule_match(rule, FIELD_DSTPORT);
	if (!port || !protocol || !protocol->negated)
		return true;
	diag_report(&c->diag, DIAG_PORTS_NEGATED, match_span(port->source),
		    "ports need the protocol itself, not every other one");
	return false;
}

/* what lint can know of values: those written as they are */
static void check_literals(struct compile *c, const struct filter_rule *rule)
{
	for (size_t i = 0; i < rule->match.n; i++) {
		const struct match *source = &rule->match.at[i];
		struct bound_match m = {.field = source->field, .negated = source->negated};

		m.source = source;
		for (int s = 0; s < SLOT_MAX; s++) {
			m.given[s] = source->operand[s].kind == OPERAND_LITERAL;
			m.value[s] = source->operand[s].value;
		}
		check_match(c, rule->proto, &m);
	}
}

void check_filter(struct compile *c, const struct filter *filter)
{
	static void (*const checks[])(struct compile *, const struct filter_rule *) = {
		check_encap,    check_dscp, check_arp_mask,  check_icmp,
		check_continue, check_stp,  check_port_pair, check_reverse_mac,
	};

	for (size_t i = 0; i < filter->item.n; i++) {
		const struct filter_rule *rule = filter->item.at[i].rule;

		if (filter->item.at[i].kind != ITEM_RULE)
			continue;
		for (size_t k = 0; k < sizeof(checks) / sizeof(checks[0]); k++)
			checks[k](c, rule);
		check_chain(c, filter, rule);
		check_literals(c, rule);
	}
}

bool check_bound(struct compile *c, const struct rule *rule)
{
	bool ok = true;

	for (size_t i = 0; i < rule->match.n; i++)
		ok = check_match(c, rule_proto(rule), &rule->match.at[i]) && ok;
	if (rule_proto(rule)->layer == LAYER_L3)
		return ok;
	ok = icmp_protocol(c, rule) && ok;
	return ports_protocol(c, rule) && ok;
}
