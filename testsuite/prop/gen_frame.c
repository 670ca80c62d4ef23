/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/prop/gen_frame.h"

#include <string.h>

#include "ir/type.h"
#include "testsuite/prop/pool.h"

struct frame {
	struct rng *rng;
	unsigned char *b;
	size_t n;
};

static void put(struct frame *f, const void *bytes, size_t n)
{
	memcpy(f->b + f->n, bytes, n);
	f->n += n;
}

static void put_number(struct frame *f, uint32_t value, unsigned bytes)
{
	while (bytes--)
		f->b[f->n++] = bytes < 4 ? (unsigned char)(value >> 8 * bytes) : 0;
}

static void put_pool(struct frame *f, unsigned bytes)
{
	put_number(f, pool_number(f->rng, bytes * 8), bytes);
}

static void put_mac(struct frame *f, bool source)
{
	/* the bridge drops frames from a group address before any rule */
	put(f, pool_mac[rng_below(f->rng, source ? POOL_MACS - 1 : POOL_MACS)], 6);
}

static void put_ipv4(struct frame *f)
{
	put(f, pool_ipv4[rng_below(f->rng, POOL_IPV4)], 4);
}

static void put_ipv6(struct frame *f)
{
	put(f, pool_ipv6[rng_below(f->rng, POOL_IPV6)], 16);
}

static unsigned rather(struct rng *r, unsigned usual, unsigned bytes)
{
	return rng_once(r, 8) ? pool_number(r, bytes * 8) : usual;
}

static void arp(struct frame *f)
{
	put_number(f, rather(f->rng, 1, 2), 2);
	put_number(f, rather(f->rng, 0x0800, 2), 2);
	put_number(f, rather(f->rng, 6, 1), 1);
	put_number(f, rather(f->rng, 4, 1), 1);
	put_number(f, rng_below(f->rng, 10), 2);
	put_mac(f, false);
	put_ipv4(f);
	put_mac(f, false);
	if (rng_once(f->rng, 3))
		put(f, f->b + f->n - 10, 4);
	else
		put_ipv4(f);
}

static void tcp(struct frame *f)
{
	static const unsigned char flags[] = {0x02, 0x12, 0x10, 0x11, 0x04, 0x00, 0x3f, 0x29, 0xc2};
	bool option = rng_once(f->rng, 2);

	put_pool(f, 2);
	put_pool(f, 2);
	put_number(f, 1, 4);
	put_number(f, 0, 4);
	put_number(f, option ? 0x60 : 0x50, 1);
	put_number(f, flags[rng_below(f->rng, sizeof(flags))], 1);
	put_number(f, 0, 6);
	if (option) {
		put_number(f, pool_number(f->rng, 8), 1);
		put_number(f, 4, 1);
		put_number(f, 0, 2);
	}
}

/* what follows an IP header; any bytes will do where nothing looks at them */
static void payload(struct frame *f, unsigned protocol)
{
	if (protocol == 6) {
		tcp(f);
		return;
	}
	put_pool(f, protocol == 1 || protocol == 58 ? 1 : 2);
	put_pool(f, protocol == 1 || protocol == 58 ? 1 : 2);
	put_number(f, 0, 12);
}

static unsigned pick_protocol(struct rng *r)
{
	static const unsigned char list[] = {6, 6,   6,   17,  17, 1,  58, 58,
					     2, 132, 132, 136, 50, 51, 47};

	return list[rng_below(r, sizeof(list))];
}

static void ipv4(struct frame *f)
{
	unsigned protocol = pick_protocol(f->rng);
	bool options = rng_once(f->rng, 6);
	size_t start = f->n;
	unsigned sum = 0;

	put_number(f, options ? 0x46 : 0x45, 1);
	put_number(f, rng_once(f->rng, 3) ? pool_number(f->rng, 8) : 0, 1);
	put_number(f, 0, 2);
	put_number(f, 7, 2);
	put_number(f, rng_once(f->rng, 3) ? 0x2000 | (rng_once(f->rng, 2) ? 5 : 0) : 0, 2);
	put_number(f, 64, 1);
	put_number(f, protocol, 1);
	put_number(f, 0, 2);
	put_ipv4(f);
	put_ipv4(f);
	if (options)
		put_number(f, 0x01010100, 4);
	payload(f, protocol);
	f->b[start + 3] = (unsigned char)(f->n + 4 - start);
	for (size_t i = start; i < start + (options ? 24 : 20); i += 2)
		sum += (unsigned)(f->b[i] << 8 | f->b[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~(sum + (sum >> 16)) & 0xffff;
	f->b[start + 10] = (unsigned char)(sum >> 8);
	f->b[start + 11] = (unsigned char)sum;
}

/* one extension header; returns where the next header's number goes */
static size_t extension(struct frame *f, unsigned kind)
{
	size_t next = f->n;

	put_number(f, 0, 1);
	if (kind == 44) {
		put_number(f, 0, 1);
		put_number(f, rng_once(f->rng, 2) ? 5 << 3 | 1 : 1, 2);
		put_number(f, 9, 4);
	} else if (kind == 51) {
		put_number(f, 1, 1);
		put_number(f, 0, 2);
		put_number(f, 1, 4);
		put_number(f, 1, 4);
	} else {
		put_number(f, 0, 1);
		put_number(f, 0x0104, 2);
		put_number(f, 0, 4);
	}
	return next;
}

static void ipv6(struct frame *f)
{
	static const unsigned char kinds[] = {0, 60, 43, 44, 51};
	unsigned protocol = rng_once(f->rng, 12) ? 59 : pick_protocol(f->rng);
	size_t start = f->n;
	size_t next = start + 6;

	put_number(f, 0x60000000 | (rng_once(f->rng, 3) ? pool_number(f->rng, 8) << 20 : 0), 4);
	put_number(f, 0, 2);
	put_number(f, 0, 1);
	put_number(f, 64, 1);
	put_ipv6(f);
	put_ipv6(f);
	for (unsigned i = 0; i < 2 && !rng_once(f->rng, 3); i++) {
		unsigned kind = kinds[rng_below(f->rng, sizeof(kinds))];

		f->b[next] = (unsigned char)kind;
		next = extension(f, kind);
	}
	f->b[next] = (unsigned char)protocol;
	payload(f, protocol);
	f->b[start + 5] = (unsigned char)(f->n + 4 - start - 40);
}

static void bpdu(struct frame *f)
{
	put_number(f, 0x4242, 2);
	put_number(f, rather(f->rng, 3, 1), 1);
	put_number(f, 0, 2);
	put_number(f, rather(f->rng, 0, 1), 1);
	put_number(f, rng_once(f->rng, 4) ? 0x80 : pool_number(f->rng, 8), 1);
	put_pool(f, 1);
	put_pool(f, 2);
	put_mac(f, false);
	put_pool(f, 4);
	put_pool(f, 2);
	put_mac(f, false);
	for (unsigned i = 0; i < 5; i++)
		put_pool(f, 2);
}

static void body(struct frame *f, unsigned type)
{
	switch (type) {
	case 0x0806:
	case 0x8035:
		arp(f);
		break;
	case 0x0800:
		ipv4(f);
		break;
	case 0x86dd:
		ipv6(f);
		break;
	default:
		put_number(f, 0, 20);
	}
}

size_t gen_frame(struct rng *r, unsigned tag, unsigned char frame[FRAME_MAX])
{
	static const uint16_t types[] = {0x0806, 0x0806, 0x8035, 0x0800, 0x0800, 0x0800,
					 0x0800, 0x86dd, 0x86dd, 0x86dd, 0x88b5};
	static const unsigned char group[6] = {0x01, 0x80, 0xc2};
	struct frame f = {.rng = r, .b = frame};
	unsigned type = types[rng_below(r, sizeof(types) / sizeof(types[0]))];
	bool stp = rng_once(r, 9);

	if (stp)
		put(&f, group, 6);
	else
		put_mac(&f, false);
	put_mac(&f, true);
	if (!stp && rng_once(r, 6)) {
		put_number(&f, 0x8100, 2);
		put_number(&f, pool_number(r, 12), 2);
	}
	put_number(&f, stp ? 43 : type, 2);
	if (stp)
		bpdu(&f);
	else
		body(&f, type);
	put_number(&f, tag, 4);
	if (rng_once(r, 10))
		f.n = 14 + rng_below(r, (unsigned)(f.n - 14));
	return f.n;
}

const struct gen_state gen_states[GEN_STATES] = {
	{STATE_NEW, false},    {STATE_ESTABLISHED, false}, {STATE_ESTABLISHED, true},
	{STATE_RELATED, true}, {STATE_INVALID, false},     {0, false},
};
