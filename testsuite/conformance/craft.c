/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "craft.h"

#include <string.h>

#include "testsuite/packet/bytes.h"

static void put(struct craft *c, const void *bytes, size_t n)
{
	memcpy(c->b + c->n, bytes, n);
	c->n += n;
}

static void put_number(struct craft *c, uint32_t value, unsigned bytes)
{
	while (bytes--)
		c->b[c->n++] = (uint8_t)(value >> 8 * bytes);
}

static void set16(struct craft *c, size_t at, unsigned value)
{
	c->b[at] = (uint8_t)(value >> 8);
	c->b[at + 1] = (uint8_t)value;
}

static void put_arp(struct craft *c, const struct craft_style *s)
{
	put_number(c, 1, 2);
	put_number(c, 0x0800, 2);
	put_number(c, 0x0604, 2);
	put_number(c, c->type == 0x8035 ? 3 : 1, 2);
	put(c, s->from->mac, 6);
	put(c, s->from->ip4, 4);
	put(c, s->to->mac, 6);
	put(c, s->to->ip4, 4);
}

static void put_tcp(struct craft *c, const struct craft_style *s)
{
	put_number(c, 1000, 4);
	put_number(c, 0, 4);
	put_number(c, s->option ? 0x60 : 0x50, 1);
	put_number(c, 0x02, 1);
	put_number(c, 0x2000, 2);
	put_number(c, 0, 4);
	if (s->option == 1) {
		put_number(c, 0x01010101, 4);
	} else if (s->option) {
		put_number(c, s->option, 1);
		put_number(c, 4, 1);
		put_number(c, 0, 2);
	}
}

static void put_transport(struct craft *c, const struct craft_style *s)
{
	c->transport = c->n;
	if (c->l4proto == 1 || c->l4proto == 58) {
		put_number(c, c->l4proto == 1 ? 8 : 128, 1);
		put_number(c, 0, 3);
		put_number(c, s->tag, 2);
		put_number(c, 1, 2);
		return;
	}
	if (c->l4proto == 51) {
		/* an authentication header in front of nothing */
		put_number(c, c->type == 0x0800 ? 17 : 59, 1);
		put_number(c, 1, 1);
		put_number(c, 0, 2);
		put_number(c, 1, 4);
		put_number(c, 1, 4);
		return;
	}
	put_number(c, 0x9c40, 2);
	put_number(c, 80, 2);
	if (c->l4proto == 6) {
		put_tcp(c, s);
	} else if (c->l4proto == 132) {
		/* verification tag 0 and an INIT chunk */
		put_number(c, 0, 4);
		put_number(c, 0, 4);
		put_number(c, 0x01000014, 4);
		put_number(c, 0x12345678, 4);
		put_number(c, 0x2000, 4);
		put_number(c, 0x00010001, 4);
		put_number(c, 1, 4);
	} else {
		put_number(c, 0, 4);
	}
}

static void put_ip(struct craft *c, const struct craft_style *s)
{
	if (c->type == 0x0800) {
		put_number(c, 0x4500, 2);
		put_number(c, 0, 2);
		put_number(c, s->tag, 2);
		put_number(c, 0, 2);
		put_number(c, 64, 1);
		put_number(c, c->l4proto, 1);
		put_number(c, 0, 2);
		put(c, s->from->ip4, 4);
		put(c, s->to->ip4, 4);
	} else {
		put_number(c, 0x60000000, 4);
		put_number(c, 0, 2);
		put_number(c, c->l4proto, 1);
		/* neighbour discovery is only valid with this hop count */
		put_number(c, c->l4proto == 58 ? 255 : 64, 1);
		put(c, s->from->ip6, 16);
		put(c, s->to->ip6, 16);
	}
	put_transport(c, s);
}

static void put_bpdu(struct craft *c, const struct craft_style *s)
{
	put_number(c, 0x4242, 2);
	put_number(c, 3, 1);
	put_number(c, 0, 4);
	put_number(c, 0, 1);
	put_number(c, 0x8000, 2);
	put(c, s->from->mac, 6);
	put_number(c, 4, 4);
	put_number(c, 0x8000, 2);
	put(c, s->from->mac, 6);
	put_number(c, 0x8001, 2);
	put_number(c, 0x0000, 2);
	put_number(c, 0x1400, 2);
	put_number(c, 0x0200, 2);
	put_number(c, 0x0f00, 2);
}

void craft_begin(struct craft *c, const struct proto *p, const struct craft_style *s)
{
	static const uint8_t bridges[6] = {0x01, 0x80, 0xc2};

	c->n = 0;
	c->network = c->transport = 0;
	c->type = p->ethertype && p->ethertype != 0x8100 ? p->ethertype : 0x0800;
	c->l4proto = p->l4proto >= 0 ? (uint8_t)p->l4proto : s->l4proto ? s->l4proto : 17;
	put(c, p->bpdu ? bridges : s->to->mac, 6);
	put(c, s->from->mac, 6);
	if (s->tagged || p->ethertype == 0x8100) {
		put_number(c, 0x8100, 2);
		put_number(c, 100, 2);
	}
	put_number(c, p->bpdu ? 43 : c->type, 2);
	c->network = c->n;
	if (p->bpdu)
		put_bpdu(c, s);
	else if (c->type == 0x0806 || c->type == 0x8035)
		put_arp(c, s);
	else
		put_ip(c, s);
	put_number(c, s->tag, 4);
	memset(c->b + c->n, 0x55, s->payload);
	c->n += s->payload;
}

long craft_position(const struct craft *c, struct key key)
{
	const struct key_info *info = key_info(key);
	size_t offset = info->length ? info->offset : key.offset;

	switch (info->base) {
	case BASE_LINK:
		return (long)offset;
	case BASE_NETWORK:
		return c->network ? (long)(c->network * 8 + offset) : -1;
	case BASE_TRANSPORT:
		return c->transport ? (long)(c->transport * 8 + offset) : -1;
	default:
		return -1;
	}
}

void craft_set_bits(struct craft *c, size_t bit, unsigned length, const struct value *value)
{
	unsigned skip = value->len * 8u - length;

	for (unsigned i = 0; i < length; i++, bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);
		bool on = value->b[(skip + i) / 8] & 0x80 >> (skip + i) % 8;

		c->b[bit / 8] = (uint8_t)((c->b[bit / 8] & ~mask) | (on ? mask : 0));
	}
}

bool craft_set(struct craft *c, struct key key, const struct value *value)
{
	long at = craft_position(c, key);
	unsigned length = key_length(key);

	if (at < 0 || value->len * 8u < length || ((size_t)at + length + 7) / 8 > c->n)
		return false;
	craft_set_bits(c, (size_t)at, length, value);
	return true;
}

static uint16_t above_ip(const struct craft *c, size_t len)
{
	bool ipv4 = c->type == 0x0800;
	size_t addresses = c->network + (ipv4 ? 12 : 8);
	uint8_t rest[4] = {(uint8_t)(len >> 8), (uint8_t)len, 0, c->l4proto};
	uint32_t sum = 0;

	if (c->l4proto != 1) {
		sum = checksum_add(0, c->b + addresses, ipv4 ? 8 : 32);
		sum = checksum_add(sum, rest, 4);
	}
	return checksum_end(checksum_add(sum, c->b + c->transport, len));
}

static void finish_transport(struct craft *c)
{
	size_t len = c->n - c->transport;
	size_t at = c->transport;
	uint32_t crc;

	switch (c->l4proto) {
	case 1:
	case 58:
		set16(c, at + 2, 0);
		set16(c, at + 2, above_ip(c, len));
		break;
	case 6:
		set16(c, at + 16, 0);
		set16(c, at + 16, above_ip(c, len));
		break;
	case 17:
	case 136:
		set16(c, at + 4, (unsigned)len);
		set16(c, at + 6, 0);
		set16(c, at + 6, above_ip(c, len));
		break;
	case 132:
		memset(c->b + at + 8, 0, 4);
		crc = checksum_crc32c(c->b + at, len);
		for (unsigned i = 0; i < 4; i++)
			c->b[at + 8 + i] = (uint8_t)(crc >> 8 * i);
		break;
	default:
		break;
	}
}

void craft_finish(struct craft *c)
{
	if (!c->transport)
		return;
	if (c->type == 0x0800) {
		set16(c, c->network + 2, (unsigned)(c->n - c->network));
		set16(c, c->network + 10, 0);
		set16(c, c->network + 10, checksum_end(checksum_add(0, c->b + c->network, 20)));
	} else {
		set16(c, c->network + 4, (unsigned)(c->n - c->network - 40));
	}
	finish_transport(c);
}
