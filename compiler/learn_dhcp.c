/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/learn_rules.h"

/*
 * Mode dhcp: the VM's addresses are those that a server has given it.  Until there is
 * one, only DHCP passes, whatever the filter says, as with libvirt.  The rules read the
 * messages where their fields stand (RFC 2131 2, RFC 2132 9), and their options where
 * learn_options.c looks for them.  What is laid out in another way teaches nothing.
 *
 * A NAK ends nothing.  It names no address, and neither server nor VM lose by it: who
 * obeys uses another address, who does not need not have asked.  The lease that was not
 * renewed ends in its time, and whoever guesses a number cuts nobody off.
 */
#define UDP 17
#define CLIENT_PORT 68
#define SERVER_PORT 67
#define REQUEST_WORDS 0x010106 /* op, htype Ethernet, hlen */
#define REPLY_WORDS 0x020106
#define MAGIC 0x63825363
#define DECLINE 4
#define RELEASE 7
/* a learned address without a name for it opens the filter again for so long */
#define HEAL_SECONDS 3600
/* bits from the start of the UDP header, which has 64 */
#define BITS(offset, length)                                                                       \
	{                                                                                          \
		KEY_RAW_TRANSPORT, 64 + 8 * (offset), (length)                                     \
	}
static const struct key words = BITS(0, 24);
static const struct key xid = BITS(4, 32);
static const struct key ciaddr = BITS(12, 32);
const struct key lease_address = BITS(16, 32);
static const struct key chaddr = BITS(28, 48);
static const struct key magic = BITS(236, 32);
#define REQUESTED_ADDRESS 0x3204

static void is_udp(struct maker *m, uint32_t from, uint32_t to)
{
	maker_ipv4(m);
	maker_number(m, KEY_IP_PROTOCOL, UDP);
	maker_put(m, stmt_masked((struct key)NAMED_KEY(IP_FRAG_OFF), value_of_number(0x1fff, 2),
				 OP_EQ, value_of_number(0, 2)));
	maker_number(m, KEY_TH_SPORT, from);
	maker_number(m, KEY_TH_DPORT, to);
}

static void from_client(struct maker *m)
{
	maker_from_mac(m);
	is_udp(m, CLIENT_PORT, SERVER_PORT);
}

static void is_request(struct maker *m)
{
	maker_is(m, words, REQUEST_WORDS);
	maker_put(m, stmt_test(chaddr, OP_EQ, m->mac));
	maker_is(m, magic, MAGIC);
}

static void from_server(struct maker *m)
{
	const struct learn_family *f = &m->l->learn->of[FAMILY_IPV4];
	struct stmt servers = {.kind = STMT_LIST, .key = NAMED_KEY(IP_SADDR)};

	is_udp(m, SERVER_PORT, CLIENT_PORT);
	if (f->server.n == 1)
		maker_put(m, stmt_test(servers.key, OP_EQ, f->server.at[0]));
	if (f->server.n < 2)
		return;
	servers.nlist = (uint8_t)f->server.n;
	servers.list = f->server.at;
	maker_put(m, servers);
}

/* not what the bridge floods of others' */
static void to_client(struct maker *m)
{
	struct stmt to = {.kind = STMT_LIST, .key = NAMED_KEY(ETHER_DADDR), .nlist = 2};
	struct value *list = ARENA_ARRAY(m->l->compile->arena, struct value, 2);

	list[0] = m->mac;
	list[1] = value_of_prefix(48, 6);
	to.list = list;
	maker_put(m, to);
	from_server(m);
}

static void forget(struct maker *m, struct key address)
{
	maker_change(m, STMT_FORGET, address, learn_set_of(m, FAMILY_IPV4), 0);
	/* if there are other leases, the next frame from one of them puts it in again */
	maker_change(m, STMT_FORGET, m->interface, m->tap, 0);
}

/* the client gives the address back: its last word from there, which the filter would drop */
static void release_chain(struct maker *m)
{
	maker_look_up(m, (struct key)NAMED_KEY(IP_SADDR), learn_set_of(m, FAMILY_IPV4));
	forget(m, ciaddr);
	maker_end(m, VERDICT_ACCEPT, "released");
	maker_end(m, VERDICT_RETURN, NULL);
}

/* it found that another has the address */
static void decline_chain(struct maker *m)
{
	static const unsigned places[] = {0, 3, 6, 9, 12};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		maker_is(m, option_key(places[i], 16), REQUESTED_ADDRESS);
		forget(m, option_key(places[i] + 2, 32));
		maker_end(m, VERDICT_NONE, "declined");
	}
	maker_end(m, VERDICT_RETURN, NULL);
}

static void heal(struct maker *m, const struct teacher *t)
{
	if (t->family != FAMILY_IPV4)
		return;
	maker_from_mac(m);
	t->known(m);
	maker_look_up(m, t->key, learn_set_of(m, FAMILY_IPV4));
	maker_change(m, STMT_LEARN, m->interface, m->tap, HEAL_SECONDS);
	maker_end(m, VERDICT_RETURN, "leased");
}

/* IPv6 beside leases of IPv4: not before there is one */
static void teach_ipv6(struct maker *m, const struct teacher *t)
{
	if (t->family != FAMILY_IPV6)
		return;
	learn_names_address(m, t);
	maker_look_up(m, m->interface, m->tap);
	maker_change(m, STMT_LEARN, t->key, learn_set_of(m, FAMILY_IPV6), 0);
	maker_end(m, VERDICT_RETURN, "learn");
}

static void request_chain(struct maker *m)
{
	struct nft_chain *begin = m->chain;
	struct nft_chain *released = learn_chain(m, "learn-release");
	struct nft_chain *declined = learn_chain(m, "learn-decline");

	maker_change(m, STMT_RENEW, xid, m->transaction, 0);
	maker_end(m, VERDICT_NONE, "request");
	maker_look_up(m, xid, m->transaction);
	m->stmt[m->n - 1].op = OP_NE;
	maker_put(m, (struct stmt){.kind = STMT_COUNTER});
	maker_end(m, VERDICT_NONE, "too many requests");
	for (unsigned place = 0; place < OPTION_TYPE_PLACES; place++) {
		option_type(m, place, RELEASE);
		maker_goto(m, released);
		option_type(m, place, DECLINE);
		maker_goto(m, declined);
	}
	maker_end(m, VERDICT_RETURN, NULL);
	m->chain = released;
	release_chain(m);
	m->chain = declined;
	decline_chain(m);
	m->chain = begin;
}

void lease_out(struct maker *m)
{
	struct nft_chain *begin = m->chain;

	from_client(m);
	is_request(m);
	maker_jump(m, learn_chain(m, "learn-request"), NULL);
	m->chain = (struct nft_chain *)begin->rule.at[0].target;
	request_chain(m);
	m->chain = begin;
	learn_each_teacher(m, learn_pass_known);
	learn_each_teacher(m, heal);
	learn_each_teacher(m, teach_ipv6);
	learn_each_teacher(m, learn_count_others);
	maker_look_up(m, m->interface, m->tap);
	maker_end(m, VERDICT_RETURN, "leased");
	from_client(m);
	maker_end(m, VERDICT_ACCEPT, "no lease yet");
	maker_end(m, VERDICT_DROP, "no lease yet");
}

/* an answer to a request of the VM, from elsewhere, that gives an address */
static void is_answer(struct maker *m)
{
	maker_put(m, stmt_test((struct key)NAMED_KEY(ETHER_SADDR), OP_NE, m->mac));
	from_server(m);
	maker_is(m, words, REPLY_WORDS);
	maker_put(m, stmt_test(chaddr, OP_EQ, m->mac));
	maker_is(m, magic, MAGIC);
	maker_look_up(m, xid, m->transaction);
	learn_in_range(m, FAMILY_IPV4, lease_address);
}

static void not_learned(struct maker *m)
{
	maker_look_up(m, m->interface, m->tap);
	m->stmt[m->n - 1].op = OP_NE;
}

/* with the first lease the filter begins, but it is not asked about that answer */
void lease_in(struct maker *m)
{
	struct nft_chain *begin = m->chain;
	struct nft_chain *reply = learn_chain(m, "learn-reply");
	struct nft_chain *first = learn_chain(m, "learn-first");
	struct nft_chain *answer = learn_chain(m, "learn-answer");

	is_answer(m);
	maker_jump(m, reply, NULL);
	maker_look_up(m, m->interface, m->tap);
	maker_end(m, VERDICT_RETURN, "leased");
	to_client(m);
	maker_end(m, VERDICT_ACCEPT, "no lease yet");
	maker_end(m, VERDICT_DROP, "no lease yet");
	m->chain = reply;
	not_learned(m);
	maker_goto(m, first);
	maker_goto(m, answer);
	m->chain = first;
	maker_jump(m, answer, NULL);
	maker_look_up(m, m->interface, m->tap);
	maker_end(m, VERDICT_ACCEPT, "lease");
	maker_end(m, VERDICT_RETURN, NULL);
	m->chain = answer;
	lease_chains(m);
	m->chain = begin;
}

void lease_pass(struct maker *m)
{
	if (hook(m->program->hook)->direction == DIRECTION_OUT)
		from_client(m);
	else
		to_client(m);
	not_learned(m);
	maker_end(m, VERDICT_ACCEPT, "no lease yet");
}
