/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/prop/pool.h"

#include <arpa/inet.h>
#include <stdio.h>

const unsigned char pool_mac[POOL_MACS][6] = {
	{0x52, 0x54, 0x00, 0x12, 0x34, 0x56},
	{0x52, 0x54, 0x00, 0x12, 0x34, 0x57},
	{0x02, 0x00, 0x00, 0x09, 0x01, 0x03},
	{0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
};

const unsigned char pool_ipv4[POOL_IPV4][4] = {
	{10, 9, 1, 2}, {10, 9, 1, 3},  {10, 9, 2, 2},
	{0, 0, 0, 0},  {224, 0, 0, 1}, {255, 255, 255, 255},
};

const unsigned char pool_ipv6[POOL_IPV6][16] = {
	{0xfd, 0, 0, 9, 0, 1, [15] = 2},
	{0xfd, 0, 0, 9, 0, 1, [15] = 3},
	{0xfe, 0x80, [15] = 2},
	{0xff, 0x02, [15] = 1},
	{[15] = 0},
};

uint32_t pool_number(struct rng *r, unsigned bits)
{
	static const uint32_t narrow[] = {0, 1, 3, 8, 128, 255};
	static const uint32_t wide[] = {1, 22, 80, 1024, 0x0806, 0xffff};
	uint32_t mask = bits < 32 ? (1u << bits) - 1 : UINT32_MAX;
	uint32_t n = bits > 8 && !rng_once(r, 6) ? wide[rng_below(r, 6)] : narrow[rng_below(r, 6)];

	return (rng_once(r, 8) ? n + 1 : n) & mask;
}

static void number(struct rng *r, const struct field *f, unsigned bits, char *text, size_t size)
{
	uint32_t max = f->max ? f->max : bits < 32 ? (1u << bits) - 1 : UINT32_MAX;
	unsigned count = 0;
	uint32_t n;

	while (f->names && f->names[count].name)
		count++;
	if (count && !rng_once(r, 3)) {
		snprintf(text, size, "%s", f->names[rng_below(r, count)].name);
		return;
	}
	do
		n = pool_number(r, bits);
	while (n < f->min || n > max);
	snprintf(text, size, rng_once(r, 3) && f->type != TYPE_DECIMAL ? "0x%x" : "%u", n);
}

static void mac(const unsigned char *m, char *text, size_t size)
{
	snprintf(text, size, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
}

static void mac_mask(struct rng *r, char *text, size_t size)
{
	unsigned char m[6] = {0};
	unsigned bits = 1 + rng_below(r, 48);

	for (unsigned i = 0; i < bits; i++)
		m[i / 8] |= (unsigned char)(0x80 >> i % 8);
	mac(m, text, size);
}

static void choose(struct rng *r, const char *const *list, unsigned n, char *text, size_t size)
{
	snprintf(text, size, "%s", list[rng_below(r, n)]);
}

void pool_value(struct rng *r, const struct field *f, const struct proto *p, char *text,
		size_t size)
{
	static const char *const bools[] = {"true", "false", "1", "yes"};
	static const char *const states[] = {"NEW",     "ESTABLISHED",         "NEW,ESTABLISHED",
					     "INVALID", "RELATED,ESTABLISHED", "NONE"};
	static const char *const flags[] = {"SYN/SYN",     "SYN,ACK/SYN",     "ALL/NONE",
					    "FIN,RST/FIN", "SYN,ACK/SYN,ACK", "NONE/NONE",
					    "ACK/NONE"};

	switch (type_of(f, p)) {
	case TYPE_U8:
		number(r, f, 8, text, size);
		break;
	case TYPE_U16:
	case TYPE_DECIMAL:
		number(r, f, 16, text, size);
		break;
	case TYPE_U32:
		number(r, f, 32, text, size);
		break;
	case TYPE_MAC:
		mac(pool_mac[rng_below(r, POOL_MACS)], text, size);
		break;
	case TYPE_MAC_MASK:
		mac_mask(r, text, size);
		break;
	case TYPE_IPV4:
		inet_ntop(AF_INET, pool_ipv4[rng_below(r, POOL_IPV4)], text, (socklen_t)size);
		break;
	case TYPE_IPV4_MASK:
		snprintf(text, size, "%u", 1 + rng_below(r, 32));
		break;
	case TYPE_IPV6:
		inet_ntop(AF_INET6, pool_ipv6[rng_below(r, POOL_IPV6)], text, (socklen_t)size);
		break;
	case TYPE_IPV6_MASK:
		snprintf(text, size, "%u", 1 + rng_below(r, 128));
		break;
	case TYPE_BOOL:
		choose(r, bools, 4, text, size);
		break;
	case TYPE_STATE:
		choose(r, states, 6, text, size);
		break;
	case TYPE_TCP_FLAGS:
		choose(r, flags, 7, text, size);
		break;
	case TYPE_IPSET:
	case TYPE_IPSET_FLAGS:
	case TYPE_TEXT:
	case TYPE_NONE:
	case TYPE_ADDRESS:
	case TYPE_ADDRESS_MASK:
	case TYPE_MAX:
		*text = 0;
		break;
	}
}
