/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/learn_rules.h"

/*
 * Rules in front of a program that learns.  Mode any: the first addresses that the VM
 * uses are its own.  A frame from one of them goes on to the filter; so does one that
 * teaches an address.  Before anything is learned, only IPv4 and ARP from the
 * interface's MAC address go on, which is what libvirt's basic rules let pass.
 */
#define LEARN_LABEL "learn"
/* room for names that are gone: the kernel clears them away within some seconds */
#define TAP_ELEMENTS 16
/* requests without an answer that are remembered; more would only be the VM's own loss */
#define TRANSACTIONS 64

void maker_put(struct maker *m, struct stmt s)
{
	m->stmt[m->n++] = s;
}

void maker_number(struct maker *m, enum key_id id, uint32_t number)
{
	maker_put(m, stmt_number((struct key){(uint8_t)id, 0, 0}, OP_EQ, number));
}

void maker_is(struct maker *m, struct key key, uint32_t number)
{
	maker_put(m, stmt_number(key, OP_EQ, number));
}

void maker_change(struct maker *m, enum stmt_kind kind, struct key key, const struct nft_set *set,
		  uint32_t seconds)
{
	maker_put(m, stmt_dynamic(kind, key, set, seconds));
}

void maker_end(struct maker *m, enum verdict verdict, const char *comment)
{
	struct arena *a = m->l->compile->arena;
	struct nft_rule *r = chain_rule(m->chain, a);

	r->stmt = ARENA_ARRAY(a, struct stmt, m->n + 1);
	memcpy(r->stmt, m->stmt, m->n * sizeof(*m->stmt));
	r->nstmt = (uint16_t)m->n;
	r->verdict = (uint8_t)verdict;
	r->comment = str_of(comment);
	m->n = 0;
}

void maker_jump(struct maker *m, const struct nft_chain *to, const char *comment)
{
	maker_end(m, VERDICT_JUMP, comment);
	m->chain->rule.at[m->chain->rule.n - 1].target = to;
}

void maker_goto(struct maker *m, const struct nft_chain *to)
{
	maker_end(m, VERDICT_GOTO, NULL);
	m->chain->rule.at[m->chain->rule.n - 1].target = to;
}

void maker_look_up(struct maker *m, struct key key, const struct nft_set *set)
{
	struct tuple *t = ARENA_NEW(m->l->compile->arena, struct tuple);
	struct stmt s = {.kind = STMT_LOOKUP, .tuple = t, .set = set};

	t->nkey = 1;
	t->key[0] = key;
	maker_put(m, s);
}

void maker_from_mac(struct maker *m)
{
	maker_put(m, stmt_test((struct key)NAMED_KEY(ETHER_SADDR), OP_EQ, m->mac));
}

void maker_ipv4(struct maker *m)
{
	maker_number(m, KEY_ETHER_TYPE, 0x0800);
}

static void is_arp(struct maker *m)
{
	maker_number(m, KEY_ETHER_TYPE, 0x0806);
}

/* of Ethernet and IPv4, and of the interface itself */
static void is_own_arp(struct maker *m)
{
	is_arp(m);
	maker_number(m, KEY_ARP_HTYPE, 1);
	maker_number(m, KEY_ARP_PTYPE, 0x0800);
	maker_number(m, KEY_ARP_HLEN, 6);
	maker_number(m, KEY_ARP_PLEN, 4);
	maker_put(m, stmt_test((struct key)NAMED_KEY(ARP_SADDR_ETHER), OP_EQ, m->mac));
}

static void is_ipv6(struct maker *m)
{
	maker_number(m, KEY_ETHER_TYPE, 0x86dd);
}

/* a neighbour solicitation from nowhere asks whether the address is free (RFC 4862 5.4) */
static void is_duplicate_detection(struct maker *m)
{
	struct value none = {.len = 16};

	is_ipv6(m);
	maker_put(m, stmt_test((struct key)NAMED_KEY(IP6_SADDR), OP_EQ, none));
	maker_number(m, KEY_L4PROTO, 58);
	maker_number(m, KEY_ICMPV6_TYPE, 135);
}

static const struct teacher teachers[] = {
	{FAMILY_IPV4, maker_ipv4, maker_ipv4, NAMED_KEY(IP_SADDR)},
	{FAMILY_IPV4, is_own_arp, is_arp, NAMED_KEY(ARP_SADDR_IP)},
	{FAMILY_IPV6, is_ipv6, is_ipv6, NAMED_KEY(IP6_SADDR)},
	{FAMILY_IPV6, is_duplicate_detection, NULL, {KEY_RAW_TRANSPORT, 64, 128}},
};
#define NTEACHER (sizeof(teachers) / sizeof(teachers[0]))

/*
 * What can be learned.  IPv4: not 0.0.0.0, multicast or above.  IPv6: global and
 * unique local addresses and all between them, but nothing that every link has.
 */
void learn_in_range(struct maker *m, enum family family, struct key key)
{
	static const struct value low[] = {
		[FAMILY_IPV4] = {.len = 4, .b = {0, 0, 0, 1}},
		[FAMILY_IPV6] = {.len = 16, .b = {0x20}},
	};
	static const struct value high[] = {
		[FAMILY_IPV4] = {.len = 4, .b = {223, 255, 255, 255}},
		[FAMILY_IPV6] = {.len = 16,
				 .b = {0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
				       0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
	};

	maker_put(m, stmt_range(key, OP_EQ, low[family], high[family]));
}

static bool is_used(const struct maker *m, const struct teacher *t)
{
	return m->l->learn->of[t->family].used;
}

const struct nft_set *learn_set_of(const struct maker *m, enum family family)
{
	return m->l->learn->of[family].set;
}

void learn_names_address(struct maker *m, const struct teacher *t)
{
	maker_from_mac(m);
	t->frame(m);
	learn_in_range(m, t->family, t->key);
}

/* the way of all frames but the first ones */
void learn_pass_known(struct maker *m, const struct teacher *t)
{
	if (!t->known)
		return;
	t->known(m);
	maker_look_up(m, t->key, learn_set_of(m, t->family));
	maker_look_up(m, m->interface, m->tap);
	maker_end(m, VERDICT_RETURN, "learned");
}

static void teach(struct maker *m, const struct teacher *t)
{
	learn_names_address(m, t);
	maker_put(m, stmt_dynamic(STMT_LEARN, t->key, learn_set_of(m, t->family), 0));
	maker_put(m, stmt_dynamic(STMT_LEARN, m->interface, m->tap, 0));
	maker_end(m, VERDICT_RETURN, "learn");
}

/* the filter decides, but whoever wonders sees that there were others */
void learn_count_others(struct maker *m, const struct teacher *t)
{
	learn_names_address(m, t);
	maker_put(m, (struct stmt){.kind = STMT_COUNTER});
	maker_end(m, VERDICT_NONE, "not learned");
}

static void pass_basic(struct maker *m, void (*frame)(struct maker *m))
{
	maker_from_mac(m);
	frame(m);
	maker_end(m, VERDICT_RETURN, "nothing learned yet");
}

void learn_each_teacher(struct maker *m, teacher_fn *rule)
{
	for (size_t i = 0; i < NTEACHER; i++)
		if (is_used(m, &teachers[i]))
			rule(m, &teachers[i]);
}

static void any_out(struct maker *m)
{
	learn_each_teacher(m, learn_pass_known);
	learn_each_teacher(m, teach);
	learn_each_teacher(m, learn_count_others);
	maker_look_up(m, m->interface, m->tap);
	maker_end(m, VERDICT_RETURN, "learned");
	pass_basic(m, maker_ipv4);
	pass_basic(m, is_arp);
	if (m->l->learn->of[FAMILY_IPV6].used)
		pass_basic(m, is_ipv6);
	maker_end(m, VERDICT_DROP, "nothing learned yet");
}

bool learn_needs(const struct learn *l, enum hook_id id)
{
	return learn_used(l) && hook(id)->layer == LAYER_L2 &&
	       (hook(id)->direction == DIRECTION_OUT || learn_leases(l));
}

static void add_set(struct lowering *l, enum family family, enum learned_what what)
{
	struct learn_family *f = &l->learn->of[family];
	struct nft_set set;

	if (!f->used)
		return;
	set = learned_set(l->compile->arena, what, f->mode, f->max, l->binding->tap);
	set.table = binding_table(l->binding);
	f->set = ruleset_add_set(l->ruleset, &set);
}

void learn_sets(struct lowering *l)
{
	add_set(l, FAMILY_IPV4, LEARNED_IPV4);
	add_set(l, FAMILY_IPV6, LEARNED_IPV6);
}

/* the interface's address as its parameter says it, which libvirt believes too */
static struct value mac_of(const struct lowering *l)
{
	const struct parameter *p = parameter_find(&l->binding->parameter, STR("MAC"));
	struct value value = {.len = 6};

	memcpy(value.b, l->binding->mac, sizeof(l->binding->mac));
	if (p)
		type_parse(field(FIELD_SRCMAC), NULL, p->value.at[0], &value);
	return value;
}

static const struct nft_set *own_set(struct lowering *l, enum learned_what what, unsigned size)
{
	enum learn_mode mode = learn_leases(l->learn) ? LEARN_DHCP : LEARN_ANY;
	struct nft_set set = learned_set(l->compile->arena, what, mode, size, l->binding->tap);

	set.table = binding_table(l->binding);
	return ruleset_add_set(l->ruleset, &set);
}

struct nft_chain *learn_chain(struct maker *m, const char *label)
{
	return program_chain(m->program, m->l->compile->arena, str_of(label));
}

void learn_rules(struct lowering *l, struct program *p)
{
	struct maker m = {.l = l, .program = p, .interface = {hook(p->hook)->key, 0, 0}};
	bool leases = learn_leases(l->learn);
	bool l3 = hook(p->hook)->layer == LAYER_L3;
	bool out = hook(p->hook)->direction == DIRECTION_OUT;

	if (l3 ? !leases : !learn_needs(l->learn, p->hook))
		return;
	m.tap = own_set(l, LEARNED_TAP, TAP_ELEMENTS);
	if (leases)
		m.transaction = own_set(l, LEARNED_TRANSACTION, TRANSACTIONS);
	m.mac = mac_of(l);
	m.chain = p->chain.at[0];
	if (l3) {
		lease_pass(&m);
		return;
	}
	maker_jump(&m, learn_chain(&m, LEARN_LABEL), NULL);
	m.chain = p->chain.at[1];
	if (!leases)
		any_out(&m);
	else if (out)
		lease_out(&m);
	else
		lease_in(&m);
}
