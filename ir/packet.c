/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/packet.h"

#include "ir/type.h"

#define ETHER_HEADER 14
#define TAG_BYTES 4
#define TYPE_IPV4 0x0800
#define TYPE_IPV6 0x86dd
#define TYPE_VLAN 0x8100
#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define TCP 6
#define TCP_HEADER 20
#define UDP 17
#define UDP_HEADER_BITS 64

/* extension headers (RFC 8200 4); the walk stops before AH, as the kernel's for nft does */
enum {
	NEXT_HOP = 0,
	NEXT_ROUTING = 43,
	NEXT_FRAGMENT = 44,
	NEXT_AH = 51,
	NEXT_NONE = 59,
	NEXT_DESTINATION = 60,
};

static uint16_t get16(const unsigned char *b)
{
	return (uint16_t)(b[0] << 8 | b[1]);
}

static const unsigned char *network_bytes(const struct packet *p, size_t offset, size_t n)
{
	if (p->network + offset + n > p->len)
		return NULL;
	return p->bytes + p->network + offset;
}

static void parse_ipv4(struct packet *p)
{
	const unsigned char *h = network_bytes(p, 0, IPV4_HEADER);
	size_t room = p->len - p->network;
	size_t header, total;

	if (!h)
		return;
	header = (size_t)(h[0] & 15) * 4;
	total = get16(h + 2);
	if (h[0] >> 4 != 4 || header < IPV4_HEADER || total > room || total < header)
		return;
	p->upper = true;
	p->l4proto = h[9];
	p->transport = header;
	p->fragment = get16(h + 6) & 0x1fff;
}

/* ipv6_ext_hdr(): the headers a walk can go past */
static bool is_extension(uint8_t next)
{
	return next == NEXT_HOP || next == NEXT_ROUTING || next == NEXT_FRAGMENT ||
	       next == NEXT_DESTINATION || next == NEXT_AH;
}

struct walk {
	uint8_t next;
	size_t at;
	uint16_t fragment; /* offset of the fragment header just met */
};

/* past one extension header, as far as ipv6_find_hdr() needs its bytes */
static bool walk_past(const struct packet *p, struct walk *w)
{
	bool fragment = w->next == NEXT_FRAGMENT;
	const unsigned char *h = network_bytes(p, w->at, fragment ? 4 : 2);

	if (!h)
		return false;
	w->fragment = fragment ? get16(h + 2) >> 3 : 0;
	w->at += fragment             ? 8
		 : w->next == NEXT_AH ? ((size_t)h[1] + 2) * 4
				      : ((size_t)h[1] + 1) * 8;
	w->next = h[0];
	return true;
}

/* nft finds the fragment header by itself, whatever else is wrong with the packet */
static void find_fragment_header(struct packet *p, uint8_t first)
{
	struct walk w = {.next = first, .at = IPV6_HEADER};

	while (is_extension(w.next) && w.next != NEXT_FRAGMENT)
		if (!walk_past(p, &w))
			return;
	if (w.next != NEXT_FRAGMENT || !walk_past(p, &w))
		return;
	p->has_fragment_header = true;
	p->fragment_offset = w.fragment;
}

static void parse_ipv6(struct packet *p)
{
	const unsigned char *h = network_bytes(p, 0, IPV6_HEADER);
	struct walk w = {.at = IPV6_HEADER};

	if (!h)
		return;
	find_fragment_header(p, h[6]);
	if (h[0] >> 4 != 6 || get16(h + 4) + (size_t)IPV6_HEADER > p->len - p->network)
		return;
	w.next = h[6];
	while (is_extension(w.next) && w.next != NEXT_AH && !w.fragment)
		if (!walk_past(p, &w))
			return;
	/* behind a later fragment's header another extension cannot be found */
	if (w.fragment && is_extension(w.next))
		return;
	p->upper = true;
	p->l4proto = w.next;
	p->fragment = w.fragment;
	p->transport_unknown = w.fragment;
	p->transport = w.fragment ? 0 : w.at;
}

bool packet_parse(struct packet *p, const unsigned char *bytes, size_t len)
{
	*p = (struct packet){.bytes = bytes, .len = len, .network = ETHER_HEADER};
	if (len < ETHER_HEADER)
		return false;
	p->ethertype = p->inner = get16(bytes + 12);
	if (p->ethertype == TYPE_VLAN && len >= ETHER_HEADER + TAG_BYTES) {
		p->tagged = true;
		p->tag = get16(bytes + 14);
		p->inner = get16(bytes + 16);
		p->network += TAG_BYTES;
	}
	if (p->inner == TYPE_IPV4)
		parse_ipv4(p);
	else if (p->inner == TYPE_IPV6)
		parse_ipv6(p);
	return true;
}

/* `length` bits at a bit offset, right-aligned */
static struct value get_bits(const unsigned char *b, unsigned offset, unsigned length)
{
	unsigned size = (length + 7) / 8;
	struct value v = {.len = (uint8_t)size};

	/* whole bytes, as nearly all are: every compile reads frames by the thousand */
	if (offset % 8 == 0 && length % 8 == 0) {
		memcpy(v.b, b + offset / 8, size);
		return v;
	}
	for (unsigned i = 0; i < length; i++) {
		unsigned from = offset + length - 1 - i;
		unsigned bit = b[from / 8] >> (7 - from % 8) & 1;

		v.b[size - 1 - i / 8] |= (unsigned char)(bit << i % 8);
	}
	return v;
}

static bool read_bits(const unsigned char *b, size_t room, unsigned offset, unsigned length,
		      struct value *ret)
{
	if ((offset + length + 7) / 8 > room)
		return false;
	*ret = get_bits(b, offset, length);
	return true;
}

static bool read_link(const struct packet *p, struct key key, struct value *ret)
{
	if (key.id == KEY_ETHER_TYPE) {
		*ret = value_of_number(p->ethertype, 2);
		return true;
	}
	if (key.id == KEY_VLAN_ID || key.id == KEY_VLAN_TYPE) {
		*ret = value_of_number(key.id == KEY_VLAN_ID ? p->tag & 0xfffu : p->inner, 2);
		return p->tagged;
	}
	return read_bits(p->bytes, p->len, key_info(key)->offset, key_length(key), ret);
}

/*
 * Short aligned reads go a fast path that does not look whether the packet is a
 * later fragment (nft_payload_fast_eval); others fail there.
 */
static bool fast_read(unsigned offset, unsigned length)
{
	unsigned bytes = (length + 7) / 8;

	return (bytes == 1 || bytes == 2 || bytes == 4) && !(offset / 8 % bytes);
}

static bool read_transport(const struct packet *p, unsigned offset, unsigned length,
			   struct value *ret)
{
	size_t start = p->transport_unknown && p->egress ? 0 : p->network + p->transport;

	if (!p->upper || start > p->len || (p->fragment && !fast_read(offset, length)))
		return false;
	return read_bits(p->bytes + start, p->len - start, offset, length, ret);
}

static bool read_meta(const struct packet *p, struct key key, struct value *ret)
{
	if (key.id == KEY_MARK) {
		*ret = value_of_number(p->mark, 4);
		return true;
	}
	*ret = value_of_number(p->l4proto, 1);
	return p->upper;
}

static bool read_connection(const struct packet *p, struct key key, struct value *ret)
{
	bool tracked = p->state && p->state != STATE_INVALID;

	if (key.id == KEY_CT_STATE) {
		*ret = value_of_number(p->state, 4);
		return true;
	}
	*ret = value_of_number(p->reply, 1);
	return tracked;
}

bool packet_read(const struct packet *p, struct key key, struct value *ret)
{
	const struct key_info *info = key_info(key);
	unsigned offset = info->offset + key.offset;
	unsigned length = key_length(key);

	switch (info->base) {
	case BASE_LINK:
		return read_link(p, key, ret);
	case BASE_NETWORK:
		return p->network <= p->len &&
		       read_bits(p->bytes + p->network, p->len - p->network, offset, length, ret);
	case BASE_TRANSPORT:
		return read_transport(p, offset, length, ret);
	case BASE_INNER:
		return p->l4proto == UDP && !p->fragment &&
		       read_transport(p, UDP_HEADER_BITS + offset, length, ret);
	case BASE_META:
		return read_meta(p, key, ret);
	case BASE_CT:
		return read_connection(p, key, ret);
	case BASE_EXTHDR:
		*ret = value_of_number(p->fragment_offset, 2);
		return key.id == KEY_FRAG_FRAG_OFF && p->has_fragment_header;
	case BASE_EXISTS:
	case BASE_TCPOPTION:
	case BASE_NONE:
		break;
	}
	return false;
}

bool packet_read_prefix(const struct packet *p, struct key key, unsigned bits, struct value *ret)
{
	const struct key_info *info = key_info(key);

	if (info->base != BASE_NETWORK)
		return packet_read(p, key, ret);
	if (p->network > p->len || !read_bits(p->bytes + p->network, p->len - p->network,
					      info->offset + key.offset, bits, ret))
		return false;
	ret->len = (uint8_t)key_size(key);
	return true;
}

/*
 * As nft_exthdr_tcp_eval() walks: a length of 0 counts as 1, the end of the list
 * does not end it, and the last byte is not looked at.
 */
static bool has_tcp_option(const struct packet *p, uint8_t number)
{
	const unsigned char *h = network_bytes(p, p->transport, TCP_HEADER);
	size_t header = h ? (size_t)(h[12] >> 4) * 4 : 0;
	size_t step;

	if (!h || header < TCP_HEADER || !network_bytes(p, p->transport, header))
		return false;
	for (size_t at = TCP_HEADER; at + 1 < header; at += step) {
		step = h[at] < 2 || !h[at + 1] ? 1 : h[at + 1];
		if (h[at] == number)
			return at + step <= header;
	}
	return false;
}

bool packet_exists(const struct packet *p, struct key key, bool *ret)
{
	if (key.id == KEY_FRAG_EXISTS) {
		*ret = p->has_fragment_header;
		return p->inner == TYPE_IPV6;
	}
	*ret = p->upper && p->l4proto == TCP && !p->fragment &&
	       has_tcp_option(p, (uint8_t)key.offset);
	return true;
}
