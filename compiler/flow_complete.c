/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/flow_parser.h"

#define EPHEMERAL_PORT 49152
#define SYN 2
#define ACK 16

/* RFC 1112 6.4, 2464 7 */
static void multicast_mac(const struct value *address, unsigned char *ret)
{
	static const unsigned char broadcast[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	const unsigned char *b = address->b;

	if (address->len == 16 && b[0] == 0xff)
		memcpy(ret, (unsigned char[]){0x33, 0x33, b[12], b[13], b[14], b[15]}, 6);
	else if (address->len == 4 && b[0] >> 4 == 14)
		memcpy(ret, (unsigned char[]){1, 0, 0x5e, b[1] & 0x7f, b[2], b[3]}, 6);
	else if (address->len == 4 && !memcmp(b, broadcast, 4))
		memcpy(ret, broadcast, 6);
}

static void default_macs(struct flow_parser *p)
{
	static const unsigned char peer[] = FLOW_PEER_MAC;
	static const unsigned char bridges[] = {0x01, 0x80, 0xc2, 0, 0, 0};
	struct flow_spec *s = &p->spec;
	bool out = p->flow->direction == DIRECTION_OUT;

	if (s->mac_given)
		return;
	memcpy(s->src_mac, out ? p->tokens.binding->mac : peer, 6);
	memcpy(s->dst_mac, out ? peer : p->tokens.binding->mac, 6);
	if (s->classes & CLASS_STP)
		memcpy(s->dst_mac, bridges, 6);
	else if (s->classes & CLASS_ARP && s->operation & 1)
		memset(s->dst_mac, 0xff, 6);
	else if (s->classes & CLASS_IP)
		multicast_mac(&s->dst, s->dst_mac);
}

/* what the words leave out; false after a diagnostic */
bool flow_complete(struct flow_parser *p)
{
	struct flow_spec *s = &p->spec;
	bool begins = !s->given[WORD_REPLY] && (!p->state_span.source || p->state == STATE_NEW);

	if (s->classes & CLASS_ARP && !s->addressed)
		s->src = s->dst = value_of_number(0, 4);
	if (s->classes & CLASS_LINK && !s->given[WORD_ETHERTYPE])
		return token_expected(&p->tokens, "\"type\" and an EtherType");
	if (s->classes & CLASS_BARE && !s->given[WORD_PROTO])
		return token_expected(&p->tokens, "\"proto\" and an IP protocol");
	if (s->classes & CLASS_PORTS && !s->number[WORD_FRAGMENT] && !s->sport_given &&
	    !s->dport_given)
		return token_expected(&p->tokens, "a port with one of the addresses");
	if (s->number[WORD_FRAGMENT] % 8)
		return flow_conflict(p, p->tokens.text,
				     "the offset of a fragment is a multiple of 8, found %u",
				     s->number[WORD_FRAGMENT]);
	if (s->given[WORD_FROM_HOST] && p->flow->direction == DIRECTION_OUT)
		return flow_conflict(p, p->tokens.text,
				     "\"from-host\" goes with \"in\", not with \"out\"");
	if (!s->sport_given)
		s->sport = EPHEMERAL_PORT;
	if (!s->dport_given)
		s->dport = EPHEMERAL_PORT;
	if (!s->given[WORD_FLAGS])
		s->number[WORD_FLAGS] = begins ? SYN : ACK;
	if (!s->given[WORD_ICMP_TYPE])
		s->number[WORD_ICMP_TYPE] = s->family == FAMILY_IPV6 ? 128 : 8;
	default_macs(p);
	return true;
}

bool flow_of_frame(enum direction direction, const struct binding *binding, struct str bytes,
		   struct flow *ret)
{
	*ret = (struct flow){.direction = direction};
	if (!packet_parse(&ret->packet, (const unsigned char *)bytes.ptr, bytes.len))
		return false;
	ret->packet.interface = binding->tap;
	ret->packet.state = packet_first_state(&ret->packet);
	ret->packet.connections = 1;
	return true;
}

void flow_build(struct flow_parser *p)
{
	struct flow_spec *s = &p->spec;
	struct flow *f = p->flow;
	struct arena *a = p->tokens.compile->arena;
	unsigned char bytes[FLOW_FRAME_MAX];
	size_t n = flow_frame(s, bytes);

	flow_of_frame(f->direction, p->tokens.binding, (struct str){arena_copy(a, bytes, n), n}, f);
	f->span = p->tokens.text;
	f->from_host = s->given[WORD_FROM_HOST];
	f->packet.reply = s->given[WORD_REPLY];
	if (p->state_span.source)
		f->packet.state = p->state;
	else if (f->packet.reply)
		f->packet.state = STATE_ESTABLISHED;
	if (s->given[WORD_CONNECTIONS])
		f->packet.connections = s->number[WORD_CONNECTIONS];
}
