/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/flow.h"

#define TCP_FLAGS_AT 13

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16, URG = 32 };

/* the byte at an offset of the transport header, 0 behind the end */
static unsigned transport_byte(const struct packet *p, size_t offset)
{
	size_t at = p->network + p->transport + offset;

	return at < p->len ? p->bytes[at] : 0;
}

/*
 * tcp_valid_flags[], and tcp_conntracks[] in the original direction from state
 * NONE: a SYN begins a connection, an ACK picks one up midway.
 */
static unsigned first_tcp(const struct packet *p)
{
	unsigned flags = transport_byte(p, TCP_FLAGS_AT) & (FIN | SYN | RST | ACK | URG);

	flags &= ~(unsigned)URG;
	return flags == SYN || flags == ACK ? STATE_NEW : STATE_INVALID;
}

/* icmp_packet() knows the requests that begin something */
static unsigned first_icmp(const struct packet *p)
{
	unsigned type = transport_byte(p, 0);

	return type == 8 || type == 13 || type == 15 || type == 17 ? STATE_NEW : STATE_INVALID;
}

/* valid_new[] and noct_valid_new[] of nf_conntrack_proto_icmpv6.c */
static unsigned first_icmpv6(const struct packet *p)
{
	unsigned type = transport_byte(p, 0);

	if ((type >= 130 && type <= 136) || type == 143)
		return 0;
	return type == 128 || type == 139 ? STATE_NEW : STATE_INVALID;
}

unsigned packet_first_state(const struct packet *p)
{
	static const struct {
		uint8_t l4proto;
		unsigned (*first)(const struct packet *p);
	} kinds[] = {{6, first_tcp}, {1, first_icmp}, {58, first_icmpv6}};

	if (!p->upper)
		return 0;
	/* a later fragment is known by its first one */
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !p->fragment; i++)
		if (p->l4proto == kinds[i].l4proto)
			return kinds[i].first(p);
	return STATE_NEW;
}
