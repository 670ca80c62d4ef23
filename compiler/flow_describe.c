/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/flow.h"
#include "compiler/flow_words.h"
#include "ir/base/buf.h"
#include "ir/type_words.h"

static uint32_t number_at(const struct packet *p, size_t offset, unsigned size)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < size; i++)
		n = n << 8 | (offset + i < p->len ? p->bytes[offset + i] : 0);
	return n;
}

static void put_typed(struct buf *out, enum field_id id, enum proto_id family,
		      const unsigned char *bytes, unsigned n)
{
	struct value v = {.len = (uint8_t)n};

	memcpy(v.b, bytes, n);
	type_print(field(id), proto(family), &v, out);
}

static void put_mac(struct buf *out, const unsigned char *mac)
{
	put_typed(out, FIELD_SRCMAC, PROTO_MAC, mac, 6);
}

static void put_end(struct buf *out, const struct packet *p, size_t at, bool ports, uint32_t port)
{
	bool six = p->inner == 0x86dd;

	if (six && ports)
		buf_putc(out, '[');
	put_typed(out, FIELD_SRCIP, six ? PROTO_IPV6 : PROTO_IP, p->bytes + p->network + at,
		  six ? 16 : 4);
	if (six && ports)
		buf_putc(out, ']');
	if (ports)
		buf_printf(out, ":%u", port);
}

static void put_flags(struct buf *out, unsigned flags)
{
	const char *separator = " flags ";

	for (const struct type_word *w = type_tcp_flag_words; w->name; w++) {
		if (!(flags & w->bits) || w->bits & (w->bits - 1))
			continue;
		buf_puts(out, separator);
		for (const char *c = w->name; *c; c++)
			buf_putc(out, (char)(*c | 32));
		separator = ",";
	}
	if (!(flags & 0x3f))
		buf_puts(out, " flags none");
}

static void put_upper(struct buf *out, const struct packet *p, unsigned classes)
{
	size_t at = p->network + p->transport;

	if (classes & CLASS_TCP)
		put_flags(out, number_at(p, at + 13, 1));
	if (classes & CLASS_ICMP)
		buf_printf(out, " type %u code %u", number_at(p, at, 1), number_at(p, at + 1, 1));
}

static void put_fragment(struct buf *out, const struct packet *p)
{
	bool more = p->inner == 0x0800 && number_at(p, p->network + 6, 2) & 0x2000;

	if (p->fragment || p->has_fragment_header || more)
		buf_printf(out, " fragment %u", p->fragment * 8u);
	if (more)
		buf_puts(out, " more");
}

static void put_ip(struct buf *out, const struct packet *p)
{
	bool six = p->inner == 0x86dd;
	enum family family = six ? FAMILY_IPV6 : FAMILY_IPV4;
	const struct flow_proto *proto = flow_proto_number(p->l4proto, family);
	bool ports = proto && proto->classes & CLASS_PORTS && !p->fragment;
	size_t at = p->network + p->transport;
	unsigned size = six ? 16 : 4;
	unsigned dscp = number_at(p, p->network, 2) >> (six ? 6 : 2) & 63;

	buf_printf(out, " %s ", proto ? proto->name : six ? "ipv6" : "ip");
	put_end(out, p, six ? 8 : 12, ports, number_at(p, at, 2));
	buf_puts(out, " > ");
	put_end(out, p, (six ? 8 : 12) + size, ports, number_at(p, at + 2, 2));
	if (!proto)
		buf_printf(out, " proto %u", p->l4proto);
	else if (!p->fragment)
		put_upper(out, p, proto->classes);
	if (dscp)
		buf_printf(out, " dscp %u", dscp);
	put_fragment(out, p);
}

/* Ethernet and IPv4 (RFC 826) */
static bool is_arp(const struct packet *p)
{
	return (p->inner == 0x0806 || p->inner == 0x8035) && p->len - p->network >= 28 &&
	       number_at(p, p->network, 4) == 0x00010800 &&
	       number_at(p, p->network + 4, 2) == 0x0604;
}

static void put_arp(struct buf *out, const struct packet *p)
{
	const unsigned char *h = p->bytes + p->network;

	buf_printf(out, " %s %u ", p->inner == 0x0806 ? "arp" : "rarp",
		   number_at(p, p->network + 6, 2));
	put_typed(out, FIELD_SRCIP, PROTO_IP, h + 14, 4);
	buf_puts(out, " > ");
	put_typed(out, FIELD_SRCIP, PROTO_IP, h + 24, 4);
	buf_puts(out, " sha ");
	put_mac(out, h + 8);
	buf_puts(out, " tha ");
	put_mac(out, h + 18);
}

void flow_describe(const struct flow *flow, struct buf *out)
{
	const struct packet *p = &flow->packet;

	buf_printf(out, "%s ether ", direction_name(flow->direction));
	put_mac(out, p->bytes + 6);
	buf_puts(out, " > ");
	put_mac(out, p->bytes);
	if (p->tagged)
		buf_printf(out, " vlan %u", p->tag & 0xfffu);
	if (p->upper)
		put_ip(out, p);
	else if (is_arp(p))
		put_arp(out, p);
	else if (p->inner < 0x600 && number_at(p, p->network, 3) == 0x424203)
		buf_printf(out, " stp type %u", number_at(p, p->network + 6, 1));
	else
		buf_printf(out, " type 0x%04x", p->inner);
}
