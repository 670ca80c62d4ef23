/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/flow.h"
#include "compiler/flow_checksum.h"
#include "compiler/flow_words.h"

/* a frame under construction; what does not fit is left out, and nothing here is as long */
struct frame {
	unsigned char *bytes;
	size_t n;
};

static void put(struct frame *f, const void *bytes, size_t n)
{
	if (n > FLOW_FRAME_MAX - f->n)
		n = FLOW_FRAME_MAX - f->n;
	memcpy(f->bytes + f->n, bytes, n);
	f->n += n;
}

static void put_number(struct frame *f, uint32_t number, unsigned size)
{
	struct value v = value_of_number(number, size);

	put(f, v.b, size);
}

static void put_zeros(struct frame *f, size_t n)
{
	static const unsigned char zeros[FLOW_FRAME_MAX];

	put(f, zeros, n < sizeof(zeros) ? n : sizeof(zeros));
}

static void put_tcp(struct frame *f, const struct flow_spec *s)
{
	/* an option of two bytes, but for those that are one (RFC 9293 3.2), and padding */
	uint32_t option = s->number[WORD_OPTION];
	unsigned words = s->given[WORD_OPTION] ? 6 : 5;

	put_number(f, s->sport, 2);
	put_number(f, s->dport, 2);
	put_number(f, 1000, 4);
	put_number(f, s->number[WORD_FLAGS] & 16 ? 5000 : 0, 4);
	put_number(f, words << 12 | s->number[WORD_FLAGS], 2);
	put_number(f, 0xffff, 2);
	put_zeros(f, 4);
	if (words > 5 && option < 2)
		put_number(f, option << 24, 4);
	else if (words > 5)
		put_number(f, option << 24 | 4u << 16, 4);
}

static void put_udp(struct frame *f, const struct flow_spec *s)
{
	put_number(f, s->sport, 2);
	put_number(f, s->dport, 2);
	put_number(f, 8 + s->number[WORD_LENGTH], 2);
	put_zeros(f, 2);
}

/* a header and an empty INIT chunk (RFC 9260 3.3.2) */
static void put_sctp(struct frame *f, const struct flow_spec *s)
{
	put_number(f, s->sport, 2);
	put_number(f, s->dport, 2);
	put_zeros(f, 8);
	put_number(f, 0x01000014, 4);
	put_number(f, 1, 4);
	put_number(f, 0xffff, 4);
	put_number(f, 0x00010001, 4);
	put_number(f, 1, 4);
}

static void put_icmp(struct frame *f, const struct flow_spec *s)
{
	put_number(f, s->number[WORD_ICMP_TYPE], 1);
	put_number(f, s->number[WORD_ICMP_CODE], 1);
	put_zeros(f, 6);
	/* the target of neighbour discovery (RFC 4861 4.3) */
	if (s->family == FAMILY_IPV6 && s->number[WORD_ICMP_TYPE] >> 1 == 135 >> 1)
		put(f, s->dst.b, 16);
}

static void put_other(struct frame *f, const struct flow_spec *s)
{
	(void)s;
	put_zeros(f, 8);
}

static void put_nothing(struct frame *f, const struct flow_spec *s)
{
	(void)f;
	(void)s;
}

static const struct {
	int l4proto;
	void (*put)(struct frame *f, const struct flow_spec *s);
} payloads[] = {
	{6, put_tcp},   {17, put_udp},  {136, put_udp},  {132, put_sctp}, {1, put_icmp},
	{58, put_icmp}, {2, put_other}, {50, put_other}, {51, put_other}, {-1, put_nothing},
};

/* a later fragment has payload where the first one has the header */
static void put_payload(struct frame *f, const struct flow_spec *s)
{
	size_t start = f->n;
	size_t i = 0;

	if (s->number[WORD_FRAGMENT]) {
		put_zeros(f, 16);
	} else {
		while (payloads[i].l4proto >= 0 && payloads[i].l4proto != s->proto->l4proto)
			i++;
		payloads[i].put(f, s);
	}
	put_zeros(f, s->number[WORD_LENGTH]);
	/* that of a datagram cut in pieces is about all of them */
	if (!s->given[WORD_FRAGMENT] && !s->given[WORD_MORE])
		transport_checksum((unsigned)s->proto->l4proto, s->src.b, s->dst.b, s->src.len,
				   f->bytes + start, f->n - start);
}

static uint32_t upper_protocol(const struct flow_spec *s)
{
	return s->proto->l4proto < 0 ? s->number[WORD_PROTO] : (uint32_t)s->proto->l4proto;
}

static uint32_t hops(const struct flow_spec *s)
{
	/* what neighbour discovery must have (RFC 4861 6.1, 7.1) */
	uint32_t usual = s->family == FAMILY_IPV6 && s->proto->l4proto == 58 ? 255 : 64;

	return s->given[WORD_TTL] ? s->number[WORD_TTL] : usual;
}

/* RFC 791 3.1 */
static void put_ipv4(struct frame *f, const struct flow_spec *s)
{
	size_t start = f->n;
	unsigned char *h = f->bytes + start;
	uint16_t n;

	put_number(f, 0x45, 1);
	put_number(f, s->number[WORD_DSCP] << 2, 1);
	put_zeros(f, 2);
	put_number(f, 1, 2);
	put_number(f, (s->given[WORD_MORE] ? 0x2000u : 0) | s->number[WORD_FRAGMENT] / 8, 2);
	put_number(f, hops(s), 1);
	put_number(f, upper_protocol(s), 1);
	put_zeros(f, 2);
	put(f, s->src.b, 4);
	put(f, s->dst.b, 4);
	put_payload(f, s);
	n = (uint16_t)(f->n - start);
	memcpy(h + 2, value_of_number(n, 2).b, 2);
	memcpy(h + 10, value_of_number(internet_checksum(h, 20), 2).b, 2);
}

struct extension {
	bool present;
	uint8_t number;
	uint32_t body; /* bytes 2 to 5 */
};

/* RFC 8200 3 and 4; options are one PadN of six bytes */
static void put_ipv6(struct frame *f, const struct flow_spec *s)
{
	const struct extension list[] = {
		{s->given[WORD_HOPOPTS], 0, 0x01040000},
		{s->given[WORD_DSTOPTS], 60, 0x01040000},
		{s->given[WORD_FRAGMENT] || s->given[WORD_MORE], 44,
		 (s->number[WORD_FRAGMENT] | s->given[WORD_MORE]) << 16},
	};
	const size_t nlist = sizeof(list) / sizeof(list[0]);
	size_t start = f->n;
	unsigned char *next = f->bytes + start + 6;

	put_number(f, 6u << 28 | s->number[WORD_DSCP] << 22, 4);
	put_zeros(f, 3);
	put_number(f, hops(s), 1);
	put(f, s->src.b, 16);
	put(f, s->dst.b, 16);
	for (size_t i = 0; i < nlist; i++) {
		if (!list[i].present)
			continue;
		*next = list[i].number;
		next = f->bytes + f->n;
		put_zeros(f, 2);
		put_number(f, list[i].body, 4);
		put_number(f, list[i].number == 44 ? 1 : 0, 2);
	}
	*next = (unsigned char)upper_protocol(s);
	put_payload(f, s);
	memcpy(f->bytes + start + 4, value_of_number((uint32_t)(f->n - start - 40), 2).b, 2);
}

/* RFC 826 */
static void put_arp(struct frame *f, const struct flow_spec *s)
{
	static const unsigned char nobody[6];
	/* who asks by ARP does not know it; who asks by RARP asks about itself */
	const unsigned char *target = s->operation == 1   ? nobody
				      : s->operation == 3 ? s->src_mac
							  : s->dst_mac;

	put_number(f, 0x00010800, 4);
	put_number(f, 0x0604, 2);
	put_number(f, s->operation, 2);
	put(f, s->given[WORD_SHA] ? s->mac[WORD_SHA] : s->src_mac, 6);
	put(f, s->src.b, 4);
	put(f, s->given[WORD_THA] ? s->mac[WORD_THA] : target, 6);
	put(f, s->dst.b, 4);
}

/* IEEE 802.1D 9.3 behind IEEE 802.2 */
static void put_stp(struct frame *f, const struct flow_spec *s)
{
	size_t body = s->number[WORD_STP_TYPE] == 0x80 ? 0 : 31;

	put_number(f, 0x424203, 3);
	put_zeros(f, 3);
	put_number(f, s->number[WORD_STP_TYPE], 1);
	put_zeros(f, body);
}

static uint32_t ethertype(const struct flow_spec *s)
{
	if (s->classes & CLASS_STP)
		return s->number[WORD_STP_TYPE] == 0x80 ? 7 : 38;
	if (s->classes & CLASS_LINK)
		return s->number[WORD_ETHERTYPE];
	if (s->classes & CLASS_ARP)
		return s->proto->ethertype;
	return s->family == FAMILY_IPV6 ? 0x86dd : 0x0800;
}

size_t flow_frame(const struct flow_spec *s, unsigned char *bytes)
{
	struct frame f = {.bytes = bytes};

	if (s->classes & CLASS_HEX) {
		put(&f, s->hex, s->nhex);
		return f.n;
	}
	put(&f, s->dst_mac, 6);
	put(&f, s->src_mac, 6);
	if (s->tagged)
		put_number(&f, 0x81000000u | s->vlan, 4);
	put_number(&f, ethertype(s), 2);
	if (s->classes & CLASS_STP)
		put_stp(&f, s);
	else if (s->classes & CLASS_ARP)
		put_arp(&f, s);
	else if (s->classes & CLASS_LINK)
		put_zeros(&f, s->given[WORD_LENGTH] ? s->number[WORD_LENGTH] : 46);
	else if (s->family == FAMILY_IPV6)
		put_ipv6(&f, s);
	else
		put_ipv4(&f, s);
	return f.n;
}
