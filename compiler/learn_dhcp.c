/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/learn_rules.h"

/*
 * Mode dhcp: the VM's addresses are those that a server has given it.  Until there is
 * one, only DHCP passes, whatever the filter says, as with libvirt.  The rules read the
 * messages where their fields stand (RFC 2131 2, RFC 2132 9): the type of the message
 * has to be the first option, where every server puts it.  What is laid out in another
 * way teaches nothing.
 */
#define UDP 17
#define CLIENT_PORT 68
#define SERVER_PORT 67
#define REQUEST_WORDS 0x010106 /* op, htype Ethernet, hlen */
#define REPLY_WORDS 0x020106
#define MAGIC 0x63825363
#define DECLINE 4
#define ACK 5
#define RELEASE 7
/* a learned address without a name for it opens the filter again for so long */
#define HEAL_SECONDS 3600
/* leases whose time cannot be found */
#define FALLBACK_SECONDS 86400

/* bits from the start of the UDP header, which has 64 */
#define BITS(offset, length)                                                                       \
	{                                                                                          \
		KEY_RAW_TRANSPORT, 64 + 8 * (offset), (length)                                     \
	}
static const struct key words = BITS(0, 24);
static const struct key xid = BITS(4, 32);
static const struct key ciaddr = BITS(12, 32);
static const struct key yiaddr = BITS(16, 32);
static const struct key chaddr = BITS(28, 48);
static const struct key magic = BITS(236, 32);
static const struct key message_type = BITS(240, 24);
#define OPTIONS 240
#define TYPE_BYTES 3   /* option 53 */
#define SERVER_BYTES 6 /* option 54 */
/*
 * From the end of the UDP header: Linux 6.1 reads nothing behind byte 255, which is
 * too near from its start.
 */
#define INNER(offset, length)                                                                      \
	{                                                                                          \
		KEY_RAW_INNER, 8 * (offset), (length)                                              \
	}
#define CLIENT_BYTES 9 /* option 61 with a hardware address */

/* where an option of four bytes can stand that is looked for */
struct layout {
	struct key head, value;
};
#define LAYOUT(before)                                                                             \
	{                                                                                          \
		INNER(OPTIONS + (before), 16), INNER(OPTIONS + (before) + 2, 32)                   \
	}
static const struct layout layouts[] = {
	LAYOUT(TYPE_BYTES + SERVER_BYTES),
	LAYOUT(TYPE_BYTES),
	LAYOUT(TYPE_BYTES + CLIENT_BYTES),
};
#define NLAYOUT (sizeof(layouts) / sizeof(layouts[0]))
#define LEASE_LAYOUTS 2
static const char *const lease_labels[LEASE_LAYOUTS] = {"learn-time1", "learn-time2"};
#define REQUESTED_ADDRESS 0x3204
#define LEASE_TIME 0x3304

/*
 * Rules know times only as constants: a lease lasts as long as the next of these.
 * Servers are set up with them; another lease is rather kept too long than cut off
 * while the VM may use it.
 */
static const uint32_t times[] = {10,     30,     60,     120,    300,     600,     900,    1800,
				 3600,   7200,   10800,  14400,  21600,   28800,   43200,  86400,
				 172800, 259200, 345600, 604800, 1209600, 2592000, 7776000};
#define NTIME (sizeof(times) / sizeof(times[0]))

static void is(struct maker *m, struct key key, uint32_t number)
{
	maker_put(m, stmt_number(key, OP_EQ, number));
}

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
	is(m, words, REQUEST_WORDS);
	maker_put(m, stmt_test(chaddr, OP_EQ, m->mac));
	is(m, magic, MAGIC);
}

static void is_type(struct maker *m, uint32_t type)
{
	is(m, message_type, 0x350100 | type);
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

static const struct nft_set *leases(const struct maker *m)
{
	return learn_set_of(m, FAMILY_IPV4);
}

static void put_dynamic(struct maker *m, enum stmt_kind kind, struct key key,
			const struct nft_set *set, uint32_t seconds)
{
	maker_put(m, stmt_dynamic(kind, key, set, seconds));
}

static void forget(struct maker *m, struct key address)
{
	put_dynamic(m, STMT_FORGET, address, leases(m), 0);
	/* if there are other leases, the next frame from one of them puts it in again */
	put_dynamic(m, STMT_FORGET, m->interface, m->tap, 0);
}

/* the client gives the address back: its last word from there, which the filter would drop */
static void release(struct maker *m)
{
	is_request(m);
	is_type(m, RELEASE);
	maker_look_up(m, (struct key)NAMED_KEY(IP_SADDR), leases(m));
	forget(m, ciaddr);
	maker_end(m, VERDICT_ACCEPT, "released");
}

static void decline(struct maker *m, const struct layout *at)
{
	is_request(m);
	is_type(m, DECLINE);
	is(m, at->head, REQUESTED_ADDRESS);
	forget(m, at->value);
	maker_end(m, VERDICT_NONE, "declined");
}

static void heal(struct maker *m, const struct teacher *t)
{
	if (t->family != FAMILY_IPV4)
		return;
	maker_from_mac(m);
	t->known(m);
	maker_look_up(m, t->key, leases(m));
	put_dynamic(m, STMT_LEARN, m->interface, m->tap, HEAL_SECONDS);
	maker_end(m, VERDICT_RETURN, "leased");
}

/* IPv6 beside leases of IPv4: not before there is one */
static void teach_ipv6(struct maker *m, const struct teacher *t)
{
	if (t->family != FAMILY_IPV6)
		return;
	learn_names_address(m, t);
	maker_look_up(m, m->interface, m->tap);
	put_dynamic(m, STMT_LEARN, t->key, learn_set_of(m, FAMILY_IPV6), 0);
	maker_end(m, VERDICT_RETURN, "learn");
}

static void request_chain(struct maker *m)
{
	is_request(m);
	put_dynamic(m, STMT_RENEW, xid, m->transaction, 0);
	maker_end(m, VERDICT_NONE, "request");
	release(m);
	for (size_t i = 0; i < NLAYOUT; i++)
		decline(m, &layouts[i]);
	maker_end(m, VERDICT_RETURN, NULL);
}

void lease_out(struct maker *m)
{
	struct nft_chain *begin = m->chain;

	from_client(m);
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

/* an answer to a request of the VM, from elsewhere */
static void is_ack(struct maker *m)
{
	maker_put(m, stmt_test((struct key)NAMED_KEY(ETHER_SADDR), OP_NE, m->mac));
	from_server(m);
	is(m, words, REPLY_WORDS);
	maker_put(m, stmt_test(chaddr, OP_EQ, m->mac));
	is(m, magic, MAGIC);
	is_type(m, ACK);
	maker_look_up(m, xid, m->transaction);
	learn_in_range(m, FAMILY_IPV4, yiaddr);
}

static void learn_lease(struct maker *m, uint32_t seconds)
{
	put_dynamic(m, STMT_RENEW, yiaddr, leases(m), seconds);
	put_dynamic(m, STMT_RENEW, m->interface, m->tap, seconds);
	maker_end(m, VERDICT_RETURN, "lease");
}

static void count_lease(struct maker *m)
{
	maker_put(m, (struct stmt){.kind = STMT_COUNTER});
	maker_end(m, VERDICT_RETURN, "no room for the lease");
}

static void time_chain(struct maker *m, const struct layout *at)
{
	uint32_t low = 0;

	for (size_t i = 0; i <= NTIME; i++) {
		uint32_t high = i < NTIME ? times[i] : UINT32_MAX;

		maker_put(m, stmt_range(at->value, OP_EQ, value_of_number(low, 4),
					value_of_number(high, 4)));
		learn_lease(m, i < NTIME ? times[i] : LEARNED_FOR_GOOD);
		low = high + 1;
	}
	count_lease(m);
}

static void lease_chains(struct maker *m)
{
	struct nft_chain *time[LEASE_LAYOUTS];

	for (unsigned i = 0; i < LEASE_LAYOUTS; i++) {
		time[i] = learn_chain(m, lease_labels[i]);
		is(m, layouts[i].head, LEASE_TIME);
		maker_goto(m, time[i]);
	}
	learn_lease(m, FALLBACK_SECONDS);
	count_lease(m);
	for (unsigned i = 0; i < LEASE_LAYOUTS; i++) {
		m->chain = time[i];
		time_chain(m, &layouts[i]);
	}
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
	struct nft_chain *first = learn_chain(m, "learn-first");
	struct nft_chain *lease = learn_chain(m, "learn-lease");

	is_ack(m);
	not_learned(m);
	maker_goto(m, first);
	is_ack(m);
	maker_jump(m, lease, "lease");
	maker_look_up(m, m->interface, m->tap);
	maker_end(m, VERDICT_RETURN, "leased");
	to_client(m);
	maker_end(m, VERDICT_ACCEPT, "no lease yet");
	maker_end(m, VERDICT_DROP, "no lease yet");
	m->chain = first;
	maker_jump(m, lease, NULL);
	maker_end(m, VERDICT_ACCEPT, NULL);
	m->chain = lease;
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
