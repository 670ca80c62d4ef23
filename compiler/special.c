/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lower_match.h"

#include "ir/base/buf.h"

/*
 * The few fields whose tests their row cannot express: see enum handler.
 */
#define NEXTHDR_FRAGMENT 44
#define NEXTHDR_AH 51
#define NEXTHDR_NONE 59
#define PROTOCOL_SCTP 132
#define ICMP_ANY 255
#define TYPE_MAX_VALUE 255

static enum test_op op_of(const struct bound_match *m)
{
	return m->negated ? OP_NE : OP_EQ;
}

static void nothing(struct instance *in, const struct bound_match *m)
{
	(void)in;
	(void)m;
}

/* key is none of the numbers, each of which may come twice */
static struct stmt none_of(struct instance *in, struct key key, const uint32_t *number, unsigned n)
{
	struct stmt s = {.kind = STMT_LIST, .op = OP_NE, .key = key};
	struct value *list = ARENA_ARRAY(in->l->compile->arena, struct value, n);

	for (unsigned i = 0; i < n; i++) {
		unsigned before = 0;

		while (before < s.nlist && list[before].b[0] != number[i])
			before++;
		if (before == s.nlist)
			list[s.nlist++] = value_of_number(number[i], 1);
	}
	s.list = list;
	return s;
}

static const struct key l4proto = NAMED_KEY(L4PROTO);
/*
 * The first byte of an AH is the next header (RFC 4302 2.1).  Read before the
 * protocol is tested: behind `l4proto 51`, nft 1.0.6 aborts when it lists a raw
 * transport key.
 */
static const struct key behind_ah = {KEY_RAW_TRANSPORT, 0, 8};
static const struct key fragment_offset = NAMED_KEY(FRAG_FRAG_OFF);

/* does the rule read more of the payload than which protocol it is? */
static bool reads_header(const struct rule *rule)
{
	return rule_match(rule, FIELD_SRCPORT) || rule_match(rule, FIELD_DSTPORT) ||
	       rule_match(rule, FIELD_IP6_TYPE);
}

static void protocol_is(struct instance *in, uint32_t number)
{
	struct choice *choice;
	struct way *way;

	if (number == NEXTHDR_FRAGMENT) {
		instance_put(in, stmt_number(fragment_offset, OP_NE, 0));
		return;
	}
	in->never |= number == NEXTHDR_NONE || number == NEXTHDR_AH;
	instance_guard(in, GUARD_UNFRAGMENTED);
	if (reads_header(in->rule)) {
		instance_put(in, stmt_number(l4proto, OP_EQ, number));
		return;
	}
	choice = instance_choice(in);
	way_put(choice_way(choice), stmt_number(l4proto, OP_EQ, number));
	way = choice_way(choice);
	way_put(way, stmt_number(behind_ah, OP_EQ, number));
	way_put(way, stmt_number(l4proto, OP_EQ, NEXTHDR_AH));
}

static void protocol_is_not(struct instance *in, uint32_t number)
{
	uint32_t direct[] = {number, NEXTHDR_AH, NEXTHDR_NONE};
	uint32_t inside[] = {number, NEXTHDR_NONE};
	struct choice *choice = instance_choice(in);
	struct way *way = choice_way(choice);

	if (number != NEXTHDR_FRAGMENT) {
		way_put(way, stmt_number(fragment_offset, OP_NE, 0));
		way = choice_way(choice);
	}
	way_put(way, none_of(in, l4proto, direct, 3));
	way = choice_way(choice);
	way_put(way, none_of(in, behind_ah, inside, 2));
	way_put(way, stmt_number(l4proto, OP_EQ, NEXTHDR_AH));
	if (number == NEXTHDR_FRAGMENT)
		instance_guard(in, GUARD_UNFRAGMENTED);
}

/*
 * The next header of IPv6 at L2, as ebt_ip6 finds it (semantics.md 4.4): behind
 * extension headers and AH; 44 in a fragment that is not the first; false where
 * the headers end in "no next header".  A later fragment matches every negation,
 * so that the other ways need not exclude it.
 */
static void protocol_ipv6(struct instance *in, const struct bound_match *m)
{
	uint32_t number = m->value[SLOT_VALUE].b[0];

	if (m->negated)
		protocol_is_not(in, number);
	else
		protocol_is(in, number);
}

static void protocol(struct instance *in, const struct bound_match *m)
{
	if (rule_proto(in->rule)->family == FAMILY_IPV6)
		protocol_ipv6(in, m);
	else
		instance_test(in, m, instance_key(in, m->field));
}

static bool single_negated_port(const struct bound_match *m)
{
	return m && m->negated && value_number(&m->value[SLOT_VALUE]) &&
	       (!m->given[SLOT_END] || !value_compare(&m->value[SLOT_VALUE], &m->value[SLOT_END]));
}

/* --compat: iptables-nft compares two negated single ports as one value (fix F30) */
static bool port_pair(struct instance *in, const struct bound_match *m)
{
	const struct bound_match *src = rule_match(in->rule, FIELD_SRCPORT);
	const struct bound_match *dst = rule_match(in->rule, FIELD_DSTPORT);
	struct value pair = {.len = 4};
	bool exchanged = in->reversed;

	if (!compat(in->l->compile) || rule_proto(in->rule)->layer != LAYER_L3 ||
	    rule_proto(in->rule)->l4proto == PROTOCOL_SCTP || !single_negated_port(src) ||
	    !single_negated_port(dst))
		return false;
	if (m == dst)
		return true;
	memcpy(pair.b, (exchanged ? dst : src)->value[SLOT_VALUE].b, 2);
	memcpy(pair.b + 2, (exchanged ? src : dst)->value[SLOT_VALUE].b, 2);
	instance_put(in, stmt_test((struct key){KEY_RAW_TRANSPORT, 0, 32}, OP_NE, pair));
	return true;
}

/*
 * A device's hook sees fragments as they are.  What stands in a later one where
 * others have ports is its sender's choice, and for IPv6 the kernel reads elsewhere.
 */
static bool never_reassembled(const struct instance *in)
{
	return hook(in->hook)->table == TABLE_NETDEV;
}

/*
 * Ports are not looked for in later fragments, but by libvirt's tcp and udp
 * rules of the stateful layer they are (semantics.md 4.4, 5.9).
 */
static void port(struct instance *in, const struct bound_match *m)
{
	const struct proto *p = rule_proto(in->rule);

	if (p->layer == LAYER_L2 || p->l4proto == PROTOCOL_SCTP || never_reassembled(in))
		instance_guard(in, GUARD_UNFRAGMENTED);
	if (!port_pair(in, m))
		instance_test(in, m, instance_key(in, m->field));
}

/* type and code are one value: the sign holds for the pair */
static void icmp_pair(struct instance *in, const struct bound_match *m, const struct tuple *t)
{
	struct tuple *pair;
	struct stmt s = {.kind = STMT_CONCAT, .op = (uint8_t)op_of(m), .nlist = 1};

	if (!m->negated) {
		for (unsigned i = 0; i < t->nkey; i++)
			instance_put(in,
				     value_compare(&t->low[i], &t->high[i])
					     ? stmt_range(t->key[i], OP_EQ, t->low[i], t->high[i])
					     : stmt_test(t->key[i], OP_EQ, t->low[i]));
		return;
	}
	pair = arena_copy(in->l->compile->arena, t, sizeof(*t));
	s.tuple = pair;
	instance_put(in, s);
}

static bool full_range(const struct value *low, const struct value *high)
{
	return !low->b[0] && high->b[0] == TYPE_MAX_VALUE;
}

static void tuple_put(struct tuple *t, struct key key, struct value low, struct value high)
{
	t->key[t->nkey] = key;
	t->low[t->nkey] = low;
	t->high[t->nkey++] = high;
}

/*
 * L2: ranges, where a missing start is 0, a missing end the start or 255
 * (semantics.md 1.9).  L3: a type and perhaps a code; type 255 of IPv4 is any.
 */
static void icmp(struct instance *in, const struct bound_match *m)
{
	const struct proto *p = rule_proto(in->rule);
	bool six = p->family == FAMILY_IPV6;
	bool l2 = p->layer == LAYER_L2;
	struct key type = instance_key(in, m->field);
	struct key code = {six ? KEY_ICMPV6_CODE : KEY_ICMP_CODE, 0, 0};
	struct value top = value_of_number(TYPE_MAX_VALUE, 1);
	const struct value *v = m->value;
	struct tuple t = {0};
	struct value low = m->given[SLOT_VALUE] ? v[SLOT_VALUE] : value_of_number(0, 1);
	struct value high = m->given[SLOT_END] ? v[SLOT_END] : m->given[SLOT_VALUE] ? low : top;

	instance_guard(in, GUARD_UNFRAGMENTED);
	if (!l2 && !six && low.b[0] == ICMP_ANY) {
		in->never |= m->negated;
		return;
	}
	tuple_put(&t, type, low, high);
	if (m->given[SLOT_SECOND] || m->given[SLOT_SECOND_END]) {
		low = m->given[SLOT_SECOND] ? v[SLOT_SECOND] : value_of_number(0, 1);
		high = m->given[SLOT_SECOND_END] ? v[SLOT_SECOND_END] : low;
		tuple_put(&t, code, low, high);
	}
	if (t.nkey == 1 || full_range(&t.low[1], &t.high[1])) {
		struct bound_match range = *m;

		range.given[SLOT_END] = true;
		range.value[SLOT_VALUE] = t.low[0];
		range.value[SLOT_END] = t.high[0];
		instance_test(in, &range, type);
		return;
	}
	icmp_pair(in, m, &t);
}

/* --compat: ebt_ip compares the whole TOS byte with the number (fix F5) */
static void dscp(struct instance *in, const struct bound_match *m)
{
	bool tos = compat(in->l->compile) && rule_proto(in->rule)->layer == LAYER_L2;
	struct key byte = NETWORK_BITS(8, 8);

	instance_test(in, m, tos ? byte : instance_key(in, m->field));
}

/* --compat: the decimal number goes to an option that reads hexadecimal (fix F4) */
static void encap(struct instance *in, const struct bound_match *m)
{
	struct bound_match read = *m;
	uint64_t number = value_number(&m->value[SLOT_VALUE]);
	struct str digits;

	if (compat(in->l->compile)) {
		digits = str_printf(in->l->compile->arena, "%u", (unsigned)number);
		str_to_u64(digits, 16, UINT64_MAX, &number);
		read.value[SLOT_VALUE] = value_of_number((uint32_t)number & 0xffff, 2);
	}
	instance_test(in, &read, instance_key(in, m->field));
}

/*
 * nft cannot compare two fields of a frame.  Equal addresses are four pairs of
 * equal octets, and the pairs of equal octets are a constant set.
 */
static void gratuitous(struct instance *in, const struct bound_match *m)
{
	struct arena *a = in->l->compile->arena;
	struct nft_set octets = {.name = STR(NFT_OCTETS),
				 .table = hook(in->hook)->table,
				 .kind = SET_OCTETS,
				 .nkey = 2};
	struct choice *choice = NULL;
	const struct nft_set *set;

	if (!m->value[SLOT_VALUE].b[0])
		return;
	instance_guard(in, GUARD_ARP_IP);
	octets.key[0] = (struct key)NETWORK_BITS(112, 8);
	octets.key[1] = (struct key)NETWORK_BITS(192, 8);
	set = ruleset_add_set(in->l->ruleset, &octets);
	if (m->negated)
		choice = instance_choice(in);
	for (unsigned i = 0; i < 4; i++) {
		struct tuple *t = ARENA_NEW(a, struct tuple);
		struct stmt s = {.kind = STMT_LOOKUP, .op = (uint8_t)op_of(m)};

		t->nkey = 2;
		t->key[0] = (struct key)NETWORK_BITS((uint16_t)(112 + 8 * i), 8);
		t->key[1] = (struct key)NETWORK_BITS((uint16_t)(192 + 8 * i), 8);
		s.tuple = t;
		s.set = set;
		if (choice)
			way_put(choice_way(choice), s);
		else
			instance_put(in, s);
	}
}

static void tcp_flags(struct instance *in, const struct bound_match *m)
{
	struct value mask = value_of_number(m->value[SLOT_VALUE].b[0], 1);
	struct value flags = value_of_number(m->value[SLOT_VALUE].b[1], 1);
	bool possible = !(flags.b[0] & ~mask.b[0]);

	if (never_reassembled(in))
		instance_guard(in, GUARD_UNFRAGMENTED);
	/* libvirt's tool leaves out a test of no flags, the sign with it */
	if (compat(in->l->compile) && !mask.b[0] && !flags.b[0])
		return;
	/* flags outside the mask are never equal; an empty mask always is */
	if (!possible || !mask.b[0]) {
		in->never |= possible == m->negated;
		return;
	}
	instance_put(in, stmt_masked(instance_key(in, m->field), mask, op_of(m), flags));
}

static void tcp_option(struct instance *in, const struct bound_match *m)
{
	struct stmt s = {
		.kind = STMT_EXISTS, .op = (uint8_t)op_of(m), .key = NAMED_KEY(TCP_OPTION)};

	/* a later fragment has no options, and also does not lack one */
	if (m->negated)
		instance_guard(in, GUARD_UNFRAGMENTED);
	s.key.offset = m->value[SLOT_VALUE].b[0];
	instance_put(in, s);
}

static void ipset(struct instance *in, const struct bound_match *m)
{
	struct tuple *t = ARENA_NEW(in->l->compile->arena, struct tuple);
	struct stmt s = {.kind = STMT_LOOKUP, .op = OP_EQ, .tuple = t};

	s.set = sets_use(in->l->compile, in->l->sets, in->l->ruleset, hook(in->hook)->table,
			 in->rule, m, in->reversed, t);
	/* libvirt's tool finds no port in a later fragment, the kernel would read one there */
	for (unsigned i = 0; s.set && i < t->nkey; i++)
		if (t->key[i].id == KEY_TH_SPORT || t->key[i].id == KEY_TH_DPORT)
			instance_guard(in, GUARD_UNFRAGMENTED);
	if (!s.set)
		in->failed = true;
	else
		instance_put(in, s);
}

/*
 * Connections are counted for each source address in a dynamic set of the rule,
 * as connlimit with a mask of /32 does (semantics.md 5.7).  The kernel keeps the
 * limit in the elements, and a set outlives its rule's changes: another limit
 * must be another set.
 */
void instance_connlimit(struct instance *in)
{
	const struct bound_match *m = rule_match(in->rule, FIELD_CONNLIMIT);
	const struct proto *p = rule_proto(in->rule);
	struct nft_set set = {.kind = SET_COUNT, .family = p->family, .nkey = 1};
	struct stmt s = {.kind = STMT_COUNT};
	struct diag *d;
	struct buf name;

	/* where there is no state it failed before */
	if (!m || in->failed)
		return;
	if (in->l->ruleset->target.state == STATE_MARK_CT) {
		d = diag_report(&in->l->compile->diag, DIAG_CONNLIMIT_TARGET,
				m->source->operand[SLOT_VALUE].span,
				"target mark-ct cannot count the connections of an address");
		diag_help(&in->l->compile->diag, d, "use a kernel with nf_conntrack_bridge");
		in->failed = true;
		return;
	}
	set.key[0] = field(FIELD_SRCIP)->key[p->keys];
	buf_init(&name);
	tap_object_name(in->l->binding->tap, in->hook, &name);
	buf_printf(&name, "/count-%u-%s-%u", ++in->l->ncount, m->negated ? "upto" : "over",
		   m->value[SLOT_VALUE].b[0] << 8 | m->value[SLOT_VALUE].b[1]);
	set.name = str_dup(in->l->compile->arena, buf_str(&name));
	buf_release(&name);
	s.op = (uint8_t)op_of(m);
	s.key = set.key[0];
	memcpy(s.value, m->value[SLOT_VALUE].b, 2);
	s.set = ruleset_add_set(in->l->ruleset, &set);
	instance_put(in, s);
}

special_fn *const special_handlers[HANDLER_MAX] = {
	[HANDLER_NOTHING] = nothing,
	[HANDLER_PROTOCOL] = protocol,
	[HANDLER_PORT] = port,
	[HANDLER_ICMP] = icmp,
	[HANDLER_DSCP] = dscp,
	[HANDLER_ENCAP] = encap,
	[HANDLER_GRATUITOUS] = gratuitous,
	[HANDLER_TCP_FLAGS] = tcp_flags,
	[HANDLER_TCP_OPTION] = tcp_option,
	[HANDLER_IPSET] = ipset,
	[HANDLER_CONNLIMIT] = nothing,
};
